//! `Sending`: a request is to be sent.

use core::{fmt, time::Duration};

use super::{Now, Receiving, Step, engine::Exchange};
use crate::{Error, ErrorKind, Flow, Head, Outcome, Outgoing, TransportFailure};

/// A request is to be sent: next comes the head of its answer, or the failure to get one.
#[must_use]
pub struct Sending<F: Flow> {
    pub(super) exchange: Box<Exchange<F>>,
    pub(super) request: Outgoing,
    pub(super) timeout: Duration,
    pub(super) limit: u64,
    /// It is the question how the server is, not the errand.
    pub(super) is_checkup: bool,
}

impl<F: Flow> Sending<F> {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &Outgoing {
        &self.request
    }

    /// The time for the whole of it, from connecting to the last byte of the answer.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The bytes of the answer, after decompression, beyond which reading may stop; the machine itself counts too.
    #[must_use]
    pub fn body_limit(&self) -> u64 {
        self.limit
    }

    /// Whether a cancellation from outside may cut it: not so for a refresh, which kills a token whether its answer is
    /// read or not.
    #[must_use]
    pub fn is_interruptible(&self) -> bool {
        self.exchange.context.interruptible
    }

    /// The head of the answer came.
    pub fn head(mut self, head: Head, now: Now) -> Step<F> {
        let _ = now;
        let success = (200..300).contains(&head.status());
        let streams = success && !self.is_checkup && self.exchange.flow.streams(&head);
        Step::Receive(Receiving::new(
            self.exchange,
            head,
            streams,
            self.limit,
            self.is_checkup,
        ))
    }

    /// It failed.
    pub fn failed(self, failure: TransportFailure, now: Now) -> Step<F> {
        if self.is_checkup {
            return self.exchange.health_failure(&failure, now);
        }
        self.exchange.failure(failure, false, now)
    }

    /// The call is cancelled before the request was handed to anybody: nothing of it has been sent.
    pub fn withdrawn(mut self) -> Step<F> {
        self.exchange.sent = self.exchange.sent.saturating_sub(1);
        self.exchange.end(Error::new(ErrorKind::Cancelled))
    }

    pub(super) fn cancel(self, error: Error) -> Step<F> {
        // Nobody knows how far the transport came.
        let error = if self.is_checkup {
            error
        } else {
            error.with_outcome(Outcome::Unknown)
        };
        self.exchange.end(error)
    }
}

impl<F: Flow> fmt::Debug for Sending<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("request", &self.request)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
