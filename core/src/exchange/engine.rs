//! Every decision of an exchange but those about a 401.

use core::time::Duration;

use super::{
    Context, Done, EventKind, Learned, Now, Renewing, Sending, Step, Waiting, answer::Warning,
    context::Source, refusal::Checkup,
};
use crate::{
    Credential, CredentialKind, Delivery, Errand, Error, ErrorKind, Flow, Head, Notes, Outcome,
    Replay, Reply, Scope, TransportFailure, Turn,
    error::{Subject, is_repeated},
    flow::BodyLimit,
    operation::{accepts, is_among, refused},
    wire::refusal,
};

/// What all states of a call share.
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub(super) struct Exchange<F: Flow> {
    pub(super) flow: F,
    pub(super) context: Context,
    /// On the monotonic clock.
    pub(super) deadline: Duration,
    /// Requests sent in the whole call.
    pub(super) sent: u32,
    pub(super) errand: Errand,
    /// Times that this errand was sent.
    pub(super) tries: u32,
    /// What is known about the attempts of this errand that had no complete answer.
    pub(super) past: Outcome,
    /// The idempotency key of the errand has had its complete answer.
    pub(super) spent: bool,
    pub(super) renewed: bool,
    pub(super) checkup: Checkup,
    pub(super) learned: Learned,
    pub(super) warnings: Vec<Warning>,
    pub(super) answered: (u16, Option<String>),
}

impl<F: Flow> Exchange<F> {
    pub(super) fn start(flow: F, context: Context, now: Now) -> Step<F> {
        let deadline = now.monotonic.saturating_add(context.policy.deadline);
        let errand = match flow.errand() {
            Ok(errand) => errand,
            Err(error) => {
                let error = error.with_operation(flow.name());
                return Step::Done(Done::new(Err(error), Learned::default()));
            }
        };
        let exchange = Self {
            flow,
            context,
            deadline,
            sent: 0,
            errand,
            tries: 0,
            past: Outcome::NotApplied,
            spent: false,
            renewed: false,
            checkup: Checkup::default(),
            learned: Learned::default(),
            warnings: Vec::new(),
            answered: (0, None),
        };
        Box::new(exchange).send(now)
    }

    /// Takes up the flow's next errand.
    fn next_errand(mut self: Box<Self>, now: Now) -> Step<F> {
        match self.flow.errand() {
            Ok(errand) => {
                // The same operation in another spelling: what became of the attempts before still counts.
                if errand.name != self.errand.name {
                    self.past = Outcome::NotApplied;
                }
                self.errand = errand;
                self.tries = 0;
                self.spent = false;
                self.send(now)
            }
            Err(error) => self.finish(Err(error)),
        }
    }

    /// Sends the errand, for the first time or again.
    pub(super) fn send(mut self: Box<Self>, now: Now) -> Step<F> {
        let left = self.deadline.saturating_sub(now.monotonic);
        if left.is_zero() {
            let error = Error::new(ErrorKind::DeadlineExceeded);
            return self.give_up(error, now);
        }
        let request = match self.credential() {
            Ok(credential) => self.errand.call.to_outgoing(&self.context.base, credential),
            Err(Lack::Renewable) => return self.renew(),
            Err(Lack::Final(error)) => return self.give_up(error, now),
        };
        let timeout = self.context.policy.attempt_timeout.min(left);
        let limit = match self.errand.limit {
            BodyLimit::Single => self.context.policy.body_limit,
            BodyLimit::List => self.context.policy.list_limit,
            BodyLimit::Bytes(limit) => limit,
        };
        self.tries = self.tries.saturating_add(1);
        self.sent = self.sent.saturating_add(1);
        self.tell(self.errand.name, EventKind::Sending);
        Step::Send(Sending {
            exchange: self,
            request,
            timeout,
            limit,
            is_checkup: false,
        })
    }

    /// The credential for the errand, if it takes one.
    fn credential(&self) -> Result<Option<&Credential>, Lack> {
        use crate::Auth;

        let credential = match (self.errand.auth, &self.context.access) {
            (Auth::None, _) => return Ok(None),
            (_, Source::Session(None, _)) => return Err(Lack::Renewable),
            (Auth::Any, Source::None) => {
                return Err(Lack::Final(Error::invalid(Subject::CredentialNeeded)));
            }
            (Auth::AccessToken, Source::None) => {
                return Err(Lack::Final(Error::invalid(Subject::AccessTokenNeeded)));
            }
            (_, Source::Fixed(credential) | Source::Session(Some(credential), _)) => credential,
        };
        if self.errand.auth == Auth::AccessToken && credential.kind() != CredentialKind::BearerToken
        {
            return Err(Lack::Final(Error::invalid(Subject::AccessTokenNeeded)));
        }
        Ok(Some(credential))
    }

