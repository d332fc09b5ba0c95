//! `GET /api/v1/client-keys/{id}`: one client key.
//!
//! The server reads its whole table to answer (among 100,000 keys 0.27 s), so for many keys list once instead.

use super::{ClientKey, path_of, read_object};
use crate::{
    Auth, Call, ClientKeyId, Error, Operation, Replay, Reply,
    text::concat,
    wire::{Method, unreadable},
};

/// Gets one client key.
#[derive(Debug, Clone, Copy)]
pub struct GetClientKey {
    id: ClientKeyId,
}

impl GetClientKey {
    /// The key with this id.
    #[must_use]
    pub fn new(id: ClientKeyId) -> Self {
        Self { id }
    }
}

impl Operation for GetClientKey {
    type Output = ClientKey;

    const NAME: &'static str = "get client key";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::new(Method::Get, path_of(self.id)))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<ClientKey, Error> {
        let mut object = read_object(reply)?;
        let key = object
            .key
            .ok_or_else(|| unreadable(reply, "the member `id` is missing"))?;
        match object.unreadable.next() {
            None => Ok(key),
            Some(member) => Err(unreadable(
                reply,
                &concat(&["the member `", member, "` is not an instant"]),
            )),
        }
    }
}
