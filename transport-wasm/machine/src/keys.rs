//! The operations on client keys: from a name and arguments to a flow.

use fluxbase_client_keys::{
    Checked, ClientKeyId, CollectKeys, Create, CreateClientKey, CreateClientKeyRequest,
    DeleteClientKey, Error, GetClientKey, IdempotencyKey, ListClientKeys, Policy, Respell,
    RevokeClientKey, Scope, Single, Spelling, ThenCheck, Timestamp, UpdateClientKey,
    UpdateClientKeyRequest, UpdateThenGet, UserId, WithSpelling,
};

use crate::{
    fields::{FIRST, Fields},
    flow::{AnyFlow, Given, One, Shown},
    show,
};

/// The flow of the operation that the arguments begin with; `None` when it is none on client keys. `known` is the spelling
/// of scopes that the server is known to want.
pub(crate) fn flow(
    fields: &Fields<'_>,
    policy: &Policy,
    known: Option<Spelling>,
) -> Result<Option<AnyFlow>, Error> {
    let id = || ClientKeyId::parse(fields.text(FIRST));
    Ok(Some(match fields.text(0) {
        "create" => spelled(
            Shown::new(Create(create(fields)?), show::created),
            policy,
            known,
        ),
        "list" => {
            let list = match fields.get(FIRST) {
                Some(owner) => ListClientKeys::of_user(UserId::parse(owner)?),
                None => ListClientKeys::new(),
            };
            let element_limit = usize::try_from(policy.body_limit).unwrap_or(usize::MAX);
            let flow = CollectKeys::new(list, element_limit).memory_limit(policy.list_limit);
            Shown::new(flow, show::list)
        }
        "get" => One::new(GetClientKey::new(id()?), show::key),
        "update" => {
            let id = id()?;
            let flow = UpdateThenGet::new(update(fields, id)?);
            let flow = checked(Shown::new(flow, show::key), id, None);
            spelled(flow, policy, known)
        }
        "revoke" => {
            let id = id()?;
            let flow = One::new(RevokeClientKey::new(id), show::revoked);
            checked(flow, id, None)
        }
        "delete" => {
            let id = id()?;
            let delete = DeleteClientKey::new(id);
            let gone = Single(delete).gone();
            let gone = gone.map(|gone| Given::of(gone, show::deleted));
            checked(One::new(delete, show::deleted), id, gone)
        }
        _ => return Ok(None),
    }))
}

/// A flow that may send scopes.
type AnyRespelled = Box<dyn Respell<Output = Box<Given>>>;

/// One type for all flows that send scopes, so that what spells them is compiled once.
fn spelled(flow: AnyRespelled, policy: &Policy, known: Option<Spelling>) -> AnyFlow {
    Box::new(WithSpelling::new(flow, policy.spelling, known))
}

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

fn scopes(fields: &Fields<'_>, from: usize) -> Result<Vec<Scope>, Error> {
    let mut scopes = Vec::new();
    for text in fields.rest(from) {
        scopes.push(Scope::new(text)?);
    }
    Ok(scopes)
}

fn create(fields: &Fields<'_>) -> Result<CreateClientKey, Error> {
    let scopes = scopes(fields, FIRST + 5)?;
    let mut request = CreateClientKeyRequest::new(fields.text(FIRST), scopes);
    if let Some(text) = fields.get(FIRST + 1) {
        request = request.description(text);
    }
    if let Some(limit) = fields.small(FIRST + 2, "rate_limit_per_minute")? {
        request = request.rate_limit_per_minute(limit);
    }
    if let Some(end) = fields.get(FIRST + 3) {
        let end = Timestamp::parse(end).map_err(|error| {
            let mut words = String::from("expires_at is ");
            Error::from(error).write_to(&mut words);
            Error::invalid_input(words)
        })?;
        request = request.expires_at(end);
    }
    let create = CreateClientKey::new(request);
    Ok(match fields.get(FIRST + 4) {
        // Two keys of 128 bits each.
        Some(digits) => match digits.split_at_checked(32) {
            Some((first, spare))
                if spare.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
            {
                create
                    .with_idempotency_keys(IdempotencyKey::new(first)?, IdempotencyKey::new(spare)?)
            }
            _ => {
                return Err(Error::invalid_input(
                    "an idempotent create needs 64 hexadecimal digits of random numbers",
                ));
            }
        },
        None => create,
    })
}

fn update(fields: &Fields<'_>, id: ClientKeyId) -> Result<UpdateClientKey, Error> {
    let mut request = UpdateClientKeyRequest::new();
    if let Some(name) = fields.get(FIRST + 1) {
        request = request.name(name);
    }
    if let Some(text) = fields.get(FIRST + 2) {
        request = request.description(text);
    }
    if let Some(limit) = fields.small(FIRST + 3, "rate_limit_per_minute")? {
        request = request.rate_limit_per_minute(limit);
    }
    let scopes = scopes(fields, FIRST + 6)?;
    let strips = fields.flag(FIRST + 5);
    if fields.flag(FIRST + 4) && !(strips && scopes.is_empty()) {
        request = request.scopes(scopes);
    }
    if !strips {
        return Ok(UpdateClientKey::new(id, request));
    }
    if request.is_empty() {
        let strip = UpdateClientKeyRequest::without_scopes();
        Ok(UpdateClientKey::strip(id, strip))
    } else {
        Err(Error::invalid_input(
            "taking every scope away is an update of its own: change the rest in another one",
        ))
    }
}
