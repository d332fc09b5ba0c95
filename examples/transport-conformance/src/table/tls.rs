//! TLS: whom it trusts, and that nothing is sent to others.

use fluxbase_client_keys::{
    Delivery::{NotSent, Unknown},
    FailureKind::{Closed, Connect, Timeout, Tls},
};

use super::{SHORT, created};
use crate::{Case, Place, Told};

pub(super) fn cases() -> Vec<Case> {
    let untrusted = |name, place| Case::new(name, created(), Told::Failed(Tls, NotSent)).at(place);
    let any_time =
        "that TLS is broken may show at any time, and not every library says when it did";
    let no_connection = "a handshake belongs to connecting";
    vec![
        Case::new("tls-trusted", created(), Told::Answer(201)).at(Place::Trusted),
        untrusted("tls-unknown-authority", Place::UnknownAuthority),
        untrusted("tls-wrong-name", Place::WrongName),
        untrusted("tls-expired", Place::Expired),
        untrusted("tls-to-a-plain-port", Place::TlsToPlain)
            .or(Told::Failed(Tls, Unknown), any_time)
            .or(Told::Failed(Connect, NotSent), no_connection),
        untrusted("tls-to-a-silent-port", Place::TlsToSilent)
            .or(Told::Failed(Connect, NotSent), no_connection)
            .or(
                Told::Failed(Timeout, NotSent),
                "it was the time that ended it",
            )
            .or(
                Told::Failed(Timeout, Unknown),
                "not every library says what it was doing when its time ended",
            )
            .timeout(SHORT),
        untrusted("tls-to-a-closing-port", Place::TlsToClosing)
            .or(Told::Failed(Connect, NotSent), no_connection)
            .or(Told::Failed(Closed, NotSent), "it was closed")
            .or(Told::Failed(Closed, Unknown), any_time),
    ]
}
