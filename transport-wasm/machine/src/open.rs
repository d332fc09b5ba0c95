//! Opening a client: from arguments to settings.

use fluxbase_client_keys::{
    Authentication, BaseUrl, Credential, Error, ManagerState, Now, Policy, Secret, Spelling,
    TokenPair,
};

use crate::{client::Client, fields::Fields};

/// A client with these settings.
pub(crate) fn open(fields: &mut Fields<'_>, now: Now) -> Result<Client, Error> {
    let base = BaseUrl::normalized(fields.text(), fields.flag())?;
    let kind = fields.optional();
    let shares_store = fields.flag();
    let authentication = authentication(kind, fields.text())?;
    let mut client = Client {
        base,
        policy: Policy::new(),
        state: ManagerState::new(authentication, now.wall),
        shares_store,
        planned: None,
        failure: None,
    };
    bound(&mut client.policy, fields)?;
    Ok(client)
}

fn authentication(kind: Option<&str>, credential: &str) -> Result<Authentication, Error> {
    let credential = Secret::new(credential);
    let read: fn(Secret) -> Result<Credential, Error> = match kind {
        None => return Ok(Authentication::None),
        Some("accessToken") => Credential::bearer_token,
        Some("clientKey") => Credential::client_key,
        Some("serviceKey") => Credential::service_key,
        // Tokens; and what is of no known kind is no export of them.
        Some(_) => return TokenPair::restore(&credential).map(Authentication::Tokens),
    };
    read(credential).map(Authentication::Fixed)
}

/// Sets the bounds that are given.
fn bound(policy: &mut Policy, fields: &mut Fields<'_>) -> Result<(), Error> {
    policy.spelling = match fields.optional() {
        None | Some("auto") => Spelling::Auto,
        Some("old") => Spelling::Old,
        Some("new") => Spelling::New,
        Some("as_given") => Spelling::AsGiven,
        Some(_) => return Err(Error::invalid_input("there is no such spelling of scopes")),
    };
    if let Some(attempts) = fields.small() {
        policy.attempts = attempts;
    }
    if let Some(time) = fields.time() {
        policy.attempt_timeout = time;
    }
    if let Some(time) = fields.time() {
        policy.deadline = time;
    }
    if let Some(limit) = fields.number() {
        policy.body_limit = limit;
    }
    if let Some(limit) = fields.number() {
        policy.list_limit = limit;
    }
    fields.check()
}
