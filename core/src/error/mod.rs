//! `Error`: what went wrong, who must act, and what is known about the effect.

mod cause;
mod display;
mod echo;
mod input;
pub mod server_code;
mod transport;

use core::time::Duration;
use std::error::Error as StdError;

pub use self::transport::{Delivery, FailureKind, TransportFailure};
pub(crate) use self::{
    cause::Cause,
    display::{clean, clean_id},
    echo::is_repeated,
    input::Subject,
};

/// Why an operation gave no result.
///
/// `Display` is one line: operation, status, code, what the server said (cut and escaped), what to do, request id. It
/// never holds a body, a header, a query or a secret, and neither does `Debug` or a [`source`](StdError::source).
/// [What each status means on which server](crate::docs::statuses) is a page of its own.
#[derive(Debug, Clone)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    known: Known,
    said: Said,
    detail: Option<String>,
    source: Cause,
}

/// What is known without the answer.
#[derive(Debug, Clone, Copy)]
struct Known {
    kind: ErrorKind,
    operation: Option<&'static str>,
    attempts: u32,
    outcome: Outcome,
    /// An attempt before the one that decided may have been carried out.
    uncertain: bool,
}

/// What the answer said that decided, if there was one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) required_scope: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// What class of thing went wrong. The server's own word is [`Error::code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What the caller passed cannot be sent; nothing was sent.
    InvalidInput,
    /// The credential, or the e-mail address and password, was refused (401; two-factor codes 400).
    Refused {
        /// The server said through `/health` that it is well, and refused again (or the credential is a bearer token,
        /// which no server refuses for want of its database). Otherwise the refusal may be an outage: with its database
        /// away a server refuses good client keys, service keys, refresh tokens and passwords.
        confirmed: bool,
    },
    /// There is no usable session: sign in.
    SignInNeeded,
    /// The credential is known and may not do this (403).
    Forbidden,
    /// There is no such client key (404, and the 500 with which older servers say the same).
    NotFound,
    /// An idempotency key is in use by another request, or was used for a different one (409, 422).
    Conflict,
    /// Too many requests (429).
    RateLimited,
    /// The server cannot answer for now, and says so (503, or `degraded` from `/health`).
    Unavailable,
    /// The server failed (other 5xx).
    Server,
    /// The server, or a proxy before it, does not take this request (other 4xx).
    Rejected,
    /// A redirect (3xx), which is never followed: the credential has already been sent to where it came from.
    Redirected,
    /// The answer is not one of a Fluxbase server: HTML, an unknown route.
    NotFluxbase,
    /// The answer is JSON from a server but not what the operation promises.
    UnexpectedResponse,
    /// The answer is larger than the limit that was set.
    ResponseTooLarge,
    /// No complete answer: the connection, name resolution, TLS, a time-out.
    Transport(FailureKind),
    /// The time allowed for the whole call ran out before there was an answer to report.
    DeadlineExceeded,
    /// The call was cancelled.
    Cancelled,
}

/// What is known about the effect of an operation that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing was changed on the server.
    NotApplied,
    /// The change was made, although no result can be given.
    Applied,
    /// It may have been made or not.
    Unknown,
}

impl Error {
    /// An error of this kind that nothing else is known about yet.
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self::answered(kind, Said::default(), Outcome::NotApplied)
    }

    /// An error that an answer stands for.
    pub(crate) fn answered(kind: ErrorKind, said: Said, outcome: Outcome) -> Self {
        Self(Box::new(Inner {
            known: Known {
                kind,
                operation: None,
                attempts: 0,
                outcome,
                uncertain: false,
            },
            said,
            detail: None,
            source: Cause::default(),
        }))
    }

    pub(crate) fn invalid(subject: Subject) -> Self {
        Self::new(ErrorKind::InvalidInput).with_detail(subject.text())
    }

    /// An error about what the caller passed, for transports and programs built on this crate.
    ///
    /// `text` is shown as it is: it must say who must act and must not quote a secret.
    #[must_use]
    pub fn invalid_input(text: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput).with_detail(&text.into())
    }

    /// The operation, such as `create client key`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.known.operation
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.known.kind
    }

    /// The HTTP status of the answer that decided, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.said.status
    }

    /// The server's own word, such as `ACCESS_DENIED` or `service_unavailable`; older servers give none for most errors.
    /// Known ones stand in [`server_code`].
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.said.code.as_deref()
    }

    /// What the server said, for people: at most 200 characters, control characters escaped, what looks like a secret
    /// replaced. Its wording differs between generations.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.said.message.as_deref()
    }

    /// The id under which the server's log has the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.said.request_id.as_deref()
    }

    /// The scope whose lack was the reason (403).
    #[must_use]
    pub fn required_scope(&self) -> Option<&str> {
        self.0.said.required_scope.as_deref()
    }

    /// How long the server asks to wait. Zero is what some limiters say whose window is a minute.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.said.retry_after
    }

    /// How many requests the call has sent, follow-up requests included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.known.attempts
    }

    /// What is known about the effect.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.known.outcome
    }

    /// Whether the same call may succeed later without anybody changing anything. It does not say that a repetition is
    /// harmless: ask [`outcome`](Self::outcome) for that.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self.0.known.kind {
            ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Server
            | ErrorKind::DeadlineExceeded
            | ErrorKind::Refused { confirmed: false } => true,
            ErrorKind::Transport(kind) => kind.is_transient(),
            _ => false,
        }
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.known.kind = kind;
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.known.operation = Some(operation);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.said.status = Some(status);
        self
    }

    pub(crate) fn with_detail(mut self, detail: &str) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// With this detail where there is none yet.
    pub(crate) fn or_detail(mut self, detail: &str) -> Self {
        self.0.detail.get_or_insert_with(|| detail.into());
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.known.attempts = attempts;
        self
    }

    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.known.outcome = outcome;
        self
    }

    pub(crate) fn with_uncertainty(mut self, uncertain: bool) -> Self {
        self.0.known.uncertain = uncertain;
        self
    }

    pub(crate) fn was_uncertain(&self) -> bool {
        self.0.known.uncertain
    }

    /// With the error that led to this one.
    pub(crate) fn with_cause(mut self, cause: Cause) -> Self {
        self.0.source = cause;
        self
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.source()
    }
}

/// An error of this kind that nothing else is known about; nothing was sent. For those who drive calls in a loop of their own.
impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind)
    }
}

impl From<crate::TimestampError> for Error {
    fn from(_: crate::TimestampError) -> Self {
        Self::new(ErrorKind::InvalidInput).with_detail(crate::TimestampError::TEXT)
    }
}
