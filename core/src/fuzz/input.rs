//! An input, taken apart piece by piece.

/// What is left of an input. Every part of an empty one is zero or empty, so that no input is too short.
///
/// Simpler than what the crates for this do, so that a test can write down an input for a case that it has in mind.
pub(super) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((&byte, rest)) => {
                self.0 = rest;
                byte
            }
            None => 0,
        }
    }

    /// Two bytes, the larger one first.
    pub(super) fn number(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// One of these, of which there must be at least one: by a byte, or by two where there are many.
    pub(super) fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        let at = if all.len() > 256 {
            usize::from(self.number())
        } else {
            usize::from(self.byte())
        };
        &all[at % all.len()]
    }

    /// So many bytes as the next one says, or as there are.
    pub(super) fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        piece
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }
}
