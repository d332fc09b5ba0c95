//! A Fluxbase server for tests, over HTTP/1.1 on loopback.
//!
//! ```
//! use fluxbase_emulator::{Fault, Options, What};
//!
//! let server = fluxbase_emulator::start(
//!     Options::new().fault(Fault::new(What::LoseAfter).method("POST").path("/api/v1/client-keys").nth(1)),
//! )?;
//! // Give `server.base_url()` and `server.credentials()` to the code under test, then look at what it sent:
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! assert_eq!(server.count(), 0);
//! # Ok::<_, fluxbase_emulator::StartError>(())
//! ```
//!
//! What is answered is decided by [`fluxbase_client_keys::emulator`], which behaves as real servers were seen to. This crate
//! adds what that pure function lacks: a socket, the clock, entropy, compression, and failures on the way ([`Fault`]).
//!
//! Each server is a thread of its own with its own users, keys and port; it ends with its [`Guard`]. Only loopback
//! addresses are accepted: the passwords are in the open, and the transport is not encrypted unless asked for.
//!
//! **Secrets.** [`Credentials`] and [`Received`] hold them, and print none of them with `{:?}`.
//!
//! **Features.** `tls`: [`Options`] takes a `rustls::ServerConfig`, to test real handshakes.

mod answer;
mod body;
mod control;
mod credentials;
mod fault;
mod guard;
mod options;
mod received;
mod server;
mod shared;

pub use credentials::{Credentials, Login};
pub use fault::{Fault, FaultError, What, When};
pub use guard::{Guard, StartError, start};
pub use options::Options;
pub use received::Received;

#[doc(no_inline)]
pub use fluxbase_client_keys::emulator::{Emulator, Profile, State};
