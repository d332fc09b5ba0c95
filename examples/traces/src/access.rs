//! The invented credentials, sessions and policies of traces.

use core::time::Duration;

use fluxbase_client_keys::{
    Access as CoreAccess, Authentication, Credential, Error, Login, Now, Policy as CorePolicy,
    Secret, Session, Spelling, TokenPair,
};

use crate::table::{Access, Policy};

const CLIENT_KEY: &str = "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";
const SERVICE_KEY: &str = "sk_invented-service-key";
pub(crate) const REFRESH_TOKEN: &str = "refresh-token-number-1";
pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse";

/// The credential that needs no session: its kind and its text.
pub(crate) fn fixed_text(access: Access) -> Option<(&'static str, &'static str)> {
    match access {
        Access::Bearer => Some(("access_token", "token-0")),
        Access::ClientKey => Some(("client_key", CLIENT_KEY)),
        Access::ServiceKey => Some(("service_key", SERVICE_KEY)),
        _ => None,
    }
}

/// The same as the core has it.
fn fixed(access: Access) -> Result<Option<Credential>, Error> {
    let Some((kind, text)) = fixed_text(access) else {
        return Ok(None);
    };
    let credential = match kind {
        "client_key" => Credential::client_key(text),
        "service_key" => Credential::service_key(text),
        _ => Credential::bearer_token(text),
    };
    credential.map(Some)
}

/// A pair for a client that is asked to refresh, where the table has nothing but the refresh token.
pub(crate) fn pair_to_renew() -> TokenPair {
    TokenPair::new("token-0", Some(Secret::new(REFRESH_TOKEN)))
}

/// The tokens that the session begins with.
pub(crate) fn tokens(access: Access, now: Now) -> Option<TokenPair> {
    let refresh_token = || Some(Secret::new(REFRESH_TOKEN));
    let pair = TokenPair::new("token-1", refresh_token());
    match access {
        Access::Session | Access::SessionAndLogin => Some(pair),
        Access::AdminSession => Some(pair.admin()),
        Access::SessionWithoutRefresh => Some(TokenPair::new("token-1", None)),
        Access::EndedSession => {
            let mut pair = pair;
            pair.expires_at = Some(now.wall);
            Some(pair)
        }
        Access::None | Access::Bearer | Access::ClientKey | Access::ServiceKey | Access::Login => {
            None
        }
    }
}

fn has_login(access: Access) -> bool {
    matches!(access, Access::Login | Access::SessionAndLogin)
}

/// The session that the call renews, if it has one.
pub(crate) fn session(access: Access, now: Now) -> Session {
    let mut session = Session::new();
    if has_login(access) {
        session = session.with_login(Login::new(EMAIL, PASSWORD, false));
    }
    if let Some(pair) = tokens(access, now) {
        session.adopt(pair, now.wall);
    }
    session
}

/// What the machine is started with.
pub(crate) fn of_machine(access: Access, session: &Session, now: Now) -> Result<CoreAccess, Error> {
    if session.is_empty() {
        return Ok(fixed(access)?.map_or_else(CoreAccess::none, CoreAccess::fixed));
    }
    Ok(match session.access(now.wall) {
        Some((token, generation)) => CoreAccess::session(token, generation),
        None => CoreAccess::session_to_renew(session.generation()),
    })
}

/// What a manager is started with.
pub(crate) fn of_manager(access: Access, now: Now) -> Result<Authentication, Error> {
    let tokens = tokens(access, now);
    Ok(match (fixed(access)?, tokens) {
        (Some(credential), _) => Authentication::Fixed(credential),
        (None, tokens) if has_login(access) => Authentication::Login {
            login: Login::new(EMAIL, PASSWORD, false),
            tokens,
        },
        (None, Some(pair)) => Authentication::Tokens(pair),
        (None, None) => Authentication::None,
    })
}

/// A spelling by its name.
pub(crate) fn spelling(name: &str) -> Result<Spelling, Error> {
    match name {
        "auto" => Ok(Spelling::Auto),
        "old" => Ok(Spelling::Old),
        "new" => Ok(Spelling::New),
        "as given" => Ok(Spelling::AsGiven),
        _ => Err(Error::invalid_input(
            "a spelling is auto, old, new or as given",
        )),
    }
}

/// The policy of a trace.
pub(crate) fn policy(policy: &Policy) -> Result<CorePolicy, Error> {
    let mut core = CorePolicy::new();
    if let Some(attempts) = policy.attempts {
        core = core.attempts(attempts);
    }
    if let Some(timeout) = policy.attempt_timeout {
        core = core.attempt_timeout(Duration::from_millis(timeout));
    }
    if let Some(deadline) = policy.deadline {
        core = core.deadline(Duration::from_millis(deadline));
    }
    if let Some(limit) = policy.body_limit {
        core = core.body_limit(limit);
    }
    if let Some(limit) = policy.list_limit {
        core = core.list_limit(limit);
    }
    if let Some(confirm) = policy.confirm_refusals {
        core = core.confirm_refusals(confirm);
    }
    if let Some(name) = &policy.spelling {
        core = core.spelling(spelling(name)?);
    }
    Ok(core)
}
