//! Renewing the session: one thread at it, the others waiting.

use core::{cell::Cell, time::Duration};

use super::{ClientKeysManager, Common};
use crate::{
    AdminRefresh, AdminSignIn, Answer, Credential, Error, ErrorKind, Flow, Generation, NoRenewal,
    Refresh, Renewal, RenewalPlan, Secret, SessionState, SignIn, SignInResponse, Single, Step,
    TokenPair, Transport, drive,
};

/// The time that a renewal has, whatever is left for the call that wanted it.
const DEADLINE: Duration = Duration::from_secs(60);

/// Renews the session of a manager, and notes whether the new tokens could be stored.
pub(super) struct SessionRenewal<'m, T> {
    manager: &'m ClientKeysManager<T>,
    could_not_store: Cell<bool>,
}

impl<'m, T: Transport> SessionRenewal<'m, T> {
    pub(super) fn new(manager: &'m ClientKeysManager<T>) -> Self {
        Self {
            manager,
            could_not_store: Cell::new(false),
        }
    }

    pub(super) fn could_not_store(&self) -> bool {
        self.could_not_store.get()
    }
}

impl<T: Transport> Renewal for SessionRenewal<'_, T> {
    fn renew(
        &self,
        stale: Generation,
        time_left: Duration,
    ) -> Result<(Credential, Generation), Error> {
        let manager = self.manager;
        let until = manager.transport.now().monotonic.saturating_add(time_left);
        loop {
            let mut shared = manager.common.state();
            let (plan, begun) = match shared.session.renew(stale) {
                SessionState::Current(token, generation) => return Ok((token, generation)),
                SessionState::SignInNeeded(error) => return Err(error),
                SessionState::Start(plan) => (plan, shared.session.generation()),
                SessionState::InFlight => {
                    let left = until.saturating_sub(manager.transport.now().monotonic);
                    if left.is_zero() {
                        return Err(Error::new(ErrorKind::DeadlineExceeded));
                    }
                    // Whoever is at it tells when it has ended, also when it panics; what woke this thread is looked at
                    // again above.
                    drop(manager.common.renewed.wait_timeout(shared, left));
                    continue;
                }
            };
            drop(shared);
            let under_way = UnderWay {
                common: &manager.common,
                plan: &plan,
                ended: false,
            };
            match manager.carry_out(&plan) {
                Ok(pair) => {
                    // Stored before it is used: the old pair is dead from here on.
                    self.could_not_store.set(!manager.store(&pair));
                    under_way.succeeded(pair, begun, manager.transport.now().wall);
                }
                Err(error) => {
                    if !under_way.failed(&error) {
                        return Err(error);
                    }
                }
            }
        }
    }
}

/// A renewal that others wait for. Dropped before its end, which only a panic does, it counts as failed.
struct UnderWay<'a> {
    common: &'a Common,
    plan: &'a RenewalPlan,
    ended: bool,
}

impl UnderWay<'_> {
    fn succeeded(mut self, pair: TokenPair, begun: Generation, now: crate::Timestamp) {
        self.ended = true;
        self.common.state().session.adopt_renewed(pair, begun, now);
    }

    /// Whether another plan is worth trying.
    fn failed(mut self, error: &Error) -> bool {
        self.ended = true;
        self.common.state().session.fail(self.plan, error)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let error = Error::new(ErrorKind::Cancelled).with_outcome(crate::Outcome::Unknown);
            self.common.state().session.fail(self.plan, &error);
        }
        self.common.renewed.notify_all();
    }
}

impl<T: Transport> ClientKeysManager<T> {
    /// Carries out a renewal: it has a deadline of its own, and is cut by no caller.
    fn carry_out(&self, plan: &RenewalPlan) -> Result<TokenPair, Error> {
        let now = || self.transport.now().wall;
        match plan {
            RenewalPlan::Refresh(old) => {
                let token = old.refresh_token.clone().unwrap_or_else(|| Secret::new(""));
                let grant = if old.admin {
                    self.run_alone(Single(AdminRefresh::new(token)))?.value
                } else {
                    self.run_alone(Single(Refresh::new(token)))?.value
                };
                Ok(TokenPair::from_grant(grant, Some(old), old.admin, now()))
            }
            RenewalPlan::SignIn {
                email,
                password,
                admin: true,
            } => {
                let signed_in = self
                    .run_alone(Single(AdminSignIn::new(email.clone(), password.clone())))?
                    .value;
                Ok(TokenPair::from_grant(signed_in.grant, None, true, now()))
            }
            RenewalPlan::SignIn {
                email,
                password,
                admin: false,
            } => {
                match self.run_alone(Single(SignIn::new(email.clone(), password.clone())))?.value {
                    SignInResponse::SignedIn(signed_in) => {
                        Ok(TokenPair::from_grant(signed_in.grant, None, false, now()))
                    }
                    SignInResponse::TwoFactorNeeded { .. } => Err(Error::new(ErrorKind::SignInNeeded)
                        .with_detail("the account asks for a two-factor code: sign in with one and pass the tokens")),
                }
            }
        }
    }

    fn run_alone<F: Flow<Item = core::convert::Infallible>>(
        &self,
        flow: F,
    ) -> Result<Answer<F::Output>, Error> {
        let policy = self.common.settings.policy.clone().deadline(DEADLINE);
        let context = self.base_context().policy(policy).uninterruptible();
        let step = Step::start(flow, context, self.transport.now());
        let done = drive(&*self.transport, &NoRenewal, step, |never| match never {});
        self.learn(done.learned());
        done.into_result()
    }

    /// Whether the pair is stored, where somebody stores pairs.
    pub(super) fn store(&self, pair: &TokenPair) -> bool {
        self.common
            .settings
            .store
            .as_ref()
            .is_none_or(|store| store(pair).is_ok())
    }
}
