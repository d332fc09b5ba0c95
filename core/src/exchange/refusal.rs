//! What a refused credential means: the rule on 401.
//!
//! With its database away a server answers good client keys, service keys, refresh tokens and passwords with its ordinary
//! 401, and right two-factor codes with its ordinary 400. So:
//!
//! 1. A refused access token is renewed once; a refusal of the new one is final. (In an outage users get 500 or 503.)
//! 2. "Authentication required" is the caller's mistake.
//! 3. A refused client key, service key or refresh token: `/health` is asked, once for each call, without credentials,
//!    without repetition. Well: the request is sent once more, and a second refusal is confirmed. Degraded: the error is
//!    `Unavailable`. No clear answer: the refusal is unconfirmed.
//! 4. A refused password or code: `/health` is asked, and nothing is sent again, since five wrong passwords lock an
//!    account.
//! 5. A 401 that the server had stored under an idempotency key answers an earlier sending, and refuses no credential that
//!    is newer than that.

use core::time::Duration;

use super::{EventKind, Now, Sending, Step, context::Source, engine::Exchange};
use crate::{
    Auth, CheckHealth, CredentialKind, Error, ErrorKind, Flow, Head, HealthStatus, Operation,
    Outcome, Refusal, Reply, TransportFailure, operation::accepts,
};

/// The longest that `/health` may take, and the largest answer.
const TIMEOUT: Duration = Duration::from_secs(5);
const LIMIT: u64 = 4096;

/// How far looking into a refusal has come.
#[derive(Debug, Default)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub(super) struct Checkup {
    verdict: Option<Verdict>,
    refused: Option<Error>,
    /// The request is under way once more.
    confirming: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Well,
    Degraded,
    Unclear,
}

impl Checkup {
    pub(super) fn is_confirming(&self) -> bool {
        self.confirming
    }

    /// The refusal, when the one repetition ended in something that settles nothing.
    pub(super) fn take_unconfirmed(&mut self) -> Option<Error> {
        self.confirming = false;
        self.refused.take()
    }

    /// The repetition was answered by other than a refusal.
    pub(super) fn settle(&mut self) {
        self.confirming = false;
        self.refused = None;
    }
}

impl<F: Flow> Exchange<F> {
    /// The credential of the errand was refused; by a stored answer, if it is a replay.
    pub(super) fn refused(mut self: Box<Self>, error: Error, is_replay: bool, now: Now) -> Step<F> {
        if self.errand.auth == Auth::None {
            return match self.errand.refusal {
                Refusal::Confirm | Refusal::Diagnose => self.look_into(error, now),
                // It sent none, so none was refused: something before the server wants one of its own.
                Refusal::Credential => self.give_up(error.with_kind(ErrorKind::Rejected), now),
            };
        }
        if is_replay && (self.renewed || self.checkup.confirming) {
            return self.refused_before(error, now);
        }
        // The server has seen no credential, so neither a newer one nor a healthier server would help.
        let not_seen = error
            .server_message()
            .is_some_and(|text| text.starts_with("Authentication required"));
        if !not_seen {
            let is_session = matches!(self.context.access, Source::Session(..));
            if is_session && !self.renewed && self.may_be_repeated() {
                return self.renew();
            }
            if let Source::Fixed(credential) = &self.context.access {
                if credential.kind() != CredentialKind::BearerToken {
                    return self.look_into(error, now);
                }
            }
        }
        self.give_up(confirmed(error), now)
    }

    /// The refusal of an earlier sending came again. It says nothing about the credential that went with this one, and
    /// that nothing was made under the idempotency key: the spare takes its place.
    fn refused_before(mut self: Box<Self>, error: Error, now: Now) -> Step<F> {
        if self.tries < self.context.policy.attempts && self.may_be_repeated() {
            return self.send(now);
        }
        self.checkup.settle();
        self.give_up(error, now)
    }

