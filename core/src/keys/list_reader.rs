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
    /// Before the outermost value, or before that of `client_keys`.
    Start,
    /// In an array, before the first element or the end.
    FirstElement,
    /// In an array, after a comma.
    NextElement,
    /// In an element.
    Element,
    /// In an array, after an element.
    AfterElement,
    /// After the array, or after what stands in its place.
    AfterList,
    /// In the wrapper, before the first name or the end.
    FirstName,
    /// In the wrapper, after a comma.
    NextName,
    /// In a name.
    Name,
    /// After a name.
    AfterName,
    /// Before the value of a member other than `client_keys`.
    BeforeValue,
    /// In such a value.
    Value,
    /// After the value of a member.
    AfterValue,
    /// In a scalar that may be `null`.
    Null,
    /// After the outermost value.
    End,
}

/// Where a byte leads to from a place.
const STEPS: [(Place, u8, Place); 12] = [
    (Place::Start, b'[', Place::FirstElement),
    (Place::Start, b'{', Place::FirstName),
    (Place::Start, b'n', Place::Null),
    (Place::FirstElement, b']', Place::AfterList),
    (Place::AfterElement, b']', Place::AfterList),
    (Place::AfterElement, b',', Place::NextElement),
    (Place::FirstName, b'"', Place::Name),
    (Place::FirstName, b'}', Place::End),
    (Place::NextName, b'"', Place::Name),
    (Place::AfterName, b':', Place::BeforeValue),
    (Place::AfterValue, b',', Place::NextName),
    (Place::AfterValue, b'}', Place::End),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    ClientKeys,
    Total,
    Other,
}

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
        while let Some(byte) = rest.first() {
            let used = match self.place {
                Place::Element | Place::Name | Place::Value | Place::Null => {
                    self.part(rest, give)?
                }
                _ if byte.is_ascii_whitespace() => 1,
                _ => usize::from(self.punctuation(*byte)?),
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// Says that there are no more bytes.
    pub fn finish(&mut self) -> Result<ListSummary, ListReadError> {
        if self.place == Place::Null {
            self.part(b" ", &mut |_| ())?;
        }
        match self.place {
            Place::End => Ok(self.so_far()),
            Place::Start if !self.wrapped => Err(ListReadError::NotAList),
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
        let mut next = match self.place {
            _ if matches!(byte, b',' | b']' | b'}') => None,
            Place::FirstElement | Place::NextElement => Some(Place::Element),
            Place::BeforeValue => Some(Place::Value),
            _ => None,
        };
        for (place, mark, to) in &STEPS {
            if (self.place, byte) == (*place, *mark) {
                next = Some(*to);
            }
        }
        self.place = match next {
            Some(Place::FirstName) if !self.wrapped => {
                self.wrapped = true;
                Place::FirstName
            }
            Some(Place::BeforeValue) if self.member == Member::ClientKeys => Place::Start,
            Some(Place::AfterList) => self.after_list(),
            Some(Place::End) if !self.found => return Err(ListReadError::NotAList),
            None | Some(Place::FirstName) => return Err(ListReadError::NotAList),
            Some(place) => place,
        };
        self.scan = Scan::default();
        self.partial.clear();
        let begins = matches!(
            self.place,
            Place::Element | Place::Name | Place::Value | Place::Null
        );
        Ok(!begins)
    }

    fn after_list(&mut self) -> Place {
        self.found = true;
        if self.wrapped {
            Place::AfterValue
        } else {
            Place::End
        }
    }

    /// Goes on in an element, in a name or in another value, of which no more than its beginning matters; the number of
    /// bytes that belong to it.
    fn part(
        &mut self,
        rest: &[u8],
        give: &mut dyn FnMut(ClientKey),
    ) -> Result<usize, ListReadError> {
        let end = self.scan.end(rest);
        let used = end.unwrap_or(rest.len());
        let is_element = self.place == Place::Element;
        let limit = if is_element {
            self.element_limit
        } else {
            LONGEST_WORD
        };
        let kept = used.min(limit - self.partial.len());
        if is_element && kept < used {
            return Err(ListReadError::ElementTooLarge);
        }
        let mut whole = rest.get(..kept).unwrap_or_default();
        if end.is_none() || !self.partial.is_empty() {
            self.partial.extend_from_slice(whole);
            whole = &self.partial;
        }
        if end.is_none() {
            return Ok(used);
        }
        self.place = match self.place {
            Place::Element => {
                if let Some(key) = self.scratch.0.read_key(whole) {
                    self.given += 1;
                    give(key);
                } else {
                    self.skipped += 1;
                }
                Place::AfterElement
            }
            Place::Name => {
                self.member = if whole == br#""client_keys""# {
                    Member::ClientKeys
                } else if whole == br#""total""# {
                    Member::Total
                } else {
                    Member::Other
                };
                Place::AfterName
            }
            Place::Value => {
                if self.member == Member::Total {
                    self.total = number(whole);
                }
                Place::AfterValue
            }
            _ if whole == b"null" => self.after_list(),
            _ => return Err(ListReadError::NotAList),
        };
        Ok(used)
    }
}

#[cfg(test)]
#[path = "list_reader_tests.rs"]
mod tests;
