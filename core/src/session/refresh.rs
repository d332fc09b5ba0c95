//! `POST /api/v1/auth/refresh`: a refresh token for the next pair of tokens.
//!
//! The old refresh token is dead at once, so an answer that is lost may cost the session. 401 is what a dead token gets,
//! and a good one while the server's database is away. All users of a server share one limit of 5 (older: 10) a minute.

use super::Grant;
use crate::{
    Auth, Call, Error, Operation, Refusal, Replay, Reply, Secret, error::Subject, text::is_visible,
    wire::ObjectWriter,
};

/// Renews an ordinary user's tokens.
#[derive(Debug, Clone)]
pub struct Refresh {
    refresh_token: Secret,
}

impl Refresh {
    /// With this refresh token.
    #[must_use]
    pub fn new(refresh_token: impl Into<Secret>) -> Self {
        Self {
            refresh_token: refresh_token.into(),
        }
    }
}

impl Operation for Refresh {
    type Output = Grant;

    const NAME: &'static str = "refresh tokens";
    const AUTH: Auth = Auth::None;
    const REFUSAL: Refusal = Refusal::Confirm;

    fn replay(&self) -> Replay {
        // The first one that arrives kills the token.
        Replay::Once
    }

    fn call(&self) -> Result<Call, Error> {
        let body = refresh_body(&self.refresh_token)?;
        Ok(Call::with_secret(
            "/api/v1/auth/refresh",
            body,
            &self.refresh_token,
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<Grant, Error> {
        Grant::read(reply)
    }
}

/// A token of fewer than 20 bytes makes the servers' limiter fail (500), so it is not sent.
pub(super) fn refresh_body(token: &Secret) -> Result<crate::Payload, Error> {
    let text = token.expose();
    if !is_visible(text, 20, 8192) {
        return Err(Error::invalid(Subject::RefreshToken));
    }
    Ok(ObjectWriter::new().text("refresh_token", text).finish())
}
