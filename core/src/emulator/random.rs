//! What a server makes up: ids, keys, tokens. All of it comes from the caller's entropy.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

/// The source of random bytes that the caller lends for one request.
pub(super) struct Entropy<'a>(&'a mut dyn FnMut(&mut [u8]));

impl<'a> Entropy<'a> {
    pub(super) fn new(source: &'a mut dyn FnMut(&mut [u8])) -> Self {
        Self(source)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

/// A random UUID, version 4, lower-case and hyphenated.
pub(super) fn uuid(entropy: &mut Entropy<'_>) -> String {
    let bytes: [u8; 16] = entropy.bytes();
    let number = u128::from_be_bytes(bytes);
    let version = (number & !(0xf << 76)) | (0x4 << 76);
    let variant = (version & !(0x3 << 62)) | (0x2 << 62);
    super::uuid::print(variant)
}

/// So many random bytes as URL-safe base64 without padding; at most 32 bytes.
pub(super) fn url_safe(entropy: &mut Entropy<'_>, count: usize) -> String {
    let bytes: [u8; 32] = entropy.bytes();
    URL_SAFE_NO_PAD.encode(bytes.get(..count).unwrap_or(&bytes))
}

/// A client key: `fbk_` and URL-safe base64 with padding of 32 random bytes, 48 characters in all.
pub(super) fn client_key(entropy: &mut Entropy<'_>) -> String {
    format!("fbk_{}", URL_SAFE.encode(entropy.bytes::<32>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_the_shapes_of_the_server() {
        let mut ones = |bytes: &mut [u8]| bytes.fill(0xff);
        let mut entropy = Entropy::new(&mut ones);
        assert_eq!(uuid(&mut entropy), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let key = client_key(&mut entropy);
        assert_eq!(key.len(), 48);
        assert!(key.starts_with("fbk_") && key.ends_with('='), "{key}");
        assert_eq!(url_safe(&mut entropy, 32).len(), 43);
    }
}
