//! Managers from environment variables.

use std::{
    ffi::OsString,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use fluxbase_client_keys_ureq::{Builder, ClientKeysManager, Error, ErrorKind};

/// A file that is removed when it is no longer used.
struct Note(PathBuf);

impl Note {
    fn new(text: impl AsRef<[u8]>) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let path = std::env::temp_dir().join(format!(
            "fluxbase-variable-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        ));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn build(set: &[(&str, &str)]) -> Result<ClientKeysManager, Error> {
    let url = ("FLUXBASE_URL", "https://fluxbase.test");
    Builder::from_vars(|name| {
        let found = set.iter().chain([&url]).find(|(given, _)| *given == name);
        found.map(|(_, value)| OsString::from(value))
    })?
    .build()
}

#[track_caller]
fn uses(set: &[(&str, &str)], expected: &str) {
    let printed = format!("{:?}", build(set).unwrap());
    assert!(printed.contains(expected), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[track_caller]
fn refuses(set: &[(&str, &str)], expected: &str) {
    let error = build(set).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains(expected), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn each_kind_of_credential_is_read() {
    uses(&[], "credential: None");
    uses(
        &[("FLUXBASE_TOKEN", "eyJ.hunter2")],
        "Credential(bearer token)",
    );
    uses(
        &[("FLUXBASE_CLIENT_KEY", "fbk_hunter2")],
        "Credential(client key)",
    );
    uses(
        &[("FLUXBASE_SERVICE_TOKEN", "sk_hunter2")],
        "Credential(service key)",
    );
    let login = [
        ("FLUXBASE_EMAIL", "ops@example.com"),
        ("FLUXBASE_PASSWORD", "hunter2"),
    ];
    uses(&login, "has_login: true");
    // Empty counts as absent.
    uses(
        &[
            ("FLUXBASE_TOKEN", ""),
            ("FLUXBASE_TOKEN_FILE", ""),
            login[0],
            login[1],
        ],
        "has_login: true",
    );
}

#[test]
fn each_may_stand_in_a_file() {
    for (name, text, expected) in [
        (
            "FLUXBASE_TOKEN_FILE",
            "eyJ.hunter2\n",
            "Credential(bearer token)",
        ),
        (
            "FLUXBASE_CLIENT_KEY_FILE",
            "fbk_hunter2\r\n",
            "Credential(client key)",
        ),
        (
            "FLUXBASE_SERVICE_TOKEN_FILE",
            "sk_hunter2",
            "Credential(service key)",
        ),
    ] {
        let file = Note::new(text);
        uses(&[(name, file.path())], expected);
    }
    let (email, password) = (Note::new("ops@example.com\n"), Note::new("hunter2\n\n"));
    uses(
        &[
            ("FLUXBASE_EMAIL_FILE", email.path()),
            ("FLUXBASE_PASSWORD_FILE", password.path()),
        ],
        "has_login: true",
    );
    // Only one line break is not part of it, and a key has none.
    let file = Note::new("fbk_hunter2\n\n");
    refuses(
        &[("FLUXBASE_CLIENT_KEY_FILE", file.path())],
        "FLUXBASE_CLIENT_KEY",
    );
    let url = Note::new("https://other.test/prefix/\n");
    let manager =
        Builder::from_vars(|name| (name == "FLUXBASE_URL_FILE").then(|| url.path().into()));
    let printed = format!("{:?}", manager.unwrap().build().unwrap());
    assert!(printed.contains("https://other.test/prefix"), "{printed}");
}

#[test]
fn two_that_disagree_are_refused() {
    let one = ("FLUXBASE_TOKEN", "eyJ.hunter2");
    let login = [
        ("FLUXBASE_EMAIL", "ops@example.com"),
        ("FLUXBASE_PASSWORD", "hunter2"),
    ];
    refuses(
        &[one, ("FLUXBASE_CLIENT_KEY", "fbk_hunter2")],
        "FLUXBASE_TOKEN and FLUXBASE_CLIENT_KEY are both set",
    );
    refuses(
        &[("FLUXBASE_SERVICE_TOKEN", "sk_hunter2"), login[0], login[1]],
        "FLUXBASE_SERVICE_TOKEN and FLUXBASE_EMAIL are both set",
    );
    let same = Note::new("eyJ.hunter2\n");
    uses(
        &[one, ("FLUXBASE_TOKEN_FILE", same.path())],
        "Credential(bearer token)",
    );
    let other = Note::new("eyJ.hunter2.other");
    refuses(
        &[one, ("FLUXBASE_TOKEN_FILE", other.path())],
        "FLUXBASE_TOKEN and FLUXBASE_TOKEN_FILE are both set and disagree",
    );
    // A credential that the program adds has to agree too.
    let builder = Builder::from_vars(|name| match name {
        "FLUXBASE_URL" => Some("https://fluxbase.test".into()),
        "FLUXBASE_TOKEN" => Some("eyJ.hunter2".into()),
        _ => None,
    })
    .unwrap();
    assert!(builder.clone().bearer_token("eyJ.hunter2").build().is_ok());
    assert!(builder.client_key("fbk_hunter2").build().is_err());
}

#[test]
fn what_is_missing_or_impossible_is_named() {
    refuses(&[login_half()], "FLUXBASE_PASSWORD is not");
    refuses(&[("FLUXBASE_PASSWORD", "hunter2")], "FLUXBASE_EMAIL is not");
    refuses(
        &[("FLUXBASE_URL", "")],
        "FLUXBASE_URL or FLUXBASE_URL_FILE must be set",
    );
    refuses(
        &[("FLUXBASE_URL", "https://user:hunter2@fluxbase.test")],
        "FLUXBASE_URL: the server's URL",
    );
    refuses(
        &[("FLUXBASE_URL", "http://fluxbase.test")],
        "FLUXBASE_URL: http://",
    );
    refuses(
        &[("FLUXBASE_TOKEN", "fbk_hunter2")],
        "FLUXBASE_TOKEN: this is a client key",
    );
    refuses(
        &[("FLUXBASE_CLIENT_KEY", "hunter2 hunter2")],
        "FLUXBASE_CLIENT_KEY: ",
    );
    refuses(
        &[("FLUXBASE_TOKEN_FILE", "/nonexistent/hunter2")],
        "the file that FLUXBASE_TOKEN_FILE names cannot be read",
    );
    let empty = Note::new("\n");
    refuses(
        &[("FLUXBASE_TOKEN_FILE", empty.path())],
        "the file that FLUXBASE_TOKEN_FILE names is empty",
    );
    let binary = Note::new(b"hunter2\xff");
    refuses(
        &[("FLUXBASE_TOKEN_FILE", binary.path())],
        "the file that FLUXBASE_TOKEN_FILE names cannot be read",
    );
    let large = Note::new("hunter2".repeat(20_000));
    refuses(
        &[("FLUXBASE_TOKEN_FILE", large.path())],
        "the file that FLUXBASE_TOKEN_FILE names is too large",
    );
    refuses(
        &[
            ("FLUXBASE_TOKEN", "eyJ.hunter2"),
            ("HTTPS_PROXY", "socks5://u:hunter2@proxy"),
        ],
        "HTTPS_PROXY must be",
    );
}

fn login_half() -> (&'static str, &'static str) {
    ("FLUXBASE_EMAIL", "ops@hunter2.test")
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;

    let error = Builder::from_vars(|name| match name {
        "FLUXBASE_URL" => Some("https://fluxbase.test".into()),
        "FLUXBASE_TOKEN" => Some(OsString::from_vec(b"hunter2\xff".to_vec())),
        _ => None,
    })
    .unwrap_err();
    assert_eq!(error.to_string(), "FLUXBASE_TOKEN is not valid text");
}
