//! `Builder`: from a URL to a manager.

use core::{fmt, time::Duration};
use std::{error::Error as StdError, sync::Arc};

use fluxbase_client_keys::{
    Authentication, BaseUrl, Error, GivenCredential, Login, Observer, Policy, Secret, Settings,
    StoreTokens, TokenPair,
};

use crate::{ClientKeysManager, FetchTransport, TokenStore};

/// Makes a manager. Everything but the URL has a default that suits a page.
///
/// ```no_run
/// use std::time::Duration;
/// use fluxbase_client_keys_wasm::LocalStorage;
///
/// let manager = fluxbase_client_keys_wasm::builder("https://fluxbase.example.com")
///     .store(LocalStorage::new("session"))
///     .deadline(Duration::from_secs(20))
///     .build()?;
/// # Ok::<_, fluxbase_client_keys_wasm::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    url: String,
    allow_plain_http: bool,
    given: Vec<GivenCredential>,
    tokens: Option<TokenPair>,
    policy: Policy,
    observer: Option<Arc<dyn Observer>>,
    told: Option<Arc<StoreTokens>>,
    transport: FetchTransport,
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            allow_plain_http: false,
            given: Vec::new(),
            tokens: None,
            policy: Policy::default(),
            observer: None,
            told: None,
            transport: FetchTransport::new(),
        }
    }

    /// Whether `http` is taken to a server on another machine, where everybody on the way can read and use the credential:
    /// no. To this machine it is always taken.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// An access token, which is used as it is and not renewed.
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.given.push(GivenCredential::BearerToken(token.into()));
        self
    }

    /// A client key, `fbk_…`. A page of another origin may send it only if the server allows the header `X-Client-Key`.
    pub fn client_key(mut self, key: impl Into<Secret>) -> Self {
        self.given.push(GivenCredential::ClientKey(key.into()));
        self
    }

    /// A service key: for programs in Node. No page should hold one.
    pub fn service_key(mut self, key: impl Into<Secret>) -> Self {
        self.given.push(GivenCredential::ServiceKey(key.into()));
        self
    }

    /// A user's e-mail address and password. The sign-in happens when a token is first needed, and again when the session
    /// cannot be renewed otherwise. A page asks for them and calls
    /// [`sign_in`](fluxbase_client_keys::AsyncClientKeysManager::sign_in) instead, which keeps no password.
    pub fn login(mut self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        let login = Login::new(email, password, false);
        self.given.push(GivenCredential::Login(login));
        self
    }

    /// An administrator's e-mail address and password, which have a route of their own.
    pub fn admin_login(mut self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        let login = Login::new(email, password, true);
        self.given.push(GivenCredential::Login(login));
        self
    }

    /// Tokens of an earlier sign-in, which are renewed. With a login beside them they are tried first.
    pub fn tokens(mut self, tokens: TokenPair) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Is given each new pair of tokens, before it is used for the first time: the pair that it replaces is dead. A failure
    /// does not end the call, and shows as the warning [`TokensNotStored`](crate::Warning::TokensNotStored). Others who
    /// renew the same tokens need a [`store`](Self::store).
    pub fn store_tokens(
        mut self,
        store: impl Fn(&TokenPair) -> Result<(), Box<dyn StdError + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.told = Some(Arc::new(store));
        self
    }

    /// Where tokens are kept beyond the life of the manager, perhaps for several tabs: nowhere.
    pub fn store(mut self, store: impl TokenStore + 'static) -> Self {
        self.transport = FetchTransport::with_store(store);
        self
    }

    /// The time for one request, to the last byte of the answer: 30 s, and at most 24 days.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.attempt_timeout = timeout;
        self
    }

    /// The time for a whole call, with all its requests and waits: 120 s. A list of many megabytes may need more, and a
    /// longer [`timeout`](Self::timeout) too.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// The largest answer, in bytes after decompression: 16 MiB. Also the largest single key in a list.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.policy.body_limit = bytes;
        self
    }

    /// The largest list, in bytes after decompression: 1 GiB.
    pub fn list_limit(mut self, bytes: u64) -> Self {
        self.policy.list_limit = bytes;
        self
    }

    /// How often, how long, how much: all at once, in place of what [`timeout`](Self::timeout),
    /// [`deadline`](Self::deadline), [`body_limit`](Self::body_limit) and [`list_limit`](Self::list_limit) have set.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Who is told what happens in each call.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The manager. Nothing is sent yet.
    ///
    /// An error says which setting cannot be used: the URL, a credential in an impossible form, two credentials that
    /// disagree. It quotes no secret.
    pub fn build(self) -> Result<ClientKeysManager, Error> {
        let base = if self.allow_plain_http {
            BaseUrl::parse_allowing_plain_http(&self.url)
        } else {
            BaseUrl::parse(&self.url)
        };
        let mut settings = Settings::new(base?);
        settings.authentication = Authentication::from_given(self.given, self.tokens)?;
        settings.policy = self.policy;
        settings.observer = self.observer;
        settings.store = self.told;
        Ok(ClientKeysManager::new(settings, self.transport))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A URL that is not in the right form may hold a password.
        let url = BaseUrl::parse_allowing_plain_http(&self.url).ok();
        f.debug_struct("Builder")
            .field("url", &url)
            .field("credentials", &self.given)
            .field("tokens", &self.tokens)
            .field("policy", &self.policy)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let pair = TokenPair::new("hunter2-access", Some(Secret::new("hunter2-refresh")));
        let builder = Builder::new("https://ada:hunter2@server.example")
            .bearer_token("hunter2-bearer")
            .client_key("fbk_hunter2")
            .service_key("sk_hunter2")
            .login("ada@example.com", "hunter2-password")
            .admin_login("ada@example.com", "hunter2-password")
            .tokens(pair);
        let shown = format!("{builder:?}");
        assert!(
            shown.contains("Builder") && !shown.contains("hunter2"),
            "{shown}"
        );
        let error = builder.build().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
