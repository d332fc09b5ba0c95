//! The client over real sockets on 127.0.0.1.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod cancel;
mod conformance;
mod environment;
mod failures;
mod operations;
mod outage;
mod proxies;
mod scripted;
mod sharing;
mod tls;
mod wire;

use std::time::Duration;

use fluxbase_client_keys_ureq::{
    Builder, CreateClientKeyRequest, Policy, Proxy, Scope, Spelling, builder,
};

/// A client that waits little, sends twice at most, and asks nobody how scopes are spelled.
fn quick(url: &str) -> Builder {
    let policy = Policy::new()
        .attempts(2)
        .attempt_timeout(Duration::from_secs(5))
        .backoff(Duration::from_millis(2))
        .busy_floor(Duration::from_millis(2))
        .spelling(Spelling::AsGiven);
    builder(url)
        .policy(policy)
        .proxy(Proxy::None)
        .bearer_token("eyJ.access.token")
}

fn a_key() -> CreateClientKeyRequest {
    CreateClientKeyRequest::new("ci", [Scope::CLIENTKEYS_READ])
}
