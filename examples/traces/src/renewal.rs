//! `Renewer`: renews the session of a run, as a manager does, over the run's own transport.

use core::{convert::Infallible, time::Duration};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fluxbase_client_keys::{
    AdminRefresh, AdminSignIn, Answer, AsyncRenewal, AsyncTransport, Context, Credential, Error,
    Flow, Generation, Grant, NoRenewal, Policy, Refresh, Renewal, RenewalPlan, Secret, Session,
    SessionState, SignIn, SignInResponse, Single, Step, Timestamp, TokenPair, Transport, drive,
    drive_async,
};

/// The time that a renewal has, whatever is left for the call that wanted it.
const DEADLINE: Duration = Duration::from_secs(60);

/// Renews a session over a transport.
#[derive(Debug)]
pub(crate) struct Renewer<'t, T> {
    transport: &'t T,
    context: Context,
    session: Mutex<Session>,
}

/// One renewal: the pair that it replaces, and whose it is.
struct Plan {
    old: Option<TokenPair>,
    admin: bool,
}

impl<'t, T> Renewer<'t, T> {
    /// Renews this session; `context` has the server.
    #[must_use]
    pub(crate) fn new(
        transport: &'t T,
        context: Context,
        policy: Policy,
        session: Session,
    ) -> Self {
        Self {
            transport,
            context: context.policy(policy.deadline(DEADLINE)).uninterruptible(),
            session: Mutex::new(session),
        }
    }

    /// The access token that there is now.
    #[must_use]
    pub(crate) fn token(&self) -> Option<String> {
        let session = self.session();
        let pair = session.pair()?;
        Some(pair.access_token.expose().to_owned())
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        // One thread drives a run.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody else renews the session of a run.
    fn start(
        &self,
        stale: Generation,
    ) -> Result<RenewalPlan, Result<(Credential, Generation), Error>> {
        match self.session().renew(stale) {
            SessionState::Start(plan) => Ok(plan),
            SessionState::Current(token, generation) => Err(Ok((token, generation))),
            SessionState::SignInNeeded(error) => Err(Err(error)),
            _ => Err(Err(Error::invalid_input("a renewal is under way already"))),
        }
    }

    /// Takes over what was granted.
    fn granted(
        &self,
        grant: Grant,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<(Credential, Generation), Error> {
        let pair = TokenPair::from_grant(grant, plan.old.as_ref(), plan.admin, now);
        let token = Credential::bearer_token(pair.access_token.clone())?;
        let generation = self.session().adopt(pair, now);
        Ok((token, generation))
    }

    fn step<F: Flow>(&self, flow: F, now: fluxbase_client_keys::Now) -> Step<F> {
        Step::start(flow, self.context.clone(), now)
    }
}

/// The grant of a sign-in, unless it wants a code.
fn signed_in(answer: Answer<SignInResponse>) -> Result<Grant, Error> {
    match answer.value {
        SignInResponse::SignedIn(signed_in) => Ok(signed_in.grant),
        _ => Err(Error::invalid_input(
            "the account asks for a two-factor code",
        )),
    }
}

/// Carries out a plan: the same for both kinds of transport, but for how a flow is run.
macro_rules! carry_out {
    ($self:ident, $plan:expr, $run:expr $(, $wait:tt)?) => {
        match $plan {
            RenewalPlan::Refresh(old) => {
                let token = old.refresh_token.clone().unwrap_or_else(|| Secret::new(""));
                let plan = Plan { admin: old.admin, old: Some(old.clone()) };
                let grant = if old.admin {
                    $run($self, Single(AdminRefresh::new(token)))$(.$wait)?.map(|answer| answer.value)
                } else {
                    $run($self, Single(Refresh::new(token)))$(.$wait)?.map(|answer| answer.value)
                };
                (grant, plan)
            }
            RenewalPlan::SignIn(login) => {
                let plan = Plan { old: None, admin: login.is_admin() };
                let (email, password) = (login.email(), login.password().clone());
                let grant = if login.is_admin() {
                    $run($self, Single(AdminSignIn::new(email, password)))$(.$wait)?.map(|answer| answer.value.grant)
                } else {
                    $run($self, Single(SignIn::new(email, password)))$(.$wait)?.and_then(signed_in)
                };
                (grant, plan)
            }
            _ => (Err(Error::invalid_input("a plan that the traces do not know")), Plan { old: None, admin: false }),
        }
    };
}

fn run<T: Transport, F: Flow<Item = Infallible>>(
    renewer: &Renewer<'_, T>,
    flow: F,
) -> Result<Answer<F::Output>, Error> {
    let step = renewer.step(flow, renewer.transport.now());
    drive(renewer.transport, &NoRenewal, step, |never| match never {}).into_result()
}

async fn run_async<T: AsyncTransport, F: Flow<Item = Infallible>>(
    renewer: &Renewer<'_, T>,
    flow: F,
) -> Result<Answer<F::Output>, Error> {
    let step = renewer.step(flow, renewer.transport.now());
    drive_async(renewer.transport, &NoRenewal, step, |never| match never {})
        .await
        .into_result()
}

impl<T: Transport> Renewal for Renewer<'_, T> {
    fn renew(&self, stale: Generation, _: Duration) -> Result<(Credential, Generation), Error> {
        loop {
            let plan = match self.start(stale) {
                Ok(plan) => plan,
                Err(ready) => return ready,
            };
            let (grant, made) = carry_out!(self, &plan, run);
            match grant {
                Ok(grant) => return self.granted(grant, &made, self.transport.now().wall),
                Err(error) => {
                    if !self.session().fail(&plan, &error) {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl<T: AsyncTransport> AsyncRenewal for Renewer<'_, T> {
    async fn renew(
        &self,
        stale: Generation,
        _: Duration,
    ) -> Result<(Credential, Generation), Error> {
        loop {
            let plan = match self.start(stale) {
                Ok(plan) => plan,
                Err(ready) => return ready,
            };
            let (grant, made) = carry_out!(self, &plan, run_async, await);
            match grant {
                Ok(grant) => return self.granted(grant, &made, self.transport.now().wall),
                Err(error) => {
                    if !self.session().fail(&plan, &error) {
                        return Err(error);
                    }
                }
            }
        }
    }
}
