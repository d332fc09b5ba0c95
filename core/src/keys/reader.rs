//! The one reader of key objects: nested and flat, with and without a plaintext key, a bare message.

use super::model::{ClientKey, Fields, Span};
use crate::{
    ClientKeyId, Secret, Timestamp,
    error::clean,
    text::{decimal, push_all},
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
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub(crate) struct Scratch(String);

impl Scratch {
    /// Reads an object; `None` if the bytes are not one JSON object.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Option<KeyObject> {
        self.0.clear();
        let mut object = KeyObject::default();
        let mut draft = Draft::default();
        read_object(bytes, &mut |name: &str, value: &Value<'_>| match name {
            "client_key" => object.take_nested(value),
            "key" => {
                let text = value.text().filter(|text| !text.is_empty());
                object.plaintext = text.map(Secret::new);
            }
            "message" => object.message = value.text().and_then(clean),
            name => draft.member(name, value, &mut self.0),
        })?;
        object.take(draft, &self.0);
        Some(object)
    }
}

impl KeyObject {
    /// Reads the member `client_key`, in which there is no further nesting, and no plaintext.
    fn take_nested(&mut self, value: &Value<'_>) {
        let mut texts = String::new();
        let mut draft = Draft::default();
        value.members(&mut |name: &str, value: &Value<'_>| draft.member(name, value, &mut texts));
        self.take(draft, &texts);
    }

    fn take(&mut self, draft: Draft, texts: &str) {
        if draft.has_id {
            self.unreadable = draft.unreadable;
            self.key = Some(ClientKey {
                texts: texts.into(),
                fields: draft.fields,
            });
        }
    }
}

/// Reads the value of a member into the texts.
type ReadText = fn(&Value<'_>, &mut String) -> Option<Span>;

/// The members that are texts, in the order of [`Text`](super::model::Text).
const TEXTS: [(&str, ReadText); 6] = [
    ("name", span),
    ("description", span),
    ("key_prefix", prefix),
    ("user_id", span),
    ("scopes", all_texts),
    ("allowed_namespaces", all_texts),
];

/// The members that are instants, in the order of [`Instant`](super::model::Instant).
const INSTANTS: [&str; 5] = [
    "last_used_at",
    "expires_at",
    "revoked_at",
    "created_at",
    "updated_at",
];

/// A key whose members are still being read.
struct Draft {
    fields: Fields,
    has_id: bool,
    unreadable: Vec<&'static str>,
}

impl Draft {
    fn member(&mut self, name: &str, value: &Value<'_>, texts: &mut String) {
        for (slot, (known, read)) in self.fields.texts.iter_mut().zip(TEXTS) {
            if known == name {
                *slot = read(value, texts);
                return;
            }
        }
        for (slot, known) in self.fields.instants.iter_mut().zip(INSTANTS) {
            if known == name {
                *slot = instant(value);
                // Of members with one name the last one counts.
                self.unreadable.retain(|name| *name != known);
                // A key whose expiry cannot be read must not pass for one that never expires.
                if slot.is_none() && !is_absent(value) {
                    self.unreadable.push(known);
                }
                return;
            }
        }
        match name {
            "id" => {
                let id = value.text().and_then(|text| ClientKeyId::parse(text).ok());
                self.has_id = id.is_some();
                self.fields.id = id.unwrap_or(ClientKeyId::UNSET);
            }
            "rate_limit_per_minute" => self.fields.rate_limit_per_minute = value.integer(),
            _ => {}
        }
    }
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            fields: Fields {
                id: ClientKeyId::UNSET,
                texts: [None; 6],
                rate_limit_per_minute: None,
                instants: [None; 5],
            },
            has_id: false,
            unreadable: Vec::new(),
        }
    }
}

fn instant(value: &Value<'_>) -> Option<Timestamp> {
    Timestamp::parse(value.text()?).ok()
}

/// Whether an instant is given as none: `null`, or an empty text.
fn is_absent(value: &Value<'_>) -> bool {
    value.is_null() || value.text() == Some("")
}

/// Keeps a text; `None` for `null` and for what is no text.
fn span(value: &Value<'_>, texts: &mut String) -> Option<Span> {
    keep(value.text()?, texts)
}

/// Keeps the public beginning of a key: never more than twelve characters, whatever a server sends.
fn prefix(value: &Value<'_>, texts: &mut String) -> Option<Span> {
    let text = value.text()?;
    let end = text.chars().take(12).map(char::len_utf8).sum();
    keep(text.get(..end)?, texts)
}

/// Keeps an array of texts, each after its length and a colon. Elements that are no texts are left out.
fn all_texts(array: &Value<'_>, texts: &mut String) -> Option<Span> {
    let start = texts.len();
    array.elements(&mut |_: &str, element: &Value<'_>| {
        if let Some(text) = element.text() {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            push_all(texts, &[&decimal(length), ":", text]);
        }
    });
    since(start, texts)
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
    fn of_an_instant_that_is_given_twice_the_last_one_counts() {
        let [odd, good] = [
            r#""expires_at":"x""#,
            r#""expires_at":"2027-01-01T00:00:00Z""#,
        ];
        let object = read(&format!(r#"{{"id":"k1",{odd},{good}}}"#));
        assert!(object.unreadable.is_empty() && object.key.unwrap().expires_at().is_some());
        let object = read(&format!(r#"{{"id":"k1",{good},{odd},{odd}}}"#));
        assert_eq!(object.unreadable, ["expires_at"]);
        assert_eq!(object.key.unwrap().expires_at(), None);
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
