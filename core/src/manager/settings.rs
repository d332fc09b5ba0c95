//! What a manager is made from.

use core::fmt;
use std::{error::Error as StdError, sync::Arc};

#[cfg(feature = "events")]
use crate::Observer;
use crate::{BaseUrl, Credential, Login, Policy, TokenPair};

/// Stores a new pair of tokens, before it is used for the first time.
///
/// A failure does not end the call: the new pair is kept in memory (the old one is dead), and the answers to this call and
/// to all later ones carry [`Warning::TokensNotStored`](crate::Warning::TokensNotStored) until a pair is stored.
///
/// Other calls of the manager wait until it returns, so it must not make one.
pub type StoreTokens =
    dyn Fn(&TokenPair) -> Result<(), Box<dyn StdError + Send + Sync>> + Send + Sync;

/// How a manager proves who it is.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Authentication {
    /// Not yet: somebody will sign in.
    #[default]
    None,
    /// A credential that is used as it is.
    Fixed(Credential),
    /// Tokens from an earlier sign-in, which are renewed.
    Tokens(TokenPair),
    /// An e-mail address and a password, used when a token is first needed and whenever it cannot be refreshed.
    Login {
        /// Whose.
        login: Login,
        /// Tokens from an earlier sign-in, to be tried first.
        tokens: Option<TokenPair>,
    },
}

/// What a manager is made from: server, credential, policy.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The server.
    pub base: BaseUrl,
    /// How to prove who asks.
    pub authentication: Authentication,
    /// How often, how long, how much.
    pub policy: Policy,
    /// Who is told what happens.
    #[cfg(feature = "events")]
    pub observer: Option<Arc<dyn Observer>>,
    /// Who stores new tokens.
    pub store: Option<Arc<StoreTokens>>,
}

impl Settings {
    /// This server, nobody signed in, the default policy.
    #[must_use]
    pub fn new(base: BaseUrl) -> Self {
        Self {
            base,
            authentication: Authentication::None,
            policy: Policy::default(),
            #[cfg(feature = "events")]
            observer: None,
            store: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("base", &self.base)
            .field("authentication", &self.authentication)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
