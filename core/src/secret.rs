//! What must never be printed.

use core::fmt;

use zeroize::Zeroizing;

use crate::text::utf8;

/// A secret text: a plaintext client key, a token, a password, an idempotency key.
///
/// `Debug` shows only that there is one. There is no `Display`, `Serialize` or `PartialEq`; the text comes out through
/// [`expose`](Self::expose) alone, so that a search for that word finds every place where a secret leaves. The memory is
/// overwritten on drop, and so are the bodies that it travels in. What this cannot promise: copies on the stack, in the HTTP
/// and TLS library, in the operating system and in JavaScript, and what the text was made from before it came here.
///
/// ```
/// use fluxbase_client_keys::Secret;
///
/// let secret = Secret::new("fbk_Zm9vYmFyYmF6");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.expose(), "fbk_Zm9vYmFyYmF6");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// A text that was written into such a buffer; nothing, should the bytes be no text.
    pub(crate) fn written(bytes: &Zeroizing<Vec<u8>>) -> Self {
        Self::new(utf8(bytes).unwrap_or_default())
    }

    /// The text itself. Do not log, format or compare it in time that depends on its content.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The body of a request: it may hold a password or a token, so it is kept like a [`Secret`].
///
/// `Debug` shows the length alone; the bytes come out through `AsRef<[u8]>` or [`into_bytes`](Self::into_bytes).
#[derive(Clone, Default)]
pub struct Payload(Zeroizing<Vec<u8>>);

impl Payload {
    /// A body of these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// A body that is overwritten already when it is given back.
    pub(crate) fn kept(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes for an HTTP library that wants to own them. From here on nothing overwrites them.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<u8> {
        core::mem::take(&mut *self.0)
    }
}

impl From<&'static str> for Payload {
    fn from(text: &'static str) -> Self {
        Self::new(text)
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len())
    }
}

/// Adds to a buffer. One that has to grow is overwritten before it is given back, which `Vec` would not do.
pub(crate) fn append(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    let length = buffer.len().saturating_add(bytes.len());
    if length > buffer.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(length.max(buffer.capacity() * 2)));
        larger.extend_from_slice(buffer);
        *buffer = larger;
    }
    buffer.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_printed() {
        let printed = format!(
            "{:?} {:#?} {:?}",
            Secret::new("hunter2"),
            Secret::new("hunter2"),
            Payload::new("hunter2")
        );
        assert!(!printed.contains("hunter"), "{printed}");
        assert!(printed.contains("Payload(7 bytes)"));
    }

    #[test]
    fn a_payload_gives_its_bytes() {
        let payload = Payload::new("{}");
        assert_eq!(payload.as_ref(), b"{}");
        assert_eq!(payload.into_bytes(), b"{}");
    }
}