    fn look_into(mut self: Box<Self>, error: Error, now: Now) -> Step<F> {
        let error = match self.checkup.verdict {
            _ if self.checkup.confirming => {
                self.checkup.settle();
                confirmed(error)
            }
            Some(Verdict::Well) => confirmed(error),
            Some(Verdict::Degraded) => unavailable(error),
            None if self.context.policy.confirm_refusals => {
                self.checkup.refused = Some(error);
                return self.ask_health(now);
            }
            Some(Verdict::Unclear) | None => error,
        };
        self.give_up(error, now)
    }

    fn ask_health(mut self: Box<Self>, now: Now) -> Step<F> {
        let left = self.deadline.saturating_sub(now.monotonic);
        let call = CheckHealth.call();
        let Ok(call) = call.as_ref() else {
            return self.conclude(Verdict::Unclear, now);
        };
        if left.is_zero() {
            return self.conclude(Verdict::Unclear, now);
        }
        let request = call.to_outgoing(&self.context.base, None);
        self.sent = self.sent.saturating_add(1);
        self.tell(CheckHealth::NAME, EventKind::Sending);
        let timeout = TIMEOUT.min(left).min(self.context.policy.attempt_timeout);
        Step::Send(Sending {
            exchange: self,
            request,
            timeout,
            limit: LIMIT,
            is_checkup: true,
        })
    }

    /// `/health` gave no whole answer.
    pub(super) fn health_failure(self: Box<Self>, failure: &TransportFailure, now: Now) -> Step<F> {
        self.tell(
            CheckHealth::NAME,
            EventKind::Failed {
                kind: failure.kind(),
                delivery: failure.delivery(),
            },
        );
        self.conclude(Verdict::Unclear, now)
    }

    /// `/health` answered.
    pub(super) fn health_answer(
        mut self: Box<Self>,
        head: &Head,
        body: &[u8],
        now: Now,
    ) -> Step<F> {
        let reply = Reply::new(head, body);
        self.tell(
            CheckHealth::NAME,
            EventKind::Answered {
                status: head.status(),
                request_id: head.request_id(),
            },
        );
        let read = accepts(&reply, CheckHealth::CLAIMED).then(|| CheckHealth.output(&reply));
        let verdict = match read {
            Some(Ok(health)) => {
                self.learned.health = Some(health);
                match (health.has_database(), health.status) {
                    (true, _) => Verdict::Well,
                    (false, HealthStatus::Degraded) => Verdict::Degraded,
                    (false, _) => Verdict::Unclear,
                }
            }
            _ => Verdict::Unclear,
        };
        self.conclude(verdict, now)
    }

    fn conclude(mut self: Box<Self>, verdict: Verdict, now: Now) -> Step<F> {
        self.checkup.verdict = Some(verdict);
        let Some(error) = self.checkup.refused.take() else {
            // Health is asked for nothing but a refusal.
            return self.finish(Err(Error::new(ErrorKind::UnexpectedResponse)));
        };
        let error = match verdict {
            Verdict::Well if self.errand.refusal == Refusal::Diagnose => confirmed(error),
            // Without time to send it once more the refusal is what there is to report.
            Verdict::Well if now.monotonic >= self.deadline || !self.may_be_repeated() => error,
            Verdict::Well => {
                self.checkup.refused = Some(error);
                self.checkup.confirming = true;
                return self.send(now);
            }
            Verdict::Degraded => unavailable(error),
            Verdict::Unclear => error,
        };
        self.give_up(error, now)
    }
}

fn confirmed(error: Error) -> Error {
    error.with_kind(ErrorKind::Refused { confirmed: true })
}

/// An outage, told as a refusal. Nothing was done.
fn unavailable(error: Error) -> Error {
    error
        .with_kind(ErrorKind::Unavailable)
        .with_detail("its /health says that it is degraded, so the refusal says nothing about the credential")
        .with_outcome(Outcome::NotApplied)
}
