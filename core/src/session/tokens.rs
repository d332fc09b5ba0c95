//! Tokens: what a server grants, and what is kept of it.

use core::time::Duration;

use crate::{
    Error, Secret, Timestamp,
    error::Subject,
    wire::{
        ObjectWriter, Reply,
        json::{Show, Value, read_object},
        unreadable,
    },
};

/// The tokens of one answer to a sign-in or a refresh.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Grant {
    /// Proves who asks; 15 minutes by default, a day for administrators.
    pub access_token: Secret,
    /// Gets the next access token; 7 days by default. Absent where the server keeps the old one in force.
    pub refresh_token: Option<Secret>,
    /// How long the access token lasts.
    pub expires_in: Option<Duration>,
}

/// What is kept between calls, and may be exported and restored.
///
/// With an ordinary user's pair, a refresh replaces both tokens and the old refresh token is dead at once: store the new
/// pair before it is used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenPair {
    /// Proves who asks.
    pub access_token: Secret,
    /// Gets the next access token. Never sent as a bearer token, although the servers would take it.
    pub refresh_token: Option<Secret>,
    /// When the access token ends, by the clock of this machine.
    pub expires_at: Option<Timestamp>,
    /// Whether it is an administrator's, which has a refresh route of its own.
    pub admin: bool,
}

impl TokenPair {
    /// A pair from its parts, such as tokens that another program got.
    #[must_use]
    pub fn new(access_token: impl Into<Secret>, refresh_token: Option<Secret>) -> Self {
        Self {
            access_token: access_token.into(),
            refresh_token,
            expires_at: None,
            admin: false,
        }
    }

    /// Marks the pair as an administrator's.
    #[must_use]
    pub fn admin(mut self) -> Self {
        self.admin = true;
        self
    }

    /// What a grant leaves behind at `now`. `old` gives its refresh token where the server kept it in force.
    #[must_use]
    pub fn from_grant(grant: Grant, old: Option<&Self>, admin: bool, now: Timestamp) -> Self {
        let refresh_token = match (grant.refresh_token, old) {
            (None, Some(old)) => old.refresh_token.clone(),
            (own, _) => own,
        };
        Self {
            access_token: grant.access_token,
            refresh_token,
            expires_at: grant
                .expires_in
                .map(|lifetime| now.saturating_add(lifetime)),
            admin,
        }
    }

    /// Whether both tokens are the same.
    pub(super) fn has_tokens_of(&self, other: &Self) -> bool {
        self.access_token.expose() == other.access_token.expose()
            && self.refresh_text() == other.refresh_text()
    }

    /// The refresh token's text.
    pub(super) fn refresh_text(&self) -> Option<&str> {
        self.refresh_token.as_ref().map(Secret::expose)
    }

    /// The pair as JSON, to be stored like a password.
    #[must_use]
    pub fn export(&self) -> Secret {
        ObjectWriter::new()
            .text("access_token", self.access_token.expose())
            .optional_text("refresh_token", self.refresh_text())
            .optional_text(
                "expires_at",
                self.expires_at.map(Timestamp::to_rfc3339).as_deref(),
            )
            .flag("admin", self.admin)
            .finish_text()
    }

    /// Reads what [`export`](Self::export) wrote.
    pub fn restore(exported: &Secret) -> Result<Self, Error> {
        Self::exported(exported).ok_or_else(|| Error::invalid(Subject::TokenPair))
    }

    fn exported(exported: &Secret) -> Option<Self> {
        let parts = Parts::read(exported.expose().as_bytes())?;
        let expires_at = match parts.expires_at {
            Some(text) => Some(Timestamp::parse(&text).ok()?),
            None => None,
        };
        Some(Self {
            access_token: parts.access_token?,
            refresh_token: parts.refresh_token,
            expires_at,
            admin: parts.admin,
        })
    }
}

/// The token members of an answer, or of an exported pair.
#[derive(Default)]
pub(super) struct Parts {
    access_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: Option<u64>,
    expires_at: Option<String>,
    admin: bool,
}

impl Parts {
    fn read(body: &[u8]) -> Option<Self> {
        let mut parts = Self::default();
        read_object(body, &mut parts)?;
        Some(parts)
    }

    pub(super) fn into_grant(self, reply: &Reply<'_>) -> Result<Grant, Error> {
        let access_token = self
            .access_token
            .ok_or_else(|| unreadable(reply, "the member `access_token` is missing"))?;
        Ok(Grant {
            access_token,
            refresh_token: self.refresh_token,
            expires_in: self.expires_in.map(Duration::from_secs),
        })
    }
}

impl Show for Parts {
    fn member(&mut self, name: &str, value: &Value<'_>) {
        let token = || {
            value
                .text()
                .filter(|text| !text.is_empty())
                .map(Secret::new)
        };
        match name {
            "access_token" => self.access_token = token(),
            "refresh_token" => self.refresh_token = token(),
            "expires_in" => {
                self.expires_in = value
                    .integer()
                    .and_then(|number| u64::try_from(number).ok());
            }
            "expires_at" => self.expires_at = value.text().map(Into::into),
            "admin" => self.admin = value.flag() == Some(true),
            _ => {}
        }
    }
}

impl Grant {
    /// The grant in the answer to a refresh.
    pub(crate) fn read(reply: &Reply<'_>) -> Result<Self, Error> {
        Parts::read(reply.body())
            .ok_or_else(|| unreadable(reply, "it is not one JSON object"))?
            .into_grant(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_exported_and_restored() {
        let pair = TokenPair {
            access_token: "eyJ.access".into(),
            refresh_token: Some("eyJ.refresh".into()),
            expires_at: Timestamp::parse("2026-11-23T10:00:00Z").ok(),
            admin: true,
        };
        let restored = TokenPair::restore(&pair.export()).unwrap();
        assert_eq!(restored.access_token.expose(), "eyJ.access");
        assert_eq!(
            restored.refresh_token.as_ref().map(Secret::expose),
            Some("eyJ.refresh")
        );
        assert_eq!(
            (restored.expires_at, restored.admin),
            (pair.expires_at, true)
        );
        assert!(!format!("{restored:?}").contains("eyJ"));
    }

    #[test]
    fn what_is_no_export_is_refused_without_a_quotation() {
        for text in [
            "",
            "{}",
            "eyJ.secret",
            r#"{"access_token":5}"#,
            r#"{"access_token":"eyJ.secret","expires_at":"x"}"#,
        ] {
            let refused = TokenPair::restore(&text.into()).unwrap_err();
            assert!(
                !format!("{refused} {refused:?}").contains("secret"),
                "{text}"
            );
        }
    }
}
