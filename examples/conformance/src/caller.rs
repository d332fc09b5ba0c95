//! Whose credential the environment has.

use std::{ffi::OsString, fmt, fs};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fluxbase_client_keys_ureq::{Builder, Secret};
use serde_json::Value;

use crate::{Variables, arguments::Options, problem::Problem, values::Values};

/// Whose credential the environment has.
pub(crate) struct Caller {
    kind: Kind,
    /// The token, the key, or the password.
    secret: Option<Secret>,
    email: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nobody,
    User,
    Admin,
    UserToken,
    AdminToken,
    AnonToken,
    ClientKey,
    ServiceKey,
}

impl Caller {
    pub(crate) fn of_environment(
        options: &Options,
        variables: Variables<'_>,
    ) -> Result<Self, Problem> {
        // What is wrong with the environment is found out here, so that below it is known to be sound.
        drop(Builder::from_vars(|name| match name {
            "FLUXBASE_URL" => Some(OsString::from("http://localhost")),
            "FLUXBASE_URL_FILE" => None,
            _ => variables(name),
        })?);
        let caller = if let Some(token) = read(variables, "FLUXBASE_TOKEN")? {
            Self::with(kind_of_token(token.expose()), token)
        } else if let Some(key) = read(variables, "FLUXBASE_CLIENT_KEY")? {
            Self::with(Kind::ClientKey, key)
        } else if let Some(key) = read(variables, "FLUXBASE_SERVICE_TOKEN")? {
            Self::with(Kind::ServiceKey, key)
        } else if let Some(email) = read(variables, "FLUXBASE_EMAIL")? {
            let kind = if options.admin {
                Kind::Admin
            } else {
                Kind::User
            };
            Self {
                kind,
                secret: read(variables, "FLUXBASE_PASSWORD")?,
                email: Some(email.expose().to_owned()),
            }
        } else {
            Self {
                kind: Kind::Nobody,
                secret: None,
                email: None,
            }
        };
        if options.admin && caller.kind != Kind::Admin {
            return Err(Problem::usage(
                "--admin needs FLUXBASE_EMAIL and FLUXBASE_PASSWORD",
            ));
        }
        Ok(caller)
    }

    fn with(kind: Kind, secret: Secret) -> Self {
        Self {
            kind,
            secret: Some(secret),
            email: None,
        }
    }

    /// Tells the lines what they call `{email}` and `{password}`, or `{access}` where the environment has the token itself.
    pub(crate) fn introduce(&self, values: &mut Values) {
        let secret = self
            .secret
            .as_ref()
            .map(|secret| secret.expose().to_owned());
        if let Some(email) = &self.email {
            values.set("email", email.as_str());
            values.set("password", secret.unwrap_or_default());
        } else if let (Kind::UserToken | Kind::AdminToken | Kind::AnonToken, Some(token)) =
            (self.kind, secret)
        {
            values.set("access", token);
        }
    }

    /// The header that shows who it is; none before the sign-in.
    pub(crate) fn header(&self, values: &Values) -> Option<(String, String)> {
        let shown = |name: &str, value: String| Some((name.to_owned(), value));
        let key = || self.secret.as_ref().map(|key| key.expose().to_owned());
        match self.kind {
            Kind::Nobody => None,
            Kind::ClientKey => shown("x-client-key", key()?),
            Kind::ServiceKey => shown("x-service-key", key()?),
            _ => shown("authorization", format!("Bearer {}", values.get("access")?)),
        }
    }

    /// Whether it is all that the words say: `login`, `token`, `user`, `admin`, `anon`, `key` (a client key), `service`.
    pub(crate) fn is(&self, words: &str) -> bool {
        let own: &[&str] = match self.kind {
            Kind::Nobody => &[],
            Kind::User => &["login", "user"],
            Kind::Admin => &["login", "admin"],
            Kind::UserToken => &["token", "user"],
            Kind::AdminToken => &["token", "admin"],
            Kind::AnonToken => &["token", "anon"],
            Kind::ClientKey => &["key"],
            Kind::ServiceKey => &["service"],
        };
        words.split_whitespace().all(|word| own.contains(&word))
    }

    pub(crate) fn is_nobody(&self) -> bool {
        self.kind == Kind::Nobody
    }

    /// Whether its scopes are looked at.
    pub(crate) fn has_scopes(&self) -> bool {
        matches!(self.kind, Kind::ClientKey | Kind::ServiceKey)
    }

