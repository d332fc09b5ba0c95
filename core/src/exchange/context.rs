//! What an exchange starts with: server, credential, policy, and the time.

use core::{fmt, time::Duration};
#[cfg(feature = "events")]
use std::sync::Arc;

#[cfg(feature = "events")]
use super::Observer;
use super::Policy;
use crate::{BaseUrl, Credential, Generation, Timestamp};

/// The time and a random number, given with every event.
///
/// `wall` is the clock that people read, `monotonic` one that never goes back, counted from any fixed point. `jitter` is
/// 32 random bits; any value is legal, and 0 gives the longest waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Now {
    /// The clock that people read: for dates in `Retry-After`.
    pub wall: Timestamp,
    /// A clock that never goes back: for deadlines and waits.
    pub monotonic: Duration,
    /// Random bits: for jitter.
    pub jitter: u32,
}

impl Now {
    /// Puts the three together.
    #[must_use]
    pub fn new(wall: Timestamp, monotonic: Duration, jitter: u32) -> Self {
        Self {
            wall,
            monotonic,
            jitter,
        }
    }
}

/// Where the credential of a call comes from.
#[derive(Debug, Clone)]
pub struct Access(pub(crate) Source);

#[derive(Debug, Clone)]
pub(crate) enum Source {
    None,
    Fixed(Credential),
    /// The token, unless it has to be got first, and its generation.
    Session(Option<Credential>, Generation),
}

impl Source {
    /// The secret of the credential, if there is one already.
    pub(super) fn secret(&self) -> Option<&str> {
        match self {
            Self::Fixed(credential) | Self::Session(Some(credential), _) => {
                Some(credential.secret())
            }
            Self::None | Self::Session(None, _) => None,
        }
    }
}

impl Access {
    /// No credential: enough for sign-in, refresh and health.
    #[must_use]
    pub fn none() -> Self {
        Self(Source::None)
    }

    /// This credential, which cannot be renewed.
    #[must_use]
    pub fn fixed(credential: Credential) -> Self {
        Self(Source::Fixed(credential))
    }

    /// An access token that can be renewed, and its generation.
    #[must_use]
    pub fn session(token: Credential, generation: Generation) -> Self {
        Self(Source::Session(Some(token), generation))
    }

    /// An access token that has to be got first: newer than this generation.
    #[must_use]
    pub fn session_to_renew(stale: Generation) -> Self {
        Self(Source::Session(None, stale))
    }
}

/// What an exchange starts with.
#[derive(Clone)]
pub struct Context {
    pub(crate) base: BaseUrl,
    pub(crate) access: Source,
    pub(crate) policy: Policy,
    #[cfg(feature = "events")]
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) interruptible: bool,
}

impl Context {
    /// This server, no credential, the default policy.
    #[must_use]
    pub fn new(base: BaseUrl) -> Self {
        Self {
            base,
            access: Source::None,
            policy: Policy::default(),
            #[cfg(feature = "events")]
            observer: None,
            interruptible: true,
        }
    }

    /// With this credential.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access.0;
        self
    }

    /// With this policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// A call that must not be cut short from outside: a refresh, which kills a token whether its answer is read or not.
    #[must_use]
    pub fn uninterruptible(mut self) -> Self {
        self.interruptible = false;
        self
    }

    /// With somebody who is told what happens.
    #[cfg(feature = "events")]
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("base", &self.base)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
