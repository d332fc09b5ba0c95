//! `AsyncHost`: what an asynchronous manager needs beside a transport.

use core::future::{Future, ready};
use std::error::Error as StdError;

use super::RenewalTask;
use crate::{AsyncTransport, Error, TokenPair};

/// Where an asynchronous manager runs: its transport, its entropy, its tasks, and a store for tokens.
///
/// Nothing in here has to be `Send`: the manager's futures are where those of the host are.
pub trait AsyncHost: AsyncTransport + Sized + 'static {
    /// Held while tokens are renewed or stored, where others (other tabs of a browser) renew the same ones; `()` where
    /// nobody does. Dropping it lets the next one in.
    type Lock;

    /// Fills the buffer with random bytes of a secure source.
    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error>;

    /// Sees to it that [`renewal.run()`](RenewalTask::run) is polled to its end, although the call that wanted it may be
    /// dropped or cancelled: hands it to the executor as a task of its own. A renewal that is not run ends as failed.
    fn spawn(&self, renewal: RenewalTask<Self>);

    /// Waits until nobody else holds the lock.
    fn lock_tokens(&self) -> impl Future<Output = Self::Lock>;

    /// The tokens that are stored: what others may have renewed. Looked at again when a refresh is refused, since they may
    /// arrive later than the lock. The default has none.
    fn load_tokens(&self) -> impl Future<Output = Option<TokenPair>> {
        ready(None)
    }

    /// Stores a pair before it is used for the first time; `None` takes away what is stored: signed out. The default keeps
    /// nothing.
    ///
    /// A failure does not end the call: the new pair is kept in memory (the old one is dead), and answers carry
    /// [`Warning::TokensNotStored`](crate::Warning::TokensNotStored) until a pair is stored.
    fn store_tokens(
        &self,
        pair: Option<&TokenPair>,
    ) -> impl Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> {
        let _ = pair;
        ready(Ok(()))
    }
}
