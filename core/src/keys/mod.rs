//! The six operations on client keys, one file each, and what they answer.

mod create;
mod delete;
mod get;
mod list;
mod list_reader;
mod model;
mod reader;
mod revoke;
mod update;

pub use self::{
    create::{CreateClientKey, CreateClientKeyRequest, CreateClientKeyResponse, IdempotencyKey},
    delete::{DeleteClientKey, DeleteClientKeyResponse},
    get::GetClientKey,
    list::{ListClientKeys, ListClientKeysResponse},
    list_reader::{ListReadError, ListReader, ListSummary},
    model::{ClientKey, KeyStatus},
    revoke::{RevokeClientKey, RevokeClientKeyResponse},
    update::{UpdateClientKey, UpdateClientKeyRequest, UpdateWithoutScopes, Updated},
};
pub(crate) use self::{list::list_error, reader::Scratch};

use crate::{
    ClientKeyId, Error,
    text::concat,
    wire::{Envelope, Reply, unreadable},
};

/// Where the keys are.
pub(crate) const PATH: &str = "/api/v1/client-keys";

fn path_of(id: ClientKeyId) -> String {
    concat(&[PATH, "/", id.as_str()])
}

/// The message of a success that carries nothing else, or `otherwise` where there is no body (204).
fn message(reply: &Reply<'_>, otherwise: &str) -> Result<String, Error> {
    if reply.is_blank() {
        return Ok(otherwise.to_owned());
    }
    match Envelope::read(reply.body()) {
        Some(body) => Ok(body
            .said
            .message
            .map_or_else(|| otherwise.to_owned(), Into::into)),
        None => Err(unreadable(reply, "a message was expected")),
    }
}
