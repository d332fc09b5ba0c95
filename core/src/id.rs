//! Ids: the only things of a caller's that are allowed into a path.

use core::{fmt, str::FromStr};

use crate::{
    Error,
    error::Subject,
    text::{all, utf8},
};

/// The longest id that is taken, in bytes. A UUID has 36, its URN form 45.
const CAPACITY: usize = 63;

/// A token of unreserved ASCII (and `:`), held in place: copying it costs no allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Token {
    bytes: [u8; CAPACITY],
    length: usize,
}

impl Token {
    fn parse(text: &str) -> Option<Self> {
        // `.` and `..` change a path whether or not they are percent-encoded; a leading dot has no use.
        if text.is_empty()
            || text.as_bytes().first() == Some(&b'.')
            || text.starts_with("fbk_")
            || !all(text, is_plain)
        {
            return None;
        }
        let given = text.as_bytes();
        let mut bytes = [0; CAPACITY];
        bytes.get_mut(..given.len())?.copy_from_slice(given);
        if is_hyphenated_uuid(given) {
            bytes.make_ascii_lowercase();
        }
        Some(Self {
            bytes,
            length: given.len(),
        })
    }

    fn as_str(&self) -> &str {
        self.bytes
            .get(..self.length)
            .and_then(|bytes| utf8(bytes))
            .unwrap_or_default()
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.' | b':')
}

fn is_hyphenated_uuid(bytes: &[u8]) -> bool {
    for (at, byte) in bytes.iter().enumerate() {
        let fits = match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        if !fits {
            return false;
        }
    }
    bytes.len() == 36
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $subject:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Token);

        impl $name {
            /// Takes an id of 1 to 63 characters out of `A-Z a-z 0-9 - _ ~ . :` that does not begin with a dot.
            ///
            /// The hyphenated form of a UUID is lower-cased, since servers compare some ids as text; any other form is
            /// kept as it is.
            pub fn parse(text: &str) -> Result<Self, Error> {
                Self::read(text).ok_or_else(|| Error::invalid($subject))
            }

            pub(crate) fn read(text: &str) -> Option<Self> {
                Token::parse(text).map(Self)
            }

            /// The id as it stands in a path.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }
    };
}

id! {
    /// The id of a client key: a UUID on real servers, any plain token in the published reference (`key-uuid`).
    ///
    /// A client *key* is not an id: a text that begins with `fbk_` is refused, so that a secret pasted in the wrong
    /// place never becomes part of a URL.
    ///
    /// ```
    /// use fluxbase_client_keys::ClientKeyId;
    ///
    /// let id = ClientKeyId::parse("5B0C2D5E-8F43-4F0E-9A57-0D7D2F1A9C11")?;
    /// assert_eq!(id.as_str(), "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11");
    /// assert!(ClientKeyId::parse("../users").is_err());
    /// # Ok::<_, fluxbase_client_keys::Error>(())
    /// ```
    ClientKeyId, Subject::ClientKeyId
}

id! {
    /// The id of a user: whose keys to list, or who must give a two-factor code.
    UserId, Subject::UserId
}

impl ClientKeyId {
    /// Stands where an id is about to be read.
    pub(crate) const UNSET: Self = Self(Token {
        bytes: [0; CAPACITY],
        length: 0,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_tokens_pass() {
        for text in [
            "key-uuid",
            "key-123",
            "a",
            "urn:uuid:5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11",
            "A_b~c.d",
        ] {
            assert_eq!(ClientKeyId::parse(text).unwrap().as_str(), text);
        }
        let long = "a".repeat(64);
        for text in [
            "",
            ".",
            "..",
            ".a",
            "a/b",
            "a%2fb",
            "a b",
            "ключ",
            "a?b",
            "a#b",
            "a\n",
            long.as_str(),
        ] {
            assert!(ClientKeyId::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_the_hyphenated_uuid_is_lower_cased() {
        assert_eq!(
            UserId::parse("5B0C2D5E-8F43-4F0E-9A57-0D7D2F1A9C11")
                .unwrap()
                .as_str(),
            "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11"
        );
        assert_eq!(
            UserId::parse("5B0C2D5E8F434F0E9A570D7D2F1A9C11")
                .unwrap()
                .as_str(),
            "5B0C2D5E8F434F0E9A570D7D2F1A9C11"
        );
    }

    #[test]
    fn a_plaintext_key_is_no_id() {
        let refused =
            ClientKeyId::parse("fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("Zm9v"));
    }
}
