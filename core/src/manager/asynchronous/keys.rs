//! The six operations.

use core::ops::ControlFlow;

use super::{AsyncClientKeysManager, AsyncHost};
use crate::{
    Answer, ClientKey, CreateClientKey, CreateClientKeyRequest, CreateClientKeyResponse,
    DeleteClientKeyResponse, Error, IdempotencyKey, ListClientKeysResponse, ListSummary,
    RevokeClientKeyResponse, UpdateClientKeyRequest, manager::flows,
};

impl<H: AsyncHost> AsyncClientKeysManager<H> {
    /// Makes a client key. The plaintext in the result is shown this once: store it before anything else.
    ///
    /// Sent once: when the answer is lost, the error's [`outcome`](Error::outcome) is `Unknown` or `Applied`, and a key
    /// that nobody knows may exist. [`create_idempotent`](Self::create_idempotent) avoids that, at a price.
    pub async fn create(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<CreateClientKeyResponse, Error> {
        Ok(self.create_answer(request).await?.value)
    }

    /// [`create`](Self::create), and how it was come by.
    pub async fn create_answer(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        self.run_create(CreateClientKey::new(request.clone())).await
    }

    /// Makes a client key under an idempotency key, so that a lost answer is asked for again.
    ///
    /// The price: the server keeps the plaintext for a day, and gives it to whoever knows the idempotency key, which is
    /// random, secret, and forgotten here after the call. From a browser, the server must allow the header `Idempotency-Key`.
    pub async fn create_idempotent(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<CreateClientKeyResponse, Error> {
        Ok(self.create_idempotent_answer(request).await?.value)
    }

    /// [`create_idempotent`](Self::create_idempotent), and how it was come by.
    pub async fn create_idempotent_answer(
        &self,
        request: &CreateClientKeyRequest,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        let [first, spare] = [self.idempotency_key()?, self.idempotency_key()?];
        let create = CreateClientKey::new(request.clone());
        self.run_create(create.with_idempotency_keys(first, spare))
            .await
    }

    /// Lists the client keys that the caller may see.
    ///
    /// A listing proves presence, never absence, unless an administrator made it: to an ordinary user real servers do not
    /// show the keys which that user made (they store no owner), although [`get`](Self::get) finds them by id.
    pub async fn list(&self) -> Result<ListClientKeysResponse, Error> {
        Ok(self.list_answer().await?.value)
    }

    /// [`list`](Self::list), and how it was come by.
    pub async fn list_answer(&self) -> Result<Answer<ListClientKeysResponse>, Error> {
        self.run(flows::list(&self.policy)).await
    }

    /// Lists the keys that this user owns: one's own, or anybody's as an administrator.
    pub async fn list_of_user(
        &self,
        owner: impl AsRef<str>,
    ) -> Result<ListClientKeysResponse, Error> {
        Ok(self.list_of_user_answer(owner).await?.value)
    }

    /// [`list_of_user`](Self::list_of_user), and how it was come by.
    pub async fn list_of_user_answer(
        &self,
        owner: impl AsRef<str>,
    ) -> Result<Answer<ListClientKeysResponse>, Error> {
        let flow = flows::list_of_user(owner.as_ref(), &self.policy)?;
        self.run(flow).await
    }

    /// Lists the client keys and hands over each one as soon as it has arrived, in memory that does not grow with the
    /// list. Ends early when `each` breaks.
    ///
    /// When it fails half-way, what was handed over was sent by the server; the rest is not known.
    pub async fn list_each(
        &self,
        each: impl FnMut(ClientKey) -> ControlFlow<()>,
    ) -> Result<ListSummary, Error> {
        let flow = flows::list_each(&self.policy);
        Ok(self.run_each(flow, each).await?.value)
    }

    /// Gets one client key. The server reads its whole table for it, so for many keys list once instead.
    pub async fn get(&self, id: impl AsRef<str>) -> Result<ClientKey, Error> {
        Ok(self.get_answer(id).await?.value)
    }

    /// [`get`](Self::get), and how it was come by.
    pub async fn get_answer(&self, id: impl AsRef<str>) -> Result<Answer<ClientKey>, Error> {
        let flow = flows::get(id.as_ref())?;
        self.run(flow).await
    }

    /// Changes a client key and gives it in its new state.
    ///
    /// Real servers answer an update without the key, so it is read afterwards; when that fails, the error's
    /// [`outcome`](Error::outcome) is `Applied`.
    pub async fn update(
        &self,
        id: impl AsRef<str>,
        updates: &UpdateClientKeyRequest,
    ) -> Result<ClientKey, Error> {
        Ok(self.update_answer(id, updates).await?.value)
    }

    /// [`update`](Self::update), and how it was come by.
    pub async fn update_answer(
        &self,
        id: impl AsRef<str>,
        updates: &UpdateClientKeyRequest,
    ) -> Result<Answer<ClientKey>, Error> {
        let flow = self.common.update(id.as_ref(), updates, &self.policy)?;
        self.run(flow).await
    }

    /// Ends a client key at once and for good, and keeps its record.
    pub async fn revoke(&self, id: impl AsRef<str>) -> Result<RevokeClientKeyResponse, Error> {
        Ok(self.revoke_answer(id).await?.value)
    }

    /// [`revoke`](Self::revoke), and how it was come by.
    pub async fn revoke_answer(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Answer<RevokeClientKeyResponse>, Error> {
        let flow = flows::revoke(id.as_ref())?;
        self.run(flow).await
    }

    /// Removes a client key and its record.
    ///
    /// A key that does not exist is an error of kind `NotFound`; but if an attempt of this very call was lost on the way
    /// and the key is gone afterwards, that is a success with the warning
    /// [`AlreadyGone`](crate::Warning::AlreadyGone).
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<DeleteClientKeyResponse, Error> {
        Ok(self.delete_answer(id).await?.value)
    }

    /// [`delete`](Self::delete), and how it was come by.
    pub async fn delete_answer(
        &self,
        id: impl AsRef<str>,
    ) -> Result<Answer<DeleteClientKeyResponse>, Error> {
        let flow = flows::delete(id.as_ref())?;
        self.run(flow).await
    }

    async fn run_create(
        &self,
        create: CreateClientKey,
    ) -> Result<Answer<CreateClientKeyResponse>, Error> {
        self.run(self.common.create(create, &self.policy)).await
    }

    fn idempotency_key(&self) -> Result<IdempotencyKey, Error> {
        let mut bytes = [0; 16];
        self.host.fill_random(&mut bytes)?;
        Ok(IdempotencyKey::from_entropy(bytes))
    }
}
