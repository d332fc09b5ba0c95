//! Bodies whose length is told wrong, twice, or not at all.

use fluxbase_client_keys::{
    Delivery::Unknown,
    FailureKind::{Closed, Protocol},
};

use super::{CREATED, created};
use crate::{
    Act, Ask, Case, Mark, Then, Told,
    act::{answer, chunked, head},
};

pub(super) fn cases() -> Vec<Case> {
    let body = CREATED.as_bytes();
    let length = body.len();
    let with = |headers: &str, body: &[u8]| [head("201 Created", headers), body.to_vec()].concat();
    let told =
        |name, headers: &str| Case::new(name, Act::write(with(headers, body)), Told::Answer(201));
    let odd = Told::Failed(Protocol, Unknown);
    let surplus = [CREATED, "and more"].concat();
    let forged = answer(
        "201 Created",
        "",
        br#"{"key":"not the answer to this request"}"#,
    );
    let and_forged = [answer("201 Created", "", body), forged].concat();
    vec![
        Case::new(
            "length-too-short",
            Act::write(with(
                &format!("content-length: {length}\r\n"),
                surplus.as_bytes(),
            )),
            Told::Answer(201),
        ),
        told(
            "length-too-long",
            &format!("content-length: {}\r\n", length + 9),
        )
        .tells(Told::Cut(201, Closed)),
        Case::new("surplus-is-no-answer", created(), Told::Answer(201))
            .after(Act::write(and_forged).then(Then::Keep))
            .asks([Ask::Create, Ask::Create]),
        told(
            "length-twice-the-same",
            &format!("content-length: {length}\r\ncontent-length: {length}\r\n"),
        )
        .or(odd, "what is told twice may be refused"),
        told(
            "length-twice-and-different",
            &format!("content-length: 7\r\ncontent-length: {length}\r\n"),
        )
        .tells(odd),
        told("length-is-no-number", "content-length: many\r\n")
            .tells(odd)
            .mark(Mark::NoLength),
        told("length-is-negative", "content-length: -1\r\n")
            .tells(odd)
            .mark(Mark::NoLength),
        Case::new(
            "length-beside-chunks",
            Act::write(with(
                "content-length: 7\r\ntransfer-encoding: chunked\r\n",
                &chunked(body, 16, "", ""),
            )),
            Told::Answer(201),
        )
        .or(
            odd,
            "chunks count more than a length, and both together may be refused",
        ),
        // The end of the connection is the end of the body.
        told("length-unknown", ""),
    ]
}
