//! From the environment to a manager.

use std::{ffi::OsString, fs};

use fluxbase_client_keys_ureq::{Builder, ClientKeysManager, Secret, SignInResponse, User};

use crate::{Variables, arguments::Common, problem::Problem};

const EMAIL: &str = "FLUXBASE_EMAIL";
const PASSWORD: &str = "FLUXBASE_PASSWORD";
const LOGIN: [&str; 4] = [
    EMAIL,
    "FLUXBASE_EMAIL_FILE",
    PASSWORD,
    "FLUXBASE_PASSWORD_FILE",
];

/// Which credential the environment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    AccessToken,
    ClientKey,
    ServiceKey,
    Login,
    None,
}

impl Kind {
    pub(crate) fn of(variables: Variables<'_>) -> Self {
        let has = |name: &str| {
            present(variables, name).is_some()
                || present(variables, &format!("{name}_FILE")).is_some()
        };
        if has("FLUXBASE_TOKEN") {
            Self::AccessToken
        } else if has("FLUXBASE_CLIENT_KEY") {
            Self::ClientKey
        } else if has("FLUXBASE_SERVICE_TOKEN") {
            Self::ServiceKey
        } else if has(EMAIL) || has(PASSWORD) {
            Self::Login
        } else {
            Self::None
        }
    }
}

/// A manager as the environment and the options say.
pub(crate) fn manager(
    common: &Common,
    variables: Variables<'_>,
) -> Result<ClientKeysManager, Problem> {
    if Kind::of(variables) == Kind::None {
        return Err(Problem::usage(
            "no credential: set FLUXBASE_TOKEN, FLUXBASE_CLIENT_KEY, FLUXBASE_SERVICE_TOKEN, or FLUXBASE_EMAIL and FLUXBASE_PASSWORD",
        ));
    }
    if !common.admin {
        return Ok(builder(common, variables, &[])?.build()?);
    }
    // The environment has no word for administrators, who sign in on a route of their own.
    drop(builder(common, variables, &[])?);
    let (email, password) = login(variables)?;
    let builder = builder(common, variables, &LOGIN)?;
    Ok(builder.admin_login(email, password).build()?)
}

/// A manager that has yet to sign in, where e-mail address and password are what there is.
pub(crate) fn before_sign_in(
    common: &Common,
    variables: Variables<'_>,
) -> Result<ClientKeysManager, Problem> {
    // What is wrong with the login is found out here, and what is left out below is sound.
    drop(builder(common, variables, &[])?);
    Ok(builder(common, variables, &LOGIN)?.build()?)
}

/// A builder for somebody who has none of the environment's credentials.
pub(crate) fn stranger(common: &Common, variables: Variables<'_>) -> Result<Builder, Problem> {
    let credentials = [
        "FLUXBASE_TOKEN",
        "FLUXBASE_TOKEN_FILE",
        "FLUXBASE_CLIENT_KEY",
        "FLUXBASE_CLIENT_KEY_FILE",
        "FLUXBASE_SERVICE_TOKEN",
        "FLUXBASE_SERVICE_TOKEN_FILE",
    ];
    builder(common, variables, &[&LOGIN[..], &credentials].concat())
}

/// The e-mail address and the password of an environment that a builder has accepted.
pub(crate) fn login(variables: Variables<'_>) -> Result<(String, Secret), Problem> {
    let unset = |name: &str| Problem::usage(format!("{name} is not set"));
    let read = |name: &str| {
        if let Some(text) = present(variables, name) {
            return text.into_string().map(Secret::new).map_err(|_| unset(name));
        }
        let path = present(variables, &format!("{name}_FILE")).ok_or_else(|| unset(name))?;
        let text = Secret::new(fs::read_to_string(path).map_err(|_| unset(name))?);
        let line = text.expose();
        let line = line.strip_suffix('\n').unwrap_or(line);
        Ok(Secret::new(line.strip_suffix('\r').unwrap_or(line)))
    };
    Ok((read(EMAIL)?.expose().to_owned(), read(PASSWORD)?))
}

/// A variable that is set to something.
fn present(variables: Variables<'_>, name: &str) -> Option<OsString> {
    variables(name).filter(|value| !value.is_empty())
}

/// Signs in, and says who it is, as the server says.
pub(crate) fn sign_in(
    manager: &ClientKeysManager,
    admin: bool,
    email: &str,
    password: &Secret,
) -> Result<User, Problem> {
    if admin {
        return Ok(manager.admin_sign_in(email, password.clone())?);
    }
    if let SignInResponse::SignedIn(signed_in) = manager.sign_in(email, password.clone())? {
        return Ok(signed_in.user);
    }
    Err(Problem::failed(
        "the account asks for a two-factor code, which cannot be given here: set FLUXBASE_TOKEN instead",
    ))
}

fn builder(common: &Common, variables: Variables<'_>, hidden: &[&str]) -> Result<Builder, Problem> {
    let lookup = |name: &str| match (name, &common.server) {
        ("FLUXBASE_URL", Some(server)) => Some(OsString::from(server)),
        ("FLUXBASE_URL_FILE", Some(_)) => None,
        _ if hidden.contains(&name) => None,
        _ => variables(name),
    };
    let builder = Builder::from_vars(lookup)?;
    Ok(builder.allow_plain_http(common.allow_plain_http))
}
