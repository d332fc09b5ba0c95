//! `POST /api/v1/auth/2fa/verify`: the second half of a sign-in.
//!
//! 200 as a sign-in. A wrong code is 400, and so is a right one while the server's database is away; five wrong ones lock
//! for 15 minutes.

use super::{SignedIn, sign_in::read};
use crate::{
    Auth, Call, Error, Operation, Refusal, Replay, Reply, Secret, UserId, error::Subject,
    wire::ObjectWriter,
};

/// Gives the code that [`SignInResponse::TwoFactorNeeded`](super::SignInResponse::TwoFactorNeeded) asks for.
#[derive(Debug, Clone)]
pub struct VerifyTwoFactor {
    user_id: UserId,
    code: Secret,
}

impl VerifyTwoFactor {
    /// This user's code: six digits of an authenticator, or a backup code.
    #[must_use]
    pub fn new(user_id: UserId, code: impl Into<Secret>) -> Self {
        Self {
            user_id,
            code: code.into(),
        }
    }
}

impl Operation for VerifyTwoFactor {
    type Output = SignedIn;

    const NAME: &'static str = "verify two-factor code";
    const AUTH: Auth = Auth::None;

    fn replay(&self) -> Replay {
        // A code is good once, and each one counts against a limit.
        Replay::Once
    }

    fn refusal(&self) -> Refusal {
        Refusal::Diagnose
    }

    fn refuses(&self, status: u16) -> bool {
        matches!(status, 400 | 401)
    }

    fn waits_when_busy(&self) -> bool {
        false
    }

    fn call(&self) -> Result<Call, Error> {
        if self.code.expose().trim_ascii().is_empty() {
            return Err(Error::invalid(Subject::TwoFactorInput));
        }
        let body = ObjectWriter::new()
            .text("user_id", self.user_id.as_str())
            .text("code", self.code.expose())
            .finish();
        Ok(Call::with_secret(
            "/api/v1/auth/2fa/verify",
            body,
            &self.code,
        ))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<SignedIn, Error> {
        read(reply)?.into_signed_in(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Head, operation::refused, wire::refusal};

    fn kind(status: u16, body: &str) -> ErrorKind {
        let head = Head::new(status);
        let verify = VerifyTwoFactor::new(UserId::parse("u1").unwrap(), "123456");
        let error = refusal(&Reply::new(&head, body.as_bytes()), None);
        refused(error, verify.refuses(status)).kind()
    }

    #[test]
    fn only_a_400_about_the_code_refuses_it() {
        let refusal = ErrorKind::Refused { confirmed: false };
        for body in [
            r#"{"error":"Invalid 2FA code","code":"INVALID_CREDENTIALS"}"#,
            r#"{"error":"invalid 2FA code"}"#,
            r#"{"error":"2FA not enabled for this user: no rows in result set"}"#,
        ] {
            assert_eq!(kind(400, body), refusal, "{body}");
        }
        for body in [
            r#"{"error":"User ID and code are required","code":"MISSING_REQUIRED_FIELD"}"#,
            r#"{"error":"Invalid request body","code":"INVALID_REQUEST_BODY"}"#,
            "<html>400 Request Header Or Cookie Too Large",
            "",
        ] {
            assert_eq!(kind(400, body), ErrorKind::Rejected, "{body}");
        }
        assert_eq!(kind(401, "{}"), refusal);
    }
}
