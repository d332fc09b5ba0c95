//! Limits of requests in a window of time, fixed from its first request.

use std::collections::BTreeMap;

use http::header::HeaderName;

use super::answer::Answer;
use super::profile::Profile;
use crate::Timestamp;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Limiter {
    Everywhere,
    SignIn,
    TwoFactor,
    Refresh,
    AdminLogin,
}

struct Rule {
    most: i64,
    /// Seconds.
    window: i64,
    /// What the refusal tells, which is not always the window.
    retry_after: i64,
    message: &'static str,
}

/// A request was counted: what its answer tells about it.
pub(super) struct Counted {
    most: i64,
    left: i64,
    /// Seconds until the window ends.
    reset: i64,
}

/// The windows that are open.
#[derive(Clone, Default)]
pub(super) struct Limits(BTreeMap<(Limiter, String), Window>);

#[derive(Clone, Copy)]
struct Window {
    hits: i64,
    /// Whole seconds since 1970: the server's clock for limits has no fractions.
    ends: i64,
}

impl Limits {
    /// Counts a request; the answer of a refused one is the error. `key` parts the buckets of one limiter.
    pub(super) fn count(
        &mut self,
        limiter: Limiter,
        key: &str,
        profile: Profile,
        now: Timestamp,
    ) -> Result<Counted, Answer> {
        let rule = limiter.rule(profile);
        let now = now.unix_seconds();
        self.0.retain(|_, window| window.ends > now);
        let window = self.0.entry((limiter, key.to_owned())).or_insert(Window {
            hits: 0,
            ends: now.saturating_add(rule.window),
        });
        window.hits = window.hits.saturating_add(1);
        if window.hits > rule.most {
            return Err(Answer::too_many(rule.message, rule.retry_after));
        }
        Ok(Counted {
            most: rule.most,
            left: rule.most - window.hits,
            reset: window.ends.saturating_sub(now),
        })
    }
}

impl Counted {
    /// The headers of the answer that passed.
    pub(super) fn headers(&self) -> [(HeaderName, String); 3] {
        [
            ("x-ratelimit-limit", self.most),
            ("x-ratelimit-remaining", self.left),
            ("x-ratelimit-reset", self.reset),
        ]
        .map(|(name, value)| (HeaderName::from_static(name), value.to_string()))
    }
}

impl Limiter {
    fn rule(self, profile: Profile) -> Rule {
        let oldest = profile == Profile::V2026_1;
        let (most, window, retry_after, message) = match self {
            Limiter::Everywhere => (
                100,
                60,
                60,
                "API rate limit exceeded. Maximum 100 requests per minute allowed.",
            ),
            Limiter::SignIn if oldest => (
                10,
                900,
                900,
                "Too many login attempts. Please try again in 15 minutes.",
            ),
            Limiter::SignIn => (
                10,
                60,
                60,
                "Too many login attempts. Please try again in 1 minutes.",
            ),
            Limiter::TwoFactor if oldest => (
                5,
                300,
                300,
                "Too many 2FA verification attempts. Please try again in 5 minutes.",
            ),
            // The setting has no default there: the framework's own window holds, the message tells zero.
            Limiter::TwoFactor => (
                5,
                60,
                0,
                "Too many 2FA verification attempts. Please try again in 0 minutes.",
            ),
            Limiter::Refresh if oldest => (
                10,
                60,
                60,
                "Too many token refresh attempts. Please wait 1 minute.",
            ),
            Limiter::Refresh => (
                5,
                60,
                0,
                "Too many token refresh attempts. Please wait 0 minute(s).",
            ),
            Limiter::AdminLogin if oldest => (
                4,
                60,
                60,
                "Too many admin login attempts. Please try again in 1 minute.",
            ),
            Limiter::AdminLogin => (
                10,
                60,
                60,
                "Too many admin login attempts. Please try again in 1 minutes.",
            ),
        };
        Rule {
            most,
            window,
            retry_after,
            message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    #[test]
    fn a_window_is_fixed_from_its_first_request() {
        let mut limits = Limits::default();
        let profile = Profile::V2026_3_7;
        for (second, left) in [(100, 4), (110, 3), (120, 2), (158, 1), (159, 0)] {
            let counted = limits
                .count(Limiter::TwoFactor, "", profile, at(second))
                .unwrap_or_else(|_| panic!("{second}"));
            assert_eq!((counted.left, counted.reset), (left, 160 - second));
        }
        let refused = limits
            .count(Limiter::TwoFactor, "", profile, at(159))
            .err()
            .unwrap();
        assert_eq!(refused.status, Some(429));
        let counted = limits
            .count(Limiter::TwoFactor, "", profile, at(160))
            .ok()
            .unwrap();
        assert_eq!((counted.left, counted.reset), (4, 60));
    }

    #[test]
    fn keys_part_the_buckets() {
        let mut limits = Limits::default();
        for key in ["a", "b"] {
            let counted = limits
                .count(Limiter::Refresh, key, Profile::V2026_1, at(0))
                .ok()
                .unwrap();
            assert_eq!(counted.left, 9);
        }
    }
}
