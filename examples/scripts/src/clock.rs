//! The time and the jitter, which the core gets from outside.

use std::time::{Instant, SystemTime};

use fluxbase_client_keys::{Now, Timestamp};

/// A monotonic clock that begins when it is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(self) -> Now {
        let wall = Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH);
        // Jitter only spreads waits: without entropy they are the longest ones.
        let jitter = getrandom::u32().unwrap_or_default();
        Now::new(wall, self.0.elapsed(), jitter)
    }
}
