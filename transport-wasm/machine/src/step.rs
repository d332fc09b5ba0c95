//! What JavaScript tells, as what happened to an exchange.

use fluxbase_client_keys::{Delivery, FailureKind, Now, Step, TransportFailure};

use crate::{
    event::{self, Kind},
    failure,
    flow::AnyFlow,
};

/// Tells an exchange what happened.
pub(crate) fn happened(step: Step<AnyFlow>, kind: Kind, input: &[u8], now: Now) -> Step<AnyFlow> {
    let step = if kind == Kind::Withdrawn {
        step
    } else {
        told(step, kind, input, now)
    };
    if !kind.is_cancellation() {
        return step;
    }
    // What would come next is not begun.
    match step {
        Step::Send(sending) => sending.withdrawn(),
        step => step.cancel(),
    }
}

fn told(step: Step<AnyFlow>, kind: Kind, input: &[u8], now: Now) -> Step<AnyFlow> {
    let failure = || match kind {
        Kind::Failure => failure::read(input),
        Kind::Cancelled => TransportFailure::new(FailureKind::Cancelled, Delivery::Unknown),
        _ => TransportFailure::new(FailureKind::Protocol, Delivery::Unknown),
    };
    match step {
        Step::Send(sending) => {
            if let Some(head) = event::head(kind, input) {
                return sending.head(head, now);
            }
            let failure = failure::explained(failure(), sending.request());
            sending.failed(failure, now)
        }
        Step::Receive(receiving) => match kind {
            Kind::Chunk => receiving.chunk(input, now),
            Kind::End => receiving.end(now),
            _ => receiving.failed(failure(), now),
        },
        Step::Wait(waiting) if kind == Kind::Done => waiting.elapsed(now),
        step => step,
    }
}
