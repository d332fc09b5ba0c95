//! The recorded answers as inputs of the fuzz target `read`; with `FLUXBASE_KEYS_BLESS=1` they are written to
//! `fuzz/seeds/read`, from which a fuzzer starts.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![allow(
    dead_code,
    reason = "the seeds need only some of what a recording holds"
)]

mod recordings_support;

use std::collections::BTreeMap;

use fluxbase_client_keys::fuzz;
use recordings_support::{FILES, Recorded};

/// One seed for each status and beginning of a body: the rest differs in what is random.
fn seeds() -> BTreeMap<String, Vec<u8>> {
    let mut seeds = BTreeMap::new();
    for recorded in FILES.iter().flat_map(|(_, text)| Recorded::all(text)) {
        let hint = recorded.header("retry-after").unwrap_or_default();
        let kind = u8::from(
            recorded
                .header("content-type")
                .is_some_and(|kind| kind.contains("html")),
        );
        let seed = fuzz::encode(recorded.status, kind, hint, recorded.body.as_bytes());
        let beginning: String = recorded.body.chars().take(60).collect();
        let name: String = beginning
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        seeds
            .entry(format!("{}-{name}", recorded.status))
            .or_insert(seed);
    }
    seeds
}

#[test]
fn every_seed_passes_the_target() {
    let seeds = seeds();
    assert!(seeds.len() > 80, "only {}", seeds.len());
    for (name, seed) in &seeds {
        println!("{name}");
        fuzz::read(seed);
    }
    // Nor does the shortest of inputs fail.
    for length in 0..6 {
        fuzz::read(&[u8::MAX; 6][..length]);
    }
}

#[cfg(not(target_family = "wasm"))]
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test writes the files when asked"
)]
fn seeds_are_written_when_asked() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/read"));
    if std::env::var("FLUXBASE_KEYS_BLESS").is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(folder).unwrap();
        for (name, seed) in seeds() {
            std::fs::write(folder.join(&name), &seed).unwrap();
            assert_eq!(std::fs::read(folder.join(&name)).unwrap(), seed);
        }
    }
    // Without being asked it only shows that two recordings make no seed of one name and different meaning.
    let names: Vec<String> = seeds().into_keys().collect();
    assert!(
        names
            .iter()
            .all(|name| name.len() < 100 && !name.contains('/'))
    );
}
