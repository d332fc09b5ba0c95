//! Peers that say nothing, or too little; and time itself.

use std::time::Duration;

use fluxbase_client_keys::{Delivery::Unknown, FailureKind::Timeout};

use super::{CREATED, SHORT, created};
use crate::{Act, Ask, Case, Deed, Mark, Told, act::head};

pub(super) fn cases() -> Vec<Case> {
    let start = || head("201 Created", "content-length: 900\r\n");
    let silent = |name, written: &[u8], told| {
        Case::new(name, Act::write(written).hold(), told)
            .timeout(SHORT)
            .mark(Mark::Aborted)
    };
    // One byte often enough for any limit on a single read.
    let drip = |bytes: &[u8]| Deed::Drip(bytes.to_vec(), Duration::from_millis(40));
    let late = Told::Failed(Timeout, Unknown);
    let in_body = Told::Cut(201, Timeout);
    let slow_head = format!("HTTP/1.1 201 Created\r\nx-slow: {}", "s".repeat(100));
    vec![
        silent("silent-before-head", b"", late),
        silent("silent-in-head", b"HTTP/1.1 201 Created\r\ncontent-", late),
        silent("silent-after-head", &start(), in_body),
        silent(
            "silent-in-body",
            &[start(), b"{\"id\":".to_vec()].concat(),
            in_body,
        ),
        Case::new(
            "dripping-head",
            Act::deeds([drip(slow_head.as_bytes())]),
            late,
        )
        .timeout(SHORT)
        .mark(Mark::Aborted),
        Case::new(
            "dripping-body",
            Act::deeds([Deed::Write(start()), drip(&[b' '; 120])]),
            in_body,
        )
        .timeout(SHORT)
        .mark(Mark::Aborted),
        Case::new("dropped-while-waiting", Act::close().hold(), Told::Nothing)
            .asks([Ask::CreateAndDrop(Duration::from_millis(600))])
            .mark(Mark::Aborted),
        Case::new("time-passes", created(), Told::Nothing)
            .asks([Ask::Sleep(Duration::from_millis(80))])
            .body(CREATED),
    ]
}
