//! `POST /api/v1/auth/signout`: ends a user's session.
//!
//! The refresh token dies. The access token does not: since 2026.3 it works until it ends by itself, 15 minutes by
//! default; before, only a second sign-out notices. The newest access token has to be sent; an older one is answered 200
//! and leaves the session alive.

use crate::{
    Auth, Call, Error, Operation, Replay, Reply,
    wire::{Method, message},
};

/// What the server said about a sign-out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignOutResponse {
    /// Its words.
    pub message: String,
}

/// Ends the session whose newest access token is the request's credential.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignOut;

impl Operation for SignOut {
    type Output = SignOutResponse;

    const NAME: &'static str = "sign out";
    const AUTH: Auth = Auth::AccessToken;

    fn replay(&self) -> Replay {
        // A session that was ended twice is ended.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::json(Method::Post, "/api/v1/auth/signout", "{}"))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<SignOutResponse, Error> {
        read_message(reply)
    }
}

pub(super) fn read_message(reply: &Reply<'_>) -> Result<SignOutResponse, Error> {
    message(reply, "Signed out").map(|message| SignOutResponse { message })
}
