//! What ureq's errors mean for delivery.
//!
//! ureq resends nothing by itself, so an error says what became of the one copy. Where it came from decides: resolving,
//! connecting and the TLS handshake come before the first byte of the request; anything else that fails before the head
//! of the answer may have been carried out.

use std::io;

use ureq::{Error, Timeout};

use crate::{Delivery, FailureKind, TransportFailure};

/// A failure to get the head of an answer.
pub(crate) fn before_head(error: Error) -> TransportFailure {
    let (kind, delivery) = match &error {
        Error::HostNotFound | Error::Timeout(Timeout::Resolve) => {
            (FailureKind::Resolve, Delivery::NotSent)
        }
        Error::Timeout(Timeout::Connect)
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_) => (FailureKind::Connect, Delivery::NotSent),
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) | Error::TlsRequired => {
            (FailureKind::Tls, Delivery::NotSent)
        }
        Error::BadUri(_) | Error::Http(_) | Error::RequireHttpsOnly(_) | Error::InvalidProxyUrl => {
            (FailureKind::Unsendable, Delivery::NotSent)
        }
        Error::Timeout(_) => (FailureKind::Timeout, Delivery::Unknown),
        Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::Decompress(..) => {
            (FailureKind::Protocol, Delivery::Unknown)
        }
        Error::Io(error) => of_io(error),
        _ => (FailureKind::Other, Delivery::Unknown),
    };
    TransportFailure::new(kind, delivery).with_source(error)
}

/// A failure to read the body of an answer. The request has arrived.
pub(crate) fn in_body(error: io::Error) -> TransportFailure {
    let error = Error::from(error);
    let kind = match &error {
        Error::Timeout(_) => FailureKind::Timeout,
        Error::BodyExceedsLimit(_) => FailureKind::TooLarge,
        Error::Protocol(_) | Error::Decompress(..) => FailureKind::Protocol,
        // What flate2 says of a body that is no gzip.
        Error::Io(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
            ) =>
        {
            FailureKind::Protocol
        }
        Error::Io(_) => FailureKind::Closed,
        _ => FailureKind::Other,
    };
    TransportFailure::new(kind, Delivery::Unknown).with_source(error)
}

fn of_io(error: &io::Error) -> (FailureKind, Delivery) {
    use io::ErrorKind as Kind;

    match error.kind() {
        Kind::ConnectionRefused
        | Kind::HostUnreachable
        | Kind::NetworkUnreachable
        | Kind::AddrNotAvailable
        | Kind::NetworkDown => (FailureKind::Connect, Delivery::NotSent),
        // The only such error before the head is rustls': a certificate or a handshake that is not acceptable.
        Kind::InvalidData => (FailureKind::Tls, Delivery::NotSent),
        Kind::UnexpectedEof
        | Kind::ConnectionReset
        | Kind::ConnectionAborted
        | Kind::BrokenPipe
        | Kind::NotConnected => (FailureKind::Closed, Delivery::Unknown),
        Kind::TimedOut | Kind::WouldBlock => (FailureKind::Timeout, Delivery::Unknown),
        // The standard library has no kind for a failed look-up, only this text.
        _ if error
            .to_string()
            .starts_with("failed to lookup address information") =>
        {
            (FailureKind::Resolve, Delivery::NotSent)
        }
        _ => (FailureKind::Other, Delivery::Unknown),
    }
}
