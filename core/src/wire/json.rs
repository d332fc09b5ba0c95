//! JSON, read member by member and written member by member, without a type for each body.
//!
//! Only the grammar and UTF-8 decide whether a body is read: a member of an unexpected type, a number that is too large or
//! half a surrogate pair says nothing, and never costs what stands beside it. That is why this is written out here rather
//! than taken from a library: to the known ones such a member is the end of the whole body, and with it of a plaintext key
//! that no server shows again. In a browser a library also takes a fifth of all room.

mod cursor;
mod number;
mod scan;
mod text;
mod write;

pub use self::write::JsonText;
pub(crate) use self::{scan::Scan, write::ObjectWriter};
use cursor::Cursor;

use crate::text::utf8;

/// Who is shown the members of an object. A `dyn FnMut` would carry, for each closure, the code to call it once.
pub(crate) trait Show {
    /// Takes a look at a member.
    fn member(&mut self, name: &str, value: &Value<'_>);
}

impl<F: FnMut(&str, &Value<'_>)> Show for F {
    fn member(&mut self, name: &str, value: &Value<'_>) {
        self(name, value);
    }
}

/// Shows each member of the object that a body is, in their order; `None` when the body is anything else, of which some
/// members may have been shown by then. A name may come more than once.
pub(crate) fn read_object(body: &[u8], show: &mut dyn Show) -> Option<()> {
    let mut cursor = Cursor::new(utf8(body)?);
    cursor.items(b'{', show)?;
    cursor.ends().then_some(())
}

/// One JSON value, which is known to follow the grammar.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    json: &'a str,
    text: Option<&'a str>,
}

impl<'a> Value<'a> {
    /// The text; `None` for another value, and for a text with half a surrogate pair.
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.text
    }

    /// The whole number, also one that is written `100.0` or `1e2`; `None` for another value.
    pub(crate) fn integer(&self) -> Option<i64> {
        number::integer(self.json.as_bytes())
    }

    /// Whether it is `true` or `false`; `None` for another value.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self.json {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.json == "null"
    }

    /// Shows each member of an object, in their order; of another value none.
    pub(crate) fn members(&self, show: &mut dyn Show) {
        let _ = Cursor::new(self.json).items(b'{', show);
    }

    /// Shows each element of an array, in their order and without a name; of another value none.
    pub(crate) fn elements(&self, show: &mut dyn Show) {
        let _ = Cursor::new(self.json).items(b'[', show);
    }
}

#[cfg(test)]
mod tests;
