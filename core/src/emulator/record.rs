//! A stored client key.

use core::fmt;

use crate::Timestamp;

/// A client key as the emulated server stores it.
///
/// The plaintext is kept so that a request can be matched with it; it has no accessor and is not in `Debug`.
#[derive(Clone)]
pub struct KeyRecord {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) prefix: String,
    pub(super) plaintext: String,
    pub(super) owner: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) rate_limit: i32,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) last_used_at: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) revoked_at: Option<Timestamp>,
}

impl KeyRecord {
    /// A key that exists before the server starts, without an owner, scopes or an end.
    ///
    /// `plaintext` is what a request must show; its first twelve characters are public.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        plaintext: impl Into<String>,
        created_at: Timestamp,
    ) -> Self {
        let plaintext = plaintext.into();
        let created_at = created_at.truncated_to_micros();
        Self {
            id: id.into(),
            name: name.into(),
            description: None,
            prefix: plaintext.chars().take(12).collect(),
            plaintext,
            owner: None,
            scopes: Vec::new(),
            rate_limit: 100,
            created_at,
            updated_at: created_at,
            last_used_at: None,
            expires_at: None,
            revoked_at: None,
        }
    }

    /// With these scopes.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// With this user as its owner. Only keys made by other means than the HTTP interface have one.
    #[must_use]
    pub fn with_owner(mut self, user_id: impl Into<String>) -> Self {
        self.owner = Some(user_id.into());
        self
    }

    /// With an end.
    #[must_use]
    pub fn with_expiry(mut self, at: Timestamp) -> Self {
        self.expires_at = Some(at.truncated_to_micros());
        self
    }

    /// The key's UUID, lower-case and hyphenated.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name, which may be empty and need not be unique.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The description.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The first twelve characters of the plaintext, which are public.
    #[must_use]
    pub fn key_prefix(&self) -> &str {
        &self.prefix
    }

    /// The user who owns the key. Keys made through the HTTP interface of the real servers have none.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// The scopes, in the order and the spelling in which they were sent.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Requests a minute. Stored and printed; nothing enforces it.
    #[must_use]
    pub fn rate_limit_per_minute(&self) -> i32 {
        self.rate_limit
    }

    /// When the key was made.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When the row was last written; every use of the key writes it.
    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// When the key was last used with success.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.last_used_at
    }

    /// When the key ends.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// When the key was last revoked.
    #[must_use]
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// Whether a request that shows the key is let in at this instant.
    pub(super) fn is_usable(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

impl fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRecord")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("key_prefix", &self.prefix)
            .field("owner", &self.owner)
            .field("scopes", &self.scopes)
            .field("rate_limit_per_minute", &self.rate_limit)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_the_plaintext() {
        let key = KeyRecord::new("id", "ci", "fbk_Zm9vYmFyc2VjcmV0", Timestamp::UNIX_EPOCH);
        let printed = format!("{key:?}");
        assert!(printed.contains("fbk_Zm9vYmFy"), "{printed}");
        assert!(!printed.contains("c2VjcmV0"), "{printed}");
    }

    #[test]
    fn is_usable_until_its_end_or_revocation() {
        let at = |seconds| Timestamp::from_unix_seconds(seconds).unwrap();
        let mut key = KeyRecord::new("id", "ci", "fbk_", at(0)).with_expiry(at(10));
        assert!(key.is_usable(at(9)));
        assert!(!key.is_usable(at(10)));
        key.expires_at = None;
        assert!(key.is_usable(at(10)));
        key.revoked_at = Some(at(1));
        assert!(!key.is_usable(at(2)));
    }
}
