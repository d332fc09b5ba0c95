//! `Builder`: from a URL to a manager.

use std::{
    error::Error as StdError,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use fluxbase_client_keys::{
    Authentication, BaseUrl, Error, GivenCredential, Login, Observer, Policy, Secret, Settings,
    StoreTokens, TokenPair,
};
use ureq::{Agent, tls::TlsConfig};

use crate::{ClientKeysManager, Proxy, proxy, roots, transport::UreqTransport};

/// What this client calls itself, unless it is told otherwise.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Makes a manager. Everything but the URL has a default that suits a script.
///
/// ```
/// use std::time::Duration;
///
/// let manager = fluxbase_client_keys_ureq::builder("https://example.com")
///     .login("ops@example.com", "correct horse battery staple")
///     .deadline(Duration::from_secs(60))
///     .build()?;
/// # Ok::<_, fluxbase_client_keys_ureq::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    url: String,
    /// The variable that the URL came from.
    url_name: Option<&'static str>,
    allow_plain_http: bool,
    given: Vec<GivenCredential>,
    tokens: Option<TokenPair>,
    policy: Policy,
    proxy: Proxy,
    proxy_variables: Option<proxy::Variables>,
    ca_file: Option<PathBuf>,
    extra_ca_files: Vec<PathBuf>,
    user_agent: String,
    observer: Option<Arc<dyn Observer>>,
    store: Option<Arc<StoreTokens>>,
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            url_name: None,
            allow_plain_http: false,
            given: Vec::new(),
            tokens: None,
            policy: Policy::default(),
            proxy: Proxy::Environment,
            proxy_variables: None,
            ca_file: None,
            extra_ca_files: Vec::new(),
            user_agent: USER_AGENT.to_owned(),
            observer: None,
            store: None,
        }
    }

    pub(crate) fn named(mut self, url_name: &'static str) -> Self {
        self.url_name = Some(url_name);
        self
    }

    pub(crate) fn variables(mut self, variables: proxy::Variables) -> Self {
        self.proxy_variables = Some(variables);
        self
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

    /// A client key, `fbk_…`.
    pub fn client_key(mut self, key: impl Into<Secret>) -> Self {
        self.given.push(GivenCredential::ClientKey(key.into()));
        self
    }

    /// A service key.
    pub fn service_key(mut self, key: impl Into<Secret>) -> Self {
        self.given.push(GivenCredential::ServiceKey(key.into()));
        self
    }

    /// A user's e-mail address and password. The sign-in happens when a token is first needed, and again when the session
    /// cannot be renewed otherwise.
    pub fn login(mut self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.given
            .push(GivenCredential::Login(Login::new(email, password, false)));
        self
    }

    /// An administrator's e-mail address and password, which have a route of their own.
    pub fn admin_login(mut self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.given
            .push(GivenCredential::Login(Login::new(email, password, true)));
        self
    }

    /// Tokens of an earlier sign-in, which are renewed. With a login beside them they are tried first.
    pub fn tokens(mut self, tokens: TokenPair) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Stores each new pair of tokens, before it is used for the first time: the pair that it replaces is dead. A failure
    /// does not end the call, and shows as the warning [`TokensNotStored`](crate::Warning::TokensNotStored).
    pub fn store_tokens(
        mut self,
        store: impl Fn(&TokenPair) -> Result<(), Box<dyn StdError + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The time for one request, from the name look-up to the last byte of the answer: 30 s, and at most a day. Of it, name
    /// look-up and connecting may take two fifths each, and at most 10 s.
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

    /// Which proxy to use: that of the environment.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// A PEM file with the certificate authorities to trust, in place of those of the web.
    pub fn ca_file(mut self, path: impl AsRef<Path>) -> Self {
        self.ca_file = Some(path.as_ref().to_owned());
        self
    }

    /// A PEM file with certificate authorities to trust beside the others. May be given more than once.
    pub fn extra_ca_file(mut self, path: impl AsRef<Path>) -> Self {
        self.extra_ca_files.push(path.as_ref().to_owned());
        self
    }

    /// What this client calls itself in `User-Agent`: its name and version.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = name.into();
        self
    }

    /// Who is told what happens in each call, such as a `tracing_observer` (with the feature `tracing`).
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The manager. Nothing is sent yet.
    ///
    /// An error says which setting cannot be used: the URL, a credential in an impossible form, two credentials that
    /// disagree, a file that cannot be read. It quotes no secret.
    pub fn build(self) -> Result<ClientKeysManager, Error> {
        let base = self.base()?;
        let transport = self.transport(&base)?;
        let mut settings = Settings::new(base);
        settings.authentication = Authentication::from_given(self.given, self.tokens)?;
        settings.policy = self.policy;
        settings.observer = self.observer;
        settings.store = self.store;
        Ok(ClientKeysManager::new(settings, transport))
    }

    fn base(&self) -> Result<BaseUrl, Error> {
        let parsed = if self.allow_plain_http {
            BaseUrl::parse_allowing_plain_http(&self.url)
        } else {
            BaseUrl::parse(&self.url)
        };
        match self.url_name {
            Some(name) => parsed.map_err(|error| Error::invalid_input(format!("{name}: {error}"))),
            None => parsed,
        }
    }

    fn transport(&self, base: &BaseUrl) -> Result<UreqTransport, Error> {
        let sound = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if self.user_agent.is_empty() || !self.user_agent.bytes().all(sound) {
            return Err(Error::invalid_input(
                "the user agent must be visible ASCII characters and spaces",
            ));
        }
        let proxy = match &self.proxy_variables {
            Some(variables) => proxy::choose(&self.proxy, variables, base)?,
            None => proxy::choose(&self.proxy, &proxy::Variables::of_process(), base)?,
        };
        let roots = roots::choose(self.ca_file.as_deref(), &self.extra_ca_files)?;
        let config = Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .proxy(proxy)
            .user_agent(self.user_agent.as_str());
        let usual = self.policy.attempt_timeout.min(self.policy.deadline);
        Ok(UreqTransport::new(config, usual))
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
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
