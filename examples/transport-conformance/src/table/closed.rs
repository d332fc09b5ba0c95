//! No connection, or one that ends before its time.

use fluxbase_client_keys::{
    Delivery::{NotSent, Unknown},
    FailureKind::{Closed, Connect, Resolve},
};

use super::{CREATED, created};
use crate::{
    Act, Case, Deed, Place, Then, Told,
    act::{answer, head},
};
use std::time::Duration;

/// Long enough for what was written to be read before the connection is reset, which may take it away.
const A_WHILE: Duration = Duration::from_millis(100);

pub(super) fn cases() -> Vec<Case> {
    let whole = answer("201 Created", "", CREATED.as_bytes());
    let half = whole.len() - 20;
    let half = whole.get(..half).unwrap_or_default();
    let lost = Told::Failed(Closed, Unknown);
    vec![
        Case::new("refused", created(), Told::Failed(Connect, NotSent)).at(Place::Refused),
        Case::new("no-address", created(), Told::Failed(Resolve, NotSent)).at(Place::Nowhere),
        Case::new("reset-before-answer", Act::close().then(Then::Reset), lost).resent(),
        Case::new("closed-before-answer", Act::close(), lost).resent(),
        Case::new("closed-in-status-line", Act::write("HTTP/1.1 20"), lost),
        Case::new(
            "closed-in-headers",
            Act::write("HTTP/1.1 201 Created\r\ncontent-ty"),
            lost,
        ),
        Case::new(
            "closed-after-headers",
            Act::write(head("201 Created", "content-length: 50\r\n")),
            Told::Cut(201, Closed),
        ),
        Case::new("closed-in-body", Act::write(half), Told::Cut(201, Closed)),
        Case::new(
            "reset-in-body",
            Act::deeds([Deed::Write(half.to_vec()), Deed::Pause(A_WHILE)]).then(Then::Reset),
            Told::Cut(201, Closed),
        ),
    ]
}
