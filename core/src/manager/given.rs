//! Which credential a manager uses, of those that were given.

use core::fmt;

use crate::{Authentication, Credential, Error, Login, Secret, TokenPair};

/// A credential as a user gave it, not yet looked at: for builders of managers, which gather them.
#[derive(Clone)]
#[non_exhaustive]
pub enum GivenCredential {
    /// An access token, used as it is.
    BearerToken(Secret),
    /// A client key.
    ClientKey(Secret),
    /// A service key.
    ServiceKey(Secret),
    /// An e-mail address and a password.
    Login(Login),
}

impl GivenCredential {
    fn name(&self) -> &'static str {
        match self {
            Self::BearerToken(_) => "a bearer token",
            Self::ClientKey(_) => "a client key",
            Self::ServiceKey(_) => "a service key",
            Self::Login(login) if login.is_admin() => "an administrator's login",
            Self::Login(_) => "a user's login",
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::BearerToken(one), Self::BearerToken(other))
            | (Self::ClientKey(one), Self::ClientKey(other))
            | (Self::ServiceKey(one), Self::ServiceKey(other)) => one.expose() == other.expose(),
            (Self::Login(one), Self::Login(other)) => one.is_same(other),
            _ => false,
        }
    }
}

impl fmt::Debug for GivenCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Authentication {
    /// Chooses among what was given, and takes what contradicts itself for a mistake. What was given twice and is the same is no
    /// contradiction. With a login, tokens of an earlier sign-in are tried first. No error quotes a secret.
    pub fn from_given(
        given: impl IntoIterator<Item = GivenCredential>,
        tokens: Option<TokenPair>,
    ) -> Result<Self, Error> {
        let mut given = given.into_iter();
        let Some(first) = given.next() else {
            return Ok(tokens.map_or(Self::None, Self::Tokens));
        };
        if let Some(other) = given.find(|other| !first.is_same(other)) {
            let (one, other) = (first.name(), other.name());
            return Err(Error::invalid_input(if one == other {
                format!("{one} was given twice, and the two disagree")
            } else {
                format!("{one} and {other} were given: only one credential can be used")
            }));
        }
        if let (Some(pair), GivenCredential::Login(login)) = (&tokens, &first) {
            if pair.admin != login.is_admin() {
                return Err(Error::invalid_input(
                    "the tokens and the login are not of the same kind: one is an administrator's",
                ));
            }
        } else if tokens.is_some() {
            let one = first.name();
            return Err(Error::invalid_input(format!(
                "{one} and tokens of a session were given: only one credential can be used"
            )));
        }
        Ok(match first {
            GivenCredential::BearerToken(token) => Self::Fixed(Credential::bearer_token(token)?),
            GivenCredential::ClientKey(key) => Self::Fixed(Credential::client_key(key)?),
            GivenCredential::ServiceKey(key) => Self::Fixed(Credential::service_key(key)?),
            GivenCredential::Login(login) => Self::Login { login, tokens },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(email: &str, admin: bool) -> GivenCredential {
        GivenCredential::Login(Login::new(email, "hunter2", admin))
    }

    #[test]
    fn one_credential_is_used() {
        let key = || GivenCredential::ClientKey("fbk_hunter2".into());
        let token = || GivenCredential::BearerToken("eyJ.hunter2".into());
        let pair = || Some(TokenPair::new("eyJ.hunter2", None));
        let ok =
            |given: Vec<GivenCredential>, tokens| Authentication::from_given(given, tokens).is_ok();
        assert!(ok(vec![], None) && ok(vec![], pair()) && ok(vec![key()], None));
        assert!(ok(vec![key(), key()], None));
        assert!(ok(vec![login("a@b.c", false)], pair()));
        assert!(ok(vec![login("a@b.c", true)], pair().map(TokenPair::admin)));

        for (given, tokens, expected) in [
            (
                vec![key(), token()],
                None,
                "a client key and a bearer token",
            ),
            (
                vec![
                    token(),
                    token(),
                    GivenCredential::ServiceKey("sk_hunter2".into()),
                ],
                None,
                "a bearer token and a service key",
            ),
            (
                vec![key(), GivenCredential::ClientKey("fbk_other".into())],
                None,
                "a client key was given twice",
            ),
            (
                vec![login("a@b.c", false), login("a@b.c", true)],
                None,
                "a user's login and an administrator's login",
            ),
            (
                vec![login("a@b.c", false), login("d@e.f", false)],
                None,
                "a user's login was given twice",
            ),
            (vec![key()], pair(), "a client key and tokens"),
            (
                vec![login("a@b.c", true)],
                pair(),
                "the tokens and the login",
            ),
            (
                vec![GivenCredential::BearerToken("fbk_hunter2".into())],
                None,
                "this is a client key",
            ),
        ] {
            let error = Authentication::from_given(given, tokens).unwrap_err();
            let text = format!("{error} {error:?}");
            assert!(text.starts_with(expected), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
