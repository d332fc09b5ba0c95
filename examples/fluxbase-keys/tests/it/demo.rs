//! `demo` prints what stands in `tests/demo`, for every generation and role, but for ports, keys and instants.
//!
//! With `FLUXBASE_KEYS_BLESS=1` in the environment the files are written anew; look at the difference before you keep it.

use std::{fs, path::PathBuf};

use fluxbase_emulator::Profile;
use regex_lite::Regex;

use crate::support::run;

/// What differs from run to run, replaced: ports, the beginnings of keys (numbered as they come), instants of today.
pub(crate) fn normalised(text: &str) -> String {
    let mut text = Regex::new("http://127.0.0.1:[0-9]+")
        .unwrap()
        .replace_all(text, "http://127.0.0.1:PORT")
        .into_owned();
    let instant = Regex::new(r"Last used: [0-9]{4}-[0-9T:.-]+Z").unwrap();
    text = instant
        .replace_all(&text, "Last used: INSTANT")
        .into_owned();
    let prefix = Regex::new(r"fbk_[A-Za-z0-9_-]{8}\.\.\.").unwrap();
    let mut number = 0;
    while let Some(found) = prefix.find(&text).map(|found| found.as_str().to_owned()) {
        number += 1;
        text = text.replace(&found, &format!("KEY-{number}..."));
    }
    text
}

pub(crate) fn expected(profile: Profile, role: &str) -> String {
    fs::read_to_string(path(profile, role)).unwrap()
}

fn path(profile: Profile, role: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/demo/{profile}-{role}.txt"))
}

#[test]
fn every_generation_and_role_is_as_expected() {
    for profile in Profile::ALL {
        for role in ["user", "admin"] {
            let shown = run(
                &["demo", "--generation", profile.as_str(), "--as", role],
                &[],
            )
            .done();
            let shown = normalised(&shown);
            if std::env::var_os("FLUXBASE_KEYS_BLESS").is_some() {
                fs::create_dir_all(path(profile, role).parent().unwrap()).unwrap();
                fs::write(path(profile, role), &shown).unwrap();
            }
            assert_eq!(shown, expected(profile, role), "{profile} {role}");
        }
    }
}

#[test]
fn all_is_all_of_them_and_the_default_is_the_newest_as_a_user() {
    let all = run(&["demo", "--all"], &[]).done();
    let parts: Vec<_> = all.split("\n\nServer ").collect();
    assert_eq!(parts.len(), 8);
    let each = Profile::ALL
        .into_iter()
        .flat_map(|profile| [(profile, "user"), (profile, "admin")]);
    for (part, (profile, role)) in parts.iter().zip(each) {
        let part = normalised(&format!("Server {}", part.trim_start_matches("Server ")));
        assert_eq!(
            part.trim_end(),
            expected(profile, role).trim_end(),
            "{profile} {role}"
        );
    }
    let default = run(&["demo"], &[]).done();
    assert_eq!(normalised(&default), expected(Profile::V2026_3_7, "user"));
}

#[test]
fn every_promise_is_kept_or_called_broken() {
    let broken = |profile, role| {
        let text = expected(profile, role);
        text.lines().filter(|line| line.starts_with("! ")).count()
    };
    assert_eq!(broken(Profile::Documented, "user"), 0);
    assert_eq!(broken(Profile::Documented, "admin"), 0);
    for profile in [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7] {
        // The scopes; and to a user the list, twice.
        assert_eq!(broken(profile, "admin"), 1, "{profile}");
        assert_eq!(broken(profile, "user"), 3, "{profile}");
    }
    for profile in Profile::ALL {
        for role in ["user", "admin"] {
            let text = expected(profile, role);
            for printed in [
                "Client Key: KEY-2...",
                "Last used: never",
                "Last used: INSTANT",
                "Client key revoked",
                "Client key deleted",
            ] {
                assert_eq!(
                    text.lines().filter(|line| *line == printed).count(),
                    1,
                    "{printed} {profile} {role}"
                );
            }
        }
    }
}

#[test]
fn plaintexts_are_shown_only_when_asked_for() {
    let plaintext = Regex::new("fbk_[A-Za-z0-9_-]{9}").unwrap();
    assert!(!plaintext.is_match(&run(&["demo"], &[]).done()));
    let shown = run(&["demo", "--show-key"], &[]).done();
    let whole = Regex::new("(?m)^Client Key: fbk_[A-Za-z0-9_-]{43}=$").unwrap();
    assert_eq!(whole.find_iter(&shown).count(), 1, "{shown}");
}
