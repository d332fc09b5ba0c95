//! The one reader of key objects: nested and flat, with and without a plaintext key, a bare message.

use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::model::{ClientKey, Fields, Span};
use crate::{
    ClientKeyId, Secret, Timestamp,
    error::clean,
    wire::json::{Scalar, Text, scalars_read_as_default},
};

/// What one object of a success body says.
#[derive(Default)]
pub(crate) struct KeyObject {
    /// The key, if the object (or its member `client_key`) has an id.
    pub(crate) key: Option<ClientKey>,
    /// The plaintext, if there is one.
    pub(crate) plaintext: Option<Secret>,
    /// The message, cleaned.
    pub(crate) message: Option<Box<str>>,
    /// Members of the key that are there and make no sense.
    pub(crate) unreadable: Vec<&'static str>,
}

/// Reusable memory, so that each key costs the one allocation that it keeps.
#[derive(Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Scratch(String);

impl Scratch {
    /// Reads an object; `None` if the bytes are not one JSON object.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<KeyObject> {
        self.0.clear();
        let mut object = KeyObject::default();
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let seed = ObjectSeed {
            scratch: &mut self.0,
            object: &mut object,
            nested: false,
        };
        seed.deserialize(&mut deserializer).ok()?;
        deserializer.end().ok()?;
        Some(object)
    }
}

/// Reads an object into `object`; any other value is skipped.
struct ObjectSeed<'s> {
    scratch: &'s mut String,
    object: &'s mut KeyObject,
    /// Inside `client_key`: there is no further nesting, and no plaintext.
    nested: bool,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.nested {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_map(self)
        }
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a client key")
    }

    scalars_read_as_default!(());

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self {
            scratch,
            object,
            nested,
        } = self;
        let mut draft = Draft::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            match &*name.0 {
                "client_key" if !nested => {
                    let mut inner = String::new();
                    map.next_value_seed(ObjectSeed {
                        scratch: &mut inner,
                        object,
                        nested: true,
                    })?;
                }
                "key" if !nested => {
                    let value: Scalar<'de> = map.next_value()?;
                    object.plaintext = value
                        .text()
                        .filter(|text| !text.is_empty())
                        .map(Secret::from);
                }
                "message" if !nested => {
                    object.message = map.next_value::<Scalar<'de>>()?.text().and_then(clean);
                }
                name => draft.member(name, &mut map, scratch)?,
            }
        }
        let Draft {
            id,
            unreadable,
            rest,
        } = draft;
        if let Some(id) = id {
            object.unreadable = unreadable;
            object.key = Some(ClientKey {
                texts: scratch.as_str().into(),
                fields: Fields { id, ..rest },
            });
        }
        Ok(())
    }
}

/// A key whose members are still being read.
struct Draft {
    id: Option<ClientKeyId>,
    unreadable: Vec<&'static str>,
    /// Everything but the id.
    rest: Fields,
}

impl Draft {
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        map: &mut A,
        texts: &mut String,
    ) -> Result<(), A::Error> {
        match name {
            "id" => {
                self.id = map
                    .next_value::<Scalar<'de>>()?
                    .text()
                    .and_then(|text| ClientKeyId::parse(text).ok());
            }
            "name" => self.rest.name = span(map, texts)?.unwrap_or_default(),
            "description" => self.rest.description = span(map, texts)?,
            "key_prefix" => self.rest.key_prefix = prefix(map, texts)?,
            "user_id" => self.rest.user_id = span(map, texts)?,
            "scopes" => self.rest.scopes = map.next_value_seed(TextsSeed(texts))?,
            "allowed_namespaces" => {
                self.rest.allowed_namespaces = map.next_value_seed(TextsSeed(texts))?;
            }
            "rate_limit_per_minute" => {
                self.rest.rate_limit_per_minute = map.next_value::<Scalar<'de>>()?.integer();
            }
            "last_used_at" => self.rest.last_used_at = self.instant("last_used_at", map)?,
            "expires_at" => self.rest.expires_at = self.instant("expires_at", map)?,
            "revoked_at" => self.rest.revoked_at = self.instant("revoked_at", map)?,
            "created_at" => self.rest.created_at = self.instant("created_at", map)?,
            "updated_at" => self.rest.updated_at = self.instant("updated_at", map)?,
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// An instant; absent when `null` or empty. One that is there and makes no sense is named, because a key whose
    /// expiry cannot be read must not pass for one that never expires.
    fn instant<'de, A: MapAccess<'de>>(
        &mut self,
        name: &'static str,
        map: &mut A,
    ) -> Result<Option<Timestamp>, A::Error> {
        let value: Scalar<'de> = map.next_value()?;
        let read = match &value {
            Scalar::Null => return Ok(None),
            Scalar::Text(text) if text.is_empty() => return Ok(None),
            Scalar::Text(text) => Timestamp::parse(text).ok(),
            _ => None,
        };
        if read.is_none() {
            self.unreadable.push(name);
        }
        Ok(read)
    }
}

impl Default for Draft {
    fn default() -> Self {
        let none = Span::default();
        Self {
            id: None,
            unreadable: Vec::new(),
            rest: Fields {
                id: ClientKeyId::UNSET,
                name: none,
                description: None,
                key_prefix: None,
                user_id: None,
                scopes: none,
                allowed_namespaces: none,
                rate_limit_per_minute: None,
                last_used_at: None,
                expires_at: None,
                revoked_at: None,
                created_at: None,
                updated_at: None,
            },
        }
    }
}

/// Keeps a text; `None` for `null` and for what is no text.
fn span<'de, A: MapAccess<'de>>(map: &mut A, texts: &mut String) -> Result<Option<Span>, A::Error> {
    let value: Scalar<'de> = map.next_value()?;
    Ok(value.text().and_then(|text| keep(text, texts)))
}

/// Keeps the public beginning of a key: never more than twelve characters, whatever a server sends.
fn prefix<'de, A: MapAccess<'de>>(
    map: &mut A,
    texts: &mut String,
) -> Result<Option<Span>, A::Error> {
    let value: Scalar<'de> = map.next_value()?;
    let cut = |text: &str| text.char_indices().nth(12).map_or(text.len(), |(at, _)| at);
    Ok(value
        .text()
        .and_then(|text| keep(text.get(..cut(text))?, texts)))
}

fn keep(text: &str, texts: &mut String) -> Option<Span> {
    let start = u32::try_from(texts.len()).ok()?;
    texts.push_str(text);
    Some(Span {
        start,
        end: u32::try_from(texts.len()).ok()?,
    })
}

/// An array of texts, each kept after its length and a colon. Elements that are no texts are left out.
struct TextsSeed<'s>(&'s mut String);

