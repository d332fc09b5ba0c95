//! Values, errors and warnings in the words of the table.

use fluxbase_client_keys::{
    Answer, ClientKey, CreateClientKeyResponse, DeleteClientKeyResponse, Error, ErrorKind,
    FailureKind, Grant, Health, HealthStatus, Learned, ListClientKeysResponse, ListSummary,
    Outcome, RevokeClientKeyResponse, Secret, SignInResponse, SignOutResponse, SignedIn, Spelling,
    Warning,
};
use serde_json::{Value, json};

use crate::{
    compare::{error_text, ok_text},
    observed::Ending,
};

/// A value of a call, as the table writes it.
pub(crate) trait Tell {
    fn tell(&self) -> Value;
}

impl Tell for ClientKey {
    fn tell(&self) -> Value {
        json!({"id": self.id().as_str(), "name": self.name()})
    }
}

impl Tell for CreateClientKeyResponse {
    fn tell(&self) -> Value {
        let key = &self.client_key;
        json!({"id": key.id().as_str(), "name": key.name(), "key": self.key.expose()})
    }
}

impl Tell for ListClientKeysResponse {
    fn tell(&self) -> Value {
        let ids: Vec<_> = self
            .client_keys
            .iter()
            .map(|key| key.id().as_str().to_owned())
            .collect();
        json!({"ids": ids, "total": self.total, "skipped": self.skipped})
    }
}

impl Tell for ListSummary {
    fn tell(&self) -> Value {
        json!({"total": self.total, "skipped": self.skipped})
    }
}

impl Tell for RevokeClientKeyResponse {
    fn tell(&self) -> Value {
        json!({"message": self.message})
    }
}

impl Tell for DeleteClientKeyResponse {
    fn tell(&self) -> Value {
        json!({"message": self.message})
    }
}

impl Tell for SignOutResponse {
    fn tell(&self) -> Value {
        json!({"message": self.message})
    }
}

impl Tell for Grant {
    fn tell(&self) -> Value {
        let refresh_token = self.refresh_token.as_ref().map(Secret::expose);
        json!({
            "access_token": self.access_token.expose(),
            "refresh_token": refresh_token,
            "expires_in": self.expires_in.map(|lifetime| lifetime.as_secs()),
        })
    }
}

impl Tell for SignedIn {
    fn tell(&self) -> Value {
        let mut value = self.grant.tell();
        let email = json!(self.user.email);
        if let Some(members) = value.as_object_mut() {
            members.insert("email".to_owned(), email);
        }
        value
    }
}

impl Tell for SignInResponse {
    fn tell(&self) -> Value {
        match self {
            Self::SignedIn(signed_in) => signed_in.tell(),
            Self::TwoFactorNeeded { user_id } => json!({"two_factor_for": user_id.as_str()}),
            _ => json!("an answer that the traces do not know"),
        }
    }
}

impl Tell for Health {
    fn tell(&self) -> Value {
        let status = match self.status {
            HealthStatus::Ok => "ok",
            HealthStatus::Degraded => "degraded",
            _ => "other",
        };
        json!({"status": status, "database": self.database})
    }
}

/// How a call ended, in words.
pub(crate) fn ending<T: Tell>(result: Result<Answer<T>, Error>, learned: Option<String>) -> Ending {
    let text = match result {
        Ok(answer) => {
            let warnings: Vec<String> = answer.warnings.iter().map(warning).collect();
            let value = answer.value.tell().to_string();
            ok_text(
                &value,
                &answer.status.to_string(),
                answer.attempts,
                &warnings,
            )
        }
        Err(error) => failure(&error),
    };
    Ending { text, learned }
}

/// An error, in words.
pub(crate) fn failure(error: &Error) -> String {
    let outcome = match error.outcome() {
        Outcome::NotApplied => "not applied",
        Outcome::Applied => "applied",
        Outcome::Unknown => "unknown",
        _ => "an outcome that the traces do not know",
    };
    error_text(
        kind(error.kind()),
        error.status(),
        error.code(),
        outcome,
        error.attempts(),
    )
}

fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::InvalidInput => "invalid input",
        ErrorKind::Refused { confirmed: true } => "refused, confirmed",
        ErrorKind::Refused { confirmed: false } => "refused, unconfirmed",
        ErrorKind::SignInNeeded => "sign-in needed",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not found",
        ErrorKind::Conflict => "conflict",
        ErrorKind::RateLimited => "rate limited",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Server => "server",
        ErrorKind::Rejected => "rejected",
        ErrorKind::Redirected => "redirected",
        ErrorKind::NotFluxbase => "not Fluxbase",
        ErrorKind::UnexpectedResponse => "unexpected response",
        ErrorKind::ResponseTooLarge => "response too large",
        ErrorKind::Transport(FailureKind::Connect) => "transport: connect",
        ErrorKind::Transport(FailureKind::Tls) => "transport: tls",
        ErrorKind::Transport(FailureKind::Timeout) => "transport: timeout",
        ErrorKind::Transport(FailureKind::Closed) => "transport: closed",
        ErrorKind::Transport(FailureKind::Protocol) => "transport: protocol",
        ErrorKind::Transport(FailureKind::Opaque) => "transport: opaque",
        ErrorKind::Transport(_) => "transport: another failure",
        ErrorKind::DeadlineExceeded => "deadline exceeded",
        ErrorKind::Cancelled => "cancelled",
        _ => "a kind that the traces do not know",
    }
}

/// A warning, in words.
pub(crate) fn warning(warning: &Warning) -> String {
    match warning {
        Warning::UnknownScope(scope) => format!("unknown scope {scope}"),
        Warning::ScopeRespelled { given, sent } => format!("{given} sent as {sent}"),
        Warning::ElementsSkipped(count) => format!("{count} skipped"),
        Warning::MemberUnreadable(member) => format!("{member} unreadable"),
        Warning::AppliedDespiteStatus(status) => format!("applied despite {status}"),
        Warning::AlreadyGone => "already gone".to_owned(),
        Warning::Replayed => "replayed".to_owned(),
        Warning::TokensNotStored => "tokens not stored".to_owned(),
        _ => "a warning that the traces do not know".to_owned(),
    }
}

/// What was learned about spelling, in a word; `auto` says that what was known is contradicted.
pub(crate) fn learned(seen: Option<Learned>) -> Option<String> {
    let word = match seen?.spelling {
        None => "nothing",
        Some(Spelling::Auto) => "auto",
        Some(Spelling::Old) => "old",
        Some(Spelling::New) => "new",
        Some(_) => "another",
    };
    Some(word.to_owned())
}
