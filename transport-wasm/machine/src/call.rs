//! `Call`: one call, from its arguments to the command that ends it.

use core::time::Duration;

use fluxbase_client_keys::{
    Access, Answer, Error, ErrorKind, Generation, Now, PlannedRenewal, Policy, Secret, Step,
    TokenPair, Warning,
};

use zeroize::Zeroizing;

use crate::{
    client::{Client, left},
    command::Command,
    event::Kind,
    flow::{AnyFlow, Given},
    keep::Keep,
    sessions, step,
};

/// A call that is under way.
pub(crate) struct Call {
    pub(crate) id: u32,
    policy: Policy,
    pub(crate) stage: Stage,
    then: Then,
    /// What it gives if it ends well.
    given: Box<Given>,
    warnings: Vec<Warning>,
    /// Status, id of the request and number of requests, where the value comes from an answer.
    answered: Option<(u16, Option<String>, u32)>,
    /// What was in the store when a renewal began, until it has been looked at again.
    found: Option<Zeroizing<Vec<u8>>>,
}

/// What is being done, or waited for.
pub(crate) enum Stage {
    /// What is stored is looked for: there is nothing to send yet, or to refresh where there is no flow.
    /// It is waited for until then.
    LoadingFirst(Option<AnyFlow>, Duration),
    /// The exchange.
    Driving(Step<AnyFlow>),
    /// A renewal that was asked for, of tokens of this generation, until then.
    Refreshing(Generation, Duration),
    /// The end of a renewal before a sign-out, until then.
    Settling(Duration),
    /// Before a sign-out the tokens that others may have renewed are looked for.
    LockingToLoad(Duration),
    LoadingNewer,
    Unlocking,
    /// Nobody else may renew now.
    LockingToRenew(PlannedRenewal, u32),
    LoadingToRenew(PlannedRenewal, u32),
    /// The refresh was refused: what is stored is looked at once more.
    LookingAgain(PlannedRenewal, u32, Error),
    /// Nobody else may store now.
    LockingToStore(Keep),
    /// With the generation of the tokens that were in force when this began.
    Storing(Keep, Generation),
    Ended,
}

/// What is to be done when the exchange has ended well.
pub(crate) enum Then {
    Nothing,
    /// The tokens are those of this account.
    SignIn {
        email: Option<String>,
        admin: bool,
    },
    SignOut,
    /// The call of this number began it.
    Renew(PlannedRenewal, u32),
}

impl Call {
    pub(crate) fn new(id: u32, policy: Policy, then: Then) -> Self {
        Self {
            id,
            policy,
            stage: Stage::Ended,
            then,
            given: Box::default(),
            warnings: Vec::new(),
            answered: None,
            found: None,
        }
    }

    /// Begins with what there is to send, without a credential.
    pub(crate) fn begin(&mut self, flow: AnyFlow, client: &mut Client, now: Now) -> Command {
        let context = client.context(self.policy.clone(), Access::none());
        self.go(Step::start(flow, context, now), client, now)
    }

    /// Begins with what there is to send, or with a renewal that nobody but its caller wants, with the client's credential,
    /// for which it looks in the store if need be.
    pub(crate) fn begin_signed(
        &mut self,
        flow: Option<AnyFlow>,
        client: &mut Client,
        now: Now,
    ) -> Command {
        if client.shares_store && client.state.lacks_tokens() {
            let time = self.policy.deadline;
            self.stage = Stage::LoadingFirst(flow, now.monotonic.saturating_add(time));
            return Command::timed("load", time);
        }
        self.loaded_first(flow, client, now)
    }

    fn loaded_first(&mut self, flow: Option<AnyFlow>, client: &mut Client, now: Now) -> Command {
        if let Some(flow) = flow {
            return self.send(flow, client, now);
        }
        let stale = client.state.session().generation();
        let until = now.monotonic.saturating_add(self.policy.deadline);
        self.refreshing(stale, until, client, now)
    }

    fn send(&mut self, flow: AnyFlow, client: &mut Client, now: Now) -> Command {
        let access = client.state.access(now.wall);
        let context = client.context(self.policy.clone(), access);
        self.go(Step::start(flow, context, now), client, now)
    }

