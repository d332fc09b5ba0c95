//! `Common`: what all clones of a manager share, blocking or asynchronous.

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context as TaskContext, Poll, Waker},
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{ManagerState, Settings};
use crate::{
    Answer, Context, Done, Error, Generation, Policy, Spelling, Timestamp, TokenPair, Warning,
};

pub(super) struct Common {
    pub(super) settings: Settings,
    state: Mutex<State>,
    /// Told whenever a renewal has ended, for those who wait in threads.
    pub(super) renewed: Condvar,
}

pub(super) struct State {
    pub(super) kept: ManagerState,
    waiters: Waiters,
}

/// Those who wait for the end of a renewal in futures.
#[derive(Default)]
struct Waiters {
    /// How often those who wait were told to look again.
    rung: u64,
    next: u64,
    parked: Vec<(u64, Waker)>,
}

impl Common {
    pub(super) fn new(settings: Settings, now: Timestamp) -> Arc<Self> {
        let kept = ManagerState::new(settings.authentication.clone(), now);
        Arc::new(Self {
            settings,
            state: Mutex::new(State {
                kept,
                waiters: Waiters::default(),
            }),
            renewed: Condvar::new(),
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half-done under the lock, so what a panicking thread left behind is sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all who wait for the end of a renewal to look again.
    pub(super) fn ring(&self) {
        let mut state = self.state();
        state.waiters.rung = state.waiters.rung.wrapping_add(1);
        let parked = core::mem::take(&mut state.waiters.parked);
        drop(state);
        self.renewed.notify_all();
        for (_, waker) in parked {
            waker.wake();
        }
    }

    /// What a call starts with: server, credential, policy.
    pub(super) fn context(&self, policy: &Policy, now: Timestamp) -> Context {
        let access = self.state().kept.access(now);
        self.base_context(policy).access(access)
    }

    /// Without a credential.
    pub(super) fn base_context(&self, policy: &Policy) -> Context {
        let context = Context::new(self.settings.base.clone()).policy(*policy);
        #[cfg(feature = "events")]
        if let Some(observer) = &self.settings.observer {
            return context.observer(Arc::clone(observer));
        }
        context
    }

    /// Ends a call that uses the tokens: what it taught is kept, and its answer says if the tokens are not stored.
    pub(super) fn end<T>(&self, done: Done<T>) -> Result<Answer<T>, Error> {
        let mut result = self.end_without_tokens(done);
        if let Ok(answer) = &mut result {
            answer.warnings.extend(self.unstored());
        }
        result
    }

    pub(super) fn end_without_tokens<T>(&self, done: Done<T>) -> Result<Answer<T>, Error> {
        self.state().kept.learn(done.learned());
        done.into_result()
    }

    /// What there is to say of the tokens in force.
    pub(super) fn unstored(&self) -> Option<Warning> {
        self.state().kept.unstored()
    }

    /// How scopes are to be spelled, and how this server is known to spell them.
    pub(super) fn spelling(&self, policy: &Policy) -> (Spelling, Option<Spelling>) {
        (policy.spelling, self.state().kept.known_spelling())
    }

    /// Goes on with tokens from elsewhere, and gives their generation if they were taken.
    pub(super) fn restore(&self, pair: TokenPair, now: Timestamp) -> Option<Generation> {
        let taken = self.state().kept.restore(pair, now);
        self.ring();
        taken
    }

    /// Forgets tokens, password and fixed credential.
    pub(super) fn forget(&self) {
        self.state().kept.forget();
        self.ring();
    }

    /// How a manager is shown: without secrets.
    pub(super) fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct(name)
            .field("base", &self.settings.base)
            .field("credential", &state.kept.fixed())
            .field("session", state.kept.session())
            .finish_non_exhaustive()
    }

    /// Ready when those who wait were told to look again, after they had been told so `rung` times.
    pub(super) fn look_again(&self, rung: u64) -> LookAgain<'_> {
        LookAgain {
            common: self,
            rung,
            id: None,
        }
    }
}

impl State {
    /// How often those who wait were told to look again.
    pub(super) fn rung(&self) -> u64 {
        self.waiters.rung
    }
}

/// Ready as soon as somebody has rung since `rung` was read. Dropped, it leaves nothing behind.
pub(super) struct LookAgain<'a> {
    common: &'a Common,
    rung: u64,
    id: Option<u64>,
}

impl Future for LookAgain<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<()> {
        let mut state = self.common.state();
        let waiters = &mut state.waiters;
        if waiters.rung != self.rung {
            return Poll::Ready(());
        }
        let own = |(id, _): &&mut (u64, Waker)| Some(*id) == self.id;
        if let Some((_, waker)) = waiters.parked.iter_mut().find(own) {
            waker.clone_from(context.waker());
        } else {
            let id = waiters.next;
            waiters.next = id.wrapping_add(1);
            waiters.parked.push((id, context.waker().clone()));
            drop(state);
            self.id = Some(id);
        }
        Poll::Pending
    }
}

impl Drop for LookAgain<'_> {
    fn drop(&mut self) {
        if let Some(own) = self.id {
            let mut state = self.common.state();
            state.waiters.parked.retain(|(id, _)| *id != own);
        }
    }
}
