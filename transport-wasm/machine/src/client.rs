//! `Client`: what all calls share, and what it takes to begin one.

use core::{fmt, time::Duration};

use fluxbase_client_keys::{
    Access, BaseUrl, Context, Credential, Error, ErrorKind, Generation, ManagerState, Now,
    PlannedRenewal, Policy, RenewalState,
};

/// What all calls share.
pub(crate) struct Client {
    pub(crate) base: BaseUrl,
    pub(crate) policy: Policy,
    pub(crate) state: ManagerState,
    /// Whether others use the same store.
    pub(crate) shares_store: bool,
    /// A renewal that is to be carried out, and the number of the call that wanted it first.
    pub(crate) planned: Option<(PlannedRenewal, u32)>,
    /// How the last one failed, for the call that began it.
    pub(crate) failure: Option<(u32, Error)>,
}

impl Client {
    /// What a call under this policy starts with.
    pub(crate) fn context(&self, policy: Policy, access: Access) -> Context {
        Context::new(self.base.clone())
            .policy(policy)
            .access(access)
    }

    /// What to do for a call that needs a newer token than generation `stale`: the token, or nothing where a renewal is to be
    /// waited for.
    pub(crate) fn renew(
        &mut self,
        call: u32,
        stale: Generation,
        time_left: Duration,
    ) -> Result<Option<(Credential, Generation)>, Error> {
        if let Some((_, error)) = self.failure.take_if(|(starter, _)| *starter == call) {
            return Err(error);
        }
        match self.state.renew(stale) {
            RenewalState::Current(token, generation) => return Ok(Some((token, generation))),
            RenewalState::SignInNeeded(error) => return Err(error),
            RenewalState::Start(planned) => self.planned = Some((planned, call)),
            _ => {}
        }
        if time_left.is_zero() {
            return Err(Error::from(ErrorKind::DeadlineExceeded));
        }
        Ok(None)
    }
}

/// The time until then.
pub(crate) fn left(until: Duration, now: Now) -> Duration {
    until.saturating_sub(now.monotonic)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
