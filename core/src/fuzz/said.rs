//! What the operations read, written down again as a body that says the same.

use core::fmt::Debug;

use serde_json::{Value, json};

use crate::{
    ClientKey, CreateClientKeyResponse, DeleteClientKeyResponse, Grant, Health, HealthStatus,
    ListClientKeysResponse, RevokeClientKeyResponse, SignInResponse, SignOutResponse, SignedIn,
    Timestamp, Updated,
};

/// Something that was read from a body.
pub(super) trait Said: Debug {
    /// A body that says all of it, in the form of the published reference.
    fn body(&self) -> Value;

    /// Whether that body is sure to be read as the same. A text that was cleaned may be cleaned further.
    fn is_stable(&self) -> bool {
        true
    }
}

/// Whether cleaning a text once more changes nothing: nothing in it was escaped, and nothing cut.
fn is_clean(text: &str) -> bool {
    !text.contains('\\') && text.chars().count() < 200
}

fn instant(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| at.to_rfc3339().into())
}

impl Said for ClientKey {
    fn body(&self) -> Value {
        json!({
            "id": self.id().as_str(),
            "name": self.name(),
            "description": self.description(),
            "key_prefix": self.key_prefix(),
            "user_id": self.user_id().map(|user| user.to_string()),
            "scopes": self.scopes().collect::<Vec<_>>(),
            "allowed_namespaces": self.allowed_namespaces().collect::<Vec<_>>(),
            "rate_limit_per_minute": self.rate_limit_per_minute(),
            "last_used_at": instant(self.last_used_at()),
            "expires_at": instant(self.expires_at()),
            "revoked_at": instant(self.revoked_at()),
            "created_at": instant(self.created_at()),
            "updated_at": instant(self.updated_at()),
        })
    }
}

impl Said for CreateClientKeyResponse {
    fn body(&self) -> Value {
        json!({ "client_key": self.client_key.body(), "key": self.key.expose() })
    }
}

impl Said for ListClientKeysResponse {
    fn body(&self) -> Value {
        let keys: Vec<_> = self.client_keys.iter().map(Said::body).collect();
        json!({ "client_keys": keys, "total": self.total })
    }
}

impl Said for Updated {
    fn body(&self) -> Value {
        let key = self.key.as_ref().map(Said::body);
        json!({ "client_key": key, "message": self.message })
    }

    fn is_stable(&self) -> bool {
        self.message.as_deref().is_none_or(is_clean)
    }
}

macro_rules! messages {
    ($($name:ident)*) => {
        $(impl Said for $name {
            fn body(&self) -> Value {
                json!({ "message": self.message })
            }

            fn is_stable(&self) -> bool {
                is_clean(&self.message)
            }
        })*
    };
}

messages! { DeleteClientKeyResponse RevokeClientKeyResponse SignOutResponse }

impl Said for Grant {
    fn body(&self) -> Value {
        json!({
            "access_token": self.access_token.expose(),
            "refresh_token": self.refresh_token.as_ref().map(crate::Secret::expose),
            "expires_in": self.expires_in.map(|lifetime| lifetime.as_secs()),
        })
    }
}

impl Said for SignedIn {
    fn body(&self) -> Value {
        let mut body = self.grant.body();
        body["user"] = json!({
            "id": self.user.id.map(|id| id.to_string()),
            "email": self.user.email,
            "role": self.user.role,
        });
        body
    }

    fn is_stable(&self) -> bool {
        let texts = [&self.user.email, &self.user.role];
        texts.into_iter().flatten().all(|text| is_clean(text))
    }
}

impl Said for SignInResponse {
    fn body(&self) -> Value {
        match self {
            Self::SignedIn(signed_in) => signed_in.body(),
            Self::TwoFactorNeeded { user_id } => {
                json!({ "requires_2fa": true, "user_id": user_id.as_str() })
            }
        }
    }

    fn is_stable(&self) -> bool {
        match self {
            Self::SignedIn(signed_in) => signed_in.is_stable(),
            Self::TwoFactorNeeded { .. } => true,
        }
    }
}

impl Said for Health {
    fn body(&self) -> Value {
        let status = match self.status {
            HealthStatus::Ok => "ok",
            HealthStatus::Degraded => "degraded",
            HealthStatus::Other => "other",
        };
        json!({ "status": status, "services": { "database": self.database } })
    }
}
