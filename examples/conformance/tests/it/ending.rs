//! Interrupted, limited, or used wrongly.

use std::{
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use fluxbase_emulator::{Options, Profile, State};

use crate::support::{admin, at_look, count_keys, fresh_path, run, run_until, server, url, user};

#[test]
fn wherever_it_is_interrupted_nothing_is_left() {
    for look in [1, 20, 26, 31, 37, 44, 52, 60] {
        let server = server(Profile::V2026_3_7);
        let shown = run_until(&["-o", "json", "--admin"], &admin(&server), &at_look(look));
        assert_eq!(shown.status, 4, "{look}: {}", shown.out);
        let report = shown.json();
        assert_eq!(report["findings"][0]["id"], "interrupted", "{look}");
        assert_eq!(count_keys(&server), 0, "{look}: {}", shown.out);
        assert_eq!(report["keys_left"], serde_json::json!([]), "{look}");
    }
}

#[test]
fn a_second_signal_leaves_the_keys_and_says_so() {
    let server = server(Profile::V2026_3_7);
    let looks = std::cell::Cell::new(0);
    let signals = || {
        looks.set(looks.get() + 1);
        if looks.get() > 50 { looks.get() } else { 0 }
    };
    let shown = run_until(&["-o", "json", "--admin"], &admin(&server), &signals);
    assert_eq!(shown.status, 4, "{}", shown.out);
    let left = shown.json()["keys_left"].as_array().unwrap().len();
    assert!(left > 0, "{}", shown.out);
    assert_eq!(left, count_keys(&server));
}

#[cfg(unix)]
#[test]
fn a_real_signal_ends_the_real_program_tidily() {
    let server =
        fluxbase_emulator::start(Options::new().latency(Duration::from_millis(20))).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_conformance"));
    let program = program
        .envs(user(&server))
        .args(["-o", "json"])
        .stdout(Stdio::piped());
    let program = program.spawn().unwrap();
    let begin = Instant::now();
    while count_keys(&server) < 2 {
        assert!(begin.elapsed() < Duration::from_secs(20), "no key is made");
        thread::sleep(Duration::from_millis(5));
    }
    let id = program.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let ended = program.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(4));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(report["findings"][0]["id"], "interrupted");
    assert_eq!(count_keys(&server), 0);
}

#[test]
fn a_limit_that_is_too_long_to_wait_out_ends_the_run() {
    let server = server(Profile::V2026_1);
    let mut last = 0;
    // Each run signs in twice; ten a quarter of an hour are let through.
    for _ in 0..6 {
        let shown = run(&["-o", "json"], &user(&server));
        last = shown.status;
        assert_eq!(count_keys(&server), 0);
        if last == 4 {
            assert!(shown.out.contains("rate-limit"), "{}", shown.out);
        }
    }
    assert_eq!(last, 4);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    let server = server(Profile::V2026_3_7);
    let existing = fresh_path("existing.jsonl");
    std::fs::write(&existing, "").unwrap();
    let existing = existing.to_str().unwrap();
    for (arguments, environment) in [
        (&["--admin"][..], vec![url(&server)]),
        (&[], vec![]),
        (&["--server", "ftp://example.com"], vec![]),
        (&["--server", "http://example.com"], user(&server)),
        (&["--record", existing], user(&server)),
        (&["--ca-file", existing], user(&server)),
        (&["--replay", existing], vec![]),
        (&["--what"], user(&server)),
    ] {
        let shown = run(arguments, &environment);
        assert_eq!(shown.status, 2, "{arguments:?}: {shown:?}");
        assert_eq!(shown.err.lines().count(), 1, "{shown:?}");
        assert!(shown.out.is_empty());
    }
    assert_eq!(server.count(), 0);
    let shown = run(&["--record", existing], &user(&server));
    assert!(shown.err.contains("name a new file"), "{shown:?}");
    let help = run(&["--help"], &vec![]);
    assert_eq!((help.status, help.out.as_str()), (0, conformance::HELP));
}

#[test]
fn a_server_that_is_not_there_is_not_reached() {
    let gone = server(Profile::V2026_3_7);
    let environment = user(&gone);
    gone.stop();
    let shown = run(&[], &environment);
    assert_eq!(shown.status, 4, "{}", shown.out);
    assert!(shown.out.contains("NOTE not-reached"), "{}", shown.out);
}

#[test]
fn a_wrong_password_ends_the_run_after_one_try() {
    let server = server(Profile::V2026_3_7);
    let mut wrong = user(&server);
    wrong[2].1 = "not the password".to_owned();
    let shown = run(&["-o", "json"], &wrong);
    assert_eq!(shown.status, 4, "{}", shown.out);
    assert_eq!(shown.json()["findings"][0]["id"], "sign-in-refused");
    assert!(!shown.out.contains("not the password"));
    let sign_ins = server
        .received()
        .into_iter()
        .filter(|request| request.path() == "/api/v1/auth/signin");
    assert_eq!(sign_ins.count(), 1);
}

#[test]
fn an_account_with_a_second_factor_is_told_what_to_do() {
    let mut next = 0_u8;
    let mut state = State::sample(&mut |bytes| {
        for byte in bytes {
            next = next.wrapping_mul(5).wrapping_add(7);
            *byte = next;
        }
    });
    state.users[0].two_factor_code = Some("850608".to_owned());
    let server = fluxbase_emulator::start(Options::new().state(state)).unwrap();
    let shown = run(&["-o", "json"], &user(&server));
    assert_eq!(shown.status, 4, "{}", shown.out);
    let report = shown.json();
    assert_eq!(report["findings"][0]["id"], "two-factor");
    assert!(
        report["findings"][0]["text"]
            .as_str()
            .unwrap()
            .contains("FLUXBASE_TOKEN")
    );
    assert_eq!(count_keys(&server), 0);
}
