//! Renewing the session: one thread at it, the others waiting.

use core::time::Duration;
use std::sync::PoisonError;

use super::{ClientKeysManager, Common};
use crate::{
    AdminRefresh, AdminSignIn, Answer, Credential, Error, ErrorKind, Flow, Generation, NoRenewal,
    Refresh, Renewal, RenewalPlan, Secret, SessionState, SignIn, SignInResponse, Single, Step,
    Timestamp, TokenPair, Transport, drive,
};

/// The time that a renewal has, whatever is left for the call that wanted it.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a call waits for somebody else's renewal before it looks whether it has been cancelled, of which nothing wakes
/// it.
const LOOK: Duration = Duration::from_millis(100);

/// Renews the session of a manager.
pub(super) struct SessionRenewal<'m, T>(pub(super) &'m ClientKeysManager<T>);

impl<T: Transport> Renewal for SessionRenewal<'_, T> {
    fn renew(
        &self,
        stale: Generation,
        time_left: Duration,
    ) -> Result<(Credential, Generation), Error> {
        let manager = self.0;
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
                    if manager.transport.is_cancelled() {
                        return Err(Error::new(ErrorKind::Cancelled));
                    }
                    // Whoever is at it tells when it has ended, also when it panics; what woke this thread is looked at
                    // again above.
                    drop(manager.common.renewed.wait_timeout(shared, left.min(LOOK)));
                    continue;
                }
            };
            drop(shared);
            let under_way = UnderWay {
                common: &manager.common,
                plan: &plan,
                end: None,
            };
            match manager.carry_out(&plan) {
                Ok(pair) => {
                    let under_way = under_way.succeeded(&pair, begun, manager.transport.now().wall);
                    // Stored before it is used: the old pair is dead from here on.
                    manager.store_renewed(&pair, begun);
                    drop(under_way);
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

/// A renewal that others wait for, which ends when this is dropped: with a new pair also when storing it panics, and
/// otherwise as failed.
struct UnderWay<'a> {
    common: &'a Common,
    plan: &'a RenewalPlan,
    end: Option<End>,
}

enum End {
    /// The new pair, the generation at which the renewal began, and the time.
    Renewed(TokenPair, Generation, Timestamp),
    /// It has been told already.
    Failed,
}

impl UnderWay<'_> {
    fn succeeded(mut self, pair: &TokenPair, begun: Generation, now: Timestamp) -> Self {
        self.end = Some(End::Renewed(pair.clone(), begun, now));
        self
    }

    /// Whether another plan is worth trying.
    fn failed(mut self, error: &Error) -> bool {
        self.end = Some(End::Failed);
        self.common.state().session.fail(self.plan, error)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        match self.end.take() {
            Some(End::Renewed(pair, begun, now)) => {
                self.common.state().session.adopt_renewed(pair, begun, now);
            }
            Some(End::Failed) => {}
            // A panic.
            None => {
                let error = Error::new(ErrorKind::Cancelled).with_outcome(crate::Outcome::Unknown);
                self.common.state().session.fail(self.plan, &error);
            }
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

    /// Stores the pair of a renewal that began at generation `begun`, unless others have signed in, restored tokens or
    /// forgotten them since: what they stored, or took away, must not be replaced by it.
    fn store_renewed(&self, pair: &TokenPair, begun: Generation) {
        let overtaken = || self.common.state().session.generation() != begun;
        if overtaken() {
            return;
        }
        self.store(pair);
        // Others may have stored theirs first and then be written over: the last one stored is the one in force.
        if overtaken() {
            if let Some(newer) = self.export_tokens() {
                self.store(&newer);
            }
        }
    }

    /// Stores the pair, where somebody stores pairs, and remembers whether that was done.
    pub(super) fn store(&self, pair: &TokenPair) {
        if let Some(store) = &self.common.settings.store {
            self.common.state().unstored = true;
            let stored = store(pair).is_ok();
            self.common.state().unstored = !stored;
        }
    }

    /// Waits until no renewal is under way, at most as long as a call may take.
    pub(super) fn await_renewal(&self) {
        let now = || self.transport.now().monotonic;
        let until = now().saturating_add(self.common.settings.policy.deadline);
        let mut shared = self.common.state();
        while shared.session.is_renewing() && !self.transport.is_cancelled() {
            let left = until.saturating_sub(now());
            if left.is_zero() {
                return;
            }
            shared = self
                .common
                .renewed
                .wait_timeout(shared, left.min(LOOK))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}
