//! `Receiving`: the body of an answer is to be read.

use core::fmt;

use zeroize::Zeroizing;

use super::{Now, Step, engine::Exchange};
use crate::{
    Delivery, Error, ErrorKind, FailureKind, Flow, Head, Outcome, Replay, Reply, TransportFailure,
    operation::is_among, secret::append, wire::refusal,
};

/// As much of a refusing answer as is read: the longest known error body has some hundred bytes.
const REFUSAL_LIMIT: u64 = 64 * 1024;

/// The body of an answer is to be read: next comes a chunk, the end, or a failure.
#[must_use]
pub struct Receiving<F: Flow> {
    exchange: Box<Exchange<F>>,
    head: Head,
    /// The flow takes the body in chunks.
    streams: bool,
    /// The body otherwise. It may hold a plaintext key or a token.
    body: Zeroizing<Vec<u8>>,
    limit: u64,
    seen: u64,
    is_checkup: bool,
    /// An item has been handed out, so nothing may be sent again.
    given: bool,
}

impl<F: Flow> Receiving<F> {
    /// Whether a cancellation from outside may cut the call; see [`Sending::is_interruptible`](super::Sending::is_interruptible).
    #[must_use]
    pub fn is_interruptible(&self) -> bool {
        self.exchange.context.interruptible
    }

    pub(super) fn new(
        exchange: Box<Exchange<F>>,
        head: Head,
        streams: bool,
        limit: u64,
        is_checkup: bool,
    ) -> Self {
        Self {
            exchange,
            head,
            streams,
            body: Zeroizing::default(),
            limit,
            seen: 0,
            is_checkup,
            given: false,
        }
    }

    /// The next bytes of the body came, decompressed.
    pub fn chunk(mut self, bytes: &[u8], now: Now) -> Step<F> {
        self.seen = self
            .seen
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if !self.is_accepted() && self.seen > REFUSAL_LIMIT {
            // The status says enough; the rest of the body would not say more.
            return self.end(now);
        }
        if self.seen > self.limit {
            return self.failed(
                TransportFailure::new(FailureKind::TooLarge, Delivery::Unknown),
                now,
            );
        }
        if !self.streams {
            append(&mut self.body, bytes);
        } else if let Err(error) = self.exchange.flow.feed(&self.head, bytes) {
            return self.exchange.give_up(Replay::Safe.settle(error), now);
        }
        Step::Receive(self)
    }

    /// What the chunks so far have completed: keys of a list that is read one by one.
    pub fn next_item(&mut self) -> Option<F::Item> {
        let item = self.exchange.flow.next_item();
        self.given |= item.is_some();
        item
    }

    /// The body is complete.
    pub fn end(self, now: Now) -> Step<F> {
        if self.is_checkup {
            return self.exchange.health_answer(&self.head, &self.body, now);
        }
        self.exchange.answer(&self.head, &self.body, now)
    }

    /// The body broke off.
    pub fn failed(mut self, failure: TransportFailure, now: Now) -> Step<F> {
        if self.is_checkup {
            return self.exchange.health_failure(&failure, now);
        }
        if failure.kind() == FailureKind::Cancelled {
            // Whatever the answer was going to say: the caller wants no more of it, and is told so.
            return self.cancel(Error::new(ErrorKind::Cancelled));
        }
        if !self.is_accepted() {
            // A refusal is known by its status, but for the one that its body can turn into a success.
            if self.head.status() == 400 && !self.exchange.is_uncertain() {
                self.exchange.past = Outcome::Unknown;
            }
            return self.end(now);
        }
        if self.given || failure.kind() == FailureKind::TooLarge {
            let error = failure
                .into_error()
                .with_status(self.head.status())
                .with_outcome(self.outcome_of_acceptance());
            return self.exchange.give_up(error, now);
        }
        let applied = self.outcome_of_acceptance() == Outcome::Applied;
        let failure = if applied {
            failure
        } else {
            // The page of something before the server: the request may have come through or not.
            failure.with_delivery(Delivery::Unknown)
        };
        self.exchange.failure(failure, applied, now)
    }

    /// The caller wants no more items: the rest of the body need not be read.
    pub fn stop(mut self, now: Now) -> Step<F> {
        match self.exchange.flow.stopped() {
            Some(output) => {
                self.exchange.note_answer(&self.head);
                self.exchange.finish(Ok(output))
            }
            None => self.end(now),
        }
    }

    pub(super) fn cancel(self, error: Error) -> Step<F> {
        let outcome = if self.is_checkup {
            Outcome::NotApplied
        } else if self.is_accepted() {
            self.outcome_of_acceptance()
        } else if self.head.status() == 400 {
            // Its body would tell whether it is a success after all.
            Outcome::Unknown
        } else {
            // As much as the status tells without the body.
            refusal(&Reply::new(&self.head, b""), None).outcome()
        };
        self.exchange.end(error.with_outcome(outcome))
    }

    /// What an accepting status tells without the whole body: nothing, where it is the page of something before the
    /// server.
    fn outcome_of_acceptance(&self) -> Outcome {
        if self.head.may_be_json() {
            Outcome::Applied
        } else {
            Outcome::Unknown
        }
    }

    fn is_accepted(&self) -> bool {
        (200..300).contains(&self.head.status())
            || is_among(self.head.status(), self.exchange.errand.claimed)
    }
}

impl<F: Flow> fmt::Debug for Receiving<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving")
            .field("head", &self.head)
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}
