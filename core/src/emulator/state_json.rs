//! The JSON form of a [`State`](super::State).

use serde_json::{Map, Value};

use super::record::KeyRecord;
use super::state::{Admin, State, User};
use crate::Timestamp;

/// Reads a state; the error is the member that is missing or wrong, `None` for a text that is no JSON object.
pub(super) fn read(json: &[u8]) -> Result<State, Option<&'static str>> {
    let root: Value = serde_json::from_slice(json).map_err(|_| None)?;
    let root = root.as_object().ok_or(None)?;
    let mut state = State::default();
    for user in objects(root, "users")? {
        state.users.push(read_user(user)?);
    }
    for admin in objects(root, "admins")? {
        state.admins.push(read_admin(admin)?);
    }
    state.service_keys = strings(root, "service_keys", "service_keys")?;
    state.anon_tokens = strings(root, "anon_tokens", "anon_tokens")?;
    for key in objects(root, "client_keys")? {
        state.client_keys.push(read_key(key)?);
    }
    Ok(state)
}

fn read_user(from: &Map<String, Value>) -> Result<User, Option<&'static str>> {
    let mut user = User::new(
        text(from, "id", "users[].id")?,
        text(from, "email", "users[].email")?,
        text(from, "password", "users[].password")?,
    );
    if let Some(verified) = flag(from, "email_verified", "users[].email_verified")? {
        user.email_verified = verified;
    }
    if let Some(role) = optional(from, "role", "users[].role")? {
        user.role = role;
    }
    user.tenant_id = optional(from, "tenant_id", "users[].tenant_id")?;
    user.two_factor_code = optional(from, "two_factor_code", "users[].two_factor_code")?;
    if let Some(at) = instant(from, "created_at", "users[].created_at")? {
        user.created_at = at;
    }
    if let Some(at) = instant(from, "updated_at", "users[].updated_at")? {
        user.updated_at = at;
    }
    Ok(user)
}

fn read_admin(from: &Map<String, Value>) -> Result<Admin, Option<&'static str>> {
    let mut admin = Admin::new(
        text(from, "id", "admins[].id")?,
        text(from, "email", "admins[].email")?,
        text(from, "password", "admins[].password")?,
    );
    admin.full_name = optional(from, "full_name", "admins[].full_name")?;
    for (member, name, place) in [
        (
            "email_verified",
            "admins[].email_verified",
            &mut admin.email_verified,
        ),
        (
            "totp_enabled",
            "admins[].totp_enabled",
            &mut admin.totp_enabled,
        ),
        ("is_active", "admins[].is_active", &mut admin.is_active),
        ("is_locked", "admins[].is_locked", &mut admin.is_locked),
    ] {
        if let Some(value) = flag(from, member, name)? {
            *place = value;
        }
    }
    admin.last_login_at = instant(from, "last_login_at", "admins[].last_login_at")?;
    if let Some(at) = instant(from, "created_at", "admins[].created_at")? {
        admin.created_at = at;
    }
    if let Some(at) = instant(from, "updated_at", "admins[].updated_at")? {
        admin.updated_at = at;
    }
    Ok(admin)
}

fn read_key(from: &Map<String, Value>) -> Result<KeyRecord, Option<&'static str>> {
    let created = instant(from, "created_at", "client_keys[].created_at")?;
    let mut key = KeyRecord::new(
        text(from, "id", "client_keys[].id")?,
        text(from, "name", "client_keys[].name")?,
        text(from, "key", "client_keys[].key")?,
        created.unwrap_or(Timestamp::UNIX_EPOCH),
    )
    .with_scopes(strings(from, "scopes", "client_keys[].scopes")?);
    key.description = optional(from, "description", "client_keys[].description")?;
    key.owner = optional(from, "user_id", "client_keys[].user_id")?;
    key.expires_at = instant(from, "expires_at", "client_keys[].expires_at")?;
    key.revoked_at = instant(from, "revoked_at", "client_keys[].revoked_at")?;
    key.last_used_at = instant(from, "last_used_at", "client_keys[].last_used_at")?;
    if let Some(at) = instant(from, "updated_at", "client_keys[].updated_at")? {
        key.updated_at = at;
    }
    if let Some(value) = present(from, "rate_limit_per_minute") {
        key.rate_limit = value
            .as_i64()
            .and_then(|number| i32::try_from(number).ok())
            .ok_or(Some("client_keys[].rate_limit_per_minute"))?;
    }
    Ok(key)
}

