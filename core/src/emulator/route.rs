//! Which handler a request reaches.

use http::Method;

use super::answer::Answer;
use super::exchange::Exchange;
use super::keys::Operation;

impl Exchange<'_, '_> {
    /// Runs the handler of this request. Case and trailing slashes of a path do not count.
    pub(super) fn route(&mut self) -> Answer {
        let lower = self.request.path.to_ascii_lowercase();
        let lower = lower.trim_end_matches('/');
        let reads = *self.request.method == Method::GET
            || (*self.request.method == Method::HEAD && self.server.profile.answers_head());
        let posts = *self.request.method == Method::POST;
        match lower {
            "" if reads => self.root(),
            "/health" if reads => self.health(),
            "/api/v1/auth/signin" if posts => self.tenanted(Self::sign_in),
            "/api/v1/auth/2fa/verify" if posts => self.tenanted(Self::two_factor),
            "/api/v1/auth/refresh" if posts => self.tenanted(Self::refresh),
            "/api/v1/auth/signout" if posts => self.tenanted(Self::sign_out),
            "/api/v1/admin/login" if posts => self.admin_login(),
            "/api/v1/admin/refresh" if posts => self.admin_refresh(),
            "/api/v1/admin/logout" if posts => self.admin_logout(),
            "/dashboard/auth/login" if posts => self.dashboard_login(),
            _ => match self.key_operation(lower, reads) {
                Some(operation) => self.keys(&operation),
                None => self.unmatched(),
            },
        }
    }

    fn key_operation(&self, lower: &str, reads: bool) -> Option<Operation> {
        let rest = lower.strip_prefix("/api/v1/client-keys")?;
        let sent = self
            .request
            .path
            .get("/api/v1/client-keys".len()..lower.len())?;
        let method = self.request.method;
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        // An identifier keeps the case in which it was sent.
        let id = sent.split('/').nth(1).unwrap_or_default().to_owned();
        match segments.as_slice() {
            [] if rest.is_empty() && reads => Some(Operation::List),
            [] if rest.is_empty() && *method == Method::POST => Some(Operation::Create),
            [_] if !id.is_empty() && reads => Some(Operation::Get(id)),
            [_] if !id.is_empty() && *method == Method::PATCH => Some(Operation::Update(id)),
            [_] if !id.is_empty() && *method == Method::DELETE => Some(Operation::Delete(id)),
            [_, "revoke"] if !id.is_empty() && *method == Method::POST => {
                Some(Operation::Revoke(id))
            }
            _ => None,
        }
    }

    /// Refuses a tenant that does not exist, where tenants are known; else runs the handler.
    pub(super) fn tenanted(&mut self, handler: impl FnOnce(&mut Self) -> Answer) -> Answer {
        let tenant = self.request.header("x-fb-tenant");
        let known = |id: &str| {
            self.server
                .state
                .users
                .iter()
                .any(|user| user.tenant_id.as_deref() == Some(id))
        };
        if self.server.profile.is_newest()
            && !tenant.is_empty()
            && tenant != "default"
            && !known(tenant)
        {
            return Answer::bare(404, "tenant not found");
        }
        handler(self)
    }

    fn root(&self) -> Answer {
        if self.server.profile.is_newest() {
            return self.health();
        }
        Answer::json(200, |json| json.text("status", "ok"))
    }

    fn health(&self) -> Answer {
        let database = self.server.settings.database;
        Answer::json(if database { 200 } else { 503 }, |json| {
            if !self.server.profile.is_newest() {
                json.member("services");
                json.open();
                json.flag("database", database);
                json.flag("realtime", true);
                json.close();
            }
            json.text("status", if database { "ok" } else { "degraded" });
            json.text("timestamp", &self.now.to_string());
        })
    }

    /// A path without a route, or a route without this verb.
    fn unmatched(&mut self) -> Answer {
        let guarded = self
            .request
            .path
            .to_ascii_lowercase()
            .starts_with("/api/v1/");
        if self.server.profile.guards_unmatched_paths() && guarded {
            if let Err(refusal) = self.guard() {
                return refusal;
            }
        }
        Answer::json(404, |json| {
            json.text("error", "Not Found");
            json.text("path", self.request.path);
        })
    }

    /// The guard of another group of routes, which every path without a route falls into on 2026.3.6.
    fn guard(&mut self) -> Result<(), Answer> {
        if self.request.header("x-service-key").is_empty() {
            let token = self.session_token().map_err(|text| match text {
                "" => self.coded(401, "Missing authentication", "MISSING_AUTHENTICATION"),
                _ => self.coded(401, "Invalid or expired token", "INVALID_TOKEN"),
            })?;
            let role = self
                .server
                .tokens
                .find(&token, self.now)
                .map(|token| token.role.clone());
            let role = role.unwrap_or_default();
            if ![self.server.profile.admin_role(), "admin", "service_role"].contains(&role.as_str())
            {
                return Err(self.coded(
                    403,
                    "Insufficient permissions",
                    "INSUFFICIENT_PERMISSIONS",
                ));
            }
            return Ok(());
        }
        self.authenticate().map(|_| ())
    }
}
