//! Drivers: the only two loops over [`Step`], and what they need of a transport.

mod asynchronous;
mod blocking;

use core::{ops::ControlFlow, time::Duration};

pub use self::{
    asynchronous::{AsyncRenewal, AsyncResponseBody, AsyncTransport, drive_async},
    blocking::{Renewal, ResponseBody, Transport, drive},
};
use crate::{Credential, Error, ErrorKind, Flow, Generation, Now, Sending, Step};

/// What a transport has to keep to while it carries out one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The time for the whole of it, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// The bytes of the answer, after decompression, beyond which reading may stop.
    pub body_limit: u64,
    /// Whether a cancellation may cut it short.
    pub interruptible: bool,
}

impl Limits {
    fn of<F: Flow>(sending: &Sending<F>) -> Self {
        Self {
            timeout: sending.timeout(),
            body_limit: sending.body_limit(),
            interruptible: sending.is_interruptible(),
        }
    }
}

/// There is nothing to renew with: for a fixed credential, and for the refresh itself, which so cannot recurse.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRenewal;

impl NoRenewal {
    fn refuse() -> Result<(Credential, Generation), Error> {
        Err(Error::new(ErrorKind::SignInNeeded))
    }
}

/// Ends a call between two steps, unless it must not be cut. A request that is still to be sent has not been.
///
/// A renewal that waits is not under way: what was sent of it was answered or never left. It ends here, since the sleep of a
/// transport that is cancelled is none, and the busy server would get the next request at once.
fn cancel<F: Flow>(step: Step<F>) -> Step<F> {
    match step {
        Step::Send(sending) if !sending.is_interruptible() => Step::Send(sending),
        Step::Send(sending) => sending.withdrawn(),
        Step::Receive(receiving) if !receiving.is_interruptible() => Step::Receive(receiving),
        step => step.cancel(),
    }
}

/// Gives out what the last chunk completed; ends the reading when the caller wants no more.
fn hand_out<F: Flow>(
    step: Step<F>,
    now: Now,
    give: &mut impl FnMut(F::Item) -> ControlFlow<()>,
) -> Step<F> {
    let Step::Receive(mut receiving) = step else {
        return step;
    };
    while let Some(item) = receiving.next_item() {
        if give(item).is_break() {
            return receiving.stop(now);
        }
    }
    Step::Receive(receiving)
}
