//! `Outcome`: how a call ended, as a driver elsewhere tells it.

use fluxbase_client_keys::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::warning::words;
use crate::{
    access,
    compare::{error_text, ok_text},
    observed::Ending,
    table::{Action, Trace},
};

/// How a call ended.
#[derive(Deserialize)]
pub(super) struct Outcome {
    /// What it resolved to.
    value: Option<Value>,
    /// What it was rejected with.
    error: Option<Problem>,
    /// Of a call that was resolved.
    status: Option<u16>,
    #[serde(default)]
    attempts: u32,
    #[serde(default)]
    warnings: Vec<String>,
    /// The tokens of the session afterwards, as they are exported.
    tokens: Option<Tokens>,
}

/// The members of an error that the table knows.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    kind: String,
    status: Option<u16>,
    code: Option<String>,
    outcome: String,
    attempts: u32,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: Option<String>,
}

impl Outcome {
    /// The access token of the session afterwards.
    pub(super) fn token(&self) -> Option<&str> {
        Some(self.tokens.as_ref()?.access_token.as_str())
    }

    /// In the words of the table. JavaScript does not tell what was learned about spelling.
    pub(super) fn ending(&self, trace: &Trace, now: Timestamp) -> Ending {
        let text = if let Some(problem) = &self.error {
            problem.told(trace)
        } else {
            let value = self.value.as_ref().unwrap_or(&Value::Null);
            let value = self.told(trace.call.action, value, now).to_string();
            // Of sessions JavaScript is told the result alone.
            let (status, attempts) = match self.status {
                Some(status) => (status, self.attempts),
                None => (trace.end.status.unwrap_or(200), trace.end.attempts),
            };
            let warnings: Vec<String> = self.warnings.iter().map(|told| words(told)).collect();
            ok_text(&value, &status.to_string(), attempts, &warnings)
        };
        Ending {
            text,
            learned: None,
        }
    }

    /// The value as the table writes it, which has less of a key and more of a session than JavaScript gives.
    fn told(&self, action: Action, value: &Value, now: Timestamp) -> Value {
        let member = |object: &Value, name: &str| object.get(name).cloned().unwrap_or_default();
        match action {
            Action::Create | Action::CreateIdempotent => {
                let key = member(value, "client_key");
                json!({
                    "id": member(&key, "id"),
                    "name": member(&key, "name"),
                    "key": member(value, "key"),
                })
            }
            Action::List | Action::ListEach => {
                let keys = member(value, "client_keys");
                let ids: Vec<Value> = keys
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|key| member(key, "id"))
                    .collect();
                json!({"ids": ids, "total": member(value, "total"), "skipped": member(value, "skipped")})
            }
            Action::Get | Action::Update => {
                json!({"id": member(value, "id"), "name": member(value, "name")})
            }
            Action::Revoke | Action::Delete | Action::SignOut | Action::AdminSignOut => {
                json!({"message": member(value, "message")})
            }
            Action::SignIn | Action::VerifyTwoFactor | Action::AdminSignIn => {
                if value.get("requires_2fa").is_some() {
                    return json!({"two_factor_for": member(value, "user_id")});
                }
                let mut grant = self.grant(now);
                if let Some(members) = grant.as_object_mut() {
                    let email = member(&member(value, "user"), "email");
                    members.insert("email".to_owned(), email);
                }
                grant
            }
            Action::Refresh | Action::AdminRefresh => self.grant(now),
            Action::Health => {
                let database = value
                    .get("services")
                    .and_then(|services| services.get("database"));
                let database = database.or_else(|| value.get("database")).cloned();
                json!({"status": member(value, "status"), "database": database})
            }
        }
    }

    /// What the session was granted. A refresh token that it had before was not.
    fn grant(&self, now: Timestamp) -> Value {
        let Some(tokens) = &self.tokens else {
            return Value::Null;
        };
        let granted = tokens
            .refresh_token
            .as_deref()
            .filter(|token| *token != access::REFRESH_TOKEN);
        let end = tokens
            .expires_at
            .as_deref()
            .and_then(|end| Timestamp::parse(end).ok());
        json!({
            "access_token": tokens.access_token,
            "refresh_token": granted,
            "expires_in": end.and_then(|end| end.since(now)).map(|left| left.as_secs()),
        })
    }
}

impl Problem {
    fn told(&self, trace: &Trace) -> String {
        let kind = self.kind.replace('_', " ");
        let expected = trace.end.error.as_deref().unwrap_or_default();
        // JavaScript's kinds are coarser than the table's, and are compared as far as they go.
        let coarse = |name: &str| {
            let name = name.split([',', ':']).next().unwrap_or(name);
            name.to_lowercase().replace('-', " ")
        };
        let kind = if coarse(expected) == kind {
            expected.to_owned()
        } else {
            kind
        };
        let outcome = self.outcome.replace('_', " ");
        error_text(
            &kind,
            self.status,
            self.code.as_deref(),
            &outcome,
            self.attempts,
        )
    }
}
