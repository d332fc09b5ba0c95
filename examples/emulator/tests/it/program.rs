//! The emulator as a program.

use crate::client::{Client, lonely, sign_in};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fluxbase-emulator"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// The program while it runs; a failing test leaves none behind.
struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// Reads the first line.
    fn address(&mut self) -> SocketAddr {
        let line = self.line();
        let address = line.strip_prefix("listening on http://").unwrap();
        address.strip_suffix('\n').unwrap().parse().unwrap()
    }

    fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn says_where_it_listens_and_who_may_enter() {
    let mut program = Program::start(&[]);
    let address = program.address();
    assert_eq!(address.ip().to_string(), "127.0.0.1");
    assert_ne!(address.port(), 0);
    let user = program.line();
    let parts: Vec<_> = user.trim_end().split(' ').collect();
    let ["user", email @ "user1@example.com", password] = parts[..] else {
        panic!("{} parts", parts.len())
    };
    assert!(program.line().starts_with("user user2@example.com "));
    assert!(program.line().starts_with("admin admin@example.com "));
    assert!(program.line().starts_with("service-key "));
    sign_in(&mut Client::new(address), email, password);
    let stop = Client::new(address).exchange("POST", "/__emulator/stop", "", "");
    assert_eq!(stop.status, "204 No Content");
    assert_eq!(program.end().code(), Some(0));
}

#[test]
fn starts_with_a_state_and_keeps_its_secrets() {
    let recorded = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../core/tests/recordings/2026.3.7-rc.13/state.json"
    );
    let state: serde_json::Value =
        serde_json::from_slice(&std::fs::read(recorded).unwrap()).unwrap();
    let mut program = Program::start(&["--state", recorded]);
    let mut client = Client::new(program.address());
    let password = state["users"][0]["password"].as_str().unwrap();
    sign_in(&mut client, "user1@example.com", password);
    client.exchange("POST", "/__emulator/stop", "", "");
    assert_eq!(program.line(), "", "the first line is the only one");
    assert_eq!(program.end().code(), Some(0));
}

#[test]
fn listens_where_told_and_fails_as_told() {
    let port = {
        let free = std::net::TcpListener::bind(lonely(4)).unwrap();
        free.local_addr().unwrap()
    };
    let mut program = Program::start(&[
        "--address",
        &port.to_string(),
        "--generation=2026.1",
        "--no-control",
        "--fail",
        "html=502:GET:/health:1",
    ]);
    assert_eq!(program.address(), port);
    let mut client = Client::new(port);
    let page = client.exchange("GET", "/health", "", "");
    assert_eq!(page.status, "502 Bad Gateway");
    let health = client.exchange("GET", "/health", "", "");
    assert_eq!(health.status, "200 OK");
    let verb = client.exchange("BREW", "/health", "", "");
    assert_eq!(verb.text(), "Invalid http method");
    let mut client = Client::new(port);
    let unsteered = client.exchange("POST", "/__emulator/stop", "", "");
    assert_eq!(unsteered.status, "404 Not Found");
}

#[cfg(unix)]
#[test]
fn ends_on_signals() {
    for signal in ["-TERM", "-INT"] {
        let mut program = Program::start(&[]);
        program.address();
        let id = program.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        assert_eq!(program.end().code(), Some(0), "{signal}");
    }
}

#[test]
fn says_why_it_cannot_start() {
    let no_state = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (arguments, code, expected) in [
        (
            &["--fail", "explode"] as &[_],
            2,
            "unknown fault: expected lose-before",
        ),
        (&["--what"], 2, "--what"),
        (&["--address", "192.0.2.1:0"], 1, "not a loopback address"),
        (&["--state", "no/such/file.json"], 1, "no/such/file.json: "),
        (&["--state", no_state], 1, "/Cargo.toml: "),
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with("fluxbase-emulator: "), "{text}");
        assert!(text.contains(expected), "{text}");
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn explains_itself() {
    let help = output(&["--help"]);
    assert_eq!((help.status.code(), &*help.stderr), (Some(0), &b""[..]));
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.starts_with("A Fluxbase server for tests"), "{text}");
    let version = output(&["--version"]).stdout;
    assert!(version.starts_with(b"fluxbase-emulator "));
}
