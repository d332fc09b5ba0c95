//! `Waiting`, `Renewing` and `Done`.

use core::{fmt, time::Duration};

use super::{Answer, Learned, Now, Step, context::Source, engine::Exchange};
use crate::{Credential, Error, Flow, Generation, Outcome};

/// Time has to pass before the next attempt.
#[must_use]
pub struct Waiting<F: Flow> {
    pub(super) exchange: Box<Exchange<F>>,
    pub(super) pause: Duration,
}

impl<F: Flow> Waiting<F> {
    /// How long.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.pause
    }

    /// It has passed.
    pub fn elapsed(self, now: Now) -> Step<F> {
        self.exchange.send(now)
    }

    pub(super) fn cancel(self, error: Error) -> Step<F> {
        self.exchange.end(error)
    }
}

impl<F: Flow> fmt::Debug for Waiting<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("duration", &self.pause)
            .finish_non_exhaustive()
    }
}

/// A newer access token is wanted.
#[must_use]
pub struct Renewing<F: Flow> {
    pub(super) exchange: Box<Exchange<F>>,
}

impl<F: Flow> Renewing<F> {
    /// The generation that is no longer good.
    #[must_use]
    pub fn stale(&self) -> Generation {
        match self.exchange.context.access {
            Source::Session(_, generation) => generation,
            Source::None | Source::Fixed(_) => Generation::default(),
        }
    }

    /// The time that is left for the call. The renewal itself is not bound by it: a refresh that is cut off kills the
    /// token that it would replace.
    #[must_use]
    pub fn time_left(&self, now: Now) -> Duration {
        self.exchange.deadline.saturating_sub(now.monotonic)
    }

    /// Here is one.
    pub fn renewed(mut self, token: Credential, generation: Generation, now: Now) -> Step<F> {
        self.exchange.context.access = Source::Session(Some(token), generation);
        self.exchange.send(now)
    }

    /// There is none to be had.
    pub fn failed(self, error: Error) -> Step<F> {
        // What a refresh did is not what the caller's operation did; the flow knows what was done before.
        let error = error.with_outcome(Outcome::NotApplied).or_detail(
            "there was no access token to send: getting one by refresh or sign-in failed",
        );
        self.exchange.end(error)
    }
}

impl<F: Flow> fmt::Debug for Renewing<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewing")
            .field("stale", &self.stale())
            .finish_non_exhaustive()
    }
}

/// The call has ended.
#[derive(Debug)]
#[must_use]
pub struct Done<T> {
    result: Result<Answer<T>, Error>,
    learned: Learned,
}

impl<T> Done<T> {
    pub(super) fn new(result: Result<Answer<T>, Error>, learned: Learned) -> Self {
        Self { result, learned }
    }

    /// What was learned about the server, for the next call.
    #[must_use]
    pub fn learned(&self) -> Learned {
        self.learned
    }

    /// The value and how it was come by, or the error.
    pub fn into_result(self) -> Result<Answer<T>, Error> {
        self.result
    }
}
