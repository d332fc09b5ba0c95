//! `Builder`: from a URL to a manager.

use core::{fmt, time::Duration};
use std::{error::Error as StdError, path::PathBuf, sync::Arc};

use ureq::{Agent, tls::TlsConfig};

use crate::{
    Authentication, BaseUrl, ClientKeysManager, Credential, Error, Observer, Policy, Proxy, Secret,
    Settings, StoreTokens, TokenPair, UreqTransport, roots::Roots,
};

/// How long an idle connection is kept. Servers close theirs after 120 s.
const IDLE: Duration = Duration::from_secs(15);

/// Begins a manager for the server at this URL.
pub fn builder(url: &str) -> Builder {
    Builder {
        url: url.to_owned(),
        allow_plain_http: false,
        credentials: Vec::new(),
        tokens: None,
        policy: Policy::default(),
        proxy: Proxy::default(),
        roots: Roots::default(),
        user_agent: concat!("fluxbase-client-keys/", env!("CARGO_PKG_VERSION")).to_owned(),
        observer: None,
        store: None,
    }
}

/// Gathers what a manager is made from; every part has a default that suits a script.
///
/// ```
/// use fluxbase_client_keys_ureq::builder;
///
/// let manager = builder("https://fluxbase.example.com").bearer_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln").build()?;
/// # Ok::<_, fluxbase_client_keys_ureq::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Builder {
    url: String,
    allow_plain_http: bool,
    credentials: Vec<Given>,
    tokens: Option<TokenPair>,
    policy: Policy,
    proxy: Proxy,
    roots: Roots,
    user_agent: String,
    observer: Option<Arc<dyn Observer>>,
    store: Option<Arc<StoreTokens>>,
}

/// A credential as it was given; checked when the manager is built.
#[derive(Clone)]
enum Given {
    Bearer(Secret),
    ClientKey(Secret),
    ServiceKey(Secret),
    Login {
        email: String,
        password: Secret,
        admin: bool,
    },
}

impl Builder {
    /// As the environment says; see [`from_env`](crate::from_env).
    pub fn from_env() -> Result<Self, Error> {
        crate::environment::read(|name| std::env::var_os(name))
    }

    /// As these variables say: [`from_env`](Self::from_env) for any look-up by name.
    pub fn from_vars(look_up: impl Fn(&str) -> Option<std::ffi::OsString>) -> Result<Self, Error> {
        crate::environment::read(look_up)
    }

    /// Whether `http` to another machine is taken: no, since the credential would travel in clear.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sends this access token, which is not renewed.
    pub fn bearer_token(self, token: impl Into<Secret>) -> Self {
        self.with(Given::Bearer(token.into()))
    }

    /// Sends this client key.
    pub fn client_key(self, key: impl Into<Secret>) -> Self {
        self.with(Given::ClientKey(key.into()))
    }

    /// Sends this service key.
    pub fn service_key(self, key: impl Into<Secret>) -> Self {
        self.with(Given::ServiceKey(key.into()))
    }

    /// Signs this user in when a token is first needed, and renews the tokens.
    pub fn login(self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.with(Given::Login {
            email: email.into(),
            password: password.into(),
            admin: false,
        })
    }

    /// Signs this administrator in when a token is first needed, and renews the token.
    pub fn admin_login(self, email: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.with(Given::Login {
            email: email.into(),
            password: password.into(),
            admin: true,
        })
    }

    /// Goes on with tokens of an earlier sign-in, and renews them. Together with a login, the tokens are tried first.
    pub fn tokens(mut self, tokens: TokenPair) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// The time for one attempt, from connecting to the last byte: 30 s. A long list may need more.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.policy.attempt_timeout = timeout;
        self
    }

    /// The time for a whole call, attempts and waits together: 120 s.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.policy.deadline = deadline;
        self
    }

    /// Which proxy requests go through: the environment's.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// Trusts the certificates of this PEM file, and no others.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Roots::File(path.into());
        self
    }

    /// Trusts the certificates of this PEM file besides those that browsers trust.
    pub fn extra_ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.roots = Roots::WebAndFile(path.into());
        self
    }

    /// What the `user-agent` header says.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The largest body of a single answer, in bytes after decompression: 16 MiB.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.policy.body_limit = bytes;
        self
    }

    /// The largest list, in bytes after decompression: 1 GiB.
    pub fn list_limit(mut self, bytes: u64) -> Self {
        self.policy.list_limit = bytes;
        self
    }

    /// How often, how long, how much, in place of everything that was set of it so far.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Who is told what happens.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Stores new tokens before they are used for the first time. Called on the thread that renewed them.
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

    /// Checks it all and makes the manager. Sends nothing.
    pub fn build(self) -> Result<ClientKeysManager, Error> {
        let base = if self.allow_plain_http {
            BaseUrl::parse_allowing_plain_http(&self.url)?
        } else {
            BaseUrl::parse(&self.url)?
        };
        let mut settings = Settings::new(base);
        settings.authentication = authentication(self.credentials, self.tokens)?;
        settings.policy = self.policy;
        settings.observer = self.observer;
        settings.store = self.store;
        let printable = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ')
        };
        if !printable(&self.user_agent) {
            return Err(Error::invalid_input("the user agent must be visible ASCII"));
        }
        let tls = TlsConfig::builder()
            .root_certs(self.roots.into_ureq()?)
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_age(IDLE)
            .user_agent(self.user_agent)
            .proxy(self.proxy.into_ureq()?)
            .tls_config(tls)
            .build();
        Ok(ClientKeysManager::new(settings, UreqTransport::new(config)))
    }

    fn with(mut self, given: Given) -> Self {
        self.credentials.push(given);
        self
    }
}

fn authentication(
    mut given: Vec<Given>,
    tokens: Option<TokenPair>,
) -> Result<Authentication, Error> {
    let credential = given.pop();
    if !given.is_empty() {
        return Err(Error::invalid_input(
            "more than one credential was given: pass one",
        ));
    }
    Ok(match (credential, tokens) {
        (None, None) => Authentication::None,
        (None, Some(pair)) => Authentication::Tokens(pair),
        (
            Some(Given::Login {
                email,
                password,
                admin,
            }),
            tokens,
        ) => Authentication::Login {
            email,
            password,
            admin,
            tokens,
        },
        (Some(_), Some(_)) => {
            return Err(Error::invalid_input(
                "both tokens and another credential were given: pass one",
            ));
        }
        (Some(Given::Bearer(token)), None) => {
            Authentication::Fixed(Credential::bearer_token(token)?)
        }
        (Some(Given::ClientKey(key)), None) => Authentication::Fixed(Credential::client_key(key)?),
        (Some(Given::ServiceKey(key)), None) => {
            Authentication::Fixed(Credential::service_key(key)?)
        }
    })
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("url", &self.url)
            .field("credentials", &self.credentials.len())
            .field("proxy", &self.proxy)
            .field("roots", &self.roots)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
