//! `ClientKeysManager`: the documented methods over any blocking transport.

mod batch;
mod keys;
mod login;
mod renewal;
mod settings;

use core::{convert::Infallible, fmt, ops::ControlFlow};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

pub use self::{
    batch::BatchOptions,
    settings::{Authentication, Settings, StoreTokens},
};
use crate::{
    Access, Answer, Context, Credential, Error, Flow, Learned, Session, Spelling, Step, Transport,
    Warning, drive,
};

/// Manages client keys: creates, lists, gets, updates, revokes and deletes them, and signs in for it.
///
/// The documented results come back from every generation of the server. Each operation has a plain method, which gives
/// the value, and one named `…_answer`, which also tells status, request id, number of requests and warnings.
///
/// Cloning is cheap, and clones share the session, so that one renewal serves them all; a manager may be used by many
/// threads at once. `T` carries out the requests: a transport's own crate gives this type an alias and a builder.
pub struct ClientKeysManager<T> {
    transport: Arc<T>,
    common: Arc<Common>,
}

/// What all clones share.
struct Common {
    settings: Settings,
    state: Mutex<State>,
    /// Told whenever a renewal has ended.
    renewed: Condvar,
}

struct State {
    /// In force unless there is a session.
    fixed: Option<Credential>,
    session: Session,
    /// What earlier calls have learned.
    spelling: Option<Spelling>,
    /// The tokens in force could not be stored.
    unstored: bool,
}

impl Common {
    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half-done under the lock, so what a panicking thread left behind is sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport> ClientKeysManager<T> {
    /// A manager with these settings over this transport.
    #[must_use]
    pub fn new(settings: Settings, transport: T) -> Self {
        let now = transport.now().wall;
        let (fixed, session) = settings.authentication.clone().into_parts(now);
        let state = State {
            fixed,
            session,
            spelling: None,
            unstored: false,
        };
        Self {
            transport: Arc::new(transport),
            common: Arc::new(Common {
                settings,
                state: Mutex::new(state),
                renewed: Condvar::new(),
            }),
        }
    }

    /// The same session over another transport.
    #[must_use]
    pub fn with_transport<U: Transport>(&self, transport: U) -> ClientKeysManager<U> {
        ClientKeysManager {
            transport: Arc::new(transport),
            common: Arc::clone(&self.common),
        }
    }

    /// What carries out the requests.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Drives any flow with this manager's credential, policy and session: for operations put together by the caller.
    pub fn run<F: Flow<Item = Infallible>>(&self, flow: F) -> Result<Answer<F::Output>, Error> {
        self.run_each(flow, |never| match never {})
    }

    /// Drives any flow and hands out its items.
    pub fn run_each<F: Flow>(
        &self,
        flow: F,
        give: impl FnMut(F::Item) -> ControlFlow<()>,
    ) -> Result<Answer<F::Output>, Error> {
        let renewal = renewal::SessionRenewal(self);
        let step = Step::start(flow, self.context(), self.transport.now());
        let done = drive(&*self.transport, &renewal, step, give);
        self.learn(done.learned());
        let mut result = done.into_result();
        if let Ok(answer) = &mut result {
            answer.warnings.extend(self.storing());
        }
        result
    }

    fn context(&self) -> Context {
        let state = self.common.state();
        let access = if state.session.is_empty() {
            state.fixed.clone().map_or_else(Access::none, Access::fixed)
        } else {
            match state.session.access(self.transport.now().wall) {
                Some((token, generation)) => Access::session(token, generation),
                None => Access::session_to_renew(state.session.generation()),
            }
        };
        drop(state);
        self.base_context().access(access)
    }

    /// Without a credential.
    fn base_context(&self) -> Context {
        let settings = &self.common.settings;
        let context = Context::new(settings.base.clone()).policy(settings.policy.clone());
        match &settings.observer {
            Some(observer) => context.observer(Arc::clone(observer)),
            None => context,
        }
    }

    /// What there is to say of the tokens in force.
    fn storing(&self) -> Option<Warning> {
        let unstored = self.common.state().unstored;
        unstored.then_some(Warning::TokensNotStored)
    }

    fn learn(&self, learned: Learned) {
        match learned.spelling {
            Some(Spelling::Auto) => self.common.state().spelling = None,
            Some(spelling) => self.common.state().spelling = Some(spelling),
            None => {}
        }
    }
}

impl<T> Clone for ClientKeysManager<T> {
    fn clone(&self) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            common: Arc::clone(&self.common),
        }
    }
}

impl<T> fmt::Debug for ClientKeysManager<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.common.state();
        f.debug_struct("ClientKeysManager")
            .field("base", &self.common.settings.base)
            .field("credential", &state.fixed)
            .field("session", &state.session)
            .finish_non_exhaustive()
    }
}
