//! What hyper, and what is built on it, says of bytes that make no sense.

use std::{error::Error, io};

/// Whether the peer's bytes could not be read: no HTTP, no chunk, no compressed data, no TLS.
pub(crate) fn is_damage(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| {
        let head = cause.downcast_ref::<hyper::Error>();
        let body = cause.downcast_ref().map(io::Error::kind);
        head.is_some_and(hyper::Error::is_parse)
            || matches!(
                body,
                Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
            )
    })
}

/// Whether a cause begins with these words: some kinds can be told by nothing else.
pub(crate) fn says(error: &(dyn Error + 'static), words: &str) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with(words))
}

/// An error, what caused it, what caused that.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // The source of an I/O error is that of the error in it, which is passed over.
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        }
    })
}
