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
    const REFUSAL: Refusal = Refusal::Diagnose;
    const WAITS_WHEN_BUSY: bool = false;

    fn replay(&self) -> Replay {
        // Each one counts against a limit of the address and of the account.
        Replay::Once
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
        SignInResponse::read(reply)
    }
}

impl SignInResponse {
    /// What the answer to a sign-in says.
    pub(crate) fn read(reply: &Reply<'_>) -> Result<Self, Error> {
        let body = read(reply)?;
        if !body.needs_two_factor {
            return body.into_signed_in(reply).map(Self::SignedIn);
        }
        match body.user_id {
            Some(user_id) => Ok(Self::TwoFactorNeeded { user_id }),
            None => Err(unreadable(reply, "the member `user_id` is missing")),
        }
    }
}

impl SignedIn {
    /// What the answer says where no more than one is possible.
    pub(crate) fn read(reply: &Reply<'_>) -> Result<Self, Error> {
        read(reply)?.into_signed_in(reply)
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
struct SignInBody {
    tokens: Parts,
    user: User,
    user_id: Option<UserId>,
    needs_two_factor: bool,
}

impl SignInBody {
    fn into_signed_in(self: Box<Self>, reply: &Reply<'_>) -> Result<SignedIn, Error> {
        Ok(SignedIn {
            grant: self.tokens.into_grant(reply)?,
            user: self.user,
        })
    }
}

impl Show for SignInBody {
    fn member(&mut self, name: &str, value: &Value<'_>) {
        match name {
            "user" => {
                self.user = User::default();
                value.members(&mut self.user);
            }
            "user_id" => self.user_id = user_id(value),
            "requires_2fa" => self.needs_two_factor = value.flag() == Some(true),
            name => self.tokens.member(name, value),
        }
    }
}

impl Show for User {
    fn member(&mut self, name: &str, value: &Value<'_>) {
        let text = || value.text().and_then(clean);
        match name {
            "id" => self.id = user_id(value),
            "email" => self.email = text(),
            "role" => self.role = text(),
            _ => {}
        }
    }
}

fn read(reply: &Reply<'_>) -> Result<Box<SignInBody>, Error> {
    let mut body = Box::<SignInBody>::default();
    match read_object(reply.body(), &mut *body) {
        Some(()) => Ok(body),
        None => Err(unreadable(reply, "it is not one JSON object")),
    }
}

fn user_id(value: &Value<'_>) -> Option<UserId> {
    UserId::parse(value.text()?).ok()
}
