//! The server as its clients see it: bytes on the wire.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test fails, and clippy.toml does not see that helpers belong to tests"
)]

mod client;
mod control;
mod faults;
mod http;
mod program;
#[cfg(feature = "tls")]
mod tls;
