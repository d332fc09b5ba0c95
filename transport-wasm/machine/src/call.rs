//! `Call`: one call, from its arguments to the command that ends it.

use core::{mem, time::Duration};

use fluxbase_client_keys::{
    Access, Answer, Context, Error, ErrorKind, Generation, JsonText, Now, Secret, Step, TokenPair,
};

use crate::{
    client::{Client, Renewal},
    command,
    event::Kind,
    fields::utf8,
    flow::{AnyFlow, Given, Session},
    keep::Keep,
    sessions, step,
};

/// A call that is under way.
pub(crate) struct Call {
    pub(crate) id: u32,
    /// The time for what it sends.
    deadline: Duration,
    /// Until when it waits for others, on the monotonic clock.
    until: Duration,
    pub(crate) stage: Stage,
    /// The renewal that it carries out.
    pub(crate) renewal: Option<Box<Renewal>>,
    /// What there is to say when it ends well.
    pub(crate) ending: JsonText,
}

/// What is being done, or waited for.
pub(crate) enum Stage {
    /// What is stored is looked for: there is nothing to send yet, or to refresh where there is no flow.
    LoadingFirst(Option<AnyFlow>),
    /// The exchange.
    Driving(Step<AnyFlow>),
    /// A renewal that was asked for, of tokens of this generation.
    Refreshing(Generation),
    /// The end of a renewal before a sign-out.
    Settling,
    /// Before a sign-out the tokens that others may have renewed are looked for.
    LockingToLoad,
    LoadingNewer,
    Unlocking,
    /// Nobody else may renew now.
    LockingToRenew,
    LoadingToRenew,
    /// The refresh was refused so: what is stored is looked at once more.
    LookingAgain(Error),
    /// Nobody else may store now.
    LockingToStore(Keep),
    /// With the generation of the tokens that were in force when this began.
    Storing(Keep, Generation),
    Ended,
}

impl Call {
    pub(crate) fn new(id: u32, deadline: Duration, now: Now) -> Self {
        Self {
            id,
            deadline,
            until: now.monotonic.saturating_add(deadline),
            stage: Stage::Ended,
            renewal: None,
            ending: JsonText::default(),
        }
    }

