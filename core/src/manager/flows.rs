//! What each method of a manager sends: the same for blocking and asynchronous ones.

use core::convert::Infallible;

use super::Common;
use crate::{
    AdminSignOut, ClientKeyId, CollectKeys, Create, CreateClientKey, DeleteClientKey, EachKey,
    Errand, Error, Flow, GetClientKey, ListClientKeys, Notes, Operation, Policy, Reply,
    RevokeClientKey, SignOut, SignOutResponse, Single, ThenCheck, Turn, UpdateClientKey,
    UpdateClientKeyRequest, UpdateThenGet, UserId, WithSpelling,
};

pub(super) fn list(policy: &Policy) -> CollectKeys {
    collect(ListClientKeys::new(), policy)
}

pub(super) fn list_of_user(owner: &str, policy: &Policy) -> Result<CollectKeys, Error> {
    Ok(collect(
        ListClientKeys::of_user(UserId::parse(owner)?),
        policy,
    ))
}

fn collect(list: ListClientKeys, policy: &Policy) -> CollectKeys {
    CollectKeys::new(list, element_limit(policy)).memory_limit(policy.list_limit)
}

pub(super) fn list_each(policy: &Policy) -> EachKey {
    EachKey::new(ListClientKeys::new(), element_limit(policy))
}

pub(super) fn get(id: &str) -> Result<Single<GetClientKey>, Error> {
    Ok(Single(GetClientKey::new(ClientKeyId::parse(id)?)))
}

pub(super) fn revoke(id: &str) -> Result<ThenCheck<Single<RevokeClientKey>>, Error> {
    let id = ClientKeyId::parse(id)?;
    Ok(ThenCheck::new(Single(RevokeClientKey::new(id))))
}

pub(super) fn delete(id: &str) -> Result<ThenCheck<Single<DeleteClientKey>>, Error> {
    let id = ClientKeyId::parse(id)?;
    Ok(ThenCheck::new(Single(DeleteClientKey::new(id))))
}

fn element_limit(policy: &Policy) -> usize {
    usize::try_from(policy.body_limit).unwrap_or(usize::MAX)
}

impl Common {
    pub(super) fn create(&self, create: CreateClientKey, policy: &Policy) -> WithSpelling<Create> {
        let (mode, known) = self.spelling(policy);
        WithSpelling::new(Create(create), mode, known)
    }

    pub(super) fn update(
        &self,
        id: &str,
        updates: &UpdateClientKeyRequest,
        policy: &Policy,
    ) -> Result<WithSpelling<ThenCheck<UpdateThenGet>>, Error> {
        let update = UpdateClientKey::new(ClientKeyId::parse(id)?, updates.clone());
        let (mode, known) = self.spelling(policy);
        let flow = ThenCheck::new(UpdateThenGet::new(update));
        Ok(WithSpelling::new(flow, mode, known))
    }

    /// Ends the session that there is, a user's or an administrator's.
    pub(super) fn sign_out(&self) -> EndSession {
        let state = self.state();
        match state.kept.session().pair() {
            Some(pair) if pair.admin => EndSession::Admin(Single(AdminSignOut)),
            _ => EndSession::User(Single(SignOut)),
        }
    }
}

/// A sign-out on the route of whoever is signed in.
pub(super) enum EndSession {
    User(Single<SignOut>),
    Admin(Single<AdminSignOut>),
}

impl Flow for EndSession {
    type Output = SignOutResponse;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        match self {
            Self::User(_) => SignOut::NAME,
            Self::Admin(_) => AdminSignOut::NAME,
        }
    }

    fn errand(&self) -> Result<Errand, Error> {
        match self {
            Self::User(flow) => flow.errand(),
            Self::Admin(flow) => flow.errand(),
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<SignOutResponse> {
        match self {
            Self::User(flow) => flow.reply(reply, notes),
            Self::Admin(flow) => flow.reply(reply, notes),
        }
    }
}
