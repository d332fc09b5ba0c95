//! `Credential`: what proves who is asking.

use core::fmt;

use crate::{Error, Secret, error::Subject, text::is_visible};

/// No real token comes near; servers refuse headers of this size anyway.
const LONGEST: usize = 8 * 1024;

/// What proves who is asking; exactly one goes into a request.
///
/// The header follows from the kind, because the servers do not mix them up: a client key sent as a bearer token is
/// answered 401 in every generation, and a wrong bearer token hides a good client key beside it.
///
/// ```
/// use fluxbase_client_keys::Credential;
///
/// let credential = Credential::client_key("fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=")?;
/// assert_eq!(format!("{credential:?}"), "Credential(client key fbk_Zm9vYmFy..)");
/// assert!(Credential::bearer_token("fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=").is_err());
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
#[derive(Clone)]
pub struct Credential {
    kind: CredentialKind,
    secret: Secret,
}

/// The kinds of credential that the servers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A user's or an administrator's access token; sent as `Authorization: Bearer`.
    BearerToken,
    /// A client key (`fbk_…`); sent as `X-Client-Key`.
    ClientKey,
    /// A service key (`sk_…`, `fb_…`) or a service-role token; sent as `X-Service-Key`.
    ServiceKey,
}

impl Credential {
    /// An access token, which the server gives at sign-in.
    pub fn bearer_token(token: impl Into<Secret>) -> Result<Self, Error> {
        let secret = token.into();
        if secret.expose().starts_with("fbk_") {
            return Err(Error::invalid(Subject::ClientKeyAsBearer));
        }
        Self::new(CredentialKind::BearerToken, secret)
    }

    /// A plaintext client key, as it was shown once at creation.
    pub fn client_key(key: impl Into<Secret>) -> Result<Self, Error> {
        Self::new(CredentialKind::ClientKey, key.into())
    }

    /// A service key.
    pub fn service_key(key: impl Into<Secret>) -> Result<Self, Error> {
        Self::new(CredentialKind::ServiceKey, key.into())
    }

    fn new(kind: CredentialKind, secret: Secret) -> Result<Self, Error> {
        if is_visible(secret.expose(), 1, LONGEST) {
            Ok(Self { kind, secret })
        } else {
            Err(Error::invalid(Subject::Credential))
        }
    }

    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        self.kind
    }

    /// The secret itself.
    pub(crate) fn secret(&self) -> &str {
        self.secret.expose()
    }

    /// The header that carries it: its name, and what stands in it before the secret.
    pub(crate) fn header(&self) -> (&'static str, &'static str) {
        match self.kind {
            CredentialKind::BearerToken => ("authorization", "Bearer "),
            CredentialKind::ClientKey => ("x-client-key", ""),
            CredentialKind::ServiceKey => ("x-service-key", ""),
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            CredentialKind::BearerToken => f.write_str("Credential(bearer token)"),
            // The first twelve characters are public: the server shows them as `key_prefix`.
            CredentialKind::ClientKey => match self.secret.expose().get(..12) {
                Some(prefix) if prefix.starts_with("fbk_") && self.secret.expose().len() > 24 => {
                    write!(f, "Credential(client key {prefix}..)")
                }
                _ => f.write_str("Credential(client key)"),
            },
            CredentialKind::ServiceKey => f.write_str("Credential(service key)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_follows_the_kind() {
        let header = |credential: Credential| {
            let (name, before) = credential.header();
            format!("{name}: {before}{}", credential.secret())
        };
        assert_eq!(
            header(Credential::bearer_token("eyJ.a.b").unwrap()),
            "authorization: Bearer eyJ.a.b"
        );
        assert_eq!(
            header(Credential::client_key("fbk_a-_=").unwrap()),
            "x-client-key: fbk_a-_="
        );
        assert_eq!(
            header(Credential::service_key("sk_a").unwrap()),
            "x-service-key: sk_a"
        );
    }

    #[test]
    fn what_would_break_a_header_is_refused() {
        let long = "a".repeat(LONGEST + 1);
        for text in ["", " ", "a b", "a\r\nx: y", "ключ", "a\u{0}", long.as_str()] {
            let refused = Credential::client_key(text).unwrap_err();
            assert!(text.trim().is_empty() || !refused.to_string().contains(text));
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let secret = "fbk_Zm9vYmFyc3VwZXJzZWNyZXRzdXBlcnNlY3JldHN1cGVyc2U=";
        for credential in [
            Credential::client_key(secret).unwrap(),
            Credential::client_key("shortsecret").unwrap(),
            Credential::service_key("sk_supersecret").unwrap(),
            Credential::bearer_token("eyJsupersecret").unwrap(),
        ] {
            let printed = format!("{credential:?}");
            assert!(
                !printed.contains("secret") && !printed.contains("c3Vw"),
                "{printed}"
            );
        }
    }
}
