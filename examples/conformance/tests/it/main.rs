//! The program against emulated servers, and against what may stand in their place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

mod broken;
mod ending;
mod profiles;
mod recordings;
mod relay;
mod secrets;
mod support;
