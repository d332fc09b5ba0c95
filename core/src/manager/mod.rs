//! The managers: the documented methods over any transport.
//!
//! `ClientKeysManager` is the blocking one, `asynchronous` has its twin. What does not wait is written once, for both:
//! `state` (what is kept and decided), `common` (that behind a lock), `flows` (what each method sends), `renewal_flow` and
//! `under_way` (renewals).

mod asynchronous;
mod batch;
mod common;
mod flows;
mod given;
mod keys;
mod login;
mod renewal;
mod renewal_flow;
mod settings;
mod state;
mod under_way;

use core::{convert::Infallible, fmt, ops::ControlFlow};
use std::sync::Arc;

use self::common::Common;
pub use self::{
    asynchronous::{AsyncClientKeysManager, AsyncHost, RenewalTask},
    batch::BatchOptions,
    given::GivenCredential,
    renewal_flow::RenewalFlow,
    settings::{Authentication, Settings, StoreTokens},
    state::{ManagerState, PlannedRenewal, RenewalState},
};
use crate::{Answer, Error, Flow, Step, Transport, drive};

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

impl<T: Transport> ClientKeysManager<T> {
    /// A manager with these settings over this transport.
    #[must_use]
    pub fn new(settings: Settings, transport: T) -> Self {
        let common = Common::new(settings, transport.now().wall);
        Self {
            transport: Arc::new(transport),
            common,
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
        let now = self.transport.now();
        let context = self.common.context(&self.common.settings.policy, now.wall);
        let done = drive(
            &*self.transport,
            &renewal,
            Step::start(flow, context, now),
            give,
        );
        self.common.end(done)
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
        self.common.show("ClientKeysManager", f)
    }
}
