//! The one reader of key objects: nested and flat, with and without a plaintext key, a bare message.

use core::fmt::Write as _;

use super::model::{ClientKey, Fields, Span};
use crate::{
    ClientKeyId, Secret, Timestamp,
    error::clean,
    wire::json::{Value, read_object},
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
        let mut draft = Draft::default();
        read_object(bytes, &mut |name, value| match name {
            "client_key" => object.take_nested(value),
            "key" => {
                let text = value.text().filter(|text| !text.is_empty());
                object.plaintext = text.map(Secret::new);
            }
            "message" => object.message = value.text().as_deref().and_then(clean),
            name => draft.member(name, value, &mut self.0),
        })?;
        object.take(draft, &self.0);
        Some(object)
    }
}

impl KeyObject {
    /// Reads the member `client_key`, in which there is no further nesting, and no plaintext.
    fn take_nested(&mut self, value: Value<'_>) {
        let mut texts = String::new();
        let mut draft = Draft::default();
        value.members(&mut |name, value| draft.member(name, value, &mut texts));
        self.take(draft, &texts);
    }

    fn take(&mut self, draft: Draft, texts: &str) {
        let Draft {
            id,
            unreadable,
            rest,
        } = draft;
        if let Some(id) = id {
            self.unreadable = unreadable;
            self.key = Some(ClientKey {
                texts: texts.into(),
                fields: Fields { id, ..rest },
            });
        }
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
    fn member(&mut self, name: &str, value: Value<'_>, texts: &mut String) {
        match name {
            "id" => self.id = value.text().and_then(|text| ClientKeyId::parse(&text).ok()),
            "name" => self.rest.name = span(value, texts).unwrap_or_default(),
            "description" => self.rest.description = span(value, texts),
            "key_prefix" => self.rest.key_prefix = prefix(value, texts),
            "user_id" => self.rest.user_id = span(value, texts),
            "scopes" => self.rest.scopes = all_texts(value, texts),
            "allowed_namespaces" => self.rest.allowed_namespaces = all_texts(value, texts),
            "rate_limit_per_minute" => self.rest.rate_limit_per_minute = value.integer(),
            "last_used_at" => self.rest.last_used_at = self.instant("last_used_at", value),
            "expires_at" => self.rest.expires_at = self.instant("expires_at", value),
            "revoked_at" => self.rest.revoked_at = self.instant("revoked_at", value),
            "created_at" => self.rest.created_at = self.instant("created_at", value),
            "updated_at" => self.rest.updated_at = self.instant("updated_at", value),
            _ => {}
        }
    }

    /// An instant; absent when `null` or empty. One that is there and makes no sense is named, because a key whose
    /// expiry cannot be read must not pass for one that never expires.
    fn instant(&mut self, name: &'static str, value: Value<'_>) -> Option<Timestamp> {
        let text = value.text();
        if value.is_null() || text.as_deref() == Some("") {
            return None;
        }
        let read = text.and_then(|text| Timestamp::parse(&text).ok());
        if read.is_none() {
            self.unreadable.push(name);
        }
        read
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
fn span(value: Value<'_>, texts: &mut String) -> Option<Span> {
    keep(&value.text()?, texts)
}

/// Keeps the public beginning of a key: never more than twelve characters, whatever a server sends.
fn prefix(value: Value<'_>, texts: &mut String) -> Option<Span> {
    let text = value.text()?;
    let end = text.char_indices().nth(12).map_or(text.len(), |(at, _)| at);
    keep(text.get(..end)?, texts)
}

/// Keeps an array of texts, each after its length and a colon. Elements that are no texts are left out.
fn all_texts(array: Value<'_>, texts: &mut String) -> Span {
    let start = texts.len();
    array.elements(&mut |element| {
        if let Some(text) = element.text() {
            // Writing to a text cannot fail.
            let _ = write!(texts, "{}:{text}", text.len());
        }
    });
    since(start, texts).unwrap_or_default()
}

fn keep(text: &str, texts: &mut String) -> Option<Span> {
    let start = texts.len();
    texts.push_str(text);
    since(start, texts)
}

/// What was added since the texts were so long.
fn since(start: usize, texts: &str) -> Option<Span> {
    Some(Span {
        start: u32::try_from(start).ok()?,
        end: u32::try_from(texts.len()).ok()?,
    })
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
