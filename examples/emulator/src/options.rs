//! How a server starts.

use crate::Fault;
use fluxbase_client_keys::emulator::{Profile, State};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// How a server starts; [`Options::new`] is a good one as it is.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent switches of a command line; no combination is wrong"
)]
pub struct Options {
    pub(crate) profile: Profile,
    pub(crate) state: Option<State>,
    pub(crate) address: SocketAddr,
    pub(crate) only_admins: bool,
    pub(crate) limit_everywhere: bool,
    pub(crate) access_token_lifetime: Option<Duration>,
    pub(crate) latency: Duration,
    pub(crate) faults: Vec<Fault>,
    pub(crate) origins: Vec<String>,
    pub(crate) control: bool,
    pub(crate) record: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<std::sync::Arc<rustls::ServerConfig>>,
}

impl Options {
    /// The newest generation on a free port of 127.0.0.1, with [`State::sample`] and no faults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            profile: Profile::V2026_3_7,
            state: None,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            only_admins: false,
            limit_everywhere: false,
            access_token_lifetime: None,
            latency: Duration::ZERO,
            faults: Vec::new(),
            origins: ["http://localhost:5173", "http://localhost:8080"]
                .map(str::to_owned)
                .to_vec(),
            control: false,
            record: true,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// Which generation of the server to be.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Users, admins and keys to start with.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Where to listen; port 0 takes a free one. [`start`](crate::start) refuses whatever is not loopback.
    #[must_use]
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Whether only admins may manage keys (the server's setting `app.auth.allow_user_client_keys` is false).
    #[must_use]
    pub fn only_admins(mut self, on: bool) -> Self {
        self.only_admins = on;
        self
    }

    /// Whether the limit of requests a minute counts on all paths.
    #[must_use]
    pub fn limit_everywhere(mut self, on: bool) -> Self {
        self.limit_everywhere = on;
        self
    }

    /// How long an access token lasts; 15 minutes unless given. A short one makes clients renew.
    #[must_use]
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.access_token_lifetime = Some(lifetime);
        self
    }

    /// How long each answer is held back.
    ///
    /// The server acts at once: a client that gives up waiting has been served all the same, as with a real server.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Adds a failure on the way.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Web origins that browsers may call from, in place of `http://localhost:5173` and `http://localhost:8080`.
    ///
    /// `*` alone allows all, then without credentials.
    #[must_use]
    pub fn allowed_origins<I: IntoIterator<Item: Into<String>>>(mut self, origins: I) -> Self {
        self.origins = origins.into_iter().map(Into::into).collect();
        self
    }

    /// Whether requests below `/__emulator/` steer the server from outside; off unless asked for. README.md lists them..
    #[must_use]
    pub fn control(mut self, on: bool) -> Self {
        self.control = on;
        self
    }

    /// Whether requests are kept for [`Guard::received`](crate::Guard::received); on unless told otherwise.
    ///
    /// They are kept until the server ends, bodies included: a server that runs for long should not.
    #[must_use]
    pub fn record(mut self, on: bool) -> Self {
        self.record = on;
        self
    }

    /// Answers over TLS with this configuration.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, config: std::sync::Arc<rustls::ServerConfig>) -> Self {
        self.tls = Some(config);
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
