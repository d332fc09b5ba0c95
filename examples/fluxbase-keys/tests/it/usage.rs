//! Wrong usage is exit status 2 and one line that says what to do; nothing is sent.

use fluxbase_emulator::Profile;

use crate::support::{login, run, server};

/// What is given, and what the complaint must have in it.
const WRONG: &[(&[&str], &str)] = &[
    (&[], "what shall be done?"),
    (&["rotate"], "no such verb"),
    (&["--output", "json", "list"], "the verb comes before"),
    (&["-x"], "invalid option '-x'"),
    (
        &["create", "ci", "--scope", "tables:read"],
        "--key-file PATH or --show-key",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "tables:read",
            "--show-key",
            "--key-file",
            "k",
        ],
        "exclude each other",
    ),
    (&["create", "ci", "--show-key"], "needs --scope"),
    (
        &["create", "--scope", "tables:read", "--show-key"],
        "name of the new key",
    ),
    (
        &["create", "a", "b", "--scope", "tables:read", "--show-key"],
        "name of the new key",
    ),
    (
        &["create", "", "--scope", "tables:read", "--show-key"],
        "name",
    ),
    (
        &["create", "ci", "--scope", "two words", "--show-key"],
        "scope",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--rate-limit",
            "many",
        ],
        "whole number",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--rate-limit",
            "2147483648",
        ],
        "rate_limit_per_minute",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--expires-at",
            "tomorrow",
        ],
        "RFC 3339",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--expires-in",
            "1y",
        ],
        "such as 90d",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--expires-in",
            "1d",
            "--expires-at",
            "2031-01-01T00:00:00Z",
        ],
        "exclude each other",
    ),
    (
        &[
            "create",
            "ci",
            "--scope",
            "a:b",
            "--show-key",
            "--expires-at",
            "2025-12-31T23:59:59Z",
        ],
        "has passed",
    ),
    (&["list", "ID"], "options only"),
    (&["list", "--user", "../x"], "user"),
    (&["list", "--scope", "a:b"], "no option --scope"),
    (&["list", "-o", "yaml"], "table or json"),
    (&["get"], "id of a key"),
    (&["get", "a", "b"], "id of a key"),
    (&["get", "../users"], "id"),
    (&["update", "key-uuid"], "nothing to change"),
    (
        &["update", "key-uuid", "--expires-at", "2031-01-01T00:00:00Z"],
        "no option --expires-at",
    ),
    (&["revoke"], "ids of keys"),
    (&["delete", "good", ".."], "id"),
    (&["whoami", "me"], "options only"),
    (&["whoami", "--token", "eyJ"], "no option --token"),
    (&["demo", "--generation", "2025"], "2026.3.6"),
    (&["demo", "--as", "root"], "user or admin"),
    (&["demo", "--all", "--as", "user"], "--all excludes"),
    (
        &[
            "demo",
            "--server",
            "http://127.0.0.1:1",
            "--generation",
            "2026.1",
        ],
        "its own generation",
    ),
    (&["demo", "-o", "json"], "no option --output"),
    (&["demo", "walk"], "options only"),
    (&["list", "--server", "http://example.com"], "https"),
    (&["list", "--server", "nonsense"], "URL"),
];

#[test]
fn wrong_usage_is_said_and_nothing_is_sent() {
    let server = server(Profile::V2026_3_7);
    let login = login(&server, false);
    let environment: Vec<_> = login
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    for (arguments, expected) in WRONG {
        let run = run(arguments, &environment);
        assert_eq!(run.out, "", "{arguments:?}");
        let error = run.failed(2);
        assert!(error.contains(expected), "{arguments:?}: {error}");
        assert!(error.ends_with(" (see --help)"), "{arguments:?}: {error}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let key = "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";
    let environment = [
        ("FLUXBASE_URL", "http://127.0.0.1:1"),
        ("FLUXBASE_TOKEN", "eyJ.a.b"),
    ];
    for arguments in [
        &["get", key][..],
        &["delete", key],
        &[key],
        &["list", "--user", key],
        &["list", key],
        &["list", &format!("--admin={key}")],
        &[
            "create",
            "ci",
            "--show-key",
            "--scope",
            "a:b",
            "--expires-at",
            key,
        ],
    ] {
        let error = run(arguments, &environment).failed(2);
        assert!(!error.contains("Zm9v"), "{arguments:?}: {error}");
    }
    // A client key is no access token, whatever the variable is called.
    let environment = [
        ("FLUXBASE_URL", "http://127.0.0.1:1"),
        ("FLUXBASE_TOKEN", key),
    ];
    let error = run(&["list"], &environment).failed(2);
    assert!(!error.contains("Zm9v"), "{error}");
}

#[test]
fn what_the_environment_lacks_is_named() {
    let url = ("FLUXBASE_URL", "http://127.0.0.1:1");
    for (environment, expected) in [
        (&[url][..], "FLUXBASE_CLIENT_KEY"),
        (&[("FLUXBASE_TOKEN", "eyJ.a.b")], "FLUXBASE_URL"),
        (
            &[url, ("FLUXBASE_EMAIL", "a@example.com")],
            "FLUXBASE_PASSWORD",
        ),
    ] {
        let error = run(&["list"], environment).failed(2);
        assert!(error.contains(expected), "{error}");
    }
    let error = run(&["list", "--admin"], &[url, ("FLUXBASE_TOKEN", "eyJ.a.b")]).failed(2);
    assert!(error.contains("FLUXBASE_EMAIL"), "{error}");
}

#[test]
fn help_names_every_verb_and_fits_a_terminal() {
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["list", "-h"],
        &["demo", "--help"],
    ] {
        assert_eq!(run(arguments, &[]).done(), fluxbase_keys::HELP);
    }
    for verb in [
        "create", "list", "get", "update", "revoke", "delete", "whoami", "demo",
    ] {
        assert!(
            fluxbase_keys::HELP.contains(&format!("\n  {verb} ")),
            "{verb}"
        );
    }
    let longest = fluxbase_keys::HELP.lines().map(str::len).max();
    assert!(longest <= Some(80), "{longest:?}");
    assert!(
        run(&["--version"], &[])
            .done()
            .starts_with("fluxbase-keys ")
    );
}

#[test]
fn the_program_ends_with_the_status() {
    let status = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_fluxbase-keys"));
        let output = command.env_clear().args(arguments).output().unwrap();
        (
            output.status.code(),
            output.stdout.is_empty(),
            output.stderr.is_empty(),
        )
    };
    assert_eq!(status(&["--help"]), (Some(0), false, true));
    assert_eq!(status(&["list"]), (Some(2), true, false));
}
