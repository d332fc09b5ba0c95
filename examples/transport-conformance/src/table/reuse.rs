//! Connections that are used again, or end while they are about to be.

use fluxbase_client_keys::{Delivery::Unknown, FailureKind::Closed};

use super::{CREATED, created};
use crate::{
    Act, Ask, Case, Mark, Then, Told, When,
    act::{answer, head},
};

pub(super) fn cases() -> Vec<Case> {
    let kept = || Act::write(answer("201 Created", "", CREATED.as_bytes())).then(Then::Keep);
    let twice = [Ask::Create, Ask::Create];
    let lost = Told::Failed(Closed, Unknown);
    let noticed = "that the connection has ended is noticed when it is used";
    vec![
        Case::new("reuse", created(), Told::Answer(201))
            .after(kept())
            .after(kept())
            .asks([Ask::Create, Ask::Create, Ask::Create]),
        Case::new("reuse-after-no-content", created(), Told::Answer(201))
            .after(Act::write(head("204 No Content", "")).then(Then::Keep))
            .asks([Ask::Delete, Ask::Create]),
        Case::new("closed-while-idle", created(), Told::Answer(201))
            // Not announced by a header.
            .after(created())
            .asks(twice)
            .or(lost, noticed),
        Case::new("race-closed-after-reading", Act::close(), lost)
            .after(kept())
            .asks(twice)
            .mark(Mark::Race)
            .resent(),
        Case::new(
            "race-reset-after-reading",
            Act::close().then(Then::Reset),
            lost,
        )
        .after(kept())
        .asks(twice)
        .mark(Mark::Race)
        .resent(),
        Case::new(
            "race-closed-without-reading",
            Act::close().when(When::Unread),
            lost,
        )
        .after(kept())
        .asks(twice)
        .mark(Mark::Race)
        .resent(),
    ]
}
