//! The one reader of key objects: nested and flat, with and without a plaintext key, a bare message.

use super::model::{ClientKey, Fields, Instant, Span, Text};
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
    pub(crate) message: Option<String>,
    /// Members of the key that are there and make no sense.
    pub(crate) unreadable: Unreadable,
}

/// Members of a key, a bit for each in the order of [`MEMBERS`]; as an iterator their names.
#[derive(Default)]
pub(crate) struct Unreadable(u32);

impl Unreadable {
    fn set(&mut self, at: usize, is_unreadable: bool) {
        self.0 &= !(1 << at);
        self.0 |= u32::from(is_unreadable) << at;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

impl Iterator for Unreadable {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let (name, _) = MEMBERS.get(self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(name)
    }
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
        let mut draft = Draft::NEW;
        read_object(bytes, &mut |name: &str, value: &Value<'_>| match name {
            "client_key" => object.take_nested(value),
            "key" => {
                let text = value.text().filter(|text| !text.is_empty());
                object.plaintext = text.map(Secret::new);
            }
            "message" => object.message = value.text().and_then(clean),
            name => draft.member(name, value, &mut self.0),
        })?;
        object.take(&draft, &self.0);
        Some(object)
    }

    /// Reads a key of which everything makes sense.
    pub(super) fn read_key(&mut self, bytes: &[u8]) -> Option<ClientKey> {
        self.read(bytes)?.sound_key()
    }
}

impl KeyObject {
    /// The key, if everything that is said of it makes sense.
    pub(super) fn sound_key(self) -> Option<ClientKey> {
        self.key.filter(|_| self.unreadable.is_empty())
    }

    /// Reads the member `client_key`, in which there is no further nesting, and no plaintext.
    fn take_nested(&mut self, value: &Value<'_>) {
        let mut texts = String::new();
        let mut draft = Draft::NEW;
        value.members(&mut |name: &str, value: &Value<'_>| draft.member(name, value, &mut texts));
        self.take(&draft, &texts);
    }

    fn take(&mut self, draft: &Draft, texts: &str) {
        if draft.fields.id != ClientKeyId::UNSET {
            self.unreadable = Unreadable(draft.unreadable.0);
            self.key = Some(ClientKey {
                texts: texts.into(),
                fields: draft.fields,
            });
        }
    }
}

/// What a member holds, and where it goes.
#[derive(Clone, Copy)]
enum Member {
    Id,
    Text(Text),
    /// The public beginning of a key.
    Prefix,
    Texts(Text),
    RateLimit,
    Instant(Instant),
}

const MEMBERS: [(&str, Member); 13] = [
    ("id", Member::Id),
    ("name", Member::Text(Text::Name)),
    ("description", Member::Text(Text::Description)),
    ("key_prefix", Member::Prefix),
    ("user_id", Member::Text(Text::UserId)),
    ("scopes", Member::Texts(Text::Scopes)),
    ("allowed_namespaces", Member::Texts(Text::AllowedNamespaces)),
    ("rate_limit_per_minute", Member::RateLimit),
    ("last_used_at", Member::Instant(Instant::LastUse)),
    ("expires_at", Member::Instant(Instant::End)),
    ("revoked_at", Member::Instant(Instant::Revocation)),
    ("created_at", Member::Instant(Instant::Creation)),
    ("updated_at", Member::Instant(Instant::Update)),
];

/// A key whose members are still being read.
struct Draft {
    fields: Fields,
    unreadable: Unreadable,
}

impl Draft {
    const NEW: Self = Self {
        fields: Fields {
            id: ClientKeyId::UNSET,
            texts: [Span::NONE; 6],
            rate_limit_per_minute: None,
            instants: [None; 5],
        },
        unreadable: Unreadable(0),
    };

    /// Takes a member. Of members with one name the last one counts.
    fn member(&mut self, name: &str, value: &Value<'_>, texts: &mut String) {
        let mut at = 0;
        let member = loop {
            match MEMBERS.get(at) {
                None => return,
                Some((known, member)) if *known == name => break *member,
                Some(_) => at += 1,
            }
        };
        let fields = &mut self.fields;
        let text = value.text();
        match member {
            Member::Id => {
                fields.id = text
                    .and_then(ClientKeyId::read)
                    .unwrap_or(ClientKeyId::UNSET);
            }
            Member::Text(slot) => fields.put_text(slot, keep(text, texts)),
            // Never more than twelve characters, whatever a server sends.
            Member::Prefix => fields.put_text(Text::KeyPrefix, keep(text.map(twelve), texts)),
            Member::Texts(slot) => fields.put_text(slot, keep_all(value, texts)),
            Member::RateLimit => fields.rate_limit_per_minute = value.integer(),
            Member::Instant(slot) => {
                let instant = text.and_then(|text| Timestamp::parse(text).ok());
                // A key whose expiry cannot be read must not pass for one that never expires.
                let is_absent = text.map_or(value.is_null(), str::is_empty);
                self.unreadable.set(at, instant.is_none() && !is_absent);
                fields.put_instant(slot, instant);
            }
        }
    }
}

/// The first twelve characters.
fn twelve(text: &str) -> &str {
    let mut rest = text.chars();
    for _ in 0..12 {
        rest.next();
    }
    text.get(..text.len() - rest.as_str().len())
        .unwrap_or_default()
}

/// Keeps an array of texts, each after its length and a colon. Elements that are no texts are left out.
fn keep_all(array: &Value<'_>, texts: &mut String) -> Span {
    let start = texts.len();
    array.elements(&mut |_: &str, element: &Value<'_>| {
        if let Some(text) = element.text() {
            let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
            push_all(texts, &[&decimal(length), ":", text]);
        }
    });
    Span::new(start, texts.len())
}

fn keep(text: Option<&str>, texts: &mut String) -> Span {
    let Some(text) = text else {
        return Span::NONE;
    };
    let start = texts.len();
    texts.push_str(text);
    Span::new(start, texts.len())
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
        assert_eq!(object.key.unwrap().expires_at(), None);
        assert_eq!(object.unreadable.collect::<Vec<_>>(), ["expires_at"]);
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
        assert_eq!(
            object.unreadable.collect::<Vec<_>>(),
            ["expires_at", "revoked_at"]
        );
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
