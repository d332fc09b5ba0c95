//! `Client`: what all calls share, and what it takes to begin one.

use core::{fmt, time::Duration};

use fluxbase_client_keys::{
    Access, BaseUrl, Context, Credential, Error, ErrorKind, Generation, ManagerState,
    PlannedRenewal, Policy, RenewalState,
};

/// What all calls share.
pub(crate) struct Client {
    pub(crate) base: BaseUrl,
    pub(crate) policy: Policy,
    pub(crate) state: ManagerState,
    /// Whether others use the same store.
    pub(crate) shares_store: bool,
    /// One that is to be carried out.
    pub(crate) planned: Option<Box<Renewal>>,
    /// How the last one failed, for the call that began it.
    pub(crate) failure: Option<(u32, Error)>,
}

/// A renewal.
pub(crate) struct Renewal {
    pub(crate) planned: PlannedRenewal,
    /// The number of the call that wanted it first.
    pub(crate) starter: u32,
    /// The store was looked at when it began, and is to be looked at again when it is refused.
    pub(crate) looks_again: bool,
}

impl Client {
    /// What an exchange with this access starts with, and the time for it.
    pub(crate) fn context(&self, deadline: Duration, access: Access) -> Context {
        let policy = self.policy.deadline(deadline);
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
            RenewalState::Start(planned) => {
                self.planned = Some(Box::new(Renewal {
                    planned,
                    starter: call,
                    looks_again: false,
                }));
            }
            _ => {}
        }
        if time_left.is_zero() {
            return Err(Error::from(ErrorKind::DeadlineExceeded));
        }
        Ok(None)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