    /// Remembers status and request id for the answer of the call; an id that repeats a secret is none.
    pub(super) fn note_answer(&mut self, head: &Head) {
        let id = head
            .request_id()
            .filter(|id| !is_repeated(id, &self.secrets_sent()))
            .map(str::to_owned);
        self.answered = (head.status(), id);
    }

    /// The secrets that went with the errand, or could have.
    fn secrets_sent(&self) -> [Option<&str>; 3] {
        let [in_body, idempotency_key] = self.errand.call.secrets();
        [in_body, idempotency_key, self.context.access.secret()]
    }

    /// Asks for a newer access token.
    pub(super) fn renew(mut self: Box<Self>) -> Step<F> {
        self.renewed = true;
        self.tell(self.errand.name, EventKind::Renewing);
        Step::Renew(Renewing { exchange: self })
    }

    /// No whole answer came.
    pub(super) fn failure(
        mut self: Box<Self>,
        failure: TransportFailure,
        accepted: bool,
        now: Now,
    ) -> Step<F> {
        self.tell(
            self.errand.name,
            EventKind::Failed {
                kind: failure.kind(),
                delivery: failure.delivery(),
            },
        );
        let arrived = accepted || failure.delivery() == Delivery::Unknown;
        if accepted {
            self.past = Outcome::Applied;
        } else if arrived && !self.is_uncertain() {
            self.past = Outcome::Unknown;
        }
        match self.checkup.take_unconfirmed() {
            // The one repetition that health allowed did not settle it.
            Some(refused) if !accepted => return self.give_up(refused, now),
            // A 2xx settled it, or there was nothing to settle.
            _ => {}
        }
        let harmless = match self.errand.replay {
            Replay::Safe | Replay::Idempotent | Replay::Keyed => true,
            Replay::Once => !arrived,
        };
        let again = harmless && failure.kind().is_transient() && self.errand.retries;
        let outcome = if accepted {
            Outcome::Applied
        } else {
            Outcome::NotApplied
        };
        let error = failure.into_error().with_outcome(outcome);
        if again {
            let pause = self.context.policy.backoff_after(self.tries, now.jitter);
            self.wait_or_give_up(pause, error, now)
        } else {
            self.give_up(error, now)
        }
    }

    /// A whole answer came.
    pub(super) fn answer(mut self: Box<Self>, head: &Head, body: &[u8], now: Now) -> Step<F> {
        let reply = Reply::new(head, body);
        self.note_answer(head);
        self.tell(
            self.errand.name,
            EventKind::Answered {
                status: head.status(),
                request_id: self.answered.1.as_deref(),
            },
        );
        if accepts(&reply, self.errand.claimed) {
            self.checkup.settle();
            if head.is_replay() {
                self.warnings.push(Warning::Replayed);
            }
            if head.status() == 400 && !is_among(400, self.errand.claimed) {
                self.warnings.push(Warning::AppliedDespiteStatus(400));
            }
            let (flow, mut notes) = self.flow();
            let turn = flow.reply(&reply, &mut notes);
            return self.turn(turn, now);
        }
        let error = refused(refusal(&reply, Some(now.wall)), self.errand.refused)
            .without_echoes(&self.secrets_sent());
        if let Some(spelling) = error.required_scope().and_then(Scope::reveals) {
            self.learned.spelling = Some(spelling);
        }
        let in_progress = self.is_in_progress(&error);
        self.note_refusal(&error, head.is_replay());
        let policy = &self.context.policy;
        let busy = policy.busy_wait(error.retry_after(), self.tries, now.jitter);
        match error.kind() {
            ErrorKind::Refused { .. } => return self.refused(error, head.is_replay(), now),
            ErrorKind::Conflict if in_progress => return self.wait_or_give_up(busy, error, now),
            kind @ (ErrorKind::RateLimited | ErrorKind::Server | ErrorKind::Unavailable) => {
                if self.checkup.is_confirming() {
                    let outcome = error.outcome();
                    let refused = self.checkup.take_unconfirmed().unwrap_or(error);
                    return self.give_up(refused.with_outcome(outcome), now);
                }
                let turned_away = match kind {
                    ErrorKind::RateLimited => true,
                    ErrorKind::Unavailable => error.outcome() == Outcome::NotApplied,
                    _ => false,
                };
                if turned_away && self.errand.waits_when_busy {
                    return self.wait_or_give_up(busy, error, now);
                }
                if self.errand.replay == Replay::Safe
                    && self.errand.retries
                    && matches!(error.status(), Some(500 | 502..=504))
                {
                    let pause = self.context.policy.backoff_after(self.tries, now.jitter);
                    let pause = pause.max(error.retry_after().unwrap_or_default());
                    return self.wait_or_give_up(pause, error, now);
                }
            }
            _ => {}
        }
        self.checkup.settle();
        self.give_up(error, now)
    }

