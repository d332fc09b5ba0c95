//! Other versions of HTTP, other protocols, and bodies that are no text.

use fluxbase_client_keys::{Delivery::Unknown, FailureKind::Protocol};

use super::CREATED;
use crate::{
    Act, Case, Told,
    act::{CORS, answer},
};

pub(super) fn cases() -> Vec<Case> {
    let old = |headers: String| {
        format!(
            "HTTP/1.0 201 Created\r\ncontent-type: application/json\r\n{CORS}{headers}\r\n{CREATED}"
        )
    };
    let answered = |name, bytes: String| Case::new(name, Act::write(bytes), Told::Answer(201));
    let length = format!("content-length: {}\r\n", CREATED.len());
    let odd = Told::Failed(Protocol, Unknown);
    let broken = |name, bytes: &str| Case::new(name, Act::write(bytes), odd);
    let not_text = b"{\"id\":\"key-1\",\"name\":\"\xff\xfe\xc3\",\"key\":\"fbk_made-for-a-test\"}";
    vec![
        answered("http-1.0", old(length.clone())),
        answered("http-1.0-until-close", old(String::new())),
        answered(
            "status-without-reason",
            format!(
                "HTTP/1.1 201\r\ncontent-type: application/json\r\n{CORS}{length}\r\n{CREATED}"
            ),
        ),
        answered(
            "line-feeds-alone",
            format!("HTTP/1.1 201 Created\r\n{length}{CORS}\r\n{CREATED}").replace("\r\n", "\n"),
        )
        .or(
            odd,
            "lines that end without a carriage return may be refused",
        ),
        broken("not-http", "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        broken(
            "status-not-a-number",
            "HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n",
        ),
        broken(
            "http-9",
            "HTTP/9.9 201 Created\r\ncontent-length: 0\r\n\r\n",
        ),
        Case::new(
            "body-not-utf-8",
            Act::write(answer("201 Created", "", not_text)),
            Told::Answer(201),
        )
        .body(not_text.as_slice()),
    ]
}
