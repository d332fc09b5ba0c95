//! What a failure of ureq means: what broke, and whether the request may have arrived.
//!
//! ureq does not say how far it came. What is certainly [`Delivery::NotSent`] is what can only happen before the first byte
//! of a request is written: the name, the connection, the server's certificate, a request that it refused to send. Whatever
//! may also happen later counts as [`Delivery::Unknown`], also where it is improbable: a host that cannot be reached may
//! have become so with the request on its way.

use std::{error::Error as StdError, fmt, io};

use fluxbase_client_keys::{Delivery, FailureKind, TransportFailure};
use rustls::AlertDescription;
use ureq::Timeout;

use FailureKind::{Closed, Connect, Other, Protocol, Resolve, Tls, Unsendable};

/// There is no head of an answer.
pub(crate) fn before_the_head(error: &ureq::Error) -> TransportFailure {
    let (kind, delivery) = classify(error);
    TransportFailure::new(kind, delivery).with_source(Cause::of(error))
}

/// The body broke off: the server has answered, so the request has arrived.
pub(crate) fn in_the_body(error: io::Error) -> TransportFailure {
    let error = ureq::Error::from(error);
    let (kind, _) = classify(&error);
    TransportFailure::new(kind, Delivery::Unknown).with_source(Cause::of(&error))
}

/// The caller wants no more.
pub(crate) fn cancelled(delivery: Delivery) -> TransportFailure {
    TransportFailure::new(FailureKind::Cancelled, delivery)
}

/// The request cannot be put in HTTP's form.
pub(crate) fn unsendable() -> TransportFailure {
    TransportFailure::new(Unsendable, Delivery::NotSent)
}

/// Nothing was begun, for want of what the operating system did not give.
pub(crate) fn not_begun(error: io::Error) -> TransportFailure {
    TransportFailure::new(Other, Delivery::NotSent).with_source(Cause::of(&ureq::Error::Io(error)))
}

fn classify(error: &ureq::Error) -> (FailureKind, Delivery) {
    use Delivery::{NotSent, Unknown};
    use ureq::Error as E;

    match error {
        E::HostNotFound | E::Timeout(Timeout::Resolve) => (Resolve, NotSent),
        E::ConnectionFailed | E::ConnectProxyFailed(_) | E::Timeout(Timeout::Connect) => {
            (Connect, NotSent)
        }
        E::Timeout(_) => (FailureKind::Timeout, Unknown),
        E::Tls(_) | E::Pem(_) | E::Rustls(_) | E::TlsRequired => (Tls, NotSent),
        E::Http(_) | E::BadUri(_) | E::RequireHttpsOnly(_) | E::InvalidProxyUrl => {
            (Unsendable, NotSent)
        }
        // The body of the answer ended within the size of a chunk.
        E::BodyStalled => (Closed, Unknown),
        // It was cut before its compression was complete.
        E::Decompress(_, error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            (Closed, Unknown)
        }
        E::Protocol(_) | E::Decompress(..) | E::LargeResponseHeader(..) => (Protocol, Unknown),
        // A body that claims to be compressed and is not.
        E::Io(error) if is_damage(error) => (Protocol, Unknown),
        E::Io(error) => classify_io(error),
        _ => (Other, Unknown),
    }
}

fn classify_io(error: &io::Error) -> (FailureKind, Delivery) {
    use Delivery::{NotSent, Unknown};

    if let Some(error) = tls_error(error) {
        return (
            Tls,
            if in_handshake(error) {
                NotSent
            } else {
                Unknown
            },
        );
    }
    if is_resolution(error) {
        return (Resolve, NotSent);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::AddrNotAvailable => (Connect, NotSent),
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown => (Connect, Unknown),
        // ureq's word for a pool that takes no new connections; the system's own has a number.
        io::ErrorKind::NotConnected if error.raw_os_error().is_none() => (Closed, NotSent),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected => (Closed, Unknown),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => (FailureKind::Timeout, Unknown),
        _ => (Other, Unknown),
    }
}

/// What the decompression says of bytes that it cannot read.
fn is_damage(error: &io::Error) -> bool {
    let kind = error.kind();
    tls_error(error).is_none()
        && matches!(
            kind,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData
        )
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Whether this can only happen before the handshake is complete, when nothing of a request has been written.
fn in_handshake(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(_)
        | rustls::Error::NoCertificatesPresented
        | rustls::Error::UnsupportedNameType
        | rustls::Error::PeerIncompatible(_)
        | rustls::Error::NoApplicationProtocol => true,
        rustls::Error::AlertReceived(alert) => matches!(
            alert,
            AlertDescription::HandshakeFailure
                | AlertDescription::ProtocolVersion
                | AlertDescription::InsufficientSecurity
                | AlertDescription::UnrecognisedName
                | AlertDescription::NoApplicationProtocol
        ),
        _ => false,
    }
}