    /// Who it is, for people.
    pub(crate) fn title(&self) -> &'static str {
        match self.kind {
            Kind::Nobody => "nobody: the environment has no credential",
            Kind::User => "an ordinary user, signed in",
            Kind::Admin => "an administrator, signed in",
            Kind::UserToken => "an ordinary user, by access token",
            Kind::AdminToken => "an administrator, by access token",
            Kind::AnonToken => "anonymous, by access token",
            Kind::ClientKey => "a client key",
            Kind::ServiceKey => "a service key",
        }
    }

    /// What nobody may see.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let secret = self.secret.as_ref().map(Secret::expose);
        secret.into_iter().chain(self.email.as_deref())
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caller({:?})", self.kind)
    }
}

/// The role that a token says it has. It is not verified: a token that lies gets other answers than expected.
fn kind_of_token(token: &str) -> Kind {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&claims).unwrap_or_default();
    match claims.get("role").and_then(Value::as_str) {
        Some("admin" | "instance_admin" | "dashboard_admin" | "service_role") => Kind::AdminToken,
        Some("anon") => Kind::AnonToken,
        _ => Kind::UserToken,
    }
}

/// A variable, or what stands in the file that its twin names.
fn read(variables: Variables<'_>, name: &str) -> Result<Option<Secret>, Problem> {
    let present = |name: &str| variables(name).filter(|value| !value.is_empty());
    let unusable = || Problem::usage(format!("{name} cannot be read"));
    if let Some(text) = present(name) {
        return Ok(Some(Secret::new(
            text.into_string().map_err(|_| unusable())?,
        )));
    }
    let Some(path) = present(&format!("{name}_FILE")) else {
        return Ok(None);
    };
    let text = Secret::new(fs::read_to_string(path).map_err(|_| unusable())?);
    let line = text.expose();
    let line = line.strip_suffix('\n').unwrap_or(line);
    Ok(Some(Secret::new(line.strip_suffix('\r').unwrap_or(line))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(variables: &[(&str, &str)], admin: bool) -> Result<Caller, Problem> {
        let options = Options {
            admin,
            ..Options::default()
        };
        Caller::of_environment(&options, &|name| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    fn token(claims: &str) -> String {
        format!(
            "eyJhbGciOiJIUzI1NiJ9.{}.hunter2",
            URL_SAFE_NO_PAD.encode(claims)
        )
    }

    #[test]
    fn is_who_the_environment_says() {
        let login = [
            ("FLUXBASE_EMAIL", "a@b.c"),
            ("FLUXBASE_PASSWORD", "hunter2"),
        ];
        assert!(caller(&login, false).unwrap().is("login user"));
        assert!(caller(&login, true).unwrap().is("login admin"));
        for (claims, words) in [
            (r#"{"role":"authenticated"}"#, "token user"),
            (r#"{"role":"instance_admin"}"#, "token admin"),
            (r#"{"role":"anon"}"#, "token anon"),
            ("not json", "token user"),
        ] {
            let token = token(claims);
            let caller = caller(&[("FLUXBASE_TOKEN", &token)], false).unwrap();
            assert!(caller.is(words) && !caller.is("login"), "{claims}");
        }
        let key = caller(&[("FLUXBASE_CLIENT_KEY", "fbk_hunter2hunter2")], false).unwrap();
        assert!(key.is("key") && key.has_scopes() && !key.is("user"));
        let header = key.header(&Values::new().unwrap());
        assert_eq!(
            header,
            Some(("x-client-key".to_owned(), "fbk_hunter2hunter2".to_owned()))
        );
        assert!(caller(&[], false).unwrap().is_nobody());
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_no_secret_shown() {
        for (variables, admin) in [
            (&[("FLUXBASE_EMAIL", "hunter2")][..], false),
            (
                &[
                    ("FLUXBASE_TOKEN", "eyJ.hunter2"),
                    ("FLUXBASE_CLIENT_KEY", "fbk_hunter2"),
                ],
                false,
            ),
            (&[("FLUXBASE_CLIENT_KEY", "fbk_hunter2")], true),
            (&[("FLUXBASE_TOKEN_FILE", "/nowhere/hunter2")], false),
        ] {
            let problem = caller(variables, admin).unwrap_err();
            assert_eq!(problem.exit_status(), 2);
            assert!(
                !format!("{problem} {problem:?}").contains("hunter2"),
                "{problem}"
            );
        }
        let printed = format!(
            "{:?}",
            caller(&[("FLUXBASE_CLIENT_KEY", "fbk_hunter2")], false)
        );
        assert!(
            printed.contains("ClientKey") && !printed.contains("hunter2"),
            "{printed}"
        );
    }
}
