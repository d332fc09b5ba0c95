//! `Operation`: a pure request and a pure reading of its response.

#[cfg(feature = "http")]
use crate::{BaseUrl, Credential, Head, Payload, error::Subject, wire::refusal};
use crate::{
    Error, ErrorKind, Outcome,
    error::server_code,
    wire::{Call, Reply},
};

/// One exchange with the server: what to ask, and what the answer means.
///
/// [`request`](Self::request) and [`read`](Self::read) are all that is needed to use any HTTP library. Retries, renewal
/// of tokens and follow-up requests are what a [`Step`](crate::Step) adds.
///
/// ```
/// # #[cfg(feature = "http")] {
/// use fluxbase_client_keys::{BaseUrl, Credential, GetClientKey, Operation, ClientKeyId};
///
/// let base = BaseUrl::parse("https://example.com")?;
/// let credential = Credential::bearer_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")?;
/// let get = GetClientKey::new(ClientKeyId::parse("5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11")?);
///
/// let request = get.request(&base, Some(&credential))?;
/// assert_eq!(request.method(), "GET");
/// assert_eq!(request.uri(), "https://example.com/api/v1/client-keys/5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11");
///
/// // Any HTTP library sends it. What came back is read by the same operation:
/// let response = http::Response::builder().status(404).body(r#"{"error":"Client key not found","code":"NOT_FOUND"}"#)?;
/// let error = get.read(&response).unwrap_err();
/// assert_eq!(error.kind(), fluxbase_client_keys::ErrorKind::NotFound);
/// # }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub trait Operation {
    /// What a successful answer is read into.
    type Output;

    /// What it is called in errors and events: a verb and a noun.
    const NAME: &'static str;

    /// Which credential it takes.
    const AUTH: Auth;

    /// How a refusal of the credential is treated. The default is right for everything that sends a credential.
    const REFUSAL: Refusal = Refusal::Credential;

    /// The statuses that refuse the credential.
    const REFUSED: &'static [u16] = &[401];

    /// The statuses of answers that are no 2xx and go to [`output`](Self::output) all the same.
    const CLAIMED: &'static [u16] = &[];

    /// Whether 429 and 503 `service_unavailable`, which say that nothing was done, may be waited out.
    const WAITS_WHEN_BUSY: bool = true;

    /// Whether it does harm twice.
    fn replay(&self) -> Replay;

    /// What is asked: method, path with query, body, idempotency key.
    fn call(&self) -> Result<Call, Error>;

    /// Reads an answer that the operation accepts: 2xx, a 400 that says `"success":true`, and what it claims.
    fn output(&self, reply: &Reply<'_>) -> Result<Self::Output, Error>;

    /// The whole request to that server, credential marked sensitive.
    #[cfg(feature = "http")]
    fn request(
        &self,
        base: &BaseUrl,
        credential: Option<&Credential>,
    ) -> Result<http::Request<Payload>, Error> {
        let credential = match (Self::AUTH, credential) {
            (Auth::None, _) => None,
            (Auth::Any, Some(credential)) => Some(credential),
            (Auth::AccessToken, Some(credential))
                if credential.kind() == crate::CredentialKind::BearerToken =>
            {
                Some(credential)
            }
            (Auth::Any, None) => {
                return Err(Error::invalid(Subject::CredentialNeeded).with_operation(Self::NAME));
            }
            (Auth::AccessToken, _) => {
                return Err(Error::invalid(Subject::AccessTokenNeeded).with_operation(Self::NAME));
            }
        };
        self.call()
            .and_then(|call| call.to_outgoing(base, credential).into_http())
            .map_err(|error| error.with_operation(Self::NAME))
    }

    /// Reads a response whose body has been read and decompressed.
    #[cfg(feature = "http")]
    fn read<B: AsRef<[u8]>>(&self, response: &http::Response<B>) -> Result<Self::Output, Error> {
        let head = Head::from(response);
        let reply = Reply::new(&head, response.body().as_ref());
        let read = if accepts(&reply, Self::CLAIMED) {
            self.output(&reply)
        } else {
            Err(refused(refusal(&reply, None), Self::REFUSED))
        };
        read.map_err(|error| {
            let error = match self.call() {
                Ok(call) => error.without_echoes(&call.secrets()),
                Err(_) => error,
            };
            self.replay()
                .settle(error)
                .with_operation(Self::NAME)
                .with_attempts(1)
        })
    }
}

/// Which credential an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// None: the body proves who asks.
    None,
    /// A bearer token, a client key or a service key.
    Any,
    /// A user's or an administrator's access token.
    AccessToken,
}

/// Whether an operation does harm when it is carried out twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Replay {
    /// It changes nothing.
    Safe,
    /// Twice is as good as once.
    Idempotent,
    /// Twice is not: it is not sent again once it may have arrived.
    Once,
    /// An idempotency key makes a second sending of the same bytes give the first answer.
    Keyed,
}

impl Replay {
    /// An error of such an operation: what changes nothing has no effect to be unsure of.
    #[must_use]
    pub fn settle(self, error: Error) -> Error {
        if self == Self::Safe {
            error.with_outcome(Outcome::NotApplied)
        } else {
            error
        }
    }
}

/// What a refusal (401) of an operation's credential calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// A bearer token is renewed once; a key is confirmed through `/health` and tried once more.
    Credential,
    /// The credential is in the body and may be tried again: confirmed through `/health`, tried once more.
    Confirm,
    /// The credential is in the body and every refusal counts against the account: `/health` is asked, nothing is resent.
    Diagnose,
}

/// Whether an answer goes to the operation, or to triage.
pub(crate) fn accepts(reply: &Reply<'_>, claimed: &[u16]) -> bool {
    let applied = |reply: &Reply<'_>| {
        crate::wire::Envelope::read(reply.body()).is_some_and(|body| body.success)
    };
    // A body nested deeper than 64 levels is applied by the server and answered 400 with the success body.
    reply.is_success()
        || is_among(reply.status(), claimed)
        || (reply.status() == 400 && applied(reply))
}

/// Whether a status is one of these. There are never more than two.
#[expect(
    clippy::manual_contains,
    reason = "`contains` looks at eight at a time, in three times the code"
)]
pub(crate) fn is_among(status: u16, these: &[u16]) -> bool {
    these.iter().any(|each| *each == status)
}

/// Gives an answer that refuses the credential by another status than 401 the kind that it has.
///
/// Such a status (400 for a two-factor code) has other meanings too: a proxy's page, a member that is missing. Newest
/// servers tell them apart by the code; older ones give none.
pub(crate) fn refused(error: Error, refusing: &[u16]) -> Error {
    let is_about_the_credential = error
        .code()
        .map_or(error.server_message().is_some(), |code| {
            code == server_code::INVALID_CREDENTIALS
        });
    if matches!(error.kind(), ErrorKind::Rejected)
        && error
            .status()
            .is_some_and(|status| status != 401 && is_among(status, refusing))
        && is_about_the_credential
    {
        error.with_kind(ErrorKind::Refused { confirmed: false })
    } else {
        error
    }
}
