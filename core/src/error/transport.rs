//! How a transport says that there was no complete answer.

use core::fmt;
use std::{borrow::Cow, error::Error as StdError};

use super::cause::Cause;
use crate::text::concat;

/// Whether the request may have reached the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Certainly not: it failed before the first byte of the request was written. Any operation may be sent again.
    NotSent,
    /// It may have. Only an operation that does no harm twice is sent again.
    Unknown,
}

/// What failed between the caller and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureKind {
    /// The host's name has no address.
    Resolve,
    /// No connection: refused, unreachable, or its time ran out.
    Connect,
    /// The server's certificate or the TLS handshake was not acceptable.
    Tls,
    /// The time for one attempt ran out.
    Timeout,
    /// The connection was closed or reset before the answer was complete.
    Closed,
    /// The peer does not speak HTTP as it should, or its compressed body is damaged.
    Protocol,
    /// The answer exceeded the body limit.
    TooLarge,
    /// The HTTP library refused the request.
    Unsendable,
    /// Cancelled by the caller.
    Cancelled,
    /// The browser says no more than that the request failed: refused, blocked by CORS, or the network.
    Opaque,
    /// Anything else.
    Other,
}

impl FailureKind {
    /// Whether the next attempt may go better without anybody changing anything.
    #[must_use]
    pub fn is_transient(self) -> bool {
        match self {
            Self::Resolve
            | Self::Connect
            | Self::Timeout
            | Self::Closed
            | Self::Opaque
            | Self::Other => true,
            Self::Tls | Self::Protocol | Self::TooLarge | Self::Unsendable | Self::Cancelled => {
                false
            }
        }
    }

    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Resolve => "the host's name could not be resolved",
            Self::Connect => "no connection to the server",
            Self::Tls => "the server's TLS certificate or handshake was not accepted",
            Self::Timeout => "no answer in the time allowed for one attempt",
            Self::Closed => "the connection was closed before the answer was complete",
            Self::Protocol => "the answer is not valid HTTP",
            Self::TooLarge => "the answer is larger than the limit that was set",
            Self::Unsendable => "the HTTP library refused the request",
            Self::Cancelled => "cancelled",
            Self::Opaque => {
                "the browser gave no reason: the server may be away, or may not allow this origin or header (CORS)"
            }
            Self::Other => "the request failed",
        }
    }
}

/// A transport's report that there was no complete answer: what failed, and whether the request may have arrived.
///
/// ```
/// use fluxbase_client_keys::{Delivery, FailureKind, TransportFailure};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let failure = TransportFailure::new(FailureKind::Connect, Delivery::NotSent).with_source(refused);
/// assert_eq!(failure.delivery(), Delivery::NotSent);
/// ```
#[derive(Clone)]
pub struct TransportFailure {
    kind: FailureKind,
    delivery: Delivery,
    detail: Option<Cow<'static, str>>,
    source: Cause,
}

impl TransportFailure {
    /// A failure of this kind.
    #[must_use]
    pub fn new(kind: FailureKind, delivery: Delivery) -> Self {
        Self {
            kind,
            delivery,
            detail: None,
            source: Cause::default(),
        }
    }

    /// With what a person can do about it, or a code, which the error shows: never words that quote what was sent.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With the HTTP library's own error, which must print no header and no body. Without the feature `sources` it is not kept.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Cause::of(source);
        self
    }

    pub(crate) fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// What failed.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Whether the request may have arrived.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    pub(crate) fn into_error(self) -> super::Error {
        let kind = match self.kind {
            FailureKind::Cancelled => super::ErrorKind::Cancelled,
            FailureKind::TooLarge => super::ErrorKind::ResponseTooLarge,
            kind => super::ErrorKind::Transport(kind),
        };
        let mut error = super::Error::new(kind);
        if let Some(detail) = self.detail {
            error = error.with_detail(&detail);
        }
        error.0.source = self.source;
        error
    }
}

impl fmt::Debug for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportFailure")
            .field("kind", &self.kind)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())?;
        match &self.detail {
            Some(detail) => f.write_str(&concat(&[": ", detail])),
            None => Ok(()),
        }
    }
}

impl StdError for TransportFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}
