//! What was recorded, and what stands for it in this run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fluxbase_client_keys::Timestamp;

use crate::pieces::{Kind, Piece, pieces};

/// Recorded instants that lie further apart than this came from different requests.
const APART: Duration = Duration::from_millis(1);

/// The pairs that were learned so far.
pub(crate) struct Pairs {
    learned: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    /// Instants of the recorded run, with their own.
    moments: Vec<(Timestamp, Timestamp)>,
    /// When the recorded run began; what is older came with the state.
    start: Timestamp,
    /// The instants of the state. Some files were recorded when it still had others.
    given: BTreeSet<Timestamp>,
}

impl Pairs {
    /// Nothing learned yet but that what stands in `state` is the same in both runs.
    pub(crate) fn new(state: &str, start: Timestamp) -> Self {
        let mut pairs = Self {
            learned: BTreeMap::new(),
            taken: BTreeSet::new(),
            moments: Vec::new(),
            start,
            given: pieces(state)
                .iter()
                .filter(|piece| piece.kind == Kind::Instant)
                .filter_map(|piece| Timestamp::parse(piece.text).ok())
                .collect(),
        };
        for piece in pieces(state) {
            if matches!(piece.kind, Kind::Uuid | Kind::Token) {
                pairs.learn(piece.text, piece.text);
            }
        }
        pairs
    }

    fn learn(&mut self, recorded: &str, own: &str) {
        self.learned.insert(recorded.to_owned(), own.to_owned());
        self.taken.insert(own.to_owned());
    }

    /// A recorded text of a request with what stands for it here.
    pub(crate) fn translate(&self, recorded: &str) -> String {
        pieces(recorded)
            .into_iter()
            .map(|piece| {
                let lower = piece.text.to_ascii_lowercase();
                match (self.learned.get(piece.text), self.learned.get(&lower)) {
                    (Some(own), _) => own.clone(),
                    (None, Some(own)) => own.to_ascii_uppercase(),
                    (None, None) => piece.text.to_owned(),
                }
            })
            .collect()
    }

    /// Compares a text of an answer with the recorded one and learns the pairs in it.
    pub(crate) fn compare(&mut self, recorded: &str, own: &str) -> Result<(), String> {
        let recorded = without_cause(recorded);
        let own = without_cause(own);
        let (theirs, ours) = (pieces(&recorded), pieces(&own));
        let differ = || Err(format!("recorded {recorded}\n     own {own}"));
        if theirs.len() != ours.len() {
            return differ();
        }
        for (their, our) in theirs.iter().zip(&ours) {
            if their.kind != our.kind || !self.agree(*their, *our)? {
                return differ();
            }
        }
        Ok(())
    }

    fn agree(&mut self, recorded: Piece<'_>, own: Piece<'_>) -> Result<bool, String> {
        if recorded.kind == Kind::Plain || recorded.text == own.text {
            return Ok(recorded.text == own.text);
        }
        if recorded.kind == Kind::Seconds {
            return Ok(true);
        }
        if let Some(known) = self.learned.get(recorded.text) {
            return Ok(known == own.text);
        }
        match recorded.kind {
            Kind::Instant => return self.agree_moment(recorded.text, own.text),
            _ if self.taken.contains(own.text) => return Ok(false),
            Kind::Token => self.agree_claims(recorded.text, own.text)?,
            Kind::Key
                if self.learned.get(&recorded.text[..12]).map(String::as_str)
                    != Some(&own.text[..12]) =>
            {
                return Ok(false);
            }
            _ => {}
        }
        self.learn(recorded.text, own.text);
        Ok(true)
    }

    /// Instants keep their order, and what was apart stays apart.
    fn agree_moment(&mut self, recorded: &str, own: &str) -> Result<bool, String> {
        let read = |text: &str| Timestamp::parse(text).map_err(|error| format!("{text}: {error}"));
        let (theirs, ours) = (read(recorded)?, read(own)?);
        if zone(recorded) != zone(own) {
            return Ok(false);
        }
        if (theirs >= self.start) == self.given.contains(&ours) {
            return Ok(false);
        }
        if theirs >= self.start {
            let kept = self.moments.iter().all(|&(their_other, our_other)| {
                let apart = |age: Option<Duration>| age.is_some_and(|age| age > APART);
                if apart(theirs.since(their_other)) {
                    ours > our_other
                } else if apart(their_other.since(theirs)) {
                    ours < our_other
                } else {
                    true
                }
            });
            if !kept {
                return Err(format!(
                    "the instant {own} is out of order; recorded was {recorded}"
                ));
            }
            self.moments.push((theirs, ours));
        }
        self.learned.insert(recorded.to_owned(), own.to_owned());
        Ok(true)
    }

    /// Tokens carry the same claims, with the same lifetime.
    fn agree_claims(&mut self, recorded: &str, own: &str) -> Result<(), String> {
        let (theirs, ours) = (claims(recorded)?, claims(own)?);
        self.compare(&theirs, &ours)?;
        if lifetimes(&theirs) != lifetimes(&ours) {
            return Err(format!("recorded {theirs}\n     own {ours}"));
        }
        Ok(())
    }
}

fn claims(token: &str) -> Result<String, String> {
    let middle = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD
        .decode(middle)
        .map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// The seconds in the claims, counted from the first of them.
fn lifetimes(claims: &str) -> Vec<i64> {
    let seconds: Vec<i64> = pieces(claims)
        .iter()
        .filter(|piece| piece.kind == Kind::Seconds)
        .filter_map(|piece| piece.text.parse().ok())
        .collect();
    seconds.iter().map(|second| second - seconds[0]).collect()
}

fn zone(instant: &str) -> &str {
    if instant.ends_with('Z') {
        "Z"
    } else {
        &instant[instant.len() - 6..]
    }
}

/// The cause of a lost database names the machine where it was recorded.
fn without_cause(text: &str) -> String {
    let Some((before, cause)) = text.split_once("failed to connect to `") else {
        return text.to_owned();
    };
    let after = cause.find('"').map_or("", |end| &cause[end..]);
    format!("{before}failed to connect{after}")
}
