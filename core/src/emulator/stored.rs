//! The stored client keys: what requests say of them, what is done to them, how they are printed.

use super::exchange::Exchange;
use super::instant;
use super::json::{Members, Unreadable, Writer};
use super::profile::Profile;
use super::random;
use super::record::KeyRecord;
use crate::Timestamp;

/// The body of a create.
pub(super) struct NewKey {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) rate_limit: i64,
    pub(super) expires_at: Option<Timestamp>,
}

/// The body of an update; what is `None` stays.
pub(super) struct Changes {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) rate_limit: Option<i64>,
}

impl Exchange<'_, '_> {
    pub(super) fn read_new_key(&self) -> Result<NewKey, Unreadable> {
        let members = self.members()?;
        Ok(NewKey {
            name: members.text("name")?,
            description: members.optional_text("description")?,
            scopes: members.optional_texts("scopes")?.unwrap_or_default(),
            rate_limit: members
                .optional_integer("rate_limit_per_minute")?
                .unwrap_or_default(),
            expires_at: members
                .optional_text("expires_at")?
                .map(|text| instant::parse(&text).ok_or(Unreadable))
                .transpose()?,
        })
    }

    pub(super) fn read_changes(&self) -> Result<Changes, Unreadable> {
        let members = self.members()?;
        Ok(Changes {
            name: members.optional_text("name")?,
            description: members.optional_text("description")?,
            scopes: members.optional_texts("scopes")?,
            rate_limit: members.optional_integer("rate_limit_per_minute")?,
        })
    }

    /// The members of the body, which must say that it is JSON.
    pub(super) fn members(&self) -> Result<Members<'_>, Unreadable> {
        if !self.request.is_json() {
            return Err(Unreadable);
        }
        Members::read(self.request.body)
    }

    pub(super) fn store(
        &mut self,
        new: NewKey,
        rate_limit: i32,
        owner: Option<String>,
    ) -> KeyRecord {
        let id = random::uuid(&mut self.entropy);
        let plaintext = random::client_key(&mut self.entropy);
        let mut key = KeyRecord::new(id, new.name, plaintext, self.now);
        key.description = new.description;
        key.scopes = new.scopes;
        key.rate_limit = rate_limit;
        key.owner = owner;
        key.expires_at = new.expires_at.map(Timestamp::truncated_to_micros);
        self.server.state.client_keys.push(key.clone());
        key
    }

    /// Applies changes whose rate limit was checked; `None` when there is no such key.
    pub(super) fn apply(&mut self, id: &str, changes: Changes) -> Option<KeyRecord> {
        let now = self.now.truncated_to_micros();
        let key = self.find_key(id)?;
        if let Some(name) = changes.name {
            key.name = name;
        }
        if let Some(description) = changes.description {
            key.description = Some(description);
        }
        if let Some(scopes) = changes.scopes {
            key.scopes = scopes;
        }
        if let Some(rate_limit) = changes
            .rate_limit
            .and_then(|limit| i32::try_from(limit).ok())
        {
            key.rate_limit = rate_limit;
        }
        key.updated_at = now;
        Some(key.clone())
    }

    pub(super) fn mark_revoked(&mut self, id: &str) -> Option<()> {
        let now = self.now.truncated_to_micros();
        let key = self.find_key(id)?;
        key.revoked_at = Some(now);
        key.updated_at = now;
        Some(())
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<()> {
        let keys = &mut self.server.state.client_keys;
        let at = keys.iter().position(|key| key.id == id)?;
        keys.remove(at);
        Some(())
    }

    fn find_key(&mut self, id: &str) -> Option<&mut KeyRecord> {
        self.server
            .state
            .client_keys
            .iter_mut()
            .find(|key| key.id == id)
    }

    /// The error text of a database that is away.
    pub(super) fn database(&self) -> Result<(), String> {
        if self.server.settings.database {
            return Ok(());
        }
        Err(if self.server.profile == Profile::V2026_1 {
            "failed to connect to `host=127.0.0.1 user=postgres database=fluxbase`: \
             dial error (dial tcp 127.0.0.1:5432: connect: connection refused)"
        } else {
            "failed to connect to `user=fluxbase database=fluxbase`: 127.0.0.1:5432 (127.0.0.1): \
             dial error: dial tcp 127.0.0.1:5432: connect: connection refused"
        }
        .to_owned())
    }

    pub(super) fn write_key(&self, json: &mut Writer, key: &KeyRecord) {
        json.open();
        self.write_members(json, key);
        json.close();
    }

    pub(super) fn write_members(&self, json: &mut Writer, key: &KeyRecord) {
        let instant = |at: Option<Timestamp>| at.map(|at| self.print(at));
        json.text("id", &key.id);
        json.text("name", &key.name);
        json.optional_text("description", key.description());
        json.text("key_prefix", &key.prefix);
        json.optional_text("user_id", key.owner());
        json.texts("scopes", key.scopes.iter().map(String::as_str));
        json.number("rate_limit_per_minute", key.rate_limit.into());
        json.optional_text("last_used_at", instant(key.last_used_at).as_deref());
        json.optional_text("expires_at", instant(key.expires_at).as_deref());
        json.optional_text("revoked_at", instant(key.revoked_at).as_deref());
        json.text("created_at", &self.print(key.created_at));
        json.text("updated_at", &self.print(key.updated_at));
    }

    /// An instant in the zone of the server.
    pub(super) fn print(&self, at: Timestamp) -> String {
        at.in_zone(self.server.settings.zone)
    }
}
