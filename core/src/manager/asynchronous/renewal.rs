//! Renewing the session: one task at it, the calls waiting.

use core::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};
use std::sync::{Arc, OnceLock};

use super::{AsyncClientKeysManager, AsyncHost};
use crate::{
    AsyncRenewal, Credential, Error, ErrorKind, Generation, NoRenewal, RenewalState, TokenPair,
    manager::under_way::UnderWay,
};

/// Renews the session of a manager; without one there is nothing to renew with, as for a renewal itself, which so cannot
/// recurse.
pub(super) struct SessionRenewal<'m, H>(pub(super) Option<&'m AsyncClientKeysManager<H>>);

/// What a call that needs newer tokens finds.
enum Found {
    /// They are there.
    Token(Credential, Generation),
    /// Somebody is at it: how often those who wait were told to look again by now.
    UnderWay(u64),
    /// This call is the one to begin.
    Begin(UnderWay, u64),
}

impl<H: AsyncHost> AsyncRenewal for SessionRenewal<'_, H> {
    async fn renew(
        &self,
        stale: Generation,
        time_left: Duration,
    ) -> Result<(Credential, Generation), Error> {
        let Some(manager) = self.0 else {
            return NoRenewal.renew(stale, time_left).await;
        };
        let now = || manager.host.now().monotonic;
        let until = now().saturating_add(time_left);
        let mut own: Option<Arc<OnceLock<Error>>> = None;
        loop {
            // The call that began a renewal has its error; the others try again.
            if let Some(error) = own.as_ref().and_then(|failure| failure.get()) {
                return Err(error.clone());
            }
            let rung = match manager.look(stale)? {
                Found::Token(token, generation) => return Ok((token, generation)),
                Found::UnderWay(rung) => rung,
                Found::Begin(under_way, rung) => {
                    own = Some(under_way.failure());
                    manager.host.spawn(RenewalTask {
                        manager: manager.clone(),
                        under_way,
                    });
                    rung
                }
            };
            if !manager.rung_before(rung, until).await {
                return Err(Error::new(if manager.host.is_cancelled() {
                    ErrorKind::Cancelled
                } else {
                    ErrorKind::DeadlineExceeded
                }));
            }
        }
    }
}

impl<H: AsyncHost> AsyncClientKeysManager<H> {
    fn look(&self, stale: Generation) -> Result<Found, Error> {
        let common = &self.common;
        let mut shared = common.state();
        let rung = shared.rung();
        match shared.kept.renew(stale) {
            RenewalState::Current(token, generation) => Ok(Found::Token(token, generation)),
            RenewalState::SignInNeeded(error) => Err(error),
            RenewalState::InFlight => Ok(Found::UnderWay(rung)),
            RenewalState::Start(planned) => Ok(Found::Begin(UnderWay::new(common, planned), rung)),
        }
    }
}

/// A renewal that is to be carried out, whatever becomes of the call that wanted it: an [`AsyncHost`] runs it as a task of
/// its own.
#[must_use = "a renewal that is not run ends as failed"]
pub struct RenewalTask<H> {
    manager: AsyncClientKeysManager<H>,
    under_way: UnderWay,
}

impl<H: AsyncHost> RenewalTask<H> {
    /// Locks the tokens, looks whether others have renewed them, and if not renews and stores them; then tells all who wait.
    /// Refused, it looks once more, since what others have stored may arrive later than their lock.
    ///
    /// It has a deadline of its own, 60 seconds. Dropped before its end, it tells that whether the tokens were renewed is
    /// not known.
    pub async fn run(self) {
        let Self {
            manager,
            mut under_way,
        } = self;
        let host = &*manager.host;
        let lock = host.lock_tokens().await;
        let stored = host.load_tokens().await;
        let mut wanted = under_way.compare(stored, host.now().wall);
        let mut looks_again = true;
        while wanted {
            wanted = false;
            let planned = under_way.planned();
            let context = planned.context(manager.common.base_context(&manager.policy));
            match manager.run_kept(planned.flow(), context).await {
                Ok(grant) => {
                    let now = host.now().wall;
                    let pair = under_way.planned().pair(grant, now);
                    under_way.succeeded(&pair, now);
                    // Stored before it is used: the old pair is dead from here on.
                    manager.store_renewed(&pair, &under_way).await;
                }
                Err(error) if looks_again && matches!(error.kind(), ErrorKind::Refused { .. }) => {
                    looks_again = false;
                    let stored = host.load_tokens().await;
                    wanted = under_way.compare_again(&error, stored, host.now().wall);
                }
                Err(error) => {
                    under_way.failed(&error);
                }
            }
        }
        // In force before others are let in.
        drop(under_way);
        drop(lock);
    }
}

impl<H> fmt::Debug for RenewalTask<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenewalTask").finish_non_exhaustive()
    }
}

impl<H: AsyncHost> AsyncClientKeysManager<H> {
    /// Waits until those who wait are told to look again; `false` when the time is up or the call is cancelled before.
    async fn rung_before(&self, rung: u64, until: Duration) -> bool {
        let mut look_again = self.common.look_again(rung);
        let left = until.saturating_sub(self.host.now().monotonic);
        let mut time_is_up = pin!(self.host.sleep(left));
        poll_fn(|context| {
            if pin!(&mut look_again).poll(context).is_ready() {
                return Poll::Ready(true);
            }
            if left.is_zero() || self.host.is_cancelled() {
                return Poll::Ready(false);
            }
            // It ends early when the call is cancelled.
            time_is_up.as_mut().poll(context).map(|()| false)
        })
        .await
    }

    /// Waits until no renewal is under way, at most as long as a call may take.
    pub(super) async fn await_renewal(&self) {
        let until = self
            .host
            .now()
            .monotonic
            .saturating_add(self.policy.deadline);
        let renewing = || {
            let state = self.common.state();
            state.kept.session().is_renewing().then(|| state.rung())
        };
        while let Some(rung) = renewing() {
            if !self.rung_before(rung, until).await {
                return;
            }
        }
    }

    /// Takes over what others have renewed, when none of them is at it.
    pub(super) async fn load_newer(&self) {
        let _lock = self.host.lock_tokens().await;
        if let Some(pair) = self.host.load_tokens().await {
            self.common
                .state()
                .kept
                .adopt_newer(pair, self.host.now().wall);
        }
    }

    /// Stores the pair of a renewal, unless it is overtaken.
    async fn store_renewed(&self, pair: &TokenPair, under_way: &UnderWay) {
        if under_way.is_overtaken() {
            return;
        }
        self.store(Some(pair)).await;
        // Others may have stored theirs first and then be written over: the last one stored is the one in force.
        if under_way.is_overtaken() {
            self.store(self.export_tokens().as_ref()).await;
        }
    }

    /// Stores the pair or takes away what is stored, and remembers whether that was done.
    pub(super) async fn store(&self, pair: Option<&TokenPair>) {
        self.common.state().kept.storing(pair.is_some());
        let told = match (&self.common.settings.store, pair) {
            (Some(store), Some(pair)) => store(pair).is_ok(),
            _ => true,
        };
        if self.host.store_tokens(pair).await.is_ok() && told {
            self.common.state().kept.stored();
        }
    }
}
