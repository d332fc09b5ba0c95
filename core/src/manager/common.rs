//! `Common`: what all clones of a manager share, blocking or asynchronous.

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context as TaskContext, Poll, Waker},
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::Settings;
use crate::{
    Access, Answer, Context, Credential, Done, Error, Generation, Learned, Policy, Session,
    Spelling, Timestamp, TokenPair, Warning,
};

pub(super) struct Common {
    pub(super) settings: Settings,
    state: Mutex<State>,
    /// Told whenever a renewal has ended, for those who wait in threads.
    pub(super) renewed: Condvar,
}

pub(super) struct State {
    /// In force unless there is a session.
    fixed: Option<Credential>,
    pub(super) session: Session,
    /// What earlier calls have learned.
    spelling: Option<Spelling>,
    /// What could not be done with the tokens in force, or with those that were forgotten.
    pub(super) unstored: Option<Warning>,
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
        let (fixed, session) = settings.authentication.clone().into_parts(now);
        Arc::new(Self {
            settings,
            state: Mutex::new(State {
                fixed,
                session,
                spelling: None,
                unstored: None,
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
        let state = self.state();
        let access = if state.session.is_empty() {
            state.fixed.clone().map_or_else(Access::none, Access::fixed)
        } else {
            match state.session.access(now) {
                Some((token, generation)) => Access::session(token, generation),
                None => Access::session_to_renew(state.session.generation()),
            }
        };
        drop(state);
        self.base_context(policy).access(access)
    }

    /// Without a credential.
    pub(super) fn base_context(&self, policy: &Policy) -> Context {
        let context = Context::new(self.settings.base.clone()).policy(policy.clone());
        match &self.settings.observer {
            Some(observer) => context.observer(Arc::clone(observer)),
            None => context,
        }
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
        self.learn(done.learned());
        done.into_result()
    }

    /// What there is to say of the tokens in force.
    pub(super) fn unstored(&self) -> Option<Warning> {
        self.state().unstored.clone()
    }

    fn learn(&self, learned: Learned) {
        match learned.spelling {
            Some(Spelling::Auto) => self.state().spelling = None,
            Some(spelling) => self.state().spelling = Some(spelling),
            None => {}
        }
    }

    /// How scopes are to be spelled, and how this server is known to spell them.
    pub(super) fn spelling(&self, policy: &Policy) -> (Spelling, Option<Spelling>) {
        (policy.spelling, self.state().spelling)
    }

    /// Goes on with tokens from elsewhere, and gives their generation if they were taken.
    pub(super) fn restore(&self, pair: TokenPair, now: Timestamp) -> Option<Generation> {
        let mut state = self.state();
        // Those that are being refreshed are dead as soon as that ends, and what takes their place must not be dropped.
        let taken = (!state.session.is_renewing_from(&pair)).then(|| {
            state.unstored = None;
            state.session.adopt(pair, now)
        });
        drop(state);
        self.ring();
        taken
    }

    /// Forgets tokens, password and fixed credential.
    pub(super) fn forget(&self) {
        let mut state = self.state();
        state.session.forget();
        state.fixed = None;
        state.unstored = None;
        drop(state);
        self.ring();
    }

    /// Takes what was found in a store, if there is nothing to send yet.
    pub(super) fn adopt_first(&self, stored: TokenPair, now: Timestamp) {
        let mut state = self.state();
        if state.lacks_tokens() {
            state.session.adopt(stored, now);
        }
    }

    /// Takes what others have stored since, unless a renewal is under way, which looks there itself.
    pub(super) fn adopt_newer(&self, stored: TokenPair, now: Timestamp) {
        let mut state = self.state();
        let idle = state.fixed.is_none() && !state.session.is_renewing();
        if idle && state.unstored.is_none() && state.session.is_older_than(&stored) {
            state.session.adopt(stored, now);
        }
    }

    /// How a manager is shown: without secrets.
    pub(super) fn show(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct(name)
            .field("base", &self.settings.base)
            .field("credential", &state.fixed)
            .field("session", &state.session)
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
    /// Whether tokens from a store would be of use: there is nothing to send. What could not be removed from the store is
    /// still in it and must not come back.
    pub(super) fn lacks_tokens(&self) -> bool {
        self.fixed.is_none() && self.session.pair().is_none() && self.unstored.is_none()
    }

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
