//! The program against emulated servers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

mod create;
mod demo;
mod demo_elsewhere;
mod secrets;
mod support;
mod usage;
mod verbs;
mod whoami;
