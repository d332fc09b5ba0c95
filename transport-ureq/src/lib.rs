//! Fluxbase client keys for scripts: create, list, get, update, revoke and delete API keys, one blocking call each.
//!
//! ```no_run
//! use fluxbase_client_keys_ureq::{CreateClientKeyRequest, Scope};
//!
//! // FLUXBASE_URL and one credential, such as FLUXBASE_EMAIL with FLUXBASE_PASSWORD, from the environment.
//! let manager = fluxbase_client_keys_ureq::from_env()?;
//!
//! let created = manager.create(&CreateClientKeyRequest::new("deploys", [Scope::CLIENTKEYS_READ]))?;
//! // Shown this once: store it now.
//! let _plaintext = created.key.expose();
//!
//! for key in manager.list()?.client_keys {
//!     println!("{} {}", key.id(), key.name());
//! }
//! manager.revoke(created.client_key.id())?;
//! # Ok::<_, fluxbase_client_keys_ureq::Error>(())
//! ```
//!
//! # Overview
//!
//! * [`from_env`] and [`builder`] make a [`ClientKeysManager`]: the documented operations, from every generation of the
//!   server. It signs in when it must, renews tokens, waits when the server is busy, and repeats what does no harm twice.
//! * It is `Send`, `Sync` and cheap to clone; clones and threads share one session, and one renewal serves them all.
//! * [`Cancellable`] makes a manager whose calls another thread can end.
//! * [`Proxy`], [`Builder::ca_file`] and [`Builder::extra_ca_file`] say how the server is reached.
//! * Everything of the core crate `fluxbase-client-keys` is here too, so a script needs this one crate.
//!
//! # Errors
//!
//! Each call gives a [`Error`], whose text is one line for people; [`Error::kind`] says who must act, [`Error::outcome`]
//! what is known about the effect. [`docs::statuses`] tells what each status means on which server. Of what ureq says
//! these count as not sent, so that every operation may be sent again: a name that cannot be resolved, a refused connection,
//! no time left for either, a certificate or TLS handshake that is not acceptable, a proxy that gives no connection.
//! After every other failure before the answer the request may have arrived.
//!
//! # Secrets
//!
//! No error, no `Debug` and no event of an [`Observer`] holds a credential, a body or a header. One thing is beyond this
//! crate: at the level **`trace`** of the crate `log`, ureq writes the raw bytes of every exchange, credentials and
//! plaintext keys included. At `debug` and above it writes neither. Where a program's logging could be set to `trace` from
//! outside, cap it for the targets `ureq` and `ureq_proto`, or for all with `log`'s feature `release_max_level_debug`.
//!
//! # Features
//!
//! * `tracing` (off): `tracing_observer`, which tells the crate `tracing` what happens in each call.
//!
//! TLS is rustls with the web's certificate authorities; a process-wide rustls provider is used where one is installed, else
//! ring. The least Rust version is 1.85.

mod builder;
mod cancel;
mod environment;
mod failure;
mod proxy;
mod roots;
#[cfg(feature = "tracing")]
mod trace;
mod transport;

pub use fluxbase_client_keys::*;

#[cfg(feature = "tracing")]
pub use self::trace::tracing_observer;
pub use self::{
    builder::Builder,
    cancel::{CancelHandle, Cancellable},
    proxy::Proxy,
    transport::{UreqBody, UreqTransport},
};

/// Manages client keys; made by [`from_env`] or a [`Builder`].
pub type ClientKeysManager = fluxbase_client_keys::ClientKeysManager<UreqTransport>;

/// Begins a manager for the server at this URL.
pub fn builder(url: &str) -> Builder {
    Builder::new(url)
}

/// A manager from environment variables: `FLUXBASE_URL`, and one credential of those that [`Builder::from_env`] lists.
pub fn from_env() -> Result<ClientKeysManager, Error> {
    Builder::from_env()?.build()
}

/// The examples of the repository's read-me are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadMe;