    /// Nothing more happens to it.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended)
    }

    /// The time that it may wait for others.
    fn time_left(&self, now: Now) -> Duration {
        self.until.saturating_sub(now.monotonic)
    }

    fn start(
        &mut self,
        flow: AnyFlow,
        context: Context,
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        self.go(Step::start(flow, context, now), client, now)
    }

    /// Begins with what there is to send, with this access.
    pub(crate) fn begin(
        &mut self,
        flow: AnyFlow,
        access: Access,
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        let context = client.context(self.deadline, access);
        self.start(flow, context, client, now)
    }

    /// Begins with what there is to send, or with a renewal that nobody but its caller wants, with the client's credential,
    /// for which it looks in the store if need be.
    pub(crate) fn begin_signed(
        &mut self,
        flow: Option<AnyFlow>,
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        if client.shares_store && client.state.lacks_tokens() {
            self.stage = Stage::LoadingFirst(flow);
            return command::timed("load", self.deadline);
        }
        self.loaded_first(flow, client, now)
    }

    fn loaded_first(&mut self, flow: Option<AnyFlow>, client: &mut Client, now: Now) -> JsonText {
        if let Some(flow) = flow {
            return self.send(flow, client, now);
        }
        let stale = client.state.session().generation();
        self.refreshing(stale, client, now)
    }

    fn send(&mut self, flow: AnyFlow, client: &mut Client, now: Now) -> JsonText {
        let access = client.state.access(now.wall);
        self.begin(flow, access, client, now)
    }

    /// Before a sign-out: a renewal that is under way is waited for, here or by others, since an older token than the newest
    /// leaves the session alive.
    pub(crate) fn settle(&mut self, client: &mut Client, now: Now) -> JsonText {
        let time = self.time_left(now);
        if client.state.session().is_renewing() && !time.is_zero() {
            self.stage = Stage::Settling;
            return command::timed("renew", time);
        }
        if client.shares_store {
            self.stage = Stage::LockingToLoad;
            return command::timed("lock", time);
        }
        self.end_session(client, now)
    }

    fn end_session(&mut self, client: &mut Client, now: Now) -> JsonText {
        let admin = client.state.session().pair().is_some_and(|pair| pair.admin);
        self.send(sessions::sign_out(admin), client, now)
    }

    fn refreshing(&mut self, stale: Generation, client: &mut Client, now: Now) -> JsonText {
        let time = self.time_left(now);
        match client.renew(self.id, stale, time) {
            Ok(Some(_)) => self.done(client),
            Ok(None) => {
                self.stage = Stage::Refreshing(stale);
                command::timed("renew", time)
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Carries out the renewal that is planned, if there is one.
    pub(crate) fn renew(&mut self, client: &mut Client, now: Now) -> JsonText {
        self.renewal = client.planned.take();
        if self.renewal.is_some() && client.shares_store {
            self.stage = Stage::LockingToRenew;
            return command::named("lock");
        }
        self.renew_after(None, client, now)
    }

    fn renew_after(
        &mut self,
        stored: Option<TokenPair>,
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        if let Some(renewal) = &mut self.renewal {
            let planned = &mut renewal.planned;
            if planned.compare(&mut client.state, stored, now.wall) {
                let context = planned.context(client.context(self.deadline, Access::none()));
                let flow = sessions::renewal(planned);
                return self.start(flow, context, client, now);
            }
        }
        self.done(client)
    }

    /// Takes the next step as far as it needs nobody else.
    fn go(&mut self, mut step: Step<AnyFlow>, client: &mut Client, now: Now) -> JsonText {
        loop {
            step = match step {
                Step::Renew(renewing) => {
                    let time = renewing.time_left(now);
                    match client.renew(self.id, renewing.stale(), time) {
                        Ok(Some((token, generation))) => renewing.renewed(token, generation, now),
                        Ok(None) => {
                            self.stage = Stage::Driving(Step::Renew(renewing));
                            return command::timed("renew", time);
                        }
                        Err(error) => renewing.failed(error),
                    }
                }
                Step::Done(done) => {
                    client.state.learn(done.learned());
                    return match done.into_result() {
                        Ok(answer) => self.succeeded(answer, client, now),
                        Err(error) => self.failed(error, client),
                    };
                }
                step => {
                    let command = match &step {
                        Step::Send(sending) => command::fetch(sending),
                        Step::Wait(waiting) => command::timed("sleep", waiting.duration()),
                        _ => command::named("read"),
                    };
                    self.stage = Stage::Driving(step);
                    return command;
                }
            }
        }
    }

    fn succeeded(&mut self, answer: Answer<Box<Given>>, client: &mut Client, now: Now) -> JsonText {
        self.ending = command::answered(&answer);
        let keep = match answer.value.session {
            Session::SignedIn(grant, admin) => {
                Keep::SignedIn(TokenPair::from_grant(grant, None, admin, now.wall))
            }
            Session::Renewed(grant) => match &self.renewal {
                Some(renewal) => Keep::Renewed(renewal.planned.pair(grant, now.wall)),
                None => return self.done(client),
            },
            Session::SignedOut => {
                client.state.forget();
                Keep::Forgotten
            }
            Session::AsBefore => return self.done(client),
        };
        self.keep(keep, client)
    }

    fn failed(&mut self, error: Error, client: &mut Client) -> JsonText {
        let refused = matches!(error.kind(), ErrorKind::Refused { .. });
        if refused && self.looks_again(false) {
            // What another tab has stored may not have reached this one when the lock did.
            self.stage = Stage::LookingAgain(error);
            return command::named("load");
        }
        self.ended(error, client)
    }

    fn ended(&mut self, error: Error, client: &mut Client) -> JsonText {
        let command = self.fail(&error);
        if let Some(renewal) = &self.renewal {
            // Those who wait ask again; the one who began has its error, unless there is another way.
            if !renewal.planned.failed(&mut client.state, &error) {
                client.failure = Some((renewal.starter, error));
            }
        }
        command
    }

    /// Something happened to the last command; what is to be done next.
    pub(crate) fn happened(
        &mut self,
        kind: Kind,
        input: &[u8],
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        match mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Driving(step) => {
                let step = step::happened(step, kind, input, now);
                self.go(step, client, now)
            }
            Stage::LoadingFirst(flow) => {
                if kind == Kind::Done {
                    return self.fail(&Error::from(ErrorKind::DeadlineExceeded));
                }
                if kind.is_cancellation() {
                    return self.cancelled();
                }
                self.deadline = self.time_left(now);
                // What is none of our exports is as good as nothing: a sign-in will replace it.
                if let Some(pair) = loaded(input) {
                    client.state.adopt_first(pair, now.wall);
                }
                self.loaded_first(flow, client, now)
            }
            Stage::Refreshing(_) if kind.is_cancellation() => self.cancelled(),
            Stage::Refreshing(stale) => self.refreshing(stale, client, now),
            Stage::Settling => {
                if kind.is_cancellation() {
                    self.until = now.monotonic;
                }
                self.settle(client, now)
            }
            Stage::LockingToLoad => {
                self.stage = Stage::LoadingNewer;
                command::timed("load", self.time_left(now))
            }
            Stage::LoadingNewer => {
                if let Some(pair) = loaded(input) {
                    client.state.adopt_newer(pair, now.wall);
                }
                self.stage = Stage::Unlocking;
                command::named("unlock")
            }
            Stage::Unlocking => self.end_session(client, now),
            Stage::LockingToRenew => {
                self.stage = Stage::LoadingToRenew;
                command::named("load")
            }
            Stage::LoadingToRenew => {
                self.looks_again(true);
                self.renew_after(loaded(input), client, now)
            }
            Stage::LookingAgain(error) => {
                let news = loaded(input).filter(|stored| client.state.is_older_than(stored));
                if news.is_some() {
                    self.renew_after(news, client, now)
                } else {
                    self.ended(error, client)
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

    /// Whether a renewal was to look at the store again, and whether it is from now on.
    fn looks_again(&mut self, next: bool) -> bool {
        let renewal = self.renewal.as_mut();
        renewal.is_some_and(|renewal| mem::replace(&mut renewal.looks_again, next))
    }

    /// Ends well.
    pub(crate) fn done(&mut self, client: &Client) -> JsonText {
        self.stage = Stage::Ended;
        let unstored = client.state.unstored();
        command::done(mem::take(&mut self.ending), unstored.as_ref())
    }

    fn cancelled(&mut self) -> JsonText {
        self.fail(&Error::from(ErrorKind::Cancelled))
    }

    /// Ends with this error.
    fn fail(&mut self, error: &Error) -> JsonText {
        self.stage = Stage::Ended;
        command::failed(error)
    }
}

/// The tokens that are stored, if this is an export.
fn loaded(input: &[u8]) -> Option<TokenPair> {
    TokenPair::restore(&Secret::new(utf8(input)?)).ok()
}
