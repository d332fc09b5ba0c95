//! What stands before a server, and what pages of other origins are let do.

use super::CREATED;
use crate::{
    Act, Ask, Case, Cors, Told,
    act::{CORS, answer},
};

/// Nothing that makes sense to this client.
const PAGE: &str = "<!doctype html><h1>Sign in</h1>";

pub(super) fn cases() -> Vec<Case> {
    let html = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{CORS}content-length: {}\r\n\r\n{PAGE}",
        PAGE.len()
    );
    let kept = "cache-control: max-age=86400\r\netag: \"1\"\r\nset-cookie: kept=1; Path=/\r\n";
    let unreadable = format!(
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{CREATED}",
        CREATED.len()
    );
    let case = |name, cors| {
        let act = Act::write(unreadable.as_bytes());
        Case::new(name, act, Told::Answer(201)).cors(cors)
    };
    vec![
        Case::new("page-of-a-proxy", Act::write(html), Told::Answer(200))
            .asks([Ask::Get])
            .body(PAGE),
        Case::new(
            "nothing-is-kept",
            Act::write(answer("200 OK", kept, b"[]")),
            Told::Answer(200),
        )
        .asks([Ask::List, Ask::List, Ask::List])
        .body("[]"),
        case("origin-not-allowed", Cors::Nothing),
        case("origin-may-send-and-not-read", Cors::Sending),
    ]
}
