//! Failures on the way between client and server.

mod grammar;

pub use grammar::FaultError;

use http::StatusCode;
use std::time::Duration;

/// A failure on the way: what happens, to which requests, and how often.
///
/// Without filters it strikes every request. Each fault counts the requests that match its filters from the moment it was
/// added, whether or not it strikes them. When several are due at once, the one added first strikes.
///
/// On a command line it is written `WHAT[:METHOD[:PATH[:WHEN]]]`:
///
/// | part | form |
/// |---|---|
/// | `WHAT` | `lose-before`, `lose-after`, `cut-body`, `status=503`, `status-after=500`, `html=502`, `html-after=504`, `stall=250`, `stall-body=250` (milliseconds); see [`What`] |
/// | `METHOD` | such as `POST`; empty or `*` for any |
/// | `PATH` | what the path starts with; with `$` at its end, the whole path; empty or `*` for any |
/// | `WHEN` | `every` (also when left out), `3` for the third matching request alone, `x3` for the first three; see [`When`] |
///
/// ```
/// use fluxbase_emulator::{Fault, What};
///
/// let written: Fault = "lose-after:POST:/api/v1/client-keys$:1".parse()?;
/// assert_eq!(written, Fault::new(What::LoseAfter).method("POST").path("/api/v1/client-keys").nth(1));
/// # Ok::<_, fluxbase_emulator::FaultError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    what: What,
    method: Option<String>,
    path: Option<Path>,
    when: When,
}

/// What happens to a request that a [`Fault`] strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// The connection is closed without an answer, and the server has not acted.
    LoseBefore,
    /// The server acts, then the connection is closed without an answer.
    LoseAfter,
    /// The server acts; the head (with the full `content-length`) and half of the body are sent, then the connection is closed.
    ///
    /// An answer without a body is lost whole, as with [`What::LoseAfter`].
    CutBody,
    /// The server answers with this status and a JSON error, and has not acted.
    Status(StatusCode),
    /// As [`What::Status`], but the server has acted: the error hides the outcome.
    StatusAfter(StatusCode),
    /// A proxy answers with this status and a page of HTML, and the server has not acted.
    Html(StatusCode),
    /// As [`What::Html`], but the server has acted, as with a gateway that waited too short a time.
    HtmlAfter(StatusCode),
    /// The server acts, and nothing of its answer is sent for this long.
    Stall(Duration),
    /// The server acts; the head and half of the body are sent at once, the rest after this long.
    StallBody(Duration),
}

/// Which of the matching requests a [`Fault`] strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum When {
    /// All of them.
    #[default]
    Every,
    /// This one alone, counted from 1.
    Nth(u32),
    /// So many, from the first one on.
    First(u32),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Path {
    Whole(String),
    Prefix(String),
}

impl Fault {
    /// A fault that strikes every request, until it is told otherwise.
    #[must_use]
    pub fn new(what: What) -> Self {
        Self {
            what,
            method: None,
            path: None,
            when: When::Every,
        }
    }

    /// Only requests with this method; case matters, as in HTTP.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests with this very path; the query is not looked at.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(Path::Whole(path.into()));
        self
    }

    /// Only requests whose path starts so; the query is not looked at.
    #[must_use]
    pub fn path_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.path = Some(Path::Prefix(prefix.into()));
        self
    }

    /// Only this one of the matching requests, counted from 1.
    #[must_use]
    pub fn nth(mut self, number: u32) -> Self {
        self.when = When::Nth(number);
        self
    }

    /// Only so many of the matching requests, from the first one on.
    #[must_use]
    pub fn first(mut self, count: u32) -> Self {
        self.when = When::First(count);
        self
    }

    fn matches(&self, method: &str, path: &str) -> bool {
        let path_matches = match &self.path {
            None => true,
            Some(Path::Whole(whole)) => path == whole,
            Some(Path::Prefix(prefix)) => path.starts_with(prefix.as_str()),
        };
        path_matches && self.method.as_ref().is_none_or(|wanted| wanted == method)
    }

    fn is_due(&self, number: u32) -> bool {
        match self.when {
            When::Every => true,
            When::Nth(wanted) => number == wanted,
            When::First(count) => number <= count,
        }
    }
}

/// The faults of one server, each with the number of matching requests seen.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(Fault, u32)>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Counts the request in every fault that it matches, and says what happens to it.
    pub(crate) fn strike(&mut self, method: &str, path: &str) -> Option<What> {
        let mut struck = None;
        for (fault, seen) in &mut self.0 {
            if fault.matches(method, path) {
                *seen = seen.saturating_add(1);
                if fault.is_due(*seen) {
                    struck = struck.or(Some(fault.what));
                }
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_matching_requests_only() {
        let mut faults = Faults::default();
        faults.add(
            Fault::new(What::LoseAfter)
                .method("POST")
                .path("/keys")
                .nth(2),
        );
        faults.add(Fault::new(What::CutBody).path_prefix("/keys").first(3));
        let mut strikes = vec![];
        for (method, path) in [
            ("POST", "/other"),
            ("POST", "/keys"),
            ("post", "/keys/1"),
            ("POST", "/keys"),
            ("POST", "/keys"),
        ] {
            strikes.push(faults.strike(method, path));
        }
        let cut = Some(What::CutBody);
        assert_eq!(strikes, [None, cut, cut, Some(What::LoseAfter), None]);
        faults.add(Fault::new(What::LoseBefore));
        faults.clear();
        assert_eq!(faults.strike("POST", "/keys"), None);
    }
}
