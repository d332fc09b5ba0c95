//! `POST /api/v1/auth/signin`: an e-mail address and a password for tokens.
//!
//! 200 holds tokens and the user, or says that a two-factor code is needed. A wrong password is 401, and so is every
//! failure of the server's database; five wrong passwords lock the account for 15 minutes (403 `ACCOUNT_LOCKED`).

use super::{Grant, tokens::Parts};
use crate::{
    Auth, Call, Error, Operation, Refusal, Replay, Reply, Secret, UserId,
    error::{Subject, clean},
    wire::{
        ObjectWriter,
        json::{Show, Value, read_object},
        unreadable,
    },
};

/// Who signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The id.
    pub id: Option<UserId>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The role, such as `authenticated` or `instance_admin`; older servers give administrators none.
    pub role: Option<String>,
}

/// Tokens, and whose they are.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignedIn {
    /// The tokens.
    pub grant: Grant,
    /// Whose they are.
    pub user: User,
}

/// What a sign-in with a right password gives.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum SignInResponse {
    /// Tokens.
    SignedIn(SignedIn),
    /// A code is needed: pass it with this id to [`VerifyTwoFactor`](super::VerifyTwoFactor).
    TwoFactorNeeded {
        /// Whose code it is.
        user_id: UserId,
    },
}

/// Signs a user in.
#[derive(Debug, Clone)]
pub struct SignIn {
    email: String,
    password: Secret,
}

impl SignIn {
    /// With this address and password.
    #[must_use]
    pub fn new(email: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            email: email.into(),
            password: password.into(),
        }
    }
}

impl Operation for SignIn {
    type Output = SignInResponse;

    const NAME: &'static str = "sign in";
    const AUTH: Auth = Auth::None;

    fn replay(&self) -> Replay {
        // Each one counts against a limit of the address and of the account.
        Replay::Once
    }

    fn refusal(&self) -> Refusal {
        Refusal::Diagnose
    }

    fn waits_when_busy(&self) -> bool {
        false
    }

    fn call(&self) -> Result<Call, Error> {
        let body = password_body(&self.email, &self.password)?;
        Ok(Call::with_secret(
            "/api/v1/auth/signin",
            body,
            &self.password,
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<SignInResponse, Error> {
        let body = read(reply)?;
        if !body.needs_two_factor {
            return body.into_signed_in(reply).map(SignInResponse::SignedIn);
        }
        match body.user_id {
            Some(user_id) => Ok(SignInResponse::TwoFactorNeeded { user_id }),
            None => Err(unreadable(reply, "the member `user_id` is missing")),
        }
    }
}

pub(super) fn password_body(email: &str, password: &Secret) -> Result<crate::Payload, Error> {
    if email.trim_ascii().is_empty() || password.expose().is_empty() {
        return Err(Error::invalid(Subject::SignInInput));
    }
    Ok(ObjectWriter::new()
        .text("email", email)
        .text("password", password.expose())
        .finish())
}

/// The members of an answer that signs somebody in.
#[derive(Default)]
pub(super) struct SignInBody {
    tokens: Parts,
    user: User,
    user_id: Option<UserId>,
    needs_two_factor: bool,
}

impl SignInBody {
    pub(super) fn into_signed_in(self, reply: &Reply<'_>) -> Result<SignedIn, Error> {
        Ok(SignedIn {
            grant: self.tokens.into_grant(reply)?,
            user: self.user,
        })
    }
}

pub(super) fn read(reply: &Reply<'_>) -> Result<SignInBody, Error> {
    let mut body = SignInBody::default();
    let read = read_object(
        reply.body(),
        &mut |name: &str, value: &Value<'_>| match name {
            "user" => body.user = User::read(value),
            "user_id" => body.user_id = user_id(value),
            "requires_2fa" => body.needs_two_factor = value.flag() == Some(true),
            name => body.tokens.member(name, value),
        },
    );
    match read {
        Some(()) => Ok(body),
        None => Err(unreadable(reply, "it is not one JSON object")),
    }
}

impl User {
    fn read(value: &Value<'_>) -> Self {
        let text = |value: &Value<'_>| value.text().and_then(clean).map(Into::into);
        let mut user = Self::default();
        value.members(&mut |name: &str, value: &Value<'_>| match name {
            "id" => user.id = user_id(value),
            "email" => user.email = text(value),
            "role" => user.role = text(value),
            _ => {}
        });
        user
    }
}

fn user_id(value: &Value<'_>) -> Option<UserId> {
    UserId::parse(value.text()?).ok()
}
