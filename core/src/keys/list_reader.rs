//! The list reader: takes the body in chunks of any size and gives out keys as they become complete.

use super::{ClientKey, reader::Scratch};
use crate::{text::number, wire::json::Scan};

/// Reads a list of client keys from chunks of any size.
///
/// Takes every shape that a server sends: an array, `null`, and `{"client_keys": …, "total": …}`. A key is given out
/// as soon as its last byte has been fed, so memory is bounded by the largest single element. An element that is no key
/// is skipped and counted. The work is linear in the input, whatever the input.
///
/// ```
/// use fluxbase_client_keys::ListReader;
///
/// let mut reader = ListReader::new(1024 * 1024);
/// let mut names = Vec::new();
/// for chunk in [br#"[{"id":"k1","na"#.as_slice(), br#"me":"ci"},{"id":"k2","name":"cd"}]"#] {
///     reader.feed(chunk, |key| names.push(key.name().to_owned()))?;
/// }
/// assert_eq!(reader.finish()?.total, 2);
/// assert_eq!(names, ["ci", "cd"]);
/// # Ok::<_, fluxbase_client_keys::ListReadError>(())
/// ```
#[derive(Debug)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub struct ListReader {
    place: Place,
    /// Inside `{"client_keys": [...]}`, not a bare array.
    wrapped: bool,
    found: bool,
    scan: Scan,
    /// The bytes of a name, a number or an element of which the last chunk held only a part.
    partial: Vec<u8>,
    /// The member of the wrapper that is being read.
    member: Member,
    total: Option<u64>,
    given: u64,
    skipped: u64,
    element_limit: usize,
    scratch: ScratchCell,
}

/// How a list ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListSummary {
    /// The number of keys that the server counted, or else the number of elements that it sent; of a list that the
    /// caller broke off, the number of keys that were handed out.
    pub total: u64,
    /// Elements that are no client keys, or whose members make no sense; of a list that was broken off, those that had
    /// been read by then.
    pub skipped: u64,
}

/// The bytes are not a list of client keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListReadError {
    /// Not JSON, or JSON of another shape.
    #[error("the answer is not a list of client keys")]
    NotAList,
    /// The end came too early.
    #[error("the list of client keys is cut short")]
    CutShort,
    /// One element alone exceeds the limit.
    #[error("one element of the list is larger than the limit")]
    ElementTooLarge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the outermost value.
    Start,
    /// In an array, before an element or the end.
    BeforeElement { first: bool },
    /// In an element.
    Element,
    /// In an array, after an element.
    AfterElement,
    /// In the wrapper, before a name or the end.
    BeforeName { first: bool },
    /// In a name.
    Name,
    /// After a name.
    AfterName,
    /// Before the value of a member.
    BeforeValue,
    /// In the value of a member.
    Value,
    /// After the value of a member.
    AfterValue,
    /// In a scalar that may be `null`.
    Null,
    /// After the outermost value.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    ClientKeys,
    Total,
    Other,
}

