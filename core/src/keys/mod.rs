//! The six operations on client keys, one file each, and what they answer.

mod body;
mod create;
mod delete;
mod get;
mod list;
mod list_reader;
mod model;
mod reader;
mod revoke;
mod update;

pub(crate) use self::list::list_error;
use self::reader::{KeyObject, Scratch};
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

use crate::{
    ClientKeyId, Error,
    text::concat,
    wire::{Reply, unreadable},
};

/// Where the keys are.
pub(crate) const PATH: &str = "/api/v1/client-keys";

fn path_of(id: ClientKeyId) -> String {
    concat(&[PATH, "/", id.as_str()])
}

/// Reads an object that may hold a key.
fn read_object(reply: &Reply<'_>) -> Result<KeyObject, Error> {
    Scratch::default()
        .read(reply.body())
        .ok_or_else(|| unreadable(reply, "it is not one JSON object"))
}
