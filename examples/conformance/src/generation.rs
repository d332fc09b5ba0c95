//! The generations of the server that the contract knows.

use std::fmt;

/// One generation of the server, or what its published reference promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generation {
    V2026_1,
    /// Read in its source, not recorded.
    V2026_3_6,
    V2026_3_7,
    /// What the published reference promises; no server that was released.
    Documented,
}

impl Generation {
    pub(crate) const ALL: [Self; 4] = [
        Self::V2026_1,
        Self::V2026_3_6,
        Self::V2026_3_7,
        Self::Documented,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::V2026_1 => "2026.1",
            Self::V2026_3_6 => "2026.3.6",
            Self::V2026_3_7 => "2026.3.7",
            Self::Documented => "documented",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::V2026_1 => 1,
            Self::V2026_3_6 => 2,
            Self::V2026_3_7 => 4,
            Self::Documented => 8,
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Some of the generations.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Generations(u8);

impl Generations {
    /// Reads names with spaces between them; `every` is all of them, `real` those of released servers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.split_whitespace().try_fold(Self(0), |found, name| {
            let more = match name {
                "every" => 15,
                "real" => 7,
                _ => {
                    let mut all = Generation::ALL.into_iter();
                    all.find(|one| one.as_str() == name)?.bit()
                }
            };
            Some(Self(found.0 | more))
        })
    }

    pub(crate) fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    pub(crate) fn has(self, one: Generation) -> bool {
        self.0 & one.bit() != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn insert(&mut self, one: Generation) {
        self.0 |= one.bit();
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Generation> {
        Generation::ALL
            .into_iter()
            .filter(move |one| self.has(*one))
    }

    pub(crate) fn names(self) -> Vec<&'static str> {
        self.iter().map(Generation::as_str).collect()
    }
}

impl fmt::Display for Generations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(" "))
    }
}

impl fmt::Debug for Generations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_read_and_printed() {
        let read = |text| Generations::parse(text).map(|found| found.to_string());
        assert_eq!(read("2026.3.7 2026.1").as_deref(), Some("2026.1 2026.3.7"));
        assert_eq!(read("real").as_deref(), Some("2026.1 2026.3.6 2026.3.7"));
        assert_eq!(read("every"), read("real documented"));
        assert_eq!(read("2026.4"), None);
        assert!(Generations::parse("").is_some_and(Generations::is_empty));
    }
}
