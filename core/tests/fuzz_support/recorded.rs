//! What real servers sent.

use fluxbase_client_keys::fuzz::encode;

use super::Seeds;
use crate::recordings_support::{FILES, Recorded};

/// One for each status and beginning of a body: the rest differs in what is random.
fn each(mut take: impl FnMut(String, &Recorded)) {
    for recorded in FILES.iter().flat_map(|(_, text)| Recorded::all(text)) {
        let beginning: String = recorded.body.chars().take(60).collect();
        let name: String = beginning
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        take(format!("{}-{name}", recorded.status), &recorded);
    }
}

/// Whole answers, for the target `read`.
pub(super) fn answers() -> Seeds {
    let mut seeds = Seeds::new();
    each(|name, recorded| {
        let hint = recorded.header("retry-after").unwrap_or_default();
        let kind = u8::from(
            recorded
                .header("content-type")
                .is_some_and(|kind| kind.contains("html")),
        );
        let seed = encode(recorded.status, kind, hint, recorded.body.as_bytes());
        seeds.entry(name).or_insert(seed);
    });
    seeds
}

/// Bodies alone.
pub(super) fn bodies() -> Seeds {
    let mut seeds = Seeds::new();
    each(|name, recorded| {
        let body = recorded.body.as_bytes().to_vec();
        seeds.entry(name).or_insert(body);
    });
    seeds
}
