//! Ending calls from another thread, wherever they are.

use std::{
    net::TcpListener,
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use fluxbase_client_keys_ureq::{
    Cancellable as _, ClientKeysManager, Error, ErrorKind, Outcome, Proxy, builder,
};
use fluxbase_emulator::{Fault, Options, What, start};

use crate::{
    a_key, quick,
    scripted::{Act, Server, answer},
};

const KEY: &str = r#"{"id":"key-1","name":"ci"}"#;

/// Long enough for a call to get to where it stays.
const A_WHILE: Duration = Duration::from_millis(150);

fn patient(url: &str) -> ClientKeysManager {
    quick(url)
        .timeout(Duration::from_secs(60))
        .deadline(Duration::from_secs(120))
        .build()
        .unwrap()
}

/// The error of a call that is cancelled after a while, and ends at once.
#[track_caller]
fn cancelled<T: Send>(
    manager: &ClientKeysManager,
    call: impl FnOnce(&ClientKeysManager) -> Result<T, Error> + Send,
) -> Error {
    cancelled_once(|| true, manager, call)
}

/// The same, a while after something has happened.
#[track_caller]
fn cancelled_once<T: Send>(
    happened: impl Fn() -> bool,
    manager: &ClientKeysManager,
    call: impl FnOnce(&ClientKeysManager) -> Result<T, Error> + Send,
) -> Error {
    let (cancellable, handle) = manager.cancellable();
    thread::scope(|scope| {
        let call = scope.spawn(|| (call(&cancellable), Instant::now()));
        while !happened() && !call.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(A_WHILE);
        assert!(!call.is_finished() && !handle.is_cancelled());
        let at = Instant::now();
        handle.cancel();
        let (result, ended) = call.join().unwrap();
        let took = ended.duration_since(at);
        assert!(took < Duration::from_secs(1), "{took:?}");
        let error = result.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        assert!(handle.is_cancelled());
        error
    })
}

#[test]
fn while_it_waits_for_a_busy_server() {
    let server = Server::start([Act::Send(answer(
        "429 Too Many Requests",
        "retry-after: 60\r\n",
        b"{}",
    ))]);
    let error = cancelled(&patient(&server.url()), |manager| manager.create(&a_key()));
    assert_eq!((error.outcome(), server.copies()), (Outcome::NotApplied, 1));
}

#[cfg(target_os = "linux")]
#[test]
fn while_it_connects() {
    let (_full, url) = crate::failures::full_listener();
    let error = cancelled(&patient(&url), |manager| manager.get("key-1"));
    assert_eq!(error.outcome(), Outcome::NotApplied);
}

#[test]
fn in_the_tls_handshake() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let error = cancelled(&patient(&url), |manager| manager.get("key-1"));
    assert_eq!(error.outcome(), Outcome::NotApplied);
}

#[test]
fn while_it_waits_for_the_answer() {
    let server = Server::start([Act::stall()]);
    let error = cancelled(&patient(&server.url()), |manager| manager.create(&a_key()));
    assert_eq!((error.outcome(), server.copies()), (Outcome::Unknown, 1));
}

#[test]
fn in_the_body() {
    let whole = answer("201 Created", "", KEY.as_bytes());
    let server = Server::start([Act::SendAndStall(whole[..whole.len() - 5].to_vec())]);
    let error = cancelled(&patient(&server.url()), |manager| manager.create(&a_key()));
    assert_eq!((error.outcome(), server.copies()), (Outcome::Applied, 1));
}

#[test]
fn in_a_body_that_ends_with_its_connection() {
    let half =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n[{\"id\":\"key-1\"},".to_vec();
    let server = Server::start([Act::SendAndStall(half)]);
    let seen = AtomicUsize::new(0);
    let is_seen = || seen.load(Ordering::SeqCst) > 0;
    cancelled_once(is_seen, &patient(&server.url()), |manager| {
        manager.list_each(|_| {
            seen.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        })
    });
    assert_eq!(seen.into_inner(), 1);
}

#[test]
fn later_calls_send_nothing_and_other_managers_go_on() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let manager = patient(&server.url());
    let (one, cancel_one) = manager.cancellable();
    let (other, _unused) = one.cancellable();
    assert_eq!(one.get("key-1").unwrap().name(), "ci");
    cancel_one.clone().cancel();
    cancel_one.cancel();
    for error in [
        one.get("key-1").unwrap_err(),
        one.clone().get("key-1").unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Cancelled, Outcome::NotApplied)
        );
    }
    let error = one.create(&a_key()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert_eq!(server.copies(), 1);
    for manager in [&manager, &other] {
        assert_eq!(manager.get("key-1").unwrap().name(), "ci");
    }
}

#[test]
fn a_renewal_that_is_under_way_is_not_cut() {
    const STALL: Duration = Duration::from_millis(500);

    for what in [What::Stall(STALL), What::StallBody(STALL)] {
        let guard = start(Options::new()).unwrap();
        let user = &guard.credentials().users[0];
        let manager = builder(&guard.base_url())
            .proxy(Proxy::None)
            .login(&user.email, user.password.as_str())
            .build()
            .unwrap();
        manager.list().unwrap();
        let first = manager.export_tokens().unwrap();
        let mut stale = first.clone();
        stale.expires_at = Some("2020-01-01T00:00:00Z".parse().unwrap());
        manager.restore_tokens(stale);
        guard.add_fault(Fault::new(what).path("/api/v1/auth/refresh"));

        let (cancellable, handle) = manager.cancellable();
        thread::scope(|scope| {
            let call = scope.spawn(|| cancellable.list());
            thread::sleep(STALL / 3);
            handle.cancel();
            let error = call.join().unwrap().map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled);
        });
        // Its new tokens are in use: nobody signs in or refreshes again.
        let second = manager.export_tokens().unwrap();
        assert_ne!(
            first.refresh_token.unwrap().expose(),
            second.refresh_token.unwrap().expose()
        );
        manager.list().unwrap();
        let paths: Vec<_> = guard
            .received()
            .iter()
            .map(|request| request.path().replace("/api/v1/", ""))
            .collect();
        assert_eq!(
            paths,
            ["auth/signin", "client-keys", "auth/refresh", "client-keys"]
        );
    }
}

#[test]
fn handles_are_printed_without_secrets() {
    let (manager, handle) = patient("https://fluxbase.test").cancellable();
    let printed = format!("{handle:?} {manager:?} {:?}", manager.transport());
    assert!(printed.contains("is_cancelled: false"), "{printed}");
    assert!(printed.contains("is_cancellable: true"), "{printed}");
    assert!(!printed.contains("eyJ"), "{printed}");
}
