//! The operations on client keys: from arguments to a flow.

use fluxbase_client_keys::{
    Checked, ClientKeyId, CollectKeys, Create, CreateClientKey, CreateClientKeyRequest,
    DeleteClientKey, Error, GetClientKey, IdempotencyKey, ListClientKeys, Policy, Respell,
    RevokeClientKey, Scope, Single, Spelling, ThenCheck, Timestamp, UpdateClientKey,
    UpdateClientKeyRequest, UpdateThenGet, UserId, WithSpelling,
};

use crate::{
    fields::Fields,
    flow::{AnyFlow, Given, One, Shown},
    show,
};

/// What is done with client keys.
#[derive(Clone, Copy)]
pub(crate) enum OnKeys {
    Create,
    List,
    One(OnKey),
}

/// What is done with one of them.
#[derive(Clone, Copy)]
pub(crate) enum OnKey {
    Get,
    Update,
    Revoke,
    Delete,
}

/// The flow of this operation. `known` is the spelling of scopes that the server is known to want.
pub(crate) fn flow(
    operation: OnKeys,
    fields: &mut Fields<'_>,
    policy: &Policy,
    known: Option<Spelling>,
) -> Result<AnyFlow, Error> {
    let of_scopes = |flow: AnyRespelled| -> AnyFlow {
        Box::new(WithSpelling::new(flow, policy.spelling, known))
    };
    Ok(match operation {
        OnKeys::Create => of_scopes(Shown::new(Create(create(fields)?), show::created)),
        OnKeys::List => {
            let list = match fields.optional() {
                Some(owner) => ListClientKeys::of_user(UserId::parse(owner)?),
                None => ListClientKeys::new(),
            };
            fields.check()?;
            let element_limit = usize::try_from(policy.body_limit).unwrap_or(usize::MAX);
            let flow = CollectKeys::new(list, element_limit).memory_limit(policy.list_limit);
            Shown::new(flow, show::list)
        }
        OnKeys::One(operation) => {
            let id = ClientKeyId::parse(fields.text())?;
            match operation {
                OnKey::Get => Box::new(One::Get(GetClientKey::new(id))),
                OnKey::Update => {
                    let flow = UpdateThenGet::new(update(fields, id)?);
                    of_scopes(checked(Shown::new(flow, show::key), id, None))
                }
                OnKey::Revoke => {
                    let flow = Box::new(One::Revoke(RevokeClientKey::new(id)));
                    checked(flow, id, None)
                }
                OnKey::Delete => {
                    let delete = DeleteClientKey::new(id);
                    let gone = Single(delete).gone();
                    let gone = gone.map(|gone| Given::of(gone, show::deleted));
                    checked(Box::new(One::Delete(delete)), id, gone)
                }
            }
        }
    })
}

/// A flow that may send scopes.
type AnyRespelled = Box<dyn Respell<Output = Box<Given>> + Send>;

/// One type for all flows of which a 500 is looked into.
#[expect(
    clippy::unnecessary_box_returns,
    reason = "it is wanted as one of many flows"
)]
fn checked(
    flow: AnyRespelled,
    id: ClientKeyId,
    gone: Option<Box<Given>>,
) -> Box<ThenCheck<AnyRespelled>> {
    Box::new(ThenCheck::of(flow, id, gone))
}

/// The scopes, which are all that is left.
fn scopes(fields: &mut Fields<'_>) -> Result<Vec<Scope>, Error> {
    let mut scopes = Vec::new();
    while let Some(text) = fields.optional() {
        scopes.push(Scope::new(text)?);
    }
    fields.check()?;
    Ok(scopes)
}

fn create(fields: &mut Fields<'_>) -> Result<CreateClientKey, Error> {
    let name = fields.text();
    let description = fields.optional();
    let limit = fields.small();
    let end = match fields.optional().map(Timestamp::parse) {
        Some(Ok(end)) => Some(end),
        Some(Err(_)) => {
            return Err(Error::invalid_input(
                "expires_at must be an RFC 3339 instant with a zone, such as 2027-01-31T23:59:59Z",
            ));
        }
        None => None,
    };
    let random = fields.optional();
    let mut request = CreateClientKeyRequest::new(name, scopes(fields)?);
    if let Some(text) = description {
        request = request.description(text);
    }
    if let Some(limit) = limit {
        request = request.rate_limit_per_minute(limit);
    }
    if let Some(end) = end {
        request = request.expires_at(end);
    }
    let create = CreateClientKey::new(request);
    let Some(random) = random else {
        return Ok(create);
    };
    // Two keys of 128 bits each; what is too short for them is none.
    let (first, spare) = random.split_at_checked(32).unwrap_or_default();
    Ok(create.with_idempotency_keys(IdempotencyKey::new(first)?, IdempotencyKey::new(spare)?))
}

fn update(fields: &mut Fields<'_>, id: ClientKeyId) -> Result<UpdateClientKey, Error> {
    let name = fields.optional();
    let description = fields.optional();
    let limit = fields.small();
    let replaces = fields.flag();
    let strips = fields.flag();
    let scopes = scopes(fields)?;
    if strips {
        let changes_more = name.or(description).is_some() || limit.is_some() || !scopes.is_empty();
        if changes_more {
            return Err(Error::invalid_input(
                "taking every scope away is an update of its own: change the rest in another one",
            ));
        }
        let strip = UpdateClientKeyRequest::without_scopes();
        return Ok(UpdateClientKey::strip(id, strip));
    }
    let mut request = UpdateClientKeyRequest::new();
    if let Some(name) = name {
        request = request.name(name);
    }
    if let Some(text) = description {
        request = request.description(text);
    }
    if let Some(limit) = limit {
        request = request.rate_limit_per_minute(limit);
    }
    if replaces {
        request = request.scopes(scopes);
    }
    Ok(UpdateClientKey::new(id, request))
}
