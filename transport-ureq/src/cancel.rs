//! Ending calls from outside.

use core::{fmt, time::Duration};
use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Instant,
};

use ureq::Agent;

use crate::ClientKeysManager;

/// Managers whose calls can be ended from another thread.
pub trait Cancellable: Sized {
    /// The same manager, sharing the session, and a handle that ends all its calls, those under way and those to come.
    ///
    /// A renewal of tokens that is under way is not cut: it would kill the session. Other managers, also the one that
    /// this is called on, go on.
    fn cancellable(&self) -> (Self, CancelHandle);
}

impl Cancellable for ClientKeysManager {
    fn cancellable(&self) -> (Self, CancelHandle) {
        let (transport, handle) = self.transport().detached();
        (self.with_transport(transport), handle)
    }
}

/// Ends the calls of a manager. Dropping it changes nothing.
#[derive(Clone)]
pub struct CancelHandle {
    state: Arc<State>,
    /// Its connections are closed, which ends waiting for an answer at once.
    agent: Agent,
}

impl CancelHandle {
    pub(crate) fn new(state: Arc<State>, agent: Agent) -> Self {
        Self { state, agent }
    }

    /// Ends all calls under way, and lets none begin.
    pub fn cancel(&self) {
        *self
            .state
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.state.told.notify_all();
        self.agent.clone().shutdown();
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelHandle")
            .field("cancelled", &self.state.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// Whether calls are to end, and a bell for those that sleep.
#[derive(Debug, Default)]
pub(crate) struct State {
    cancelled: Mutex<bool>,
    told: Condvar,
}

impl State {
    pub(crate) fn is_cancelled(&self) -> bool {
        *self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps, and wakes early when cancelled.
    pub(crate) fn sleep(&self, duration: Duration) {
        let begun = Instant::now();
        let mut cancelled = self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        while !*cancelled {
            let left = duration.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return;
            }
            cancelled = self
                .told
                .wait_timeout(cancelled, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}
