//! `POST /api/v1/client-keys/{id}/revoke`: ends a client key and keeps its record.
//!
//! Takes effect at once and cannot be undone. Twice is answered 200 again and moves `revoked_at` forward. A revocation
//! of a key that does not exist is a 500 on real servers.

use super::path_of;
use crate::{
    Auth, Call, ClientKeyId, Error, Operation, Replay, Reply,
    text::concat,
    wire::{Method, message},
};

/// What the server said about a revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevokeClientKeyResponse {
    /// Its words.
    pub message: String,
}

/// Revokes a client key.
#[derive(Debug, Clone, Copy)]
pub struct RevokeClientKey {
    id: ClientKeyId,
}

impl RevokeClientKey {
    /// Revokes the key with this id.
    #[must_use]
    pub fn new(id: ClientKeyId) -> Self {
        Self { id }
    }

    pub(crate) fn id(self) -> ClientKeyId {
        self.id
    }
}

impl Operation for RevokeClientKey {
    type Output = RevokeClientKeyResponse;

    const NAME: &'static str = "revoke client key";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        // A key that is revoked twice is revoked; only `revoked_at` moves.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::json(
            Method::Post,
            concat(&[&path_of(self.id), "/revoke"]),
            "{}",
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<RevokeClientKeyResponse, Error> {
        message(reply, "Client key revoked").map(|message| RevokeClientKeyResponse { message })
    }
}
