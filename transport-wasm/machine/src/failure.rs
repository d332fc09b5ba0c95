//! What JavaScript says of a request that got no whole answer.

use core::fmt;
use std::error::Error as StdError;

use fluxbase_client_keys::{Delivery, FailureKind, Outgoing, TransportFailure};

use crate::fields::Fields;

/// Reads a failure: its kind, "1" if certainly nothing was sent, and words or a code.
pub(crate) fn read(input: &[u8]) -> TransportFailure {
    let mut fields = Fields::new(input);
    let kind = match fields.text() {
        "opaque" => FailureKind::Opaque,
        "timeout" => FailureKind::Timeout,
        "closed" => FailureKind::Closed,
        "too_large" => FailureKind::TooLarge,
        "unsendable" => FailureKind::Unsendable,
        _ => FailureKind::Other,
    };
    let delivery = if fields.flag() {
        Delivery::NotSent
    } else {
        Delivery::Unknown
    };
    let failure = TransportFailure::new(kind, delivery);
    match fields.optional().and_then(Words::new) {
        Some(words) => failure.with_source(words),
        None => failure,
    }
}

/// A failure that may be a matter of CORS, with words about the header that servers allow to no page of another origin
/// unless they are told to.
pub(crate) fn explained(failure: TransportFailure, request: &Outgoing) -> TransportFailure {
    if failure.kind() != FailureKind::Opaque {
        return failure;
    }
    let words = request.headers().find_map(|(name, _)| match name {
        "x-client-key" => Some(
            "a page of another origin may send X-Client-Key only if the server's CORS settings allow that request header, \
             which they do not by default",
        ),
        "x-service-key" => Some(
            "a page of another origin may send X-Service-Key only if the server's CORS settings allow that request header, \
             which they do not by default",
        ),
        "idempotency-key" => Some(
            "a page of another origin may send Idempotency-Key only if the server's CORS settings allow that request \
             header, which they do not by default",
        ),
        _ => None,
    });
    match words {
        Some(words) => failure.with_detail(words),
        None => failure,
    }
}

/// What JavaScript adds: a code such as `ECONNREFUSED`, or words of its own. Never the sentence of an HTTP library, which may
/// quote a header; what looks like no fixed words does not pass.
#[derive(Debug)]
pub(crate) struct Words(Box<str>);

impl Words {
    fn new(text: &str) -> Option<Self> {
        let mut length = 0;
        let mut is_plain = |byte: u8| {
            length = if byte == b' ' { 0 } else { length + 1 };
            length <= 30
                && (byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b',' | b'\''))
        };
        ((1..=100).contains(&text.len()) && text.bytes().all(&mut is_plain))
            .then(|| Self(text.into()))
    }
}

impl Words {
    /// The words.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Words {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_quote_a_header_does_not_pass() {
        for text in ["ECONNREFUSED", "UND_ERR_SOCKET", "there is no fetch here"] {
            assert_eq!(Words::new(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "Headers.append: \"fbk_Zm9v\" is an invalid header value.",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
            "a\nb",
        ] {
            assert!(Words::new(text).is_none(), "{text}");
        }
    }
}
