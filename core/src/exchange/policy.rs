//! `Policy`: how often, how long, how much.

use core::time::Duration;

use crate::Spelling;

/// How often a request is sent, how long is waited, how much is read. The defaults suit a script.
///
/// ```
/// use core::time::Duration;
/// use fluxbase_client_keys::Policy;
///
/// let policy = Policy::new().attempts(2).deadline(Duration::from_secs(20));
/// assert_eq!(policy.attempt_timeout, Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Policy {
    /// How often one request is sent at most, the first time included: 4. At least 1.
    pub attempts: u32,
    /// The time for one attempt, from connecting to the last byte: 30 s.
    pub attempt_timeout: Duration,
    /// The time for a whole call, attempts, waits and checks together: 120 s.
    pub deadline: Duration,
    /// The wait before the second attempt, doubled for each further one: 0.5 s. Jitter takes up to half of it away.
    pub backoff: Duration,
    /// The longest such wait: 20 s.
    pub longest_backoff: Duration,
    /// The least that is waited when a server says "too many requests", also when it says to wait 0 seconds: 1 s.
    pub busy_floor: Duration,
    /// The largest body of a single answer, in bytes after decompression: 16 MiB. Also the largest single element of a
    /// list.
    pub body_limit: u64,
    /// The largest list, in bytes after decompression, and the most memory that its keys take when they are collected: 1 GiB. A real server sent 29.5 MB for 100,000 keys.
    pub list_limit: u64,
    /// Whether a refused key or refresh token is looked into through `/health` before it is called refused: yes.
    pub confirm_refusals: bool,
    /// Which spelling of scopes is sent: found out where it matters.
    pub spelling: Spelling,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            attempts: 4,
            attempt_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
            backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(20),
            busy_floor: Duration::from_secs(1),
            body_limit: 16 * 1024 * 1024,
            list_limit: 1024 * 1024 * 1024,
            confirm_refusals: true,
            spelling: Spelling::Auto,
        }
    }
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl Policy {
            $($(#[$doc])*
            #[must_use]
            pub fn $name(mut self, value: $type) -> Self {
                self.$name = value;
                self
            })*
        }
    };
}

setters! {
    /// Sets [`attempts`](Self#structfield.attempts).
    attempts: u32;
    /// Sets [`attempt_timeout`](Self#structfield.attempt_timeout).
    attempt_timeout: Duration;
    /// Sets [`deadline`](Self#structfield.deadline).
    deadline: Duration;
    /// Sets [`backoff`](Self#structfield.backoff).
    backoff: Duration;
    /// Sets [`longest_backoff`](Self#structfield.longest_backoff).
    longest_backoff: Duration;
    /// Sets [`busy_floor`](Self#structfield.busy_floor).
    busy_floor: Duration;
    /// Sets [`body_limit`](Self#structfield.body_limit).
    body_limit: u64;
    /// Sets [`list_limit`](Self#structfield.list_limit).
    list_limit: u64;
    /// Sets [`confirm_refusals`](Self#structfield.confirm_refusals).
    confirm_refusals: bool;
    /// Sets [`spelling`](Self#structfield.spelling).
    spelling: Spelling;
}

impl Policy {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The wait before the attempt after `tries` ones: doubled each time, capped, less a random part of up to a half.
    pub(crate) fn backoff_after(&self, tries: u32, jitter: u32) -> Duration {
        let mut full = self.backoff;
        // More often than that nothing gets longer.
        for _ in 1..tries.min(33) {
            full = full.saturating_add(full);
        }
        let full = full.min(self.longest_backoff);
        full.saturating_sub(random_part(full, 2, jitter))
    }

    /// The wait that a busy server gets: what it asks for and at least the floor, plus a random part of up to a tenth, so
    /// that those whom it turned away together do not return together.
    pub(crate) fn busy_wait(&self, hint: Option<Duration>, tries: u32, jitter: u32) -> Duration {
        let least = self.busy_floor.max(self.backoff_after(tries, jitter));
        let asked = hint.unwrap_or_default().max(least);
        asked.saturating_add(random_part(asked, 10, jitter))
    }
}

/// As much of this fraction as the random bits say: all of it with all of them set.
fn random_part(of: Duration, fraction: u32, jitter: u32) -> Duration {
    of.saturating_mul(jitter >> 16) / (fraction * 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_capped() {
        let policy = Policy::new();
        let wait = |tries| policy.backoff_after(tries, 0).as_millis();
        assert_eq!(
            [wait(1), wait(2), wait(3), wait(7), wait(200)],
            [500, 1000, 2000, 20_000, 20_000]
        );
        assert_eq!(policy.backoff_after(1, u32::MAX).as_millis(), 250);
    }

    #[test]
    fn the_longest_waits_that_can_be_set_do_not_overflow() {
        let policy = Policy::new()
            .backoff(Duration::MAX)
            .longest_backoff(Duration::MAX)
            .busy_floor(Duration::MAX);
        for jitter in [0, 1 << 31, u32::MAX] {
            assert!(policy.backoff_after(u32::MAX, jitter) >= Duration::MAX / 2);
            assert_eq!(policy.busy_wait(None, u32::MAX, jitter), Duration::MAX);
        }
    }

    #[test]
    fn a_busy_server_gets_at_least_the_floor() {
        let policy = Policy::new();
        assert_eq!(
            policy.busy_wait(Some(Duration::ZERO), 1, 0),
            Duration::from_secs(1)
        );
        assert_eq!(policy.busy_wait(None, 1, 0), Duration::from_secs(1));
        assert_eq!(
            policy.busy_wait(Some(Duration::from_secs(60)), 1, u32::MAX),
            Duration::from_secs(66)
        );
        assert!(
            policy.busy_wait(Some(Duration::from_secs(u64::MAX)), 9, u32::MAX)
                >= Duration::from_secs(u64::MAX)
        );
    }
}
