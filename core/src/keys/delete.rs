//! `DELETE /api/v1/client-keys/{id}`: removes a client key and its record.
//!
//! Real servers answer 204 without a body; the published reference promises `{"message": …}`. A deletion of a key that
//! does not exist, so also a second one, is a 500 on real servers.

use super::path_of;
use crate::{
    Auth, Call, ClientKeyId, Error, Operation, Replay, Reply,
    wire::{Method, message},
};

/// What the server said about a deletion; where it said nothing, this crate's words.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteClientKeyResponse {
    /// The words.
    pub message: String,
}

/// Deletes a client key.
#[derive(Debug, Clone, Copy)]
pub struct DeleteClientKey {
    id: ClientKeyId,
}

impl DeleteClientKey {
    /// Deletes the key with this id.
    #[must_use]
    pub fn new(id: ClientKeyId) -> Self {
        Self { id }
    }

    pub(crate) fn id(self) -> ClientKeyId {
        self.id
    }
}

impl DeleteClientKeyResponse {
    pub(crate) fn gone() -> Self {
        Self {
            message: "Client key deleted".to_owned(),
        }
    }
}

impl Operation for DeleteClientKey {
    type Output = DeleteClientKeyResponse;

    const NAME: &'static str = "delete client key";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        // The record is gone after one or two; the answer differs, and `ThenCheck` tells which it was.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::new(Method::Delete, path_of(self.id)))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<DeleteClientKeyResponse, Error> {
        message(reply, "Client key deleted").map(|message| DeleteClientKeyResponse { message })
    }
}