    /// Begins a sign-out: a renewal that is under way is waited for, here or by others, since an older token than the newest
    /// leaves the session alive.
    pub(crate) fn sign_out(&mut self, client: &mut Client, now: Now) -> Command {
        self.then = Then::SignOut;
        let until = now.monotonic.saturating_add(self.policy.deadline);
        self.settle(until, client, now)
    }

    fn settle(&mut self, until: Duration, client: &mut Client, now: Now) -> Command {
        let time = left(until, now);
        if client.state.session().is_renewing() && !time.is_zero() {
            self.stage = Stage::Settling(until);
            return Command::timed("renew", time);
        }
        if client.shares_store {
            self.stage = Stage::LockingToLoad(until);
            return Command::timed("lock", time);
        }
        self.end_session(client, now)
    }

    fn end_session(&mut self, client: &mut Client, now: Now) -> Command {
        let admin = client.state.session().pair().is_some_and(|pair| pair.admin);
        self.send(sessions::sign_out(admin), client, now)
    }

    fn refreshing(
        &mut self,
        stale: Generation,
        until: Duration,
        client: &mut Client,
        now: Now,
    ) -> Command {
        let time = left(until, now);
        match client.renew(self.id, stale, time) {
            Ok(Some(_)) => self.done(client),
            Ok(None) => {
                self.stage = Stage::Refreshing(stale, until);
                Command::timed("renew", time)
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Carries out the renewal that is planned.
    pub(crate) fn renewal(
        &mut self,
        (planned, starter): (PlannedRenewal, u32),
        client: &mut Client,
        now: Now,
    ) -> Command {
        if client.shares_store {
            self.stage = Stage::LockingToRenew(planned, starter);
            return Command::named("lock");
        }
        self.renew_after((planned, starter), None, client, now)
    }

    fn renew_after(
        &mut self,
        (mut planned, starter): (PlannedRenewal, u32),
        stored: Option<TokenPair>,
        client: &mut Client,
        now: Now,
    ) -> Command {
        if !planned.compare(&mut client.state, stored, now.wall) {
            return self.done(client);
        }
        let context = planned.context(client.context(self.policy.clone(), Access::none()));
        let flow = sessions::renewal(&planned);
        self.then = Then::Renew(planned, starter);
        self.go(Step::start(flow, context, now), client, now)
    }

    /// Takes the next step as far as it needs nobody else.
    fn go(&mut self, mut step: Step<AnyFlow>, client: &mut Client, now: Now) -> Command {
        loop {
            let command = match step {
                Step::Send(sending) => {
                    let command = Command::fetch(&sending);
                    step = Step::Send(sending);
                    command
                }
                Step::Receive(_) => Command::named("read"),
                Step::Wait(ref waiting) => Command::timed("sleep", waiting.duration()),
                Step::Renew(renewing) => {
                    let time = renewing.time_left(now);
                    match client.renew(self.id, renewing.stale(), time) {
                        Ok(Some((token, generation))) => {
                            step = renewing.renewed(token, generation, now);
                            continue;
                        }
                        Ok(None) => {
                            step = Step::Renew(renewing);
                            Command::timed("renew", time)
                        }
                        Err(error) => {
                            step = renewing.failed(error);
                            continue;
                        }
                    }
                }
                Step::Done(done) => {
                    client.state.learn(done.learned());
                    return match done.into_result() {
                        Ok(answer) => self.succeeded(answer, client, now),
                        Err(error) => self.failed(&error, client),
                    };
                }
            };
            self.stage = Stage::Driving(step);
            return command;
        }
    }

    fn succeeded(&mut self, answer: Answer<Box<Given>>, client: &mut Client, now: Now) -> Command {
        self.given = answer.value;
        self.warnings = answer.warnings;
        self.answered = Some((answer.status, answer.request_id, answer.attempts));
        let grant = self.given.grant.take();
        match (core::mem::replace(&mut self.then, Then::Nothing), grant) {
            (Then::SignIn { email, admin }, Some(grant)) => {
                let pair = TokenPair::from_grant(grant, None, admin, now.wall);
                let email = email.or_else(|| self.given.email.take());
                self.keep(Keep::SignedIn(pair, email), client)
            }
            (Then::Renew(planned, _), Some(grant)) => {
                let pair = planned.pair(grant, now.wall);
                self.keep(Keep::Renewed(pair, planned), client)
            }
            (Then::SignOut, _) => {
                client.state.forget();
                self.keep(Keep::Forgotten, client)
            }
            _ => self.done(client),
        }
    }

    fn failed(&mut self, error: &Error, client: &mut Client) -> Command {
        if let Then::Renew(planned, starter) = core::mem::replace(&mut self.then, Then::Nothing) {
            let refused = matches!(error.kind(), ErrorKind::Refused { .. });
            if refused && self.found.is_some() {
                // What another tab has stored may not have reached this one when the lock did.
                self.stage = Stage::LookingAgain(planned, starter, error.clone());
                return Command::named("load");
            }
            return self.renewal_failed((planned, starter), error, client);
        }
        self.fail(error)
    }

    fn renewal_failed(
        &mut self,
        (planned, starter): (PlannedRenewal, u32),
        error: &Error,
        client: &mut Client,
    ) -> Command {
        // Those who wait ask again; the one who began has its error, unless there is another way.
        if !planned.failed(&mut client.state, error) {
            client.failure = Some((starter, error.clone()));
        }
        self.fail(error)
    }

    /// Something happened to the last command; what is to be done next.
    pub(crate) fn happened(
        &mut self,
        kind: Kind,
        input: &[u8],
        client: &mut Client,
        now: Now,
    ) -> Command {
        let loaded = || TokenPair::restore(&Secret::new(core::str::from_utf8(input).ok()?)).ok();
        match core::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Driving(step) => {
                let step = step::happened(step, kind, input, now);
                self.go(step, client, now)
            }
            Stage::LoadingFirst(..) | Stage::Refreshing(..) if kind.is_cancellation() => {
                self.fail(&Error::from(ErrorKind::Cancelled))
            }
            Stage::LoadingFirst(..) if kind == Kind::Done => {
                self.fail(&Error::from(ErrorKind::DeadlineExceeded))
            }
            Stage::LoadingFirst(flow, until) => {
                self.policy.deadline = left(until, now);
                // What is none of our exports is as good as nothing: a sign-in will replace it.
                if let Some(pair) = loaded() {
                    client.state.adopt_first(pair, now.wall);
                }
                self.loaded_first(flow, client, now)
            }
            Stage::Refreshing(stale, until) => self.refreshing(stale, until, client, now),
            Stage::Settling(until) => {
                let until = if kind.is_cancellation() {
                    now.monotonic
                } else {
                    until
                };
                self.settle(until, client, now)
            }
            Stage::LockingToLoad(until) => {
                self.stage = Stage::LoadingNewer;
                Command::timed("load", left(until, now))
            }
            Stage::LoadingNewer => {
                if let Some(pair) = loaded() {
                    client.state.adopt_newer(pair, now.wall);
                }
                self.stage = Stage::Unlocking;
                Command::named("unlock")
            }
            Stage::Unlocking => self.end_session(client, now),
            Stage::LockingToRenew(planned, starter) => {
                self.stage = Stage::LoadingToRenew(planned, starter);
                Command::named("load")
            }
            Stage::LoadingToRenew(planned, starter) => {
                self.found = Some(Zeroizing::new(input.to_vec()));
                self.renew_after((planned, starter), loaded(), client, now)
            }
            Stage::LookingAgain(planned, starter, error) => {
                let found = self.found.take();
                if found.is_some_and(|found| found.as_slice() != input) {
                    self.renew_after((planned, starter), loaded(), client, now)
                } else {
                    self.renewal_failed((planned, starter), &error, client)
                }
            }
            Stage::LockingToStore(keep) => self.store(keep, client),
            Stage::Storing(keep, begun) => {
                if kind == Kind::Done {
                    client.state.stored();
                }
                self.kept(keep, begun, client, now)
            }
            Stage::Ended => self.done(client),
        }
    }

    /// Ends well.
    pub(crate) fn done(&mut self, client: &Client) -> Command {
        self.stage = Stage::Ended;
        self.warnings.extend(client.state.unstored());
        Command::done(&self.given.value, &self.warnings, self.answered.as_ref())
    }

    /// Ends with this error.
    fn fail(&mut self, error: &Error) -> Command {
        self.stage = Stage::Ended;
        Command::failed(error)
    }

    /// Puts a value that needs no exchange in the answer.
    pub(crate) fn given(&mut self) -> &mut Given {
        &mut self.given
    }
}
