//! `demo --server`: the same walk on a server that somebody else runs, and what is left when it fails half-way.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use fluxbase_client_keys_ureq::http::StatusCode;
use fluxbase_emulator::{Fault, Guard, Profile, What};

use crate::{
    demo::{expected, normalised},
    support::{Run, count_keys, login, run, server},
};

/// The walk by somebody who has these credentials.
fn walk(url: &str, role: &str, email: &str, password: &str) -> Run {
    run(
        &["demo", "--server", url, "--as", role],
        &[("FLUXBASE_EMAIL", email), ("FLUXBASE_PASSWORD", password)],
    )
}

fn walk_on(server: &Guard, role: &str) -> Run {
    let login = login(server, role == "admin");
    walk(&server.base_url(), role, &login[1].1, &login[2].1)
}

/// Everything but the first line, which names the server.
fn body(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

#[test]
fn another_server_is_walked_on_in_the_same_way_and_nothing_is_left() {
    for profile in Profile::ALL {
        for role in ["user", "admin"] {
            let server = server(profile);
            let shown = normalised(&walk_on(&server, role).done());
            let title = format!(
                "Server http://127.0.0.1:PORT, as {}",
                match role {
                    "user" => "an ordinary user",
                    _ => "an administrator",
                }
            );
            assert_eq!(shown.lines().next(), Some(title.as_str()));
            assert_eq!(
                body(&shown),
                body(&expected(profile, role)),
                "{profile} {role}"
            );
            assert_eq!(count_keys(&server), 0);
            let last = server.received().last().unwrap().path().to_owned();
            assert!(
                last.ends_with("/signout") || last.ends_with("/logout"),
                "{last}"
            );
        }
    }
}

#[test]
fn a_token_in_place_of_a_login_does() {
    let server = server(Profile::V2026_3_7);
    let key = server.credentials().service_keys[0].clone();
    let shown = run(
        &["demo", "--server", &server.base_url()],
        &[("FLUXBASE_SERVICE_TOKEN", &key)],
    )
    .done();
    assert!(
        shown.contains("# signed in with the credential of the environment\n"),
        "{shown}"
    );
    assert!(
        shown.contains("\nClient key deleted\n") && !shown.contains("signed out"),
        "{shown}"
    );
    assert!(!shown.contains(&key), "{shown}");
    assert_eq!(count_keys(&server), 0);
}

#[test]
fn a_failure_half_way_leaves_nothing_behind() {
    let failing = [
        ("GET", "/api/v1/client-keys", "list client keys", 1),
        ("PATCH", "/api/v1/client-keys/", "update client key", 2),
    ];
    for (method, path, what, deleted) in failing {
        let server = server(Profile::V2026_3_7);
        // Four times, so that no repetition of a list gets through; the GET that finds out the spelling is one more.
        let fault = Fault::new(What::Status(StatusCode::INTERNAL_SERVER_ERROR));
        server.add_fault(fault.method(method).path_prefix(path).first(6));
        let run = walk_on(&server, "user");
        assert!(
            run.out.ends_with(&format!(
                "# deleted what else was made: {deleted}\n# signed out\n"
            )),
            "{run:?}"
        );
        let error = run.failed(1);
        assert!(
            error.starts_with(&format!("fluxbase-keys: {what}: ")),
            "{error}"
        );
        assert_eq!(count_keys(&server), 0, "{what}");
    }
}

#[test]
fn what_cannot_be_deleted_is_named() {
    let server = server(Profile::V2026_3_7);
    let fault = Fault::new(What::Status(StatusCode::INTERNAL_SERVER_ERROR)).method("DELETE");
    server.add_fault(fault);
    let error = walk_on(&server, "admin").failed(1);
    assert!(
        error.starts_with("fluxbase-keys: delete client key: "),
        "{error}"
    );
    assert!(
        error.contains("; these keys are left, delete them: "),
        "{error}"
    );
    let ids = server.with_emulator(|emulator| {
        emulator
            .client_keys()
            .map(|key| key.id().to_owned())
            .collect::<Vec<_>>()
    });
    assert_eq!(ids.len(), 2);
    for id in ids {
        assert!(error.contains(&id), "{id} is not in {error}");
    }
}

/// The emulator as a process of its own, which ends with this value.
struct Process {
    child: Child,
    lines: Vec<String>,
}

impl Process {
    fn start(profile: Profile) -> Self {
        let cargo = std::env::var("CARGO").unwrap_or("cargo".to_owned());
        let mut child = Command::new(cargo)
            .args([
                "run",
                "-q",
                "-p",
                "fluxbase-emulator",
                "--",
                "--generation",
                profile.as_str(),
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The address, two users, an administrator.
        let lines = lines.take(4).map(Result::unwrap).collect();
        Self { child, lines }
    }

    fn url(&self) -> &str {
        self.lines[0].strip_prefix("listening on ").unwrap()
    }

    /// E-mail address and password of the first user or administrator.
    fn login(&self, role: &str) -> (&str, &str) {
        let of_role = |line: &&String| line.split(' ').next() == Some(role);
        let line = self.lines.iter().find(of_role).unwrap();
        line.split_once(' ').unwrap().1.split_once(' ').unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let url = format!("{}/__emulator/stop", self.url());
        let _ = ureq::post(url).send_empty();
        let _ = self.child.wait();
    }
}

#[test]
fn another_process_is_walked_on_in_the_same_way() {
    let process = Process::start(Profile::V2026_1);
    for role in ["user", "admin"] {
        let (email, password) = process.login(role);
        let shown = normalised(&walk(process.url(), role, email, password).done());
        assert_eq!(
            body(&shown),
            body(&expected(Profile::V2026_1, role)),
            "{role}"
        );
    }
}
