//! Reads requests from the bytes of a connection.

use crate::Copy;

/// The head of a request, and how many bytes it takes.
pub(super) struct Head {
    pub(super) copy: Copy,
    pub(super) length: usize,
    /// How many bytes of body follow.
    pub(super) body: usize,
}

/// What the bytes so far begin with.
pub(super) enum Read {
    Head(Head),
    /// More is needed.
    Part,
    /// Not HTTP.
    Other,
}

pub(super) fn read(bytes: &[u8]) -> Read {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Read::Part,
        Err(_) => return Read::Other,
    };
    let copy = Copy {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers: request
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value).into_owned();
                (header.name.to_ascii_lowercase(), value)
            })
            .collect(),
        ..Copy::default()
    };
    let told = copy.values("content-length").next();
    let body = told.and_then(|told| told.parse().ok()).unwrap_or(0);
    Read::Head(Head { copy, length, body })
}
