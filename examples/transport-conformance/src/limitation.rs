//! `Limitation`: what a transport cannot do or tell, and what that changes in the cases.

use fluxbase_client_keys::{Delivery, FailureKind};

use crate::{Case, Cors, Mark, Place, Told};

/// Something that a transport cannot do or tell, for a reason of its own. Whoever runs the suite declares it; a case then has
/// another answer, which it must give, or cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Limitation {
    /// It speaks no TLS.
    NoTls,
    /// Whose certificates it trusts is not the program's to say.
    FixedAuthorities,
    /// Each request has a connection of its own.
    NoReuse,
    /// It undoes no compression.
    NoGzip,
    /// It passes over a length that is none.
    LenientLength,
    /// It is not told what broke before the head of an answer.
    HiddenFailures,
    /// It takes an answer of 100 that it did not ask for to be the end.
    NoContinue,
    /// It takes compressed data that break off for complete.
    LenientGzip,
    /// It is not told what broke in the body of an answer.
    HiddenBodyFailures,
    /// It cannot tell that nothing was sent.
    UnknownDelivery,
    /// It is told of a redirect that it was one, and nothing else.
    HiddenRedirects,
    /// What it may read and send is up to the server's settings for its origin.
    Cors,
    /// The coding of answers is not the program's to choose.
    FixedCoding,
    /// What carries out its requests sends one once more by itself.
    Resends,
    /// A call holds the thread, so it cannot be dropped half-way.
    Blocking,
}

impl Limitation {
    /// Why a transport may have it.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoTls => "it speaks no TLS, and refuses an https URL before it connects",
            Self::FixedAuthorities => {
                "whose certificates are trusted is the browser's setting, so none of a test's own is"
            }
            Self::NoReuse => "each request has a connection of its own, so none is used again",
            Self::NoGzip => {
                "it asks for no compression, and takes a body that is compressed all the same for damage"
            }
            Self::HiddenFailures => {
                "a page is not told why a request failed, so that it cannot look about in a network"
            }
            Self::NoContinue => "Node ends the connection at a 100 that was not asked for",
            Self::LenientLength => {
                "a browser passes over a length that is none, and reads on to the end of the connection"
            }
            Self::LenientGzip => {
                "browsers and Node take compressed data that break off for complete"
            }
            Self::HiddenBodyFailures => {
                "a stream that breaks off gives no reason, so each counts as a closed connection"
            }
            Self::UnknownDelivery => {
                "fetch does not promise that nothing was sent, whatever it says of the reason"
            }
            Self::HiddenRedirects => "a page is told that there was a redirect, but not its status",
            Self::Cors => "a page reads of another origin what that lets it",
            Self::FixedCoding => "the browser sets accept-encoding itself",
            Self::Resends => {
                "a browser repeats a request when a connection that it has used before is closed without an answer"
            }
            Self::Blocking => "a blocking call cannot be dropped half-way",
        }
    }

    /// What is told under this limitation instead.
    pub(crate) fn instead(self, case: &Case, told: Told) -> Told {
        match (self, told) {
            (Self::NoTls, _) if case.place.is_https() => {
                Told::Failed(FailureKind::Unsendable, Delivery::NotSent)
            }
            (
                Self::NoGzip,
                Told::Answer(status) | Told::Cut(status, _) | Told::TooLarge(status),
            ) if case.is(Mark::Gzip) => Told::Cut(status, FailureKind::Protocol),
            (Self::NoContinue, Told::Answer(_)) if case.is(Mark::Continued) => {
                Told::Failed(FailureKind::Closed, Delivery::Unknown)
            }
            (Self::LenientLength, Told::Failed(FailureKind::Protocol, _))
                if case.is(Mark::NoLength) =>
            {
                Told::Answer(201)
            }
            (Self::LenientGzip, Told::Cut(status, FailureKind::Closed)) if case.is(Mark::Gzip) => {
                Told::Part(status)
            }
            // What runs out is the client's own time.
            (Self::HiddenFailures, Told::Failed(kind, _)) if kind != FailureKind::Timeout => {
                Told::Failed(FailureKind::Opaque, Delivery::Unknown)
            }
            (Self::HiddenBodyFailures, Told::Cut(status, kind)) if kind != FailureKind::Timeout => {
                Told::Cut(status, FailureKind::Closed)
            }
            (Self::UnknownDelivery, Told::Failed(kind, _)) => Told::Failed(kind, Delivery::Unknown),
            (Self::Cors, _) if case.cors != Cors::Everything => {
                Told::Failed(FailureKind::Opaque, Delivery::Unknown)
            }
            (Self::HiddenRedirects, Told::Answer(300..400)) => Told::OpaqueRedirect,
            (_, told) => told,
        }
    }

    /// Whether it makes the case impossible to express.
    pub(crate) fn prevents(self, case: &Case) -> bool {
        match self {
            Self::NoTls => case.place == Place::Trusted,
            Self::FixedAuthorities => matches!(
                case.place,
                Place::Trusted | Place::WrongName | Place::Expired
            ),
            Self::NoReuse => case.is(Mark::Race),
            Self::FixedCoding => case.asks_for_identity(),
            Self::Blocking => case.drops(),
            _ => false,
        }
    }
}
