//! The bodies of the fuzz targets: here, so that every check of this crate sees them, behind a feature that is no part of
//! the API.
//!
//! Each takes any bytes and panics when a promise is broken. A fuzzer calls them, and so do tests on inputs that are known.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a target says that a promise is broken; no program contains this module"
)]

mod calls;
mod emulator;
mod exchange;
mod input;
mod json;
mod list;
mod pick;
mod read;
mod round_trip;
mod said;
mod server;
mod session;
mod shown;
mod texts;

use core::time::Duration;

pub use read::{ECHO, GIVEN, encode};

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Target {
    /// Its name, which is also that of the program in `fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Panics when a promise is broken for this input.
    pub run: fn(&[u8]),
    /// Bytes of memory that a run may ask for, one after the other, whatever the input.
    pub fixed: usize,
    /// Bytes of memory that it may ask for besides, for each byte of the input.
    pub per_byte: usize,
}

/// Every target.
pub const TARGETS: [Target; 9] = [
    target("read", read::run, 1 << 20, 4096),
    target("texts", texts::run, 1 << 18, 1024),
    target("list", list::run, 1 << 18, 4096),
    target("json", json::run, 1 << 18, 4096),
    target("exchange", exchange::run, 1 << 24, 1 << 16),
    target("calls", calls::run, 1 << 24, 1 << 16),
    target("round_trip", round_trip::run, 1 << 24, 1 << 16),
    target("emulator", emulator::run, 1 << 24, 1 << 16),
    target("session", session::run, 1 << 18, 1 << 14),
];

/// The time of a run with the shortest of inputs: a machine that is called with anything takes its whole course.
const FIXED_TIME: Duration = Duration::from_millis(500);

/// The time of a run besides, for each byte of the input.
const TIME_PER_BYTE: Duration = Duration::from_micros(200);

const fn target(name: &'static str, run: fn(&[u8]), fixed: usize, per_byte: usize) -> Target {
    Target {
        name,
        run,
        fixed,
        per_byte,
    }
}

impl Target {
    /// The target of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TARGETS.into_iter().find(|target| target.name == name)
    }

    /// Whether a run may ask for so much memory in all.
    #[must_use]
    pub fn allows(&self, allocated: usize, length: usize) -> bool {
        let most = self
            .fixed
            .saturating_add(self.per_byte.saturating_mul(length));
        allocated <= most
    }

    /// Whether a run may take so much of the processor's time, however slow the build of a fuzzer is.
    #[must_use]
    pub fn allows_time(&self, spent: Duration, length: usize) -> bool {
        let bytes = u32::try_from(length).unwrap_or(u32::MAX);
        spent <= FIXED_TIME.saturating_add(TIME_PER_BYTE.saturating_mul(bytes))
    }
}
