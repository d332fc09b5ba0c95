//! `AsyncClientKeysManager`: the documented methods over any asynchronous host.

mod host;
mod kept;
mod keys;
mod login;
mod renewal;

use core::{convert::Infallible, fmt, ops::ControlFlow};
use std::sync::Arc;

pub use self::{host::AsyncHost, renewal::RenewalTask};
use self::{kept::Kept, renewal::SessionRenewal};
use super::{Common, Settings};
use crate::{Answer, Context, Done, Error, Flow, Policy, Spelling, Step, Warning, drive_async};

/// Manages client keys, asynchronously: the twin of [`ClientKeysManager`](crate::ClientKeysManager), with the same methods
/// and the same results.
///
/// Cloning is cheap, and clones share the session: calls at the same time share one renewal, which goes on when the call that
/// began it is dropped. Dropping a call's future cancels it; a create that is dropped may have been carried out.
///
/// `H` is where it runs: transport, entropy, tasks, and a store for tokens. A transport's own crate gives this type an
/// alias and a builder.
///
/// ```
/// # #[cfg(feature = "emulator")] {
/// use fluxbase_client_keys::{
///     AsyncClientKeysManager, BaseUrl, CreateClientKeyRequest, Error, Scope, Settings,
///     emulator::{EmulatorTransport, Profile},
/// };
///
/// async fn rotate(manager: &AsyncClientKeysManager<EmulatorTransport>, email: &str, password: &str) -> Result<(), Error> {
///     manager.sign_in(email, password).await?;
///     let created = manager.create(&CreateClientKeyRequest::new("ci", [Scope::TABLES_READ])).await?;
///     assert_eq!(manager.get(created.client_key.id()).await?.name(), "ci");
///     manager.revoke(created.client_key.id()).await?;
///     Ok(())
/// }
///
/// let host = EmulatorTransport::new(Profile::V2026_3_7);
/// let (email, password) = host.user();
/// let manager = AsyncClientKeysManager::new(Settings::new(BaseUrl::parse("http://localhost:8080")?), host);
/// # let call = std::pin::pin!(rotate(&manager, &email, &password));
/// # let done = std::future::Future::poll(call, &mut std::task::Context::from_waker(std::task::Waker::noop()));
/// # assert!(matches!(done, std::task::Poll::Ready(Ok(()))));
/// # }
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
pub struct AsyncClientKeysManager<H> {
    host: Arc<H>,
    common: Arc<Common>,
    policy: Policy,
}

impl<H: AsyncHost> AsyncClientKeysManager<H> {
    /// A manager with these settings on this host.
    #[must_use]
    pub fn new(settings: Settings, host: H) -> Self {
        let policy = settings.policy;
        let common = Common::new(settings, host.now().wall);
        Self {
            host: Arc::new(host),
            common,
            policy,
        }
    }

    /// The same session on another host, such as one whose calls can be cancelled.
    #[must_use]
    pub fn with_host(&self, host: H) -> Self {
        Self {
            host: Arc::new(host),
            common: Arc::clone(&self.common),
            policy: self.policy,
        }
    }

    /// The same session under another policy, such as a shorter deadline for one call.
    #[must_use]
    pub fn with_policy(&self, policy: Policy) -> Self {
        Self {
            policy,
            ..self.clone()
        }
    }

    /// Where it runs.
    #[must_use]
    pub fn host(&self) -> &H {
        &self.host
    }

    /// How often, how long, how much.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How this server is known to spell scopes, from what earlier calls have learned: for a
    /// [`WithSpelling`](crate::WithSpelling) put together by the caller.
    #[must_use]
    pub fn known_spelling(&self) -> Option<Spelling> {
        self.common.spelling(&self.policy).1
    }

    /// Drives any flow with this manager's credential, policy and session: for operations put together by the caller.
    pub async fn run<F: Flow<Item = Infallible>>(
        &self,
        flow: F,
    ) -> Result<Answer<F::Output>, Error> {
        self.load_tokens().await;
        let context = self.common.context(&self.policy, self.host.now().wall);
        let renewal = SessionRenewal(Some(self));
        self.common.end(self.drive(flow, context, renewal).await)
    }

    /// Drives any flow and hands out its items.
    pub async fn run_each<F: Flow>(
        &self,
        flow: F,
        give: impl FnMut(F::Item) -> ControlFlow<()>,
    ) -> Result<Answer<F::Output>, Error> {
        self.load_tokens().await;
        let now = self.host.now();
        let context = self.common.context(&self.policy, now.wall);
        let step = Step::start(flow, context, now);
        let done = drive_async(&*self.host, &SessionRenewal(Some(self)), step, give).await;
        self.common.end(done)
    }

    async fn run_with_no_credential<F: Flow<Item = Infallible> + Send>(
        &self,
        flow: F,
    ) -> Result<F::Output, Error>
    where
        F::Output: Send,
    {
        let context = self.common.base_context(&self.policy);
        self.run_kept(flow, context).await
    }

    /// Drives a flow that needs no renewal, or is one.
    async fn run_kept<F: Flow<Item = Infallible> + Send>(
        &self,
        flow: F,
        context: Context,
    ) -> Result<F::Output, Error>
    where
        F::Output: Send,
    {
        let mut kept = Kept::new(flow);
        let done = self
            .drive(kept.erased(), context, SessionRenewal(None))
            .await;
        self.common.end_without_tokens(done)?;
        kept.into_output()
    }

    async fn drive<F: Flow<Item = Infallible>>(
        &self,
        flow: F,
        context: Context,
        renewal: SessionRenewal<'_, H>,
    ) -> Done<F::Output> {
        let step = Step::start(flow, context, self.host.now());
        drive_async(&*self.host, &renewal, step, |never| match never {}).await
    }

    fn unstored(&self) -> Vec<Warning> {
        self.common.unstored().into_iter().collect()
    }
}

impl<H> Clone for AsyncClientKeysManager<H> {
    fn clone(&self) -> Self {
        Self {
            host: Arc::clone(&self.host),
            common: Arc::clone(&self.common),
            policy: self.policy,
        }
    }
}

impl<H> fmt::Debug for AsyncClientKeysManager<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.common.show("AsyncClientKeysManager", f)
    }
}
