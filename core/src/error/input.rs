//! What can be wrong with what a caller passes.

/// The thing that is wrong, and the sentence that says how to mend it. No sentence quotes the input: it may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    BaseUrl,
    PlainHttp,
    Credential,
    ClientKeyAsBearer,
    ClientKeyId,
    UserId,
    Name,
    Description,
    RateLimit,
    NoScopes,
    Scope,
    IdempotencyKey,
    AccessTokenNeeded,
    CredentialNeeded,
    SignInInput,
    TwoFactorInput,
    RefreshToken,
    TokenPair,
    NothingToUpdate,
}

impl Subject {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::BaseUrl => {
                "the server's URL must be http:// or https://, a host, and no user, query or fragment"
            }
            Self::PlainHttp => {
                "http:// to another machine would send the credential in clear: use https://, or allow plain http explicitly"
            }
            Self::Credential => "a credential must be 1 to 8192 visible ASCII characters",
            Self::ClientKeyAsBearer => {
                "this is a client key, which no server takes as a bearer token: pass it as a client key"
            }
            Self::ClientKeyId => {
                "a client key's id must be 1 to 63 characters of A-Z a-z 0-9 - _ ~ . : (the id, not the key itself)"
            }
            Self::UserId => "a user's id must be 1 to 63 characters of A-Z a-z 0-9 - _ ~ . :",
            Self::Name => "a client key needs a name that is not empty and has no NUL character",
            Self::Description => "a description must have no NUL character",
            Self::RateLimit => "rate_limit_per_minute must be at most 2147483647",
            Self::NoScopes => "a client key needs at least one scope",
            Self::Scope => "a scope must be 1 to 256 visible ASCII characters",
            Self::IdempotencyKey => {
                "an idempotency key must be 22 to 256 visible ASCII characters of high entropy"
            }
            Self::AccessTokenNeeded => "this operation needs a user's access token: sign in first",
            Self::CredentialNeeded => "no credential was given: sign in, or pass a token or a key",
            Self::SignInInput => "sign-in needs an e-mail address and a password",
            Self::TwoFactorInput => "two-factor verification needs the user's id and a code",
            Self::RefreshToken => "a refresh token must be 20 to 8192 visible ASCII characters",
            Self::TokenPair => "these are no exported tokens",
            Self::NothingToUpdate => "an update needs at least one field to change",
        }
    }
}
