//! Who sends a request to the key routes.
//!
//! The kinds of credentials are tried in their order, and a bad one of a higher kind is final.

use super::answer::Answer;
use super::exchange::Exchange;
use super::profile::Profile;

/// Whoever is behind an accepted credential.
pub(super) struct Caller {
    /// Empty for client keys and service keys.
    pub(super) role: String,
    /// The user, as text; empty for whoever is none.
    pub(super) user_id: String,
    /// The owner of the client key that was shown.
    pub(super) key_owner: Option<String>,
    /// What a client key may do; anybody else is not asked.
    scopes: Option<Vec<String>>,
    pub(super) is_service_key: bool,
}

impl Caller {
    fn with_role(role: &str, user_id: &str) -> Self {
        Self {
            role: role.to_owned(),
            user_id: user_id.to_owned(),
            key_owner: None,
            scopes: None,
            is_service_key: false,
        }
    }

    /// Whether this caller may see and touch every key.
    pub(super) fn is_admin(&self, profile: Profile) -> bool {
        [profile.admin_role(), "admin", "service_role"].contains(&self.role.as_str())
    }

    /// Whether the gate lets this caller in.
    pub(super) fn passes_gate(&self, profile: Profile) -> bool {
        self.is_service_key || [profile.admin_role(), "service_role"].contains(&self.role.as_str())
    }

    /// Whether a client key's scopes cover this one.
    pub(super) fn may(&self, scope: &str) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.iter().any(|own| own == scope || own == "*"))
    }
}

impl Exchange<'_, '_> {
    /// Finds out who sends this request; a client key that is accepted is marked as used.
    pub(super) fn authenticate(&mut self) -> Result<Caller, Answer> {
        let request = self.request;
        let profile = self.server.profile;
        let authorization = request.header("authorization");
        let service_key = match request.header("x-service-key") {
            "" => authorization
                .strip_prefix("ServiceKey ")
                .unwrap_or_default(),
            key => key,
        };
        if !service_key.is_empty() {
            return self.service_key(service_key);
        }
        let query = |name: &str| {
            if profile.is_newest() {
                request.query(name)
            } else {
                String::new()
            }
        };
        let bearer = match authorization.strip_prefix("Bearer ") {
            Some(token) => token.to_owned(),
            None => query("token"),
        };
        if !bearer.is_empty() {
            return self
                .bearer(&bearer)?
                .ok_or_else(|| Answer::bare(401, "Invalid or expired Bearer token"));
        }
        let own_header = if profile.is_newest() {
            request.header("clientkey")
        } else {
            ""
        };
        if own_header.starts_with("eyJ") {
            if let Some(caller) = self.bearer(own_header)? {
                return Ok(caller);
            }
        }
        let in_query = query("clientkey");
        let key = [request.header("x-client-key"), &in_query, own_header]
            .into_iter()
            .find(|key| !key.is_empty());
        match key {
            Some(key) => self.client_key(key),
            None => Err(Answer::bare(
                401,
                "Authentication required. Provide Bearer token, X-Client-Key, or X-Service-Key",
            )),
        }
    }

    fn service_key(&self, key: &str) -> Result<Caller, Answer> {
        let profile = self.server.profile;
        if key.starts_with("eyJ") && profile.reads_tokens_as_service_keys() {
            let token = self.server.tokens.find(key, self.now);
            let token = token.filter(|token| {
                ["anon", "service_role", "authenticated"].contains(&token.role.as_str())
            });
            return match token {
                Some(token) => Ok(Caller::with_role(&token.role, "")),
                None => Err(Answer::bare(401, "Invalid service role token")),
            };
        }
        let known = self.server.state.service_keys.iter().any(|own| own == key);
        let shaped = key.starts_with("sk_") || !profile.wants_plain_service_keys();
        // Without its database the server knows no key, and says that it is a wrong one.
        if !known || !shaped || !self.server.settings.database {
            return Err(Answer::bare(401, "Invalid service key"));
        }
        Ok(Caller {
            is_service_key: true,
            ..Caller::with_role("", "")
        })
    }

    /// The caller of a token; `None` for one that is unknown or has ended. A refresh token is as good as an access token.
    fn bearer(&self, text: &str) -> Result<Option<Caller>, Answer> {
        let profile = self.server.profile;
        let Some(token) = self.server.tokens.find(text, self.now) else {
            return Ok(None);
        };
        if token.role != profile.admin_role() && profile.checks_revocation() {
            if !self.server.settings.database {
                return Err(Answer::worded(
                    503,
                    "service_unavailable",
                    "Unable to verify token status",
                ));
            }
            if token.revoked && profile == Profile::Documented {
                return Err(Answer::worded(
                    401,
                    "token_revoked",
                    "Token has been revoked",
                ));
            }
        }
        Ok(Some(Caller::with_role(&token.role, &token.user_id)))
    }

    fn client_key(&mut self, plaintext: &str) -> Result<Caller, Answer> {
        let now = self.now;
        let settings = &self.server.settings;
        let key = self
            .server
            .state
            .client_keys
            .iter_mut()
            .find(|key| key.plaintext == plaintext)
            .filter(|key| settings.database && key.is_usable(now))
            .ok_or_else(|| Answer::bare(401, "Invalid client key"))?;
        if settings.only_admins && key.owner.is_some() {
            return Err(Answer::bare(
                403,
                "User client keys are disabled. Contact an administrator.",
            ));
        }
        key.last_used_at = Some(now.truncated_to_micros());
        key.updated_at = now.truncated_to_micros();
        Ok(Caller {
            scopes: Some(key.scopes.clone()),
            key_owner: key.owner.clone(),
            ..Caller::with_role("", "")
        })
    }
}
