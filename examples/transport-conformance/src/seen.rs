//! `Seen`: what the server saw of a case.

use serde::{Deserialize, Serialize};

/// What the server saw of a case.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Seen {
    /// The requests that arrived, as far as they were read.
    pub copies: Vec<Copy>,
    /// How many connections ended while the server still had to write, or waited for their end.
    pub aborted: usize,
}

/// One request that arrived. What is not ASCII in its head is replaced.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Copy {
    /// The number of the connection that it came on.
    pub connection: usize,
    /// The method; empty when nothing was read.
    pub method: String,
    /// The target, as it stood in the first line.
    pub target: String,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was read.
    pub body: String,
    /// Whether all of it was read.
    pub is_whole: bool,
}

impl Copy {
    /// The values of this header.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = move |(own, _): &&(String, String)| own == name;
        self.headers
            .iter()
            .filter(of_name)
            .map(|(_, value)| value.as_str())
    }
}

impl Seen {
    /// Reads what the server program answers at `/seen/` and the case's name.
    pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// What [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers alone, which there is a form for.
        serde_json::to_string(self).unwrap_or_default()
    }
}
