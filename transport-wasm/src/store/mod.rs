//! `TokenStore`: where tokens are kept beyond the life of a manager.

mod local;

use core::{future::Future, pin::Pin};
use std::error::Error as StdError;

use fluxbase_client_keys::TokenPair;

pub use self::local::LocalStorage;

/// What [`TokenStore::load`] gives.
pub type Loaded<'a> = Pin<Box<dyn Future<Output = Option<TokenPair>> + 'a>>;

/// What [`TokenStore::store`] gives.
pub type Stored<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + 'a>>;

/// Keeps the tokens of a session, perhaps for several tabs. An application may have its own, such as one over `IndexedDB`.
///
/// What is stored is worth as much as a password: [`TokenPair::export`] makes text of it, [`TokenPair::restore`] reads that.
pub trait TokenStore {
    /// The name of the lock that everybody takes who renews these tokens; `None` if nobody shares them.
    ///
    /// A browser may bring the lock of another tab before what that tab has stored. Who had to wait for the lock therefore
    /// [loads](Self::load) until there is something else than before, for a second at most.
    fn lock_name(&self) -> Option<&str> {
        None
    }

    /// What is stored. It may have been stored by somebody else.
    ///
    /// It is asked for more than once where a lock had to be waited for, and when a refresh was refused: always say what is
    /// stored now.
    fn load(&self) -> Loaded<'_>;

    /// Stores a pair before it is used for the first time; `None` takes away what is stored.
    ///
    /// A failure does not end the call: the new pair is kept in memory, and answers carry
    /// [`Warning::TokensNotStored`](crate::Warning::TokensNotStored).
    fn store<'a>(&'a self, pair: Option<&'a TokenPair>) -> Stored<'a>;
}
