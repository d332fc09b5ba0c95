//! JSON with the documented member names.

use std::io::Write;

use fluxbase_client_keys_ureq::{ClientKey, ListClientKeysResponse, Timestamp};
use serde::Serialize;

use crate::problem::Problem;

/// A key as servers send it: what there is not is left out.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "they are the names on the wire")]
pub(crate) struct Key<'a> {
    id: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    key_prefix: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    scopes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_namespaces: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit_per_minute: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
}

impl<'a> From<&'a ClientKey> for Key<'a> {
    fn from(key: &'a ClientKey) -> Self {
        let text = |instant: Option<Timestamp>| instant.map(|instant| instant.to_string());
        Self {
            id: key.id().to_string(),
            name: key.name(),
            description: key.description(),
            key_prefix: key.key_prefix(),
            user_id: key.user_id().map(|id| id.to_string()),
            scopes: key.scopes().collect(),
            allowed_namespaces: key.allowed_namespaces().collect(),
            rate_limit_per_minute: key.rate_limit_per_minute(),
            last_used_at: text(key.last_used_at()),
            expires_at: text(key.expires_at()),
            revoked_at: text(key.revoked_at()),
            created_at: text(key.created_at()),
            updated_at: text(key.updated_at()),
        }
    }
}

/// A new key: where its plaintext is, or the plaintext itself.
#[derive(Serialize)]
pub(crate) struct Created<'a> {
    pub(crate) client_key: Key<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key_file: Option<String>,
}

/// A list.
#[derive(Debug, Serialize)]
pub(crate) struct Keys<'a> {
    client_keys: Vec<Key<'a>>,
    total: u64,
}

impl<'a> From<&'a ListClientKeysResponse> for Keys<'a> {
    fn from(list: &'a ListClientKeysResponse) -> Self {
        Self {
            client_keys: list.client_keys.iter().map(Key::from).collect(),
            total: list.total,
        }
    }
}

/// What became of one of the keys that were to be revoked or deleted.
#[derive(Debug, Serialize)]
pub(crate) struct Ended {
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// Prints a value and a line feed.
pub(crate) fn print(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Problem> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(writeln!(out)?)
}
