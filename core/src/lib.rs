//! Fluxbase client keys: requests out, responses in, no I/O.

mod time;

pub use time::{Timestamp, TimestampError};
