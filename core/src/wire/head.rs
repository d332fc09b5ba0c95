//! `Head` and `Reply`: what came back.

use crate::{
    error::clean_id,
    text::{split_at, strip_in_any_case, utf8},
};

/// What is kept of a response's status line and headers.
///
/// A transport hands over every header; this type knows which of them decide something.
#[derive(Clone, Default)]
pub struct Head {
    status: u16,
    content_type: Option<String>,
    retry_after: Option<String>,
    request_id: Option<String>,
    challenge: Option<String>,
    replayed: bool,
    opaque_redirect: bool,
}

impl Head {
    /// A response with this status and no headers yet.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// A redirect of which no more is known than that it was one: a browser's fetch, told not to follow redirects, gives
    /// neither status nor headers.
    #[must_use]
    pub fn opaque_redirect() -> Self {
        Self {
            opaque_redirect: true,
            ..Self::default()
        }
    }

    /// Takes note of a header. Values that are not text, and headers that decide nothing, are passed over.
    pub fn header(&mut self, name: &str, value: &[u8]) {
        let Some(value) = utf8(value.trim_ascii()) else {
            return;
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let (slot, value) = if is("content-type") {
            (&mut self.content_type, Some(value))
        } else if is("retry-after") {
            (&mut self.retry_after, Some(value))
        } else if is("www-authenticate") {
            (&mut self.challenge, Some(value))
        } else if is("x-request-id") {
            (&mut self.request_id, clean_id(value))
        } else {
            if is("idempotency-replayed") {
                self.replayed = value.eq_ignore_ascii_case("true");
            }
            return;
        };
        *slot = value.map(Into::into);
    }

    /// The status; 0 when it is not known.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether it is a redirect of which no more is known.
    pub(crate) fn is_opaque_redirect(&self) -> bool {
        self.opaque_redirect
    }

    /// The server's id of the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Whether the answer is a stored one, given again to the same idempotency key.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.replayed
    }

    pub(crate) fn retry_after(&self) -> Option<&str> {
        self.retry_after.as_deref()
    }

    /// Whether something other than the server asks for credentials of its own (`Basic`, `Digest`, `Negotiate`).
    pub(crate) fn is_challenge_of_a_proxy(&self) -> bool {
        self.challenge
            .as_deref()
            .is_some_and(|challenge| strip_in_any_case(challenge, "bearer").is_none())
    }

    /// Whether the content type, if there is one, is a JSON type.
    pub(crate) fn may_be_json(&self) -> bool {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let (kind, _) = split_at(kind, b';');
        let kind = kind.trim_ascii().to_ascii_lowercase();
        kind.is_empty() || kind.ends_with("/json") || kind.ends_with("+json")
    }
}

impl core::fmt::Debug for Head {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // A server may repeat in any of them what it was sent, so only that they are there is shown.
        f.debug_struct("Head")
            .field("status", &self.status)
            .field("content_type", &self.content_type.is_some())
            .field("retry_after", &self.retry_after.is_some())
            .field("request_id", &self.request_id.is_some())
            .field("challenge", &self.challenge.is_some())
            .field("replayed", &self.replayed)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "http")]
impl<B> From<&http::Response<B>> for Head {
    fn from(response: &http::Response<B>) -> Self {
        let mut head = Self::new(response.status().as_u16());
        for (name, value) in response.headers() {
            head.header(name.as_str(), value.as_bytes());
        }
        head
    }
}

/// A whole response: its head, and a body that has been read and decompressed.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    head: &'a Head,
    body: &'a [u8],
}

impl<'a> Reply<'a> {
    /// Puts the parts together.
    #[must_use]
    pub fn new(head: &'a Head, body: &'a [u8]) -> Self {
        Self { head, body }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// The status line and headers.
    #[must_use]
    pub fn head(&self) -> &'a Head {
        self.head
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.head.status)
    }

    /// Whether there is nothing in the body.
    pub(crate) fn is_blank(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }
}

impl core::fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        // The body may hold a plaintext key or a token.
        write!(f, "Reply({}, {} bytes)", self.head.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_repeats_is_not_shown() {
        let mut head = Head::new(401);
        for name in [
            "content-type",
            "retry-after",
            "www-authenticate",
            "x-request-id",
        ] {
            head.header(name, b"Basic=token-of-the-caller");
        }
        let shown = format!("{head:?} {:?}", Reply::new(&head, b"token-of-the-caller"));
        assert!(!shown.contains("token-of"), "{shown}");
        assert!(shown.contains("401") && shown.contains("challenge: true"));
    }
}
