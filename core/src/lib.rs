//! Fluxbase client keys: requests out, responses in, no I/O.

#[cfg(feature = "emulator")]
pub mod emulator;
mod time;

pub use time::{Timestamp, TimestampError};
