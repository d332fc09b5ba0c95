//! What JavaScript says of a request that got no whole answer.

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
    match fields.optional().filter(|words| is_plain(words)) {
        Some(words) => failure.with_detail(words.to_owned()),
        None => failure,
    }
}

/// A failure that may be a matter of CORS, with words about the header that servers allow to no page of another origin
/// unless they are told to.
pub(crate) fn explained(failure: TransportFailure, request: &Outgoing) -> TransportFailure {
    if failure.kind() != FailureKind::Opaque {
        return failure;
    }
    for (name, _) in request.headers() {
        let header = match name {
            "x-client-key" => "X-Client-Key",
            "x-service-key" => "X-Service-Key",
            "idempotency-key" => "Idempotency-Key",
            _ => continue,
        };
        let mut words = String::from("a page of another origin may send ");
        words.push_str(header);
        words.push_str(
            " only if the server's CORS settings allow that request header: by default they do not",
        );
        return failure.with_detail(words);
    }
    failure
}

/// Whether this is what JavaScript may add: a code such as `ECONNREFUSED`, or words of its own. Never the sentence of an HTTP
/// library, which may quote a header; what looks like no fixed words does not pass.
fn is_plain(text: &str) -> bool {
    let mut length = 0;
    for byte in text.bytes() {
        length = if byte == b' ' { 0 } else { length + 1 };
        let may_be = byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b',' | b'\'');
        if !may_be || length > 30 {
            return false;
        }
    }
    (1..=100).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_quote_a_header_does_not_pass() {
        for text in ["ECONNREFUSED", "UND_ERR_SOCKET", "there is no fetch here"] {
            assert!(is_plain(text), "{text}");
        }
        for text in [
            "",
            "Headers.append: \"fbk_Zm9v\" is an invalid header value.",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
            "a\nb",
        ] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
