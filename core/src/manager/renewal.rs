//! Renewing the session: one thread at it, the others waiting.

use core::time::Duration;
use std::sync::PoisonError;

use super::{ClientKeysManager, PlannedRenewal, RenewalState, under_way::UnderWay};
use crate::{
    Credential, Error, ErrorKind, Generation, NoRenewal, Renewal, Step, TokenPair, Transport, drive,
};

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
            let planned = match shared.kept.renew(stale) {
                RenewalState::Current(token, generation) => return Ok((token, generation)),
                RenewalState::SignInNeeded(error) => return Err(error),
                RenewalState::Start(planned) => planned,
                RenewalState::InFlight => {
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
            let mut under_way = UnderWay::new(&manager.common, planned);
            match manager.carry_out(under_way.planned()) {
                Ok(pair) => {
                    under_way.succeeded(&pair, manager.transport.now().wall);
                    // Stored before it is used: the old pair is dead from here on.
                    manager.store_renewed(&pair, &under_way);
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

impl<T: Transport> ClientKeysManager<T> {
    fn carry_out(&self, planned: &PlannedRenewal) -> Result<TokenPair, Error> {
        let context = planned.context(self.common.base_context(&self.common.settings.policy));
        let step = Step::start(planned.flow(), context, self.transport.now());
        let done = drive(&*self.transport, &NoRenewal, step, |never| match never {});
        let answer = self.common.end_without_tokens(done)?;
        Ok(planned.pair(answer.value, self.transport.now().wall))
    }

    /// Stores the pair of a renewal, unless it is overtaken.
    fn store_renewed(&self, pair: &TokenPair, under_way: &UnderWay) {
        if under_way.is_overtaken() {
            return;
        }
        self.store(pair);
        if under_way.is_overtaken() {
            self.store_current();
        }
    }

    /// Stores what is in force once more. Others may have stored theirs first and then been written over: the last pair that
    /// is stored is to be the one in force.
    pub(super) fn store_current(&self) {
        if let Some(newer) = self.export_tokens() {
            self.store(&newer);
        }
    }

    /// Stores the pair, where somebody stores pairs, and remembers whether that was done.
    pub(super) fn store(&self, pair: &TokenPair) {
        if let Some(store) = &self.common.settings.store {
            self.common.state().kept.storing(true);
            if store(pair).is_ok() {
                self.common.state().kept.stored();
            }
        }
    }

    /// Waits until no renewal is under way, at most as long as a call may take.
    pub(super) fn await_renewal(&self) {
        let now = || self.transport.now().monotonic;
        let until = now().saturating_add(self.common.settings.policy.deadline);
        let mut shared = self.common.state();
        while shared.kept.session().is_renewing() && !self.transport.is_cancelled() {
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
