//! The emulator with a clock and entropy of its own, and what is sent to it.

use core::time::Duration;

use crate::{
    Credential, Error, Operation, Timestamp,
    emulator::{Emulator, Profile, State},
};

/// A server that has just started.
pub(super) struct Server {
    pub(super) emulator: Emulator,
    pub(super) now: Timestamp,
    entropy: u64,
}

impl Server {
    pub(super) fn new(profile: Profile) -> Self {
        let mut entropy = 0x9e37_79b9_7f4a_7c15;
        let state = State::sample(&mut |bytes| fill(&mut entropy, bytes));
        Self {
            emulator: Emulator::new(profile, state),
            now: Timestamp::parse("2026-11-23T10:00:00.123456789Z").unwrap(),
            entropy,
        }
    }

    pub(super) fn wait(&mut self, duration: Duration) {
        self.now = self.now.saturating_add(duration);
    }

    pub(super) fn answer<B: AsRef<[u8]>>(
        &mut self,
        request: &http::Request<B>,
    ) -> http::Response<Vec<u8>> {
        let entropy = &mut self.entropy;
        let mut entropy = |bytes: &mut [u8]| fill(entropy, bytes);
        self.emulator.handle(request, self.now, &mut entropy)
    }

    /// What the operation makes of the server's answer to it.
    pub(super) fn run<O: Operation>(
        &mut self,
        operation: &O,
        credential: Option<&Credential>,
    ) -> Result<O::Output, Error> {
        let base = crate::BaseUrl::parse("https://example.com").unwrap();
        let request = operation.request(&base, credential)?;
        let answer = self.answer(&request);
        operation.read(&answer)
    }
}

fn fill(state: &mut u64, bytes: &mut [u8]) {
    for byte in bytes {
        // xorshift64*
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        *byte = state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0];
    }
}
