//! What JavaScript tells, as what happened to an exchange.

use fluxbase_client_keys::{Delivery, FailureKind, Now, Step, TransportFailure};

use crate::{
    event::{self, Kind},
    failure,
    flow::AnyFlow,
};

/// Tells an exchange what happened.
pub(crate) fn happened(step: Step<AnyFlow>, kind: Kind, input: &[u8], now: Now) -> Step<AnyFlow> {
    let failure = || match kind {
        Kind::Failure => failure::read(input),
        Kind::Cancelled => TransportFailure::new(FailureKind::Cancelled, Delivery::Unknown),
        _ => TransportFailure::new(FailureKind::Protocol, Delivery::Unknown),
    };
    let step = match (step, kind) {
        (Step::Send(sending), Kind::Withdrawn) => return sending.withdrawn(),
        (step, Kind::Withdrawn) => return step.cancel(),
        (Step::Send(sending), Kind::Head) => match event::head(input) {
            Some(head) => sending.head(head, now),
            None => sending.failed(failure(), now),
        },
        (Step::Send(sending), _) => {
            let failure = failure::explained(failure(), sending.request());
            sending.failed(failure, now)
        }
        (Step::Receive(receiving), Kind::Chunk) => receiving.chunk(input, now),
        (Step::Receive(receiving), Kind::End) => receiving.end(now),
        (Step::Receive(receiving), _) => receiving.failed(failure(), now),
        (Step::Wait(waiting), Kind::Done) => waiting.elapsed(now),
        (step, _) => step,
    };
    if kind != Kind::Cancelled {
        return step;
    }
    // What would come next is not begun.
    match step {
        Step::Send(sending) => sending.withdrawn(),
        step => step.cancel(),
    }
}