/// The members of the wrapper that matter, as they stand in it.
const NAMES: [(&[u8], Member); 2] = [
    (br#""client_keys""#, Member::ClientKeys),
    (br#""total""#, Member::Total),
];

/// As much as is kept of a name, or of a value other than a key.
const LONGEST_WORD: usize = 64;

/// Keeps the reusable memory out of `Debug`.
#[derive(Default)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
struct ScratchCell(Scratch);

impl core::fmt::Debug for ScratchCell {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("..")
    }
}

impl ListReader {
    /// A reader that refuses a single element of more than `element_limit` bytes.
    #[must_use]
    pub fn new(element_limit: usize) -> Self {
        Self {
            place: Place::Start,
            wrapped: false,
            found: false,
            scan: Scan::default(),
            partial: Vec::new(),
            member: Member::Other,
            total: None,
            given: 0,
            skipped: 0,
            element_limit,
            scratch: ScratchCell::default(),
        }
    }

    /// Takes the next bytes and calls `give` with each key that they complete, in order.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        mut give: impl FnMut(ClientKey),
    ) -> Result<(), ListReadError> {
        self.feed_to(bytes, &mut give)
    }

    /// The same, compiled once for all who take the keys.
    pub(crate) fn feed_to(
        &mut self,
        bytes: &[u8],
        give: &mut dyn FnMut(ClientKey),
    ) -> Result<(), ListReadError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match self.place {
                Place::Element => self.element(rest, give)?,
                Place::Name | Place::Value | Place::Null => self.collect(rest)?,
                _ => {
                    let Some(at) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else {
                        return Ok(());
                    };
                    let byte = rest.get(at).copied().unwrap_or_default();
                    at + usize::from(self.punctuation(byte)?)
                }
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// Says that there are no more bytes.
    pub fn finish(&mut self) -> Result<ListSummary, ListReadError> {
        if self.place == Place::Null {
            self.collect(b" ")?;
        }
        match self.place {
            Place::End => Ok(self.so_far()),
            Place::Start => Err(ListReadError::NotAList),
            _ => Err(ListReadError::CutShort),
        }
    }

    /// The number of bytes that are kept from one chunk to the next.
    #[cfg(feature = "__fuzz")]
    pub(crate) fn kept(&self) -> usize {
        self.partial.len()
    }

    /// What has been read until now.
    pub(crate) fn so_far(&self) -> ListSummary {
        let counted = self.given.saturating_add(self.skipped);
        ListSummary {
            total: self.total.unwrap_or(counted),
            skipped: self.skipped,
        }
    }

    /// Takes one byte between values; whether it was used up, or begins what follows.
    fn punctuation(&mut self, byte: u8) -> Result<bool, ListReadError> {
        let (place, used) = match (self.place, byte) {
            (Place::Start, b'[') => (Place::BeforeElement { first: true }, true),
            (Place::Start, b'{') => {
                self.wrapped = true;
                (Place::BeforeName { first: true }, true)
            }
            (Place::Start, b'n') => (Place::Null, false),
            (Place::BeforeElement { first: true } | Place::AfterElement, b']') => {
                (self.after_list(), true)
            }
            (Place::BeforeElement { .. }, b',' | b']' | b'}') => {
                return Err(ListReadError::NotAList);
            }
            (Place::BeforeElement { .. }, _) => (Place::Element, false),
            (Place::AfterElement, b',') => (Place::BeforeElement { first: false }, true),
            (Place::BeforeName { first: true } | Place::AfterValue, b'}') => {
                if !self.found {
                    return Err(ListReadError::NotAList);
                }
                (Place::End, true)
            }
            (Place::BeforeName { .. }, b'"') => (Place::Name, false),
            (Place::AfterName, b':') => (Place::BeforeValue, true),
            (Place::BeforeValue, b'[') if self.member == Member::ClientKeys => {
                (Place::BeforeElement { first: true }, true)
            }
            (Place::BeforeValue, b'n') if self.member == Member::ClientKeys => (Place::Null, false),
            (Place::BeforeValue, byte)
                if self.member != Member::ClientKeys && !matches!(byte, b',' | b']' | b'}') =>
            {
                (Place::Value, false)
            }
            (Place::AfterValue, b',') => (Place::BeforeName { first: false }, true),
            _ => return Err(ListReadError::NotAList),
        };
        self.place = place;
        self.scan = Scan::default();
        self.partial.clear();
        Ok(used)
    }

    fn after_list(&mut self) -> Place {
        self.found = true;
        if self.wrapped {
            Place::AfterValue
        } else {
            Place::End
        }
    }

    fn element(
        &mut self,
        rest: &[u8],
        give: &mut dyn FnMut(ClientKey),
    ) -> Result<usize, ListReadError> {
        let end = self.scan.end(rest);
        let piece = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        if self.partial.len().saturating_add(piece.len()) > self.element_limit {
            return Err(ListReadError::ElementTooLarge);
        }
        let Some(end) = end else {
            self.partial.extend_from_slice(piece);
            return Ok(rest.len());
        };
        let whole = if self.partial.is_empty() {
            piece
        } else {
            self.partial.extend_from_slice(piece);
            &self.partial
        };
        match self.scratch.0.read(whole) {
            Some(object) if object.unreadable.is_empty() && object.key.is_some() => {
                self.given += 1;
                object.key.into_iter().for_each(give);
            }
            _ => self.skipped += 1,
        }
        self.place = Place::AfterElement;
        Ok(end)
    }

    /// Goes on in a name, or in a value other than a key, of which no more than its beginning matters.
    fn collect(&mut self, rest: &[u8]) -> Result<usize, ListReadError> {
        let end = self.scan.end(rest);
        let used = end.unwrap_or(rest.len());
        let room = LONGEST_WORD.saturating_sub(self.partial.len());
        let piece = rest.get(..used.min(room)).unwrap_or_default();
        self.partial.extend_from_slice(piece);
        // A value of no bytes would never be left again.
        if end == Some(0) && self.partial.is_empty() {
            return Err(ListReadError::NotAList);
        }
        if end.is_some() {
            self.place = self.collected()?;
        }
        Ok(used)
    }

    /// Takes what has been collected, and says what it is followed by.
    fn collected(&mut self) -> Result<Place, ListReadError> {
        let word = self.partial.as_slice();
        Ok(match self.place {
            Place::Name => {
                self.member = Member::Other;
                for (name, member) in NAMES {
                    if word == name {
                        self.member = member;
                    }
                }
                Place::AfterName
            }
            Place::Value => {
                if self.member == Member::Total {
                    self.total = number(word);
                }
                Place::AfterValue
            }
            _ if word == b"null" => self.after_list(),
            _ => return Err(ListReadError::NotAList),
        })
    }
}

#[cfg(test)]
#[path = "list_reader_tests.rs"]
mod tests;
