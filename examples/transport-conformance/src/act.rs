//! `Act`: what the server does with a request, as data.

use std::time::Duration;

/// What every head of an answer carries, so that a page of any origin may read it.
pub(crate) const CORS: &str =
    "access-control-allow-origin: *\r\naccess-control-expose-headers: *\r\n";

/// What the server does with one request.
#[derive(Debug, Clone)]
pub struct Act {
    /// When it begins.
    pub when: When,
    /// What it does, one after the other.
    pub deeds: Vec<Deed>,
    /// What becomes of the connection after that.
    pub then: Then,
}

/// When the server begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Once the whole request has been read.
    Request,
    /// Once its head has been read; the rest stays unread.
    Head,
    /// As soon as there is something to read, none of which is read.
    Unread,
}

/// One thing that the server does.
#[derive(Debug, Clone)]
pub enum Deed {
    /// Writes these bytes at once.
    Write(Vec<u8>),
    /// Lets time pass.
    Pause(Duration),
    /// Writes these bytes so many times, with a pause after each time.
    Repeat(Vec<u8>, usize, Duration),
    /// Writes these bytes one by one, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Waits for the client to end the connection.
    Hold,
}

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// It is kept for further requests.
    Keep,
}

impl Act {
    /// Writes these bytes once the request is there, and closes the connection.
    pub(crate) fn write(bytes: impl Into<Vec<u8>>) -> Self {
        Self::deeds([Deed::Write(bytes.into())])
    }

    /// Does this once the request is there, and closes the connection.
    pub(crate) fn deeds(deeds: impl IntoIterator<Item = Deed>) -> Self {
        Self {
            when: When::Request,
            deeds: deeds.into_iter().collect(),
            then: Then::Close,
        }
    }

    /// Only closes the connection.
    pub(crate) fn close() -> Self {
        Self::deeds([])
    }

    /// Does it at another time.
    pub(crate) fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Does something else with the connection.
    pub(crate) fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }

    /// Waits for the client's end of the connection after all.
    pub(crate) fn hold(mut self) -> Self {
        self.deeds.push(Deed::Hold);
        self
    }
}

/// A head: the status line after the version, and headers that end with a line break each.
pub(crate) fn head(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{CORS}{headers}\r\n")
        .into_bytes()
}

/// A whole answer with its length.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = head(
        status,
        &format!("content-length: {}\r\n{headers}", body.len()),
    );
    bytes.extend_from_slice(body);
    bytes
}

/// A body in chunks of at most this size, with what follows the size and what follows the last chunk.
pub(crate) fn chunked(body: &[u8], size: usize, extension: &str, trailers: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for piece in body.chunks(size) {
        bytes.extend_from_slice(format!("{:x}{extension}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("0\r\n{trailers}\r\n").as_bytes());
    bytes
}
