//! Opening a client: from arguments to settings.

use core::time::Duration;

use fluxbase_client_keys::{
    Authentication, BaseUrl, Credential, Error, ManagerState, Now, Policy, Secret, Spelling,
    TokenPair,
};

use crate::{client::Client, fields::Fields};

/// A client with these settings.
pub(crate) fn open(fields: &Fields<'_>, now: Now) -> Result<Client, Error> {
    let url = fields.text(0);
    let base = if fields.flag(1) {
        BaseUrl::parse_allowing_plain_http(url)?
    } else {
        BaseUrl::parse(url)?
    };
    let authentication = authentication(fields.get(2), fields.text(3))?;
    Ok(Client {
        base,
        policy: policy(fields)?,
        state: ManagerState::new(authentication, now.wall),
        shares_store: fields.flag(4),
        planned: None,
        failure: None,
    })
}

fn authentication(kind: Option<&str>, credential: &str) -> Result<Authentication, Error> {
    Ok(match kind {
        None => Authentication::None,
        Some("access_token") => Authentication::Fixed(Credential::bearer_token(credential)?),
        Some("client_key") => Authentication::Fixed(Credential::client_key(credential)?),
        Some("service_key") => Authentication::Fixed(Credential::service_key(credential)?),
        Some("tokens") => Authentication::Tokens(TokenPair::restore(&Secret::new(credential))?),
        Some(_) => return Err(Error::invalid_input("there is no such kind of credential")),
    })
}

fn policy(fields: &Fields<'_>) -> Result<Policy, Error> {
    let mut policy = Policy::new();
    if let Some(attempts) = fields.small(5, "the number of attempts")? {
        policy.attempts = attempts;
    }
    if let Some(timeout) = fields.number(6, "the time for one attempt, in milliseconds,")? {
        policy.attempt_timeout = Duration::from_millis(timeout);
    }
    if let Some(deadline) = fields.number(7, "the time for a call, in milliseconds,")? {
        policy.deadline = Duration::from_millis(deadline);
    }
    policy.spelling = match fields.get(8) {
        None | Some("auto") => Spelling::Auto,
        Some("old") => Spelling::Old,
        Some("new") => Spelling::New,
        Some("as_given") => Spelling::AsGiven,
        Some(_) => return Err(Error::invalid_input("there is no such spelling of scopes")),
    };
    if let Some(limit) = fields.number(9, "the limit for one answer, in bytes,")? {
        policy.body_limit = limit;
    }
    if let Some(limit) = fields.number(10, "the limit for a list, in bytes,")? {
        policy.list_limit = limit;
    }
    Ok(policy)
}