impl<'de> DeserializeSeed<'de> for TextsSeed<'_> {
    type Value = Span;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Span, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextsSeed<'_> {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of texts")
    }

    scalars_read_as_default!(Span);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Span, A::Error> {
        use fmt::Write as _;

        let start = self.0.len();
        while let Some(element) = seq.next_element::<Scalar<'de>>()? {
            if let Some(text) = element.text() {
                let _ = write!(self.0, "{}:{text}", text.len());
            }
        }
        let span = |start, end| {
            Some(Span {
                start: u32::try_from(start).ok()?,
                end: u32::try_from(end).ok()?,
            })
        };
        Ok(span(start, self.0.len()).unwrap_or_default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Span, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Span::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> KeyObject {
        Scratch::default().read(body.as_bytes()).unwrap()
    }

    #[test]
    fn nested_and_flat_are_read_alike() {
        let members = r#""id":"k1","name":"ci","description":"d","key_prefix":"fbk_Zm9vYmFy","user_id":"u1",
            "scopes":["tables:read","a:b:c",""],"rate_limit_per_minute":100.0,"expires_at":"2027-01-01T00:00:00Z""#;
        let flat = read(&format!(r#"{{{members},"key":"fbk_secret"}}"#));
        let nested = read(&format!(
            r#"{{"key":"fbk_secret","client_key":{{{members}}}}}"#
        ));
        for object in [&flat, &nested] {
            let key = object.key.as_ref().unwrap();
            assert_eq!(
                (key.id().as_str(), key.name(), key.description()),
                ("k1", "ci", Some("d"))
            );
            assert_eq!(
                key.scopes().collect::<Vec<_>>(),
                ["tables:read", "a:b:c", ""]
            );
            assert_eq!(key.rate_limit_per_minute(), Some(100));
            assert_eq!(key.user_id().unwrap().as_str(), "u1");
            assert_eq!(object.plaintext.as_ref().unwrap().expose(), "fbk_secret");
        }
        assert_eq!(flat.key, nested.key);
    }

    #[test]
    fn odd_values_do_not_disturb() {
        let object = read(
            r#"{"x":{"y":[1]},"id":"k1","name":null,"scopes":"*","description":7,"rate_limit_per_minute":"100",
                "allowed_namespaces":{"a":1},"created_at":"","updated_at":null,"scopes":null,"user_id":"a/b"}"#,
        );
        let key = object.key.unwrap();
        assert_eq!(
            (key.name(), key.description(), key.user_id()),
            ("", None, None)
        );
        assert_eq!(
            (
                key.scopes().count(),
                key.rate_limit_per_minute(),
                key.created_at()
            ),
            (0, None, None)
        );
        assert!(object.unreadable.is_empty());
    }

    #[test]
    fn an_instant_that_makes_no_sense_is_named() {
        let object = read(
            r#"{"id":"k1","expires_at":"tomorrow","revoked_at":5,"last_used_at":"2026-01-01T00:00:00Z"}"#,
        );
        assert_eq!(object.unreadable, ["expires_at", "revoked_at"]);
    }

    #[test]
    fn a_prefix_is_never_longer_than_twelve_characters() {
        let key = read(r#"{"id":"k1","key_prefix":"fbk_Zm9vYmFyYmF6cXV4"}"#)
            .key
            .unwrap();
        assert_eq!(key.key_prefix(), "fbk_Zm9vYmFy");
    }

    #[test]
    fn without_an_id_there_is_no_key() {
        for body in [
            r#"{"message":"Client key updated successfully","success":true}"#,
            r#"{"id":"../x"}"#,
            r#"{"id":5}"#,
        ] {
            assert!(read(body).key.is_none(), "{body}");
        }
        for body in ["", "null", "[]", "{", "{}}"] {
            assert!(
                Scratch::default().read(body.as_bytes()).is_none(),
                "{body:?}"
            );
        }
    }
}