    /// Waits before the next attempt, if there may be one and it may begin before the deadline.
    fn wait_or_give_up(mut self: Box<Self>, pause: Duration, error: Error, now: Now) -> Step<F> {
        let over = pause >= self.deadline.saturating_sub(now.monotonic);
        let enough = !self.errand.retries || self.tries >= self.context.policy.attempts.max(1);
        if over || enough || !self.may_be_repeated() {
            return self.give_up(error, now);
        }
        self.tell(self.errand.name, EventKind::Waiting(pause));
        Step::Wait(Waiting {
            exchange: self,
            pause,
        })
    }

    /// Tells the flow that the errand failed for good.
    pub(super) fn give_up(mut self: Box<Self>, error: Error, now: Now) -> Step<F> {
        // A call without time does not go on with another errand.
        if matches!(
            error.kind(),
            ErrorKind::DeadlineExceeded | ErrorKind::Cancelled
        ) {
            return self.end(error);
        }
        let turn = self.failed(error, false);
        self.turn(turn, now)
    }

    fn failed(&mut self, error: Error, ends: bool) -> Turn<F::Output> {
        let error = self.with_outcome(error);
        let (flow, mut notes) = self.flow();
        notes.ends = ends;
        flow.failed(error, &mut notes)
    }

    /// Ends the call with this error. The flow may add what it knows, such as that a change was made before; nothing more is
    /// sent for it.
    pub(super) fn end(mut self: Box<Self>, error: Error) -> Step<F> {
        let (kind, outcome) = (error.kind(), error.outcome());
        match self.failed(error, true) {
            // It was told that nothing more is sent.
            Turn::Next => {
                let error = self.with_outcome(Error::new(kind).with_outcome(outcome));
                self.finish(Err(error))
            }
            Turn::Done(result) => self.finish(result),
        }
    }

    fn turn(self: Box<Self>, turn: Turn<F::Output>, now: Now) -> Step<F> {
        match turn {
            Turn::Next => self.next_errand(now),
            Turn::Done(result) => self.finish(result),
        }
    }

    #[expect(
        clippy::boxed_local,
        reason = "every step moves the box, never what is in it"
    )]
    pub(super) fn finish(self: Box<Self>, result: Result<F::Output, Error>) -> Step<F> {
        let name = self.flow.name();
        // The error of a success that cannot be read has the server's words in it, too.
        let result = result.map_err(|error| error.without_echoes(&self.secrets_sent()));
        self.tell(
            self.errand.name,
            match &result {
                Ok(_) => EventKind::Succeeded,
                Err(error) => EventKind::GaveUp {
                    outcome: error.outcome(),
                },
            },
        );
        let Self {
            sent,
            answered,
            warnings,
            learned,
            ..
        } = *self;
        let result = match result {
            Ok(value) => {
                let (status, request_id) = answered;
                Ok(super::Answer {
                    value,
                    status,
                    request_id,
                    attempts: sent,
                    warnings,
                })
            }
            Err(error) => Err(error.with_operation(name).with_attempts(sent)),
        };
        Step::Done(Done::new(result, learned))
    }

    /// The flow, and what it may look at and add to.
    fn flow(&mut self) -> (&mut F, Notes<'_>) {
        let notes = Notes {
            uncertain: self.is_uncertain(),
            ends: false,
            warnings: &mut self.warnings,
            learned: &mut self.learned,
        };
        (&mut self.flow, notes)
    }

    pub(super) fn tell(&self, request: &'static str, kind: EventKind<'_>) {
        #[cfg(feature = "events")]
        if let Some(observer) = &self.context.observer {
            observer.event(&super::Event {
                operation: self.flow.name(),
                request,
                attempt: self.sent,
                kind,
            });
        }
        #[cfg(not(feature = "events"))]
        let _ = (self, request, kind);
    }
}

/// Why there is no credential to send.
enum Lack {
    /// It has to be got first.
    Renewable,
    /// There is none.
    Final(Error),
}
