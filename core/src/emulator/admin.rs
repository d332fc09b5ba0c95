//! `/api/v1/admin/*` and the dashboard's sign-in: administrators' sessions.

use super::answer::Answer;
use super::exchange::Exchange;
use super::json::Writer;
use super::limiter::Limiter;
use super::random;
use super::session::REFRESH_SECONDS;
use super::state::Admin;
use super::token::{Claims, Kind};

/// The lifetime of an administrator's access token: 24 hours, in seconds.
const ACCESS_SECONDS: i64 = 24 * 60 * 60;

/// Why an administrator cannot sign in.
enum Refused {
    Credentials,
    Locked,
    Other(String),
}

impl Exchange<'_, '_> {
    /// `POST /api/v1/admin/login`. A second factor is not asked for.
    pub(super) fn admin_login(&mut self) -> Answer {
        self.counted(Limiter::AdminLogin, "", |exchange| {
            let Ok((email, password)) = exchange.email_and_password() else {
                return exchange.coded(400, "Invalid request body", "INVALID_REQUEST_BODY");
            };
            match exchange.check_admin(&email, &password) {
                Ok(admin) => {
                    let (access, refresh) = exchange.admin_pair(&admin);
                    Answer::ok(|json| {
                        json.member("user");
                        exchange.write_admin(json, &admin);
                        json.text("access_token", &access);
                        json.text("refresh_token", &refresh);
                        json.number("expires_in", ACCESS_SECONDS);
                    })
                }
                Err(Refused::Credentials) => {
                    exchange.coded(401, "Invalid email or password", "INVALID_CREDENTIALS")
                }
                Err(Refused::Locked) => exchange.coded(
                    403,
                    "Account is locked due to too many failed login attempts",
                    "ACCOUNT_LOCKED",
                ),
                Err(Refused::Other(cause)) => exchange.coded(
                    500,
                    &format!("Authentication failed: {cause}"),
                    "INTERNAL_ERROR",
                ),
            }
        })
    }

    /// `POST /api/v1/admin/refresh`. It works on the newest servers only; the refresh token is not rotated.
    pub(super) fn admin_refresh(&mut self) -> Answer {
        let sent = self
            .members()
            .and_then(|members| members.text("refresh_token"));
        let Ok(refresh) = sent else {
            return self.coded(400, "Invalid request body", "INVALID_REQUEST_BODY");
        };
        let Some(admin) = self.admin_of_refresh_token(&refresh) else {
            return self.coded(401, "Invalid or expired refresh token", "INVALID_TOKEN");
        };
        let session = random::uuid(&mut self.entropy);
        let access = self.issue_admin(&admin, Kind::Access, &session, false);
        Answer::ok(|json| {
            json.text("access_token", &access);
            json.number("expires_in", ACCESS_SECONDS);
            json.text("refresh_token", &refresh);
            json.member("user");
            self.write_admin(json, &admin);
        })
    }

    /// `POST /api/v1/admin/logout`. The token goes on working on the key routes.
    pub(super) fn admin_logout(&mut self) -> Answer {
        let newest = self.server.profile.is_newest();
        let token = match self.request.header("authorization") {
            "" => return self.coded(401, "Missing authentication", "MISSING_AUTHENTICATION"),
            header => header.strip_prefix("Bearer "),
        };
        let Some(token) = token else {
            return self.coded(401, "Invalid authorization header format", "INVALID_FORMAT");
        };
        if newest && self.server.tokens.find(token, self.now).is_none() {
            return self.coded(401, "Invalid or expired token", "INVALID_TOKEN");
        }
        if self.database().is_err() {
            return self.error(500, "Failed to logout", "INTERNAL_ERROR");
        }
        Answer::ok(|json| {
            json.text("message", "Logged out successfully");
            if newest {
                json.flag("success", true);
            }
        })
    }

