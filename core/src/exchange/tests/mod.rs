//! The machine held against its rules, state by state.

mod cancelled;
mod keyed;
#[cfg(feature = "events")]
mod observed;
mod paused;
mod reading;
mod refused;
mod resent;

use super::testing::{DONE, KEY, MADE};
use crate::{
    ClientKeyId, Create, CreateClientKey, CreateClientKeyRequest, DeleteClientKey, GetClientKey,
    IdempotencyKey, Scope, Single, UpdateClientKey, UpdateClientKeyRequest, UpdateThenGet,
};

fn id() -> ClientKeyId {
    ClientKeyId::parse("k1").unwrap()
}

fn get() -> Single<GetClientKey> {
    Single(GetClientKey::new(id()))
}

fn delete() -> Single<DeleteClientKey> {
    Single(DeleteClientKey::new(id()))
}

fn update() -> UpdateThenGet {
    UpdateThenGet::new(UpdateClientKey::new(
        id(),
        UpdateClientKeyRequest::new().name("n"),
    ))
}

fn create() -> Create {
    Create(CreateClientKey::new(CreateClientKeyRequest::new(
        "n",
        [Scope::ALL],
    )))
}

fn keyed() -> Create {
    let key = |text: &str| IdempotencyKey::new(text.repeat(22)).unwrap();
    Create(create().0.with_idempotency_keys(key("1"), key("2")))
}
