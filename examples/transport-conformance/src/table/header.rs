//! Headers, and the answers before the answer.

use std::time::Duration;

use fluxbase_client_keys::{
    Delivery::Unknown,
    FailureKind::{Closed, Protocol, Timeout},
};

use super::{CREATED, SHORT, created};
use crate::{
    Act, Ask, Case, Deed, Mark, Then, Told,
    act::{CORS, answer},
};

const BUSY: &[u8] = br#"{"error":"Too many requests"}"#;

pub(super) fn cases() -> Vec<Case> {
    let with = |name, headers: &[u8]| {
        let length = format!("content-length: {}\r\n\r\n{CREATED}", CREATED.len());
        let start = format!("HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n{CORS}");
        let bytes = [start.as_bytes(), headers, length.as_bytes()].concat();
        Case::new(name, Act::write(bytes), Told::Answer(201))
    };
    let before = |name, interim: &str| {
        let bytes = [
            interim.as_bytes(),
            &answer("201 Created", "", CREATED.as_bytes()),
        ]
        .concat();
        Case::new(name, Act::write(bytes), Told::Answer(201))
    };
    let busy = |name, headers| {
        let act = Act::write(answer("429 Too Many Requests", headers, BUSY));
        Case::new(name, act, Told::Answer(429))
            .body(BUSY)
            .retry_after(Duration::from_secs(7))
    };
    let odd = Told::Failed(Protocol, Unknown);
    let early = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    let endless = Deed::Repeat(b"x-a: b\r\n".repeat(512), 2000, Duration::from_millis(2));
    vec![
        before("continue-before-answer", "HTTP/1.1 100 Continue\r\n\r\n").mark(Mark::Continued),
        before("early-hints-before-answer", early),
        before("many-interim-answers", &early.repeat(5)),
        busy("header-in-capitals", "RETRY-AFTER: 7\r\n"),
        busy("header-without-space", "retry-after:7\r\n"),
        busy("header-with-much-space", "retry-after: \t 7 \t\r\n"),
        with(
            "header-twice",
            b"x-a: 1\r\nX-A: 2\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n",
        ),
        with(
            "content-type-twice",
            b"Content-Type: application/json; charset=utf-8\r\n",
        )
        .mark(Mark::Usable),
        with("header-empty", b"x-a:\r\nx-b: \r\n"),
        with("header-not-ascii", b"x-a: \xe9t\xe9 \xf0\x9f\x94\x91\r\n"),
        with("header-folded", b"x-a: one\r\n two\r\n")
            .or(odd, "a folded line is obsolete, and may be refused"),
        with("headers-eighty", &b"x-a: b\r\n".repeat(80)),
        with("headers-two-thousand", &b"x-a: b\r\n".repeat(2000))
            .or(odd, "how many headers are taken is the library's to choose"),
        with(
            "header-of-300-kB",
            &[b"x-a: ".as_slice(), &b"b".repeat(300_000), b"\r\n"].concat(),
        )
        .or(odd, "how long a header may be is the library's to choose"),
        Case::new(
            "headers-without-end",
            Act::deeds([Deed::Write(b"HTTP/1.1 201 Created\r\n".to_vec()), endless]),
            odd,
        )
        .or(
            Told::Failed(Closed, Unknown),
            "some libraries end the connection and say no more",
        )
        .or(
            Told::Failed(Timeout, Unknown),
            "its time ends it if nothing else does",
        )
        .timeout(SHORT)
        .mark(Mark::Aborted),
        Case::new("no-cookies", created(), Told::Answer(201))
            .after(
                Act::write(answer(
                    "201 Created",
                    "set-cookie: kept=1; Path=/\r\n",
                    CREATED.as_bytes(),
                ))
                .then(Then::Keep),
            )
            .asks([Ask::Create, Ask::Create]),
    ]
}