fn present<'a>(from: &'a Map<String, Value>, member: &str) -> Option<&'a Value> {
    from.get(member).filter(|value| !value.is_null())
}

fn objects<'a>(
    from: &'a Map<String, Value>,
    member: &'static str,
) -> Result<Vec<&'a Map<String, Value>>, Option<&'static str>> {
    let Some(value) = present(from, member) else {
        return Ok(Vec::new());
    };
    value
        .as_array()
        .and_then(|array| array.iter().map(Value::as_object).collect())
        .ok_or(Some(member))
}

fn strings(
    from: &Map<String, Value>,
    member: &str,
    name: &'static str,
) -> Result<Vec<String>, Option<&'static str>> {
    let Some(value) = present(from, member) else {
        return Ok(Vec::new());
    };
    value
        .as_array()
        .and_then(|array| {
            array
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect()
        })
        .ok_or(Some(name))
}

fn optional(
    from: &Map<String, Value>,
    member: &str,
    name: &'static str,
) -> Result<Option<String>, Option<&'static str>> {
    match present(from, member) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Some(name)),
    }
}

fn text(
    from: &Map<String, Value>,
    member: &str,
    name: &'static str,
) -> Result<String, Option<&'static str>> {
    optional(from, member, name)?.ok_or(Some(name))
}

fn flag(
    from: &Map<String, Value>,
    member: &str,
    name: &'static str,
) -> Result<Option<bool>, Option<&'static str>> {
    match present(from, member) {
        None => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(Some(name)),
    }
}

fn instant(
    from: &Map<String, Value>,
    member: &str,
    name: &'static str,
) -> Result<Option<Timestamp>, Option<&'static str>> {
    optional(from, member, name)?
        .map(|text| Timestamp::parse(&text).map_err(|_| Some(name)))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_member_and_quotes_nothing() {
        for (json, member) in [
            (r#"["s3cret"]"#, None),
            ("s3cret", None),
            (r#"{"users":{}}"#, Some("users")),
            (r#"{"users":[{"id":"s3cret"}]}"#, Some("users[].email")),
            (
                r#"{"admins":[{"id":"i","email":"e","password":7}]}"#,
                Some("admins[].password"),
            ),
            (r#"{"service_keys":[1]}"#, Some("service_keys")),
            (
                r#"{"client_keys":[{"id":"i","name":"n","key":"k","expires_at":"s3cret"}]}"#,
                Some("client_keys[].expires_at"),
            ),
        ] {
            let error = State::from_json(json.as_bytes()).unwrap_err();
            assert_eq!(error.member(), member, "{json}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn reads_keys_that_exist_already() {
        let state = State::from_json(
            br#"{"client_keys":[{"id":"5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11","name":"ci","key":"fbk_Zm9vYmFyYmF6",
                "scopes":["*"],"user_id":"u","rate_limit_per_minute":7,"created_at":"2026-01-01T00:00:00Z"}]}"#,
        )
        .unwrap();
        let key = &state.client_keys[0];
        assert_eq!((key.name(), key.key_prefix()), ("ci", "fbk_Zm9vYmFy"));
        assert_eq!((key.owner(), key.rate_limit_per_minute()), (Some("u"), 7));
        assert_eq!(key.created_at().to_string(), "2026-01-01T00:00:00Z");
    }
}
