//! The six operations.

use core::ops::ControlFlow;

use super::{ClientKeysManager, flows};
use crate::{
    Answer, ClientKey, CreateClientKey, CreateClientKeyRequest, CreateClientKeyResponse,
    DeleteClientKeyResponse, Error, IdempotencyKey, ListClientKeysResponse, ListSummary, Policy,
    RevokeClientKeyResponse, Transport, UpdateClientKeyRequest,
};

impl<T: Transport> ClientKeysManager<T> {
    /// Makes a client key. The plaintext in the result is shown this once: store it before anything else.
    ///
    /// Sent once: when the answer is lost, the error's [`outcome`](Error::outcome) is `Unknown` or `Applied`, and a key
    /// that nobody knows may exist. [`create_idempotent`](Self::create_idempotent) avoids that, at a price.
    pub fn create(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<CreateClientKeyResponse, Error> {
        self.create_answer(request).map(|answer| answer.value)
    }

    /// [`create`](Self::create), and how it was come by.
    pub fn create_answer(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        self.run_create(CreateClientKey::new(request.clone()))
    }

    /// Makes a client key under an idempotency key, so that a lost answer is asked for again.
    ///
    /// The price: the server keeps the plaintext for a day, and gives it to whoever knows the idempotency key, which is
    /// random, secret, and forgotten here after the call.
    pub fn create_idempotent(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<CreateClientKeyResponse, Error> {
        self.create_idempotent_answer(request)
            .map(|answer| answer.value)
    }

    /// [`create_idempotent`](Self::create_idempotent), and how it was come by.
    pub fn create_idempotent_answer(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        let [first, spare] = [self.idempotency_key()?, self.idempotency_key()?];
        self.run_create(CreateClientKey::new(request.clone()).with_idempotency_keys(first, spare))
    }

    /// Lists the client keys that the caller may see.
    ///
    /// A listing proves presence, never absence, unless an administrator made it: to an ordinary user real servers do not
    /// show the keys which that user made (they store no owner), although [`get`](Self::get) finds them by id.
    pub fn list(&self) -> Result<ListClientKeysResponse, Error> {
        self.list_answer().map(|answer| answer.value)
    }

    /// [`list`](Self::list), and how it was come by.
    pub fn list_answer(&self) -> Result<Answer<ListClientKeysResponse>, Error> {
        self.run(flows::list(self.policy()))
    }

    /// Lists the keys that this user owns: one's own, or anybody's as an administrator.
    pub fn list_of_user(&self, owner: impl AsRef<str>) -> Result<ListClientKeysResponse, Error> {
        self.run(flows::list_of_user(owner.as_ref(), self.policy())?)
            .map(|answer| answer.value)
    }

    /// Lists the client keys and hands over each one as soon as it has arrived, in memory that does not grow with the
    /// list. Ends early when `each` breaks.
    ///
    /// When it fails half-way, what was handed over was sent by the server; the rest is not known.
    pub fn list_each(
        &self,
        each: impl FnMut(ClientKey) -> ControlFlow<()>,
    ) -> Result<ListSummary, Error> {
        self.run_each(flows::list_each(self.policy()), each)
            .map(|answer| answer.value)
    }

    /// Gets one client key. The server reads its whole table for it, so for many keys list once instead.
    pub fn get(&self, id: impl AsRef<str>) -> Result<ClientKey, Error> {
        self.get_answer(id).map(|answer| answer.value)
    }

    /// [`get`](Self::get), and how it was come by.
    pub fn get_answer(&self, id: impl AsRef<str>) -> Result<Answer<ClientKey>, Error> {
        self.run(flows::get(id.as_ref())?)
    }

    /// Changes a client key and gives it in its new state.
    ///
    /// Real servers answer an update without the key, so it is read afterwards; when that fails, the error's
    /// [`outcome`](Error::outcome) is `Applied`.
    pub fn update(
        &self,
        id: impl AsRef<str>,
        updates: &UpdateClientKeyRequest,
    ) -> Result<ClientKey, Error> {
        self.update_answer(id, updates).map(|answer| answer.value)
    }

    /// [`update`](Self::update), and how it was come by.
    pub fn update_answer(
        &self,
        id: impl AsRef<str>,
        updates: &UpdateClientKeyRequest,
    ) -> Result<Answer<ClientKey>, Error> {
        self.run(self.common.update(id.as_ref(), updates, self.policy())?)
    }

    /// Ends a client key at once and for good, and keeps its record.
    pub fn revoke(&self, id: impl AsRef<str>) -> Result<RevokeClientKeyResponse, Error> {
        self.revoke_answer(id).map(|answer| answer.value)
    }

    /// [`revoke`](Self::revoke), and how it was come by.
    pub fn revoke_answer(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Answer<RevokeClientKeyResponse>, Error> {
        self.run(flows::revoke(id.as_ref())?)
    }

    /// Removes a client key and its record.
    ///
    /// A key that does not exist is an error of kind `NotFound`; but if an attempt of this very call was lost on the way
    /// and the key is gone afterwards, that is a success with the warning
    /// [`AlreadyGone`](crate::Warning::AlreadyGone).
    pub fn delete(&self, id: impl AsRef<str>) -> Result<DeleteClientKeyResponse, Error> {
        self.delete_answer(id).map(|answer| answer.value)
    }

    /// [`delete`](Self::delete), and how it was come by.
    pub fn delete_answer(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Answer<DeleteClientKeyResponse>, Error> {
        self.run(flows::delete(id.as_ref())?)
    }

    fn run_create(
        &self,
        create: CreateClientKey,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        self.run(self.common.create(create, self.policy()))
    }

    fn idempotency_key(&self) -> Result<IdempotencyKey, Error> {
        let mut bytes = [0; 16];
        self.transport.fill_random(&mut bytes)?;
        Ok(IdempotencyKey::from_entropy(bytes))
    }

    fn policy(&self) -> &Policy {
        &self.common.settings.policy
    }
}
