//! `/api/v1/auth/*`: users' sessions.

use std::time::Duration;

use super::answer::Answer;
use super::cookies::{ACCESS_COOKIE, REFRESH_COOKIE};
use super::exchange::Exchange;
use super::json::Writer;
use super::limiter::Limiter;
use super::random;
use super::state::User;
use super::token::{Claims, Kind};
use super::uuid;
use crate::Timestamp;

/// The lifetime of a refresh token and of a session that is not refreshed: 168 hours, in seconds.
pub(super) const REFRESH_SECONDS: u32 = 168 * 60 * 60;

/// How many characters of a refresh token are a limiter's key. They are the same for every token.
const LIMITER_KEY: usize = 20;

/// A session: the pair of tokens that was given last.
#[derive(Clone)]
pub(super) struct Session {
    user_id: String,
    access: String,
    refresh: String,
    ends: Timestamp,
}

impl Exchange<'_, '_> {
    /// `POST /api/v1/auth/signin`.
    pub(super) fn sign_in(&mut self) -> Answer {
        self.counted(Limiter::SignIn, "", Self::check_password)
    }

    /// `POST /api/v1/auth/2fa/verify`.
    pub(super) fn two_factor(&mut self) -> Answer {
        self.counted(Limiter::TwoFactor, "", Self::check_code)
    }

    /// `POST /api/v1/auth/refresh`.
    pub(super) fn refresh(&mut self) -> Answer {
        let sent = self
            .members()
            .and_then(|members| members.text("refresh_token"))
            .unwrap_or_default();
        // Without a token the address is the key; a token is never as short as an address's key.
        let key = sent.get(..LIMITER_KEY).unwrap_or_default().to_owned();
        if !sent.is_empty() && sent.len() < LIMITER_KEY {
            return self.thrown("Internal Server Error");
        }
        self.counted(Limiter::Refresh, &key, |exchange| exchange.rotate(sent))
    }

    /// `POST /api/v1/auth/signout`.
    pub(super) fn sign_out(&mut self) -> Answer {
        let token = match self.session_token() {
            Ok(token) => token,
            Err("") => return self.coded(401, "Missing authentication", "MISSING_AUTHENTICATION"),
            Err(_) => return self.coded(401, "Invalid or expired token", "INVALID_TOKEN"),
        };
        let remembers = self.server.profile.remembers_sign_out();
        let available = self.server.settings.database;
        let revoked = self
            .server
            .tokens
            .find(&token, self.now)
            .is_some_and(|token| token.revoked);
        if remembers && available && revoked {
            return self.coded(401, "Token has been revoked", "REVOKED_TOKEN");
        }
        let session = self
            .server
            .sessions
            .iter()
            .position(|session| session.access == token);
        let over = session
            .and_then(|at| self.server.sessions.get(at))
            .is_some_and(|session| session.ends < self.now);
        if !available || over {
            let answer = self.error(500, "Failed to sign out", "INTERNAL_ERROR");
            return self.clear_cookies(answer);
        }
        if remembers {
            self.server.tokens.revoke(&token);
        }
        // An older access token than the session's newest one leaves the session alive.
        if let Some(at) = session {
            self.server.sessions.remove(at);
        }
        let answer = Answer::json(200, |json| json.text("message", "Successfully signed out"));
        self.clear_cookies(answer)
    }

