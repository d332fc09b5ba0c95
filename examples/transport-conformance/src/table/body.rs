//! Bodies around the limit.

use std::time::Duration;

use super::{CREATED, KEY};
use crate::{
    Act, Ask, BODY_LIMIT, Case, Deed, Mark, Told,
    act::{CORS, answer, head},
};

pub(super) fn cases() -> Vec<Case> {
    let limit = usize::try_from(BODY_LIMIT).unwrap_or(usize::MAX);
    let of = |name, length: usize, told| {
        let body = CREATED.to_owned() + &" ".repeat(length.saturating_sub(CREATED.len()));
        let act = Act::write(answer("201 Created", "", body.as_bytes()));
        Case::new(name, act, told).body(body)
    };
    let start = head("201 Created", "transfer-encoding: chunked\r\n");
    let piece = [b"4000\r\n".as_slice(), &[b' '; 0x4000], b"\r\n"].concat();
    let endless = Act::deeds([
        Deed::Write(start),
        Deed::Repeat(piece, 2000, Duration::from_millis(2)),
    ]);
    // Written in pieces by a server that is slow, but not too slow.
    let (first, rest) = KEY.split_at(9);
    let pause = Deed::Pause(Duration::from_millis(60));
    let slow = Act::deeds([
        Deed::Write(b"HTTP/1.1 ".to_vec()),
        pause.clone(),
        Deed::Write(format!("200 OK\r\n{CORS}content-length: {}\r\n\r\n", KEY.len()).into()),
        pause.clone(),
        Deed::Write(first.into()),
        pause,
        Deed::Write(rest.into()),
    ]);
    vec![
        of("body-of-limit-less-one", limit - 1, Told::Answer(201)),
        of("body-of-limit", limit, Told::Answer(201)),
        of("body-of-limit-and-one", limit + 1, Told::TooLarge(201)),
        Case::new("body-without-end", endless, Told::TooLarge(201)).mark(Mark::Aborted),
        Case::new("body-in-pieces", slow, Told::Answer(200))
            .asks([Ask::Get])
            .body(KEY),
    ]
}
