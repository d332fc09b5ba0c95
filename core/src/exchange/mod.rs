//! The exchange: one call to a server as a machine without I/O.
//!
//! Its page, with the diagram of the states and a walk through them, is `docs/exchange.md`.

mod answer;
mod context;
mod effect;
mod engine;
#[cfg(any(test, feature = "__fuzz"))]
pub(crate) mod explore;
mod policy;
mod receiving;
mod refusal;
mod sending;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod waiting;

use core::fmt;

pub use self::{
    answer::{Answer, Event, EventKind, Learned, Observer, Warning},
    context::{Access, Context, Now},
    policy::Policy,
    receiving::Receiving,
    sending::Sending,
    waiting::{Done, Renewing, Waiting},
};
use crate::{Error, ErrorKind, Flow};

/// What has to be done next for a call.
#[must_use = "a call goes on only when its next step is taken"]
pub enum Step<F: Flow> {
    /// Send a request.
    Send(Sending<F>),
    /// Read the body of its answer.
    Receive(Receiving<F>),
    /// Let time pass.
    Wait(Waiting<F>),
    /// Get a newer access token.
    Renew(Renewing<F>),
    /// Nothing: the call has ended.
    Done(Done<F::Output>),
}

impl<F: Flow> Step<F> {
    /// Begins a call.
    pub fn start(flow: F, context: Context, now: Now) -> Self {
        engine::Exchange::start(flow, context, now)
    }

    /// Ends the call from outside. What may have been sent may have been carried out.
    pub fn cancel(self) -> Self {
        let cancelled = Error::new(ErrorKind::Cancelled);
        match self {
            Self::Send(sending) => sending.cancel(cancelled),
            Self::Receive(receiving) => receiving.cancel(cancelled),
            Self::Wait(waiting) => waiting.cancel(cancelled),
            Self::Renew(renewing) => renewing.failed(cancelled),
            Self::Done(done) => Self::Done(done),
        }
    }
}

impl<F: Flow> fmt::Debug for Step<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(sending) => sending.fmt(f),
            Self::Receive(receiving) => receiving.fmt(f),
            Self::Wait(waiting) => waiting.fmt(f),
            Self::Renew(renewing) => renewing.fmt(f),
            Self::Done(_) => f.write_str("Done"),
        }
    }
}