/// The standard library has no kind for a name that was not found: on Unix it says so in words, on Windows with the
/// numbers of `WSAHOST_NOT_FOUND` and its like.
fn is_resolution(error: &io::Error) -> bool {
    match error.raw_os_error() {
        Some(number) => cfg!(windows) && (11001..=11004).contains(&number),
        None => error
            .to_string()
            .starts_with("failed to lookup address information"),
    }
}

/// ureq's error as text, which holds no header, no body and no secret: of what a text can be made from, only that is taken
/// over which the operating system, rustls or the parser of a head say of themselves.
#[derive(Debug)]
struct Cause(String);

impl Cause {
    fn of(error: &ureq::Error) -> Self {
        use ureq::Error as E;

        Self(match error {
            E::Io(inner) => match tls_error(inner) {
                Some(tls) => tls.to_string(),
                None => inner.to_string(),
            },
            E::Timeout(_)
            | E::HostNotFound
            | E::ConnectionFailed
            | E::ConnectProxyFailed(_)
            | E::Tls(_)
            | E::Rustls(_)
            | E::TlsRequired
            | E::Protocol(_)
            | E::Decompress(..)
            | E::LargeResponseHeader(..) => error.to_string(),
            _ => "ureq refused the request or the answer".to_owned(),
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Cause {}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(kind: io::ErrorKind) -> ureq::Error {
        ureq::Error::Io(io::Error::from(kind))
    }

    fn tls(error: rustls::Error) -> ureq::Error {
        ureq::Error::Io(io::Error::new(io::ErrorKind::InvalidData, error))
    }

    #[test]
    fn only_what_cannot_happen_later_counts_as_not_sent() {
        use Delivery::{NotSent, Unknown};
        use io::ErrorKind as K;

        let rows = [
            (io(K::ConnectionRefused), Connect, NotSent),
            (io(K::HostUnreachable), Connect, Unknown),
            (io(K::BrokenPipe), Closed, Unknown),
            (io(K::ConnectionReset), Closed, Unknown),
            (io(K::TimedOut), FailureKind::Timeout, Unknown),
            (io(K::PermissionDenied), Other, Unknown),
            (
                tls(rustls::Error::InvalidCertificate(
                    rustls::CertificateError::UnknownIssuer,
                )),
                Tls,
                NotSent,
            ),
            (
                tls(rustls::Error::AlertReceived(
                    AlertDescription::HandshakeFailure,
                )),
                Tls,
                NotSent,
            ),
            // A server that wants a certificate of its client's says so after the request was written.
            (
                tls(rustls::Error::AlertReceived(
                    AlertDescription::CertificateRequired,
                )),
                Tls,
                Unknown,
            ),
            (tls(rustls::Error::DecryptError), Tls, Unknown),
            (ureq::Error::Timeout(Timeout::Resolve), Resolve, NotSent),
            (ureq::Error::Timeout(Timeout::Connect), Connect, NotSent),
            (
                ureq::Error::Timeout(Timeout::SendBody),
                FailureKind::Timeout,
                Unknown,
            ),
            (
                ureq::Error::ConnectProxyFailed("407".into()),
                Connect,
                NotSent,
            ),
            (
                ureq::Error::LargeResponseHeader(70_000, 65_536),
                Protocol,
                Unknown,
            ),
            (ureq::Error::BadUri("x".into()), Unsendable, NotSent),
        ];
        for (error, kind, delivery) in rows {
            let failure = before_the_head(&error);
            assert_eq!(
                (failure.kind(), failure.delivery()),
                (kind, delivery),
                "{error:?}"
            );
        }
    }

    #[test]
    fn a_failure_in_the_body_is_never_not_sent() {
        let failure = in_the_body(io::Error::from(io::ErrorKind::ConnectionRefused));
        assert_eq!(failure.delivery(), Delivery::Unknown);
        let wrapped = io::Error::other(ureq::Error::Timeout(Timeout::RecvBody));
        assert_eq!(in_the_body(wrapped).kind(), FailureKind::Timeout);
    }

    #[test]
    fn the_cause_quotes_no_address() {
        let error = ureq::Error::BadUri("https://hunter2@example.com".into());
        let failure = before_the_head(&error);
        let source = failure.source().unwrap();
        assert!(!format!("{failure} {failure:?} {source} {source:?}").contains("hunter2"));
    }
}
