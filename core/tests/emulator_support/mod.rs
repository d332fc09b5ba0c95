//! What the tests of the emulator share.

#![allow(dead_code)] // Each test file uses a part of it.

use std::time::Duration;

use fluxbase_client_keys::Timestamp;
use fluxbase_client_keys::emulator::Emulator;
use http::{Request, Response};

/// Entropy that is the same in every run and never repeats.
pub(crate) fn entropy() -> impl FnMut(&mut [u8]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            // xorshift64*
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            *byte = state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0];
        }
    }
}

type Entropy = Box<dyn FnMut(&mut [u8])>;

/// A server with its clock and its entropy.
pub(crate) struct Server {
    pub(crate) emulator: Emulator,
    pub(crate) now: Timestamp,
    entropy: Entropy,
}

impl Server {
    pub(crate) fn new(emulator: Emulator, now: Timestamp) -> Self {
        Self {
            emulator,
            now,
            entropy: Box::new(entropy()),
        }
    }

    pub(crate) fn answer(&mut self, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
        self.emulator.handle(request, self.now, &mut self.entropy)
    }

    /// Moves the clock forward.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now = self.now.saturating_add(Duration::from_secs(seconds));
    }
}