    /// `POST /dashboard/auth/login`. A wrong password is a 500: the handler looks for texts that its service dropped.
    pub(super) fn dashboard_login(&mut self) -> Answer {
        let Ok((email, password)) = self.email_and_password() else {
            return self.unreadable();
        };
        let admin = match self.check_admin(&email, &password) {
            Ok(admin) => admin,
            Err(refused) => {
                let cause = match refused {
                    Refused::Credentials => "invalid email or password".to_owned(),
                    Refused::Locked => "account locked".to_owned(),
                    Refused::Other(cause) => cause,
                };
                if self.server.profile.tells_causes() {
                    return self.thrown(&format!("Login failed: {cause}"));
                }
                return self.coded(500, "Login failed", "INTERNAL_ERROR");
            }
        };
        if admin.totp_enabled {
            return Answer::ok(|json| {
                json.flag("requires_2fa", true);
                json.text("user_id", &admin.id);
            });
        }
        let (access, refresh) = self.admin_pair(&admin);
        Answer::ok(|json| {
            json.text("access_token", &access);
            json.number("expires_in", ACCESS_SECONDS);
            json.text("refresh_token", &refresh);
            json.member("user");
            self.write_admin(json, &admin);
        })
    }

    /// The administrator as stored before this sign-in, which is what the answer shows.
    fn check_admin(&mut self, email: &str, password: &str) -> Result<Admin, Refused> {
        let now = self.now;
        self.database().map_err(|cause| {
            Refused::Other(format!(
                "failed to fetch user: failed to begin transaction: {cause}"
            ))
        })?;
        let admins = &mut self.server.state.admins;
        let admin = admins.iter_mut().find(|admin| admin.email == email);
        let admin = admin.ok_or(Refused::Credentials)?;
        if admin.passwords.has_reopened(now) {
            admin.passwords.forget();
            admin.is_locked = false;
        }
        if admin.is_locked {
            return Err(Refused::Locked);
        }
        if !admin.is_active {
            return Err(Refused::Other("account is inactive".to_owned()));
        }
        if admin.password != password {
            admin.is_locked = admin.passwords.wrong(now);
            admin.updated_at = now.truncated_to_micros();
            return Err(Refused::Credentials);
        }
        let before = admin.clone();
        admin.passwords.forget();
        admin.last_login_at = Some(now.truncated_to_micros());
        admin.updated_at = now.truncated_to_micros();
        Ok(before)
    }

    fn admin_of_refresh_token(&self, text: &str) -> Option<Admin> {
        let token = self.server.tokens.find(text, self.now)?;
        let profile = self.server.profile;
        let usable = profile.is_newest() && self.server.settings.database;
        if !usable || token.kind != Kind::Refresh || token.role != profile.admin_role() {
            return None;
        }
        let admins = &self.server.state.admins;
        admins
            .iter()
            .find(|admin| admin.id == token.user_id)
            .cloned()
    }

    fn admin_pair(&mut self, admin: &Admin) -> (String, String) {
        let session = random::uuid(&mut self.entropy);
        let access = self.issue_admin(admin, Kind::Access, &session, true);
        let refresh = self.issue_admin(admin, Kind::Refresh, &session, true);
        (access, refresh)
    }

    fn issue_admin(
        &mut self,
        admin: &Admin,
        kind: Kind,
        session_id: &str,
        signed_in: bool,
    ) -> String {
        let profile = self.server.profile;
        let users = &self.server.state.users;
        let tenant = users.iter().find_map(|user| user.tenant_id.as_deref());
        let claims = Claims {
            kind,
            user_id: &admin.id,
            email: &admin.email,
            role: profile.admin_role(),
            session_id,
            name: admin.full_name.as_deref(),
            lifetime: match kind {
                Kind::Access => ACCESS_SECONDS,
                Kind::Refresh => i64::from(REFRESH_SECONDS),
            },
            audience: profile.is_newest(),
            instance_admin: signed_in && profile.is_newest(),
            tenant,
        };
        self.server
            .tokens
            .issue(&claims, self.now, &mut self.entropy)
    }

    fn write_admin(&self, json: &mut Writer, admin: &Admin) {
        let last = admin.last_login_at.map(|at| self.print(at));
        json.open();
        json.text("id", &admin.id);
        json.text("email", &admin.email);
        json.flag("email_verified", admin.email_verified);
        json.optional_text("full_name", admin.full_name.as_deref());
        json.flag("totp_enabled", admin.totp_enabled);
        json.flag("is_active", admin.is_active);
        json.flag("is_locked", admin.is_locked);
        json.optional_text("last_login_at", last.as_deref());
        json.text("created_at", &self.print(admin.created_at));
        json.text("updated_at", &self.print(admin.updated_at));
        if self.server.profile.is_newest() {
            json.text("role", self.server.profile.admin_role());
        }
        json.close();
    }
}
