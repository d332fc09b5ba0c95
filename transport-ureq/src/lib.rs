//! Fluxbase client keys for scripts: [`ClientKeysManager`] over ureq, blocking.

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
    builder::{Builder, builder},
    cancel::{CancelHandle, Cancellable},
    proxy::Proxy,
    transport::{UreqBody, UreqTransport},
};

/// Manages client keys: [the core's manager](fluxbase_client_keys::ClientKeysManager) over ureq.
pub type ClientKeysManager = fluxbase_client_keys::ClientKeysManager<UreqTransport>;

/// A manager as the environment says: `FLUXBASE_URL`, and one of `FLUXBASE_TOKEN`, `FLUXBASE_CLIENT_KEY`,
/// `FLUXBASE_SERVICE_TOKEN`, `FLUXBASE_EMAIL` with `FLUXBASE_PASSWORD`, each also as a path in `…_FILE`.
///
/// Two that disagree are refused. See [`Builder::from_env`] to set more.
pub fn from_env() -> Result<ClientKeysManager, Error> {
    Builder::from_env()?.build()
}

/// The examples of the repository's read-me are run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ReadMe;