    /// The token of a request to a route of sessions: the cookie's before the header's, which may stand there bare.
    /// The error is the refused text, empty when there was none.
    pub(super) fn session_token(&self) -> Result<String, &'static str> {
        let header = self.request.header("authorization");
        let token = match self.request.cookie(ACCESS_COOKIE) {
            "" => header.strip_prefix("Bearer ").unwrap_or(header),
            cookie => cookie,
        };
        if token.is_empty() {
            return Err("");
        }
        match self.server.tokens.find(token, self.now) {
            Some(_) => Ok(token.to_owned()),
            None => Err("invalid"),
        }
    }

    /// Runs a handler behind a limiter and adds the limiter's headers to its answer.
    pub(super) fn counted(
        &mut self,
        limiter: Limiter,
        key: &str,
        handler: impl FnOnce(&mut Self) -> Answer,
    ) -> Answer {
        match self.count(limiter, key) {
            Err(refusal) => refusal,
            Ok(counted) => {
                let mut answer = handler(self);
                answer.headers.extend(counted.headers());
                answer
            }
        }
    }

    fn check_password(&mut self) -> Answer {
        let Ok((email, password)) = self.email_and_password() else {
            return self.unreadable();
        };
        if email.is_empty() || password.is_empty() {
            return self.error(400, "Email and password are required", "INVALID_INPUT");
        }
        let now = self.now;
        let available = self.server.settings.database;
        let users = &mut self.server.state.users;
        let Some(user) = users
            .iter_mut()
            .find(|user| available && user.email == email)
        else {
            return self.error(401, "Invalid email or password", "INVALID_CREDENTIALS");
        };
        if user.passwords.is_closed(now) {
            return self.locked();
        }
        if user.passwords.has_reopened(now) {
            user.passwords.forget();
            user.updated_at = now.truncated_to_micros();
        }
        if user.password != password {
            user.passwords.wrong(now);
            user.updated_at = now.truncated_to_micros();
            return self.error(401, "Invalid email or password", "INVALID_CREDENTIALS");
        }
        let before = user.clone();
        if user.passwords.forget() {
            user.updated_at = now.truncated_to_micros();
        }
        if before.two_factor_code.is_some() {
            return Answer::json(200, |json| {
                json.text(
                    "message",
                    "2FA verification required. Please provide your 2FA code.",
                );
                json.flag("requires_2fa", true);
                json.text("user_id", &before.id);
            });
        }
        let (access, refresh) = self.open_session(&before);
        let answer = self.pair_answer(Some(&before), &access, &refresh);
        self.set_cookies(answer, &access, &refresh)
    }

    fn locked(&self) -> Answer {
        let text = "Account locked due to too many failed login attempts. Please contact support.";
        if self.server.profile.tells_causes() {
            return Answer::json(403, |json| {
                json.text("code", "ACCOUNT_LOCKED");
                json.text("error", text);
            });
        }
        self.coded(403, text, "ACCOUNT_LOCKED")
    }

    fn check_code(&mut self) -> Answer {
        let read = self.members().and_then(|members| {
            let (user_id, code) = (members.text("user_id")?, members.text("code")?);
            Ok((user_id, code))
        });
        let Ok((user_id, code)) = read else {
            return self.unreadable();
        };
        if user_id.is_empty() || code.is_empty() {
            return self.error(
                400,
                "User ID and code are required",
                "MISSING_REQUIRED_FIELD",
            );
        }
        match self.match_code(&user_id, &code) {
            Ok(user) => {
                let (access, refresh) = self.open_session(&user);
                self.pair_answer(Some(&user), &access, &refresh)
            }
            Err(cause) if self.server.profile.tells_causes() => Answer::bare(400, &cause),
            Err(_) => self.coded(400, "Invalid 2FA code", "INVALID_CREDENTIALS"),
        }
    }

    /// The user whose code this is; the error is the text that the older servers show.
    fn match_code(&mut self, user_id: &str, code: &str) -> Result<User, String> {
        let now = self.now;
        self.database()
            .map_err(|cause| format!("2FA not enabled for this user: {cause}"))?;
        let id = uuid::parse(user_id).ok_or_else(|| {
            format!(
                "2FA not enabled for this user: ERROR: invalid input syntax for type uuid: \"{user_id}\" \
                 (SQLSTATE 22P02)"
            )
        })?;
        let users = &mut self.server.state.users;
        let user = users
            .iter_mut()
            .find(|user| user.id == id && user.two_factor_code.is_some());
        let user = user.ok_or("2FA not enabled for this user: no rows in result set")?;
        if user.codes.is_closed(now) {
            return Err("too many 2FA attempts, please try again later".to_owned());
        }
        if user.two_factor_code.as_deref() != Some(code) {
            user.codes.wrong(now);
            return Err("invalid 2FA code".to_owned());
        }
        user.codes.forget();
        Ok(user.clone())
    }

    fn rotate(&mut self, sent: String) -> Answer {
        let token = match sent.as_str() {
            "" => self.request.cookie(REFRESH_COOKIE).to_owned(),
            _ => sent,
        };
        if token.is_empty() {
            return self.error(400, "Refresh token is required", "MISSING_REQUIRED_FIELD");
        }
        let Some((access, refresh)) = self.rotated(&token) else {
            let answer = self.error(401, "Invalid or expired refresh token", "INVALID_TOKEN");
            return self.clear_cookies(answer);
        };
        let answer = self.pair_answer(None, &access, &refresh);
        self.set_cookies(answer, &access, &refresh)
    }

    /// A new pair for a refresh token, which is dead from then on.
    fn rotated(&mut self, token: &str) -> Option<(String, String)> {
        let now = self.now;
        let found = self.server.tokens.find(token, now)?;
        if found.kind != Kind::Refresh || !self.server.settings.database {
            return None;
        }
        let session_id = found.session_id.clone();
        let at = self
            .server
            .sessions
            .iter()
            .position(|session| session.refresh == token)?;
        let session = self
            .server
            .sessions
            .get(at)
            .filter(|session| session.ends >= now)?;
        let users = &self.server.state.users;
        let user = users
            .iter()
            .find(|user| user.id == session.user_id)?
            .clone();
        // The access token belongs to a session of its own from now on, the refresh token stays with the first one.
        let own = random::uuid(&mut self.entropy);
        let access = self.issue(&user, Kind::Access, &own);
        let refresh = self.issue(&user, Kind::Refresh, &session_id);
        let session = self.server.sessions.get_mut(at)?;
        session.access.clone_from(&access);
        session.refresh.clone_from(&refresh);
        session.ends = session_end(now);
        Some((access, refresh))
    }

    fn open_session(&mut self, user: &User) -> (String, String) {
        let now = self.now;
        self.server.sessions.retain(|session| session.ends >= now);
        let id = random::uuid(&mut self.entropy);
        let access = self.issue(user, Kind::Access, &id);
        let refresh = self.issue(user, Kind::Refresh, &id);
        self.server.sessions.push(Session {
            user_id: user.id.clone(),
            access: access.clone(),
            refresh: refresh.clone(),
            ends: session_end(now),
        });
        (access, refresh)
    }

    fn issue(&mut self, user: &User, kind: Kind, session_id: &str) -> String {
        let claims = Claims {
            kind,
            user_id: &user.id,
            email: &user.email,
            role: &user.role,
            session_id,
            name: None,
            lifetime: match kind {
                Kind::Access => self.server.settings.access_token_seconds,
                Kind::Refresh => i64::from(REFRESH_SECONDS),
            },
            audience: self.server.profile.is_newest(),
            instance_admin: false,
            tenant: None,
        };
        self.server
            .tokens
            .issue(&claims, self.now, &mut self.entropy)
    }

    fn pair_answer(&self, user: Option<&User>, access: &str, refresh: &str) -> Answer {
        Answer::json(200, |json| {
            if let Some(user) = user {
                json.member("user");
                self.write_user(json, user);
            }
            json.text("access_token", access);
            json.text("refresh_token", refresh);
            json.number("expires_in", self.server.settings.access_token_seconds);
        })
    }

    fn write_user(&self, json: &mut Writer, user: &User) {
        let tenant = user.tenant_id.as_deref();
        json.open();
        json.text("id", &user.id);
        json.text("email", &user.email);
        json.flag("email_verified", user.email_verified);
        json.optional_text(
            "role",
            Some(user.role.as_str()).filter(|role| !role.is_empty()),
        );
        json.optional_text(
            "tenant_id",
            tenant.filter(|_| self.server.profile.is_newest()),
        );
        json.text("created_at", &self.print(user.created_at));
        json.text("updated_at", &self.print(user.updated_at));
        json.close();
    }

    /// The two members that every sign-in sends.
    pub(super) fn email_and_password(&self) -> Result<(String, String), super::json::Unreadable> {
        let members = self.members()?;
        Ok((members.text("email")?, members.text("password")?))
    }
}

fn session_end(now: Timestamp) -> Timestamp {
    now.saturating_add(Duration::from_secs(u64::from(REFRESH_SECONDS)))
}
