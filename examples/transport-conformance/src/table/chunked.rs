//! Bodies in chunks.

use fluxbase_client_keys::FailureKind::{Closed, Protocol};

use super::CREATED;
use crate::{
    Act, Case, Told,
    act::{chunked, head},
};

pub(super) fn cases() -> Vec<Case> {
    let body = CREATED.as_bytes();
    let case = |name, body: &[u8], told| {
        let head = head("201 Created", "transfer-encoding: chunked\r\n");
        Case::new(name, Act::write([&head, body].concat()), told)
    };
    let whole = Told::Answer(201);
    let quoted = format!(r#";c;a="b;c";name={}"#, "v".repeat(300));
    vec![
        case("chunked", &chunked(body, 16, "", ""), whole),
        case("chunked-byte-by-byte", &chunked(body, 1, "", ""), whole),
        case(
            "chunked-with-extensions",
            &chunked(body, 16, ";a=b", ""),
            whole,
        ),
        case(
            "chunked-with-quoted-extensions",
            &chunked(body, 16, &quoted, ""),
            whole,
        )
        .or(
            Told::Cut(201, Protocol),
            "how much of an extension is understood is the library's to choose",
        ),
        case(
            "chunked-with-trailers",
            &chunked(body, 16, "", "x-checksum: 1\r\nx-more: 2\r\n"),
            whole,
        ),
        case(
            "chunked-cut-between",
            b"4\r\n{\"id\r\n",
            Told::Cut(201, Closed),
        ),
        case(
            "chunked-cut-in-chunk",
            b"40\r\n{\"id",
            Told::Cut(201, Closed),
        ),
        case(
            "chunked-cut-in-size",
            b"4\r\n{\"id\r\n1",
            Told::Cut(201, Closed),
        ),
        case(
            "chunked-bad-size",
            b"4\r\n{\"id\r\nzz\r\n\"}\r\n0\r\n\r\n",
            Told::Cut(201, Protocol),
        ),
        case(
            "chunked-huge-size",
            b"4\r\n{\"id\r\nfffffffffffffffffffff\r\n\"}\r\n0\r\n\r\n",
            Told::Cut(201, Protocol),
        ),
        case(
            "chunked-longer-than-size",
            b"4\r\n{\"id\":1}\r\n0\r\n\r\n",
            Told::Cut(201, Protocol),
        ),
    ]
}
