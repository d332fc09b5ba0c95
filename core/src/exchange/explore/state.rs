//! A state of a call: a step that can be taken more than once, and is told from others.

use core::{
    fmt::{Debug, Write},
    hash::{Hash, Hasher},
    time::Duration,
};
use std::hash::DefaultHasher;

use super::{
    super::{Renewing, Sending, Waiting, engine::Exchange},
    run::Run,
};
use crate::{Flow, Outgoing, Step};

/// A step that can be taken more than once.
pub(super) enum State<F: Flow> {
    Sending(Box<Exchange<F>>, Outgoing, Duration, u64, bool),
    Waiting(Box<Exchange<F>>, Duration),
    Renewing(Box<Exchange<F>>),
}

impl<F: Flow + Clone + Debug> State<F> {
    /// The state that this step is; the step itself, if it is the end.
    #[expect(
        clippy::result_large_err,
        reason = "the end of a call is looked at and dropped"
    )]
    pub(super) fn of(step: Step<F>) -> Result<Self, Step<F>> {
        match step {
            Step::Send(sending) => Ok(Self::Sending(
                sending.exchange,
                sending.request,
                sending.timeout,
                sending.limit,
                sending.is_checkup,
            )),
            Step::Wait(waiting) => Ok(Self::Waiting(waiting.exchange, waiting.pause)),
            Step::Renew(renewing) => Ok(Self::Renewing(renewing.exchange)),
            Step::Receive(_) | Step::Done(_) => Err(step),
        }
    }

    pub(super) fn fork(&self) -> Step<F> {
        match self {
            Self::Sending(exchange, request, timeout, limit, is_checkup) => Step::Send(Sending {
                exchange: exchange.clone(),
                request: request.clone(),
                timeout: *timeout,
                limit: *limit,
                is_checkup: *is_checkup,
            }),
            Self::Waiting(exchange, pause) => Step::Wait(Waiting {
                exchange: exchange.clone(),
                pause: *pause,
            }),
            Self::Renewing(exchange) => Step::Renew(Renewing {
                exchange: exchange.clone(),
            }),
        }
    }

    /// What it is, for people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Sending(_, request, ..) => format!("{} {}", request.method(), request.url()),
            Self::Waiting(_, pause) => format!("wait {pause:?}"),
            Self::Renewing(_) => "renew".to_owned(),
        }
    }

    /// Everything on which the rest depends, in 64 bits: among a million states the odds that any two share them are one
    /// to forty million.
    pub(super) fn key(&self, run: &Run) -> u64 {
        let mut hash = DefaultHasher::new();
        let exchange = match self {
            Self::Sending(exchange, _, timeout, limit, is_checkup) => {
                (0, timeout, limit, is_checkup).hash(&mut hash);
                exchange
            }
            Self::Waiting(exchange, pause) => {
                (1, pause).hash(&mut hash);
                exchange
            }
            Self::Renewing(exchange) => {
                2.hash(&mut hash);
                exchange
            }
        };
        exchange.add_to(&mut hash);
        run.hash(&mut hash);
        hash.finish()
    }
}

impl<F: Flow + Debug> Exchange<F> {
    fn add_to(&self, hash: &mut DefaultHasher) {
        let Self {
            flow,
            // Of the context only the token changes: by a renewal, which the observer beside it counts.
            context: _,
            deadline,
            sent,
            // The flow's; the observer knows the request that was made of it.
            errand,
            tries,
            past,
            spent,
            renewed,
            checkup,
            // What is given in the end and read by nobody before.
            learned: _,
            answered: _,
            warnings,
        } = self;
        (errand.name, deadline, sent, tries, spent, renewed).hash(hash);
        core::mem::discriminant(past).hash(hash);
        // What has no hash of its own is told apart by its text.
        let _ = write!(Text(hash), "{flow:?}{checkup:?}{warnings:?}");
    }
}

/// Text on its way into a hash.
struct Text<'a>(&'a mut DefaultHasher);

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
