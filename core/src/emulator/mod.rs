//! The server side of Fluxbase client keys as a pure function.
//!
//! An [`Emulator`] takes a request and gives the answer that a server would give. It opens no socket, reads no clock and
//! has no randomness of its own: the time and the entropy are lent to it for each request, so a test that lends the same
//! ones sees the same answers.
//!
//! Four servers can be played, see [`Profile`]. Of two of them exchanges were recorded, and a test of this crate replays
//! every recorded request and compares the answer, texts and headers included, but for what is random.
//!
//! What belongs to a connection (compression, chunks, keep-alive, faults, latency) is not here. Which coding an answer has
//! is the server's decision and stands in the response's extensions, see [`ContentCoding`]. All requests count as coming
//! from one client address, one after another: what simultaneous requests do to a real server (four refreshes that all
//! succeed, the 409 of an idempotency key in use) cannot be had here. Bodies are read as JSON only, not as forms.
//!
//! ```
//! use fluxbase_client_keys::Timestamp;
//! use fluxbase_client_keys::emulator::{Emulator, Profile, State};
//!
//! let mut next = 0u8;
//! let mut entropy = move |bytes: &mut [u8]| bytes.fill_with(|| {
//!     next = next.wrapping_add(1);
//!     next
//! });
//! let state = State::sample(&mut entropy);
//! let mut server = Emulator::new(Profile::V2026_3_7, state);
//!
//! let request = http::Request::get("/health").body(Vec::new())?;
//! let answer = server.handle(&request, Timestamp::UNIX_EPOCH, &mut entropy);
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.body(), br#"{"status":"ok","timestamp":"1970-01-01T00:00:00Z"}"#);
//! # Ok::<_, http::Error>(())
//! ```

mod admin;
mod answer;
mod auth;
mod cookies;
mod cors;
mod documented;
mod exchange;
mod host;
mod idempotency;
mod instant;
mod json;
mod keys;
mod limiter;
mod lock;
mod profile;
mod random;
mod record;
mod request;
mod route;
mod session;
mod state;
mod state_json;
mod stored;
mod token;
mod transport;
mod uuid;

use core::fmt;
use std::time::Duration;

pub use profile::{Profile, UnknownProfile};
pub use record::KeyRecord;
pub use state::{Admin, State, StateError, User};
pub use transport::{EmulatorBody, EmulatorTransport, Fault};

use crate::Timestamp;
use exchange::Exchange;
use random::Entropy;
use request::Request;

/// How the body of an answer must be encoded on its way.
///
/// It stands in the extensions of a response. The body that is given is never encoded and has no `content-encoding`: what
/// puts it on a wire applies the coding and corrects `content-length`. A replayed answer keeps the coding of the first one,
/// even when the second request did not ask for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentCoding {
    /// As it is.
    Identity,
    /// As gzip.
    Gzip,
}

/// A Fluxbase server as a pure function.
///
/// See the [module](self) for an example. `Debug` shows the profile and how much there is, no secrets.
#[derive(Clone)]
pub struct Emulator {
    profile: Profile,
    state: State,
    tokens: token::Tokens,
    sessions: Vec<session::Session>,
    idempotency: idempotency::Store,
    limits: limiter::Limits,
    settings: Settings,
}

/// What an operator can set, or take away.
#[derive(Clone)]
struct Settings {
    database: bool,
    only_admins: bool,
    limit_everywhere: bool,
    access_token_seconds: i64,
    allowed_origins: Vec<String>,
    /// Seconds east of UTC.
    zone: i32,
}

impl Emulator {
    /// A server that has just started with this state.
    #[must_use]
    pub fn new(profile: Profile, mut state: State) -> Self {
        state.client_keys.sort_by_key(KeyRecord::created_at);
        let mut tokens = token::Tokens::default();
        for text in &state.anon_tokens {
            tokens.accept(text);
        }
        Self {
            profile,
            state,
            tokens,
            sessions: Vec::new(),
            idempotency: idempotency::Store::default(),
            limits: limiter::Limits::default(),
            settings: Settings {
                database: true,
                only_admins: false,
                limit_everywhere: false,
                access_token_seconds: 900,
                allowed_origins: ["http://localhost:5173", "http://localhost:8080"]
                    .map(str::to_owned)
                    .into(),
                zone: 0,
            },
        }
    }

    /// Answers a request.
    ///
    /// `now` is the server's clock; it must not go backward. `entropy` fills ids, keys, tokens and request ids.
    pub fn handle<B: AsRef<[u8]>>(
        &mut self,
        request: &http::Request<B>,
        now: Timestamp,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> http::Response<Vec<u8>> {
        Exchange::new(self, Request::new(request), now, Entropy::new(entropy)).run()
    }

    /// The server that is played.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Takes the database away, or gives it back.
    pub fn set_database(&mut self, available: bool) {
        self.settings.database = available;
    }

    /// Lets only administrators manage keys: the setting `app.auth.allow_user_client_keys` is false.
    ///
    /// On 2026.3.7 this locks administrators out too, which is a defect of that server.
    pub fn set_only_admins(&mut self, on: bool) {
        self.settings.only_admins = on;
    }

    /// Turns on the limiter for all paths: 100 requests a minute.
    pub fn set_limit_everywhere(&mut self, on: bool) {
        self.settings.limit_everywhere = on;
    }

    /// Sets the lifetime of users' access tokens issued from now on, in whole seconds; 900 s by default.
    ///
    /// Refresh tokens live for 168 hours, administrators' access tokens for 24.
    pub fn set_access_token_lifetime(&mut self, lifetime: Duration) {
        self.settings.access_token_seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
    }

    /// Sets which origins may read answers in a browser; `*` alone allows all, then without credentials.
    ///
    /// By default `http://localhost:5173` and `http://localhost:8080`.
    pub fn set_allowed_origins(&mut self, origins: Vec<String>) {
        self.settings.allowed_origins = origins;
    }

    /// Sets the zone that the server runs in, as seconds east of UTC; instants of keys and accounts are printed in it.
    ///
    /// UTC by default, printed as `Z`. A day or more either way is taken as UTC.
    pub fn set_utc_offset(&mut self, seconds: i32) {
        let in_a_day = seconds.unsigned_abs() < 24 * 60 * 60;
        self.settings.zone = if in_a_day { seconds } else { 0 };
    }

    /// The stored client keys, newest first.
    pub fn client_keys(&self) -> impl Iterator<Item = &KeyRecord> {
        self.state.client_keys.iter().rev()
    }

    /// The users, as the requests so far have left them.
    #[must_use]
    pub fn users(&self) -> &[User] {
        &self.state.users
    }

    /// The administrators, as the requests so far have left them.
    #[must_use]
    pub fn admins(&self) -> &[Admin] {
        &self.state.admins
    }

    /// The service keys.
    #[must_use]
    pub fn service_keys(&self) -> &[String] {
        &self.state.service_keys
    }

    /// The tokens of the role `anon`.
    #[must_use]
    pub fn anon_tokens(&self) -> &[String] {
        &self.state.anon_tokens
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("profile", &self.profile)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
