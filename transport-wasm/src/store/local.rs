//! `LocalStorage`: tokens that all tabs of an origin share, and that outlive them.

use core::future::ready;

use fluxbase_client_keys::{Secret, TokenPair};
use wasm_bindgen::JsCast;
use web_sys::Storage;

use super::{Loaded, Stored, TokenStore};
use crate::global::global;

/// Keeps tokens in the browser's local storage: only where the application asks for it.
///
/// Every script of the origin can read it, now and later, and it lasts until it is taken away: whoever can put a script into
/// the page once takes the session along. Sign out when a user leaves. Workers and Node have none: there nothing is loaded,
/// and storing fails.
#[derive(Debug, Clone)]
pub struct LocalStorage {
    key: String,
    lock_name: String,
}

impl LocalStorage {
    /// Under this key. Managers with the same key share one session, in all tabs.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        let key = key.into();
        let lock_name = format!("fluxbase-client-keys {key}");
        Self { key, lock_name }
    }
}

fn storage() -> Option<Storage> {
    global("localStorage")?.dyn_into().ok()
}

impl TokenStore for LocalStorage {
    fn lock_name(&self) -> Option<&str> {
        Some(&self.lock_name)
    }

    fn load(&self) -> Loaded<'_> {
        let stored = storage().and_then(|storage| storage.get_item(&self.key).ok()?);
        // What is no pair was stored by somebody else, or by nobody.
        let pair = stored.and_then(|text| TokenPair::restore(&Secret::new(text)).ok());
        Box::pin(ready(pair))
    }

    fn store<'a>(&'a self, pair: Option<&'a TokenPair>) -> Stored<'a> {
        let stored = storage().and_then(|storage| {
            match pair {
                Some(pair) => storage.set_item(&self.key, pair.export().expose()),
                None => storage.remove_item(&self.key),
            }
            .ok()
        });
        Box::pin(ready(stored.ok_or_else(|| {
            "the browser's local storage is not to be had here, or is full".into()
        })))
    }
}
