//! `GET /api/v1/client-keys[?user_id=…]`: every client key that the caller may see, in one answer.
//!
//! Real servers answer an array, or `null` when there is nothing; the published reference promises
//! `{"client_keys": […], "total": n}`. There is no paging and no filter but the owner.

use super::{ClientKey, ListReadError, ListReader, PATH};
use crate::{
    Auth, Call, Error, ErrorKind, Operation, Replay, Reply, UserId,
    text::concat,
    wire::{Head, Method, unreadable},
};

/// The keys, newest first as the server orders them.
///
/// A listing proves presence, never absence, unless an administrator made it: to an ordinary user real servers show only
/// keys that user owns, and they store no owner, so **not even the keys that the user has just made**. By id they are
/// found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ListClientKeysResponse {
    /// The keys.
    pub client_keys: Vec<ClientKey>,
    /// How many the server counted, or else sent.
    pub total: u64,
    /// Elements of the answer that could not be read and are left out.
    pub skipped: u64,
}

/// Lists client keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListClientKeys {
    owner: Option<UserId>,
}

impl ListClientKeys {
    /// All that the caller may see.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Those that this user owns: one's own, or anybody's as an administrator. A key is refused (403) for every owner.
    #[must_use]
    pub fn of_user(owner: UserId) -> Self {
        Self { owner: Some(owner) }
    }
}

impl Operation for ListClientKeys {
    type Output = ListClientKeysResponse;

    const NAME: &'static str = "list client keys";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(match self.owner {
            Some(owner) => Call::new(Method::Get, concat(&[PATH, "?user_id=", owner.as_str()])),
            None => Call::new(Method::Get, PATH),
        })
    }

    fn output(&self, reply: &Reply<'_>) -> Result<ListClientKeysResponse, Error> {
        let mut client_keys = Vec::new();
        let mut reader = ListReader::new(usize::MAX);
        let read = reader
            .feed(reply.body(), |key| client_keys.push(key))
            .and_then(|()| reader.finish());
        match read {
            Ok(summary) => Ok(ListClientKeysResponse {
                client_keys,
                total: summary.total,
                skipped: summary.skipped,
            }),
            Err(error) => Err(list_error(error, reply.head(), reply.body())),
        }
    }
}

/// The error for a body that is no list; `beginning` tells HTML from JSON.
pub(crate) fn list_error(error: ListReadError, head: &Head, beginning: &[u8]) -> Error {
    let reply = Reply::new(head, beginning);
    match error {
        ListReadError::NotAList => unreadable(&reply, "a list of client keys was expected"),
        ListReadError::CutShort => unreadable(&reply, "the list of client keys is cut short"),
        ListReadError::ElementTooLarge => {
            unreadable(&reply, "").with_kind(ErrorKind::ResponseTooLarge)
        }
    }
}
