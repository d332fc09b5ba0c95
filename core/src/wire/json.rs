//! Reading and writing JSON objects without a type for each.

use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::Payload;

/// The methods of a visitor that wants an object or an array and takes any scalar for an empty one, so that a member of
/// an unexpected type does not cost the whole body.
macro_rules! scalars_read_as_default {
    ($value:ty) => {
        fn visit_unit<E>(self) -> Result<$value, E> {
            Ok(<$value>::default())
        }

        fn visit_bool<E>(self, _: bool) -> Result<$value, E> {
            Ok(<$value>::default())
        }

        fn visit_i64<E>(self, _: i64) -> Result<$value, E> {
            Ok(<$value>::default())
        }

        fn visit_u64<E>(self, _: u64) -> Result<$value, E> {
            Ok(<$value>::default())
        }

        fn visit_f64<E>(self, _: f64) -> Result<$value, E> {
            Ok(<$value>::default())
        }

        fn visit_str<E>(self, _: &str) -> Result<$value, E> {
            Ok(<$value>::default())
        }
    };
}
pub(crate) use scalars_read_as_default;

/// Writes an object member by member; a member that is left out is left out on the wire.
pub(crate) struct ObjectWriter(Vec<u8>);

impl ObjectWriter {
    pub(crate) fn new() -> Self {
        // Large enough for every body of this crate, so that no copy of a secret is left behind by growing.
        let mut bytes = Vec::with_capacity(4096);
        bytes.push(b'{');
        Self(bytes)
    }

    pub(crate) fn member(mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Self {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
        // Texts, numbers and lists of texts cannot fail to serialise, nor can a vector fail to be written to.
        let _ = serde_json::to_writer(&mut self.0, value);
        self
    }

    pub(crate) fn optional(
        self,
        name: &'static str,
        value: Option<&(impl Serialize + ?Sized)>,
    ) -> Self {
        match value {
            Some(value) => self.member(name, value),
            None => self,
        }
    }

    pub(crate) fn finish(mut self) -> Payload {
        self.0.push(b'}');
        Payload::new(self.0)
    }
}

/// What a type takes from an object: it is shown each member and reads or skips its value.
pub(crate) trait Members<'de>: Default {
    /// Reads the value of the member `name`, which must be consumed.
    fn member<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads one object from a body, if the body is one. Unknown members never disturb: what `T` does not read is skipped.
pub(crate) fn read_object<'de, T: Members<'de>>(body: &'de [u8]) -> Option<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = deserializer
        .deserialize_map(ObjectVisitor(PhantomData))
        .ok()?;
    deserializer.end().ok()?;
    Some(value)
}

/// Reads an object inside another; any other value gives the default.
pub(crate) fn deserialize_object<'de, T: Members<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Members<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    scalars_read_as_default!(T);

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(T::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            value.member(&name.0, &mut map)?;
        }
        Ok(value)
    }
}

/// A text, borrowed where the JSON has no escapes.
pub(crate) struct Text<'de>(pub(crate) std::borrow::Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(text.to_owned().into()))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// A scalar of any type; anything deeper is skipped.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar<'de> {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(std::borrow::Cow<'de, str>),
    /// An object or an array.
    Deep,
}

impl Scalar<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number, also one that is written `100.0`.
    pub(crate) fn integer(&self) -> Option<i64> {
        match *self {
            Self::Integer(number) => Some(number),
            // Beyond 2^53 a float names no single integer.
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
            Self::Float(number)
                if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 =>
            {
                Some(number as i64)
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Scalar::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Scalar::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Scalar::Integer(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(i64::try_from(value).map_or(Scalar::Float(f64::INFINITY), Scalar::Integer))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Scalar::Float(value))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Scalar::Text(text.to_owned().into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Deep)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Deep)
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}
