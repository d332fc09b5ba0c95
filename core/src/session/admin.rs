//! `POST /api/v1/admin/login`, `/refresh`, `/logout`: the same for administrators.
//!
//! The access token lasts a day. A refresh keeps the refresh token, and works since 2026.3.7 only: older servers answer
//! 401 to a fresh one. A sign-out does not stop the access token on the routes of client keys. Two-factor codes are not
//! asked for here.

use super::{
    Grant, SignOutResponse, SignedIn, refresh::refresh_body, sign_in, sign_out::read_message,
};
use crate::{Auth, Call, Error, Operation, Refusal, Replay, Reply, Secret, wire::Method};

/// Signs an administrator in.
#[derive(Debug, Clone)]
pub struct AdminSignIn {
    email: String,
    password: Secret,
}

impl AdminSignIn {
    /// With this address and password.
    #[must_use]
    pub fn new(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            email: email.into(),
            password: password.into(),
        }
    }
}

impl Operation for AdminSignIn {
    type Output = SignedIn;

    const NAME: &'static str = "sign in as administrator";
    const AUTH: Auth = Auth::None;
    const REFUSAL: Refusal = Refusal::Diagnose;
    const WAITS_WHEN_BUSY: bool = false;

    fn replay(&self) -> Replay {
        // Each one counts against a limit of the address and of the account.
        Replay::Once
    }

    fn call(&self) -> Result<Call, Error> {
        let body = sign_in::password_body(&self.email, &self.password)?;
        Ok(Call::with_secret(
            "/api/v1/admin/login",
            body,
            &self.password,
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<SignedIn, Error> {
        SignedIn::read(reply)
    }
}

/// Renews an administrator's access token.
#[derive(Debug, Clone)]
pub struct AdminRefresh {
    refresh_token: Secret,
}

impl AdminRefresh {
    /// With this refresh token.
    #[must_use]
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self {
            refresh_token: refresh_token.into(),
        }
    }
}

impl Operation for AdminRefresh {
    type Output = Grant;

    const NAME: &'static str = "refresh an administrator's token";
    const AUTH: Auth = Auth::None;
    const REFUSAL: Refusal = Refusal::Confirm;

    fn replay(&self) -> Replay {
        // The refresh token stays in force, so a second answer is as good as the first.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        let body = refresh_body(&self.refresh_token)?;
        Ok(Call::with_secret(
            "/api/v1/admin/refresh",
            body,
            &self.refresh_token,
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<Grant, Error> {
        Grant::read(reply)
    }
}

/// Ends the administrator's session whose access token is the request's credential.
#[derive(Debug, Clone, Copy, Default)]
pub struct AdminSignOut;

impl Operation for AdminSignOut {
    type Output = SignOutResponse;

    const NAME: &'static str = "sign out as administrator";
    const AUTH: Auth = Auth::AccessToken;

    fn replay(&self) -> Replay {
        // A session that was ended twice is ended.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::json(Method::Post, "/api/v1/admin/logout", "{}"))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<SignOutResponse, Error> {
        read_message(reply)
    }
}
