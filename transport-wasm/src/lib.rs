//! Fluxbase client keys for Rust in the browser: create, list, get, update, revoke and delete API keys over `fetch`.
//!
//! ```no_run
//! use fluxbase_client_keys_wasm::{CreateClientKeyRequest, Error, Scope};
//!
//! async fn show_keys() -> Result<(), Error> {
//!     let manager = fluxbase_client_keys_wasm::builder("https://fluxbase.example.com").build()?;
//!     manager.sign_in("user@example.com", "correct horse battery staple").await?;
//!
//!     let created = manager.create(&CreateClientKeyRequest::new("deploys", [Scope::CLIENTKEYS_READ])).await?;
//!     // Shown this once: show it to the user now.
//!     let _plaintext = created.key.expose();
//!
//!     for key in manager.list().await?.client_keys {
//!         let _line = format!("{} {}", key.id(), key.name());
//!     }
//!     manager.revoke(created.client_key.id()).await?;
//!     Ok(())
//! }
//! ```
//!
//! # Overview
//!
//! * [`builder`] makes a [`ClientKeysManager`]: the documented operations, from every generation of the server. It signs in when
//!   it must, renews tokens, waits when the server is busy, and repeats what does no harm twice.
//! * It runs in a window, in a worker, and in Node 20 or newer. It is cheap to clone; clones share one session, and one
//!   renewal serves them all.
//! * Dropping a call's future cancels it and aborts its request; a renewal that it began goes on.
//! * Tokens are kept in memory. [`LocalStorage`], where asked for, or a [`TokenStore`] of one's own keeps them between
//!   visits; tabs that share one share one renewal too, by Web Locks where there are any (pages over https or on localhost).
//! * Everything of the core crate `fluxbase-client-keys` is here too, so an application needs this one crate.
//!
//! # What a browser cannot do
//!
//! A page may call a server of another origin only if the server says so (CORS). A Fluxbase server with default settings
//! allows some origins for development, the header `Authorization`, and no other credential: a client key, a service key or
//! an idempotency key ([`ClientKeysManager::create_idempotent`](AsyncClientKeysManager::create_idempotent)) is sent from a page
//! only if the server is set to allow the header. A browser does not tell why a request failed, so such a failure is of kind
//! [`FailureKind::Opaque`], and the error says what to look for. Of a redirect it tells only that it was one. `Retry-After`
//! cannot be read on a default server; what the body says is read instead.
//!
//! # Errors
//!
//! Each call gives an [`Error`], whose text is one line for people; [`Error::kind`] says who must act, [`Error::outcome`] what
//! is known about the effect. Whatever `fetch` rejects with, the request may have arrived.
//!
//! # Secrets
//!
//! No error, no `Debug` and no event of an [`Observer`] holds a credential, a body, a header, or the text of what JavaScript threw.
//! A token that a page holds can be used by every script that runs in the page; one in [`LocalStorage`] also later.

mod alarm;
mod body;
mod builder;
mod failure;
mod global;
mod lock;
mod store;
mod transport;

pub use fluxbase_client_keys::*;

pub use self::{
    body::FetchBody,
    builder::Builder,
    lock::TokenLock,
    store::{Loaded, LocalStorage, Stored, TokenStore},
    transport::FetchTransport,
};

/// Manages client keys; made by a [`Builder`].
pub type ClientKeysManager = AsyncClientKeysManager<FetchTransport>;

/// Begins a manager for the server at this URL.
pub fn builder(url: &str) -> Builder {
    Builder::new(url)
}

/// The example of the read-me is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
