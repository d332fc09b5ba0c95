//! `POST /api/v1/client-keys`: makes a client key.
//!
//! Real servers answer 201 with one flat object, the key's members and `key` side by side; the published reference
//! promises `{"client_key": {…}, "key": "…"}`. Both are read into [`CreateClientKeyResponse`].

use core::fmt;

use super::{ClientKey, PATH, Scratch, body::Members};
use crate::{
    Auth, Call, Error, Operation, Outcome, Replay, Reply, Scope, Secret, Timestamp,
    error::Subject,
    text::is_visible,
    wire::{Method, unreadable},
};

/// What to make: a name, scopes, and optionally a description, a rate limit and an end.
///
/// ```
/// use fluxbase_client_keys::{CreateClientKeyRequest, Scope, Timestamp};
///
/// let request = CreateClientKeyRequest::new("Production Service", [Scope::TABLES_READ, Scope::TABLES_WRITE])
///     .description("Client key for production service")
///     .rate_limit_per_minute(100)
///     .expires_at("2031-12-31T23:59:59Z".parse()?);
/// # let _: Timestamp = "2031-12-31T23:59:59Z".parse()?;
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateClientKeyRequest(Members);

impl CreateClientKeyRequest {
    /// A key of this name with these scopes. Names need not be unique. Every known server wants at least one scope.
    #[must_use]
    pub fn new(name: impl Into<String>, scopes: impl Into<Vec<Scope>>) -> Self {
        Self(Members {
            name: Some(name.into()),
            scopes: Some(scopes.into()),
            ..Members::default()
        })
    }

    /// What it is for. Once set, a description can be made empty but not be taken away.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.0.description = Some(text.into());
        self
    }

    /// Requests a minute, at most 2147483647. Servers put 100 for none and for 0; none of the known ones enforces it.
    #[must_use]
    pub fn rate_limit_per_minute(mut self, requests: u32) -> Self {
        self.0.rate_limit_per_minute = Some(requests);
        self
    }

    /// When it stops working, cut to microseconds by the server. One in the past is taken and never works. It cannot be
    /// changed later.
    #[must_use]
    pub fn expires_at(mut self, end: Timestamp) -> Self {
        self.0.expires_at = Some(end);
        self
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name.as_deref().unwrap_or_default()
    }

    /// The scopes as given.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        self.0.scopes()
    }
}

/// The new key, and the plaintext that is shown this once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CreateClientKeyResponse {
    /// What the server made.
    pub client_key: ClientKey,
    /// The key itself, for the service that will use it. No server tells it again: store it before anything else.
    pub key: Secret,
    /// Members of `client_key` that the server sent in a form that makes no sense, and that read as absent.
    pub unreadable: Vec<&'static str>,
}

/// A secret that makes a second sending of the same create give the first answer, for a day.
///
/// Whoever knows it can read the plaintext key for a day without any credential, and the server keeps that plaintext for
/// as long: using one is a choice. It protects against an answer that was lost, one request after another; it does not
/// make simultaneous first uses happen once (four of them made up to four keys, on every generation).
#[derive(Clone)]
pub struct IdempotencyKey(Secret);

impl IdempotencyKey {
    /// Makes one from 16 random bytes, which must come from a secure source.
    #[must_use]
    pub fn from_entropy(bytes: [u8; 16]) -> Self {
        use fmt::Write as _;

        let mut text = String::with_capacity(32);
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        Self(Secret::new(text))
    }

    /// Takes one of the caller's own: 22 to 256 visible ASCII characters that nobody can guess.
    pub fn new(text: impl Into<Secret>) -> Result<Self, Error> {
        let secret = text.into();
        let text = secret.expose();
        if is_visible(text, 22, 256) {
            Ok(Self(secret))
        } else {
            Err(Error::invalid(Subject::IdempotencyKey))
        }
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(..)")
    }
}

/// Makes a client key.
#[derive(Debug, Clone)]
pub struct CreateClientKey {
    request: CreateClientKeyRequest,
    /// The one in use, and the one that takes its place when it is spent.
    idempotency_key: Option<IdempotencyKey>,
    spare: Option<IdempotencyKey>,
}

impl CreateClientKey {
    /// Makes what is requested, once: when the answer is lost, it is not sent again.
    #[must_use]
    pub fn new(request: CreateClientKeyRequest) -> Self {
        Self {
            request,
            idempotency_key: None,
            spare: None,
        }
    }

    /// Lets a lost answer be asked for again. `spare` is used where the first key is spent without a key having been
    /// made: any complete answer spends it, since the server gives that answer again for a day, a 401 too. After an answer
    /// that was lost it is used only when the server shows that nothing was made.
    #[must_use]
    pub fn with_idempotency_keys(mut self, first: IdempotencyKey, spare: IdempotencyKey) -> Self {
        self.idempotency_key = Some(first);
        self.spare = Some(spare);
        self
    }

    pub(crate) fn scopes_mut(&mut self) -> &mut [Scope] {
        self.request.0.scopes_mut()
    }

    /// Puts the spare idempotency key in the place of the spent one; whether there was one.
    pub(crate) fn use_spare(&mut self) -> bool {
        let has_spare = self.spare.is_some();
        if has_spare {
            self.idempotency_key = self.spare.take();
        }
        has_spare
    }
}

impl Operation for CreateClientKey {
    type Output = CreateClientKeyResponse;

    const NAME: &'static str = "create client key";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        // Each execution makes another key, and nobody would know the first one's plaintext.
        if self.idempotency_key.is_none() {
            Replay::Once
        } else {
            Replay::Keyed
        }
    }

    fn call(&self) -> Result<Call, Error> {
        let mut call = Call::json(Method::Post, PATH, self.request.0.write(false)?);
        call.idempotency_key = self.idempotency_key.as_ref().map(|key| key.0.clone());
        Ok(call)
    }

    fn output(&self, reply: &Reply<'_>) -> Result<CreateClientKeyResponse, Error> {
        let missing = |what| unreadable(reply, what);
        let Some(object) = Scratch::default().read(reply.body()) else {
            return Err(missing(
                "it is not one JSON object; if a key was made, its plaintext is lost",
            ));
        };
        let what = match (object.key, object.plaintext) {
            (Some(client_key), Some(key)) => {
                let mut unreadable = Vec::new();
                for name in object.unreadable {
                    unreadable.push(name);
                }
                return Ok(CreateClientKeyResponse {
                    client_key,
                    key,
                    unreadable,
                });
            }
            (None, _) => "the member `id` of the new key is missing",
            (Some(_), None) => "the member `key`, the plaintext, is missing",
        };
        Err(missing(what).with_outcome(Outcome::Applied))
    }
}
