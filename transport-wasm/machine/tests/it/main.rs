//! Drives the machine as JavaScript would, against the emulator: the results of every operation from every server, what is
//! cancelled, what is shared, what is stored, what is told, and input that makes no sense.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test fails"
)]

mod cancelled;
mod input;
mod operations;
mod page;
mod renewed;
mod secrets;
