//! What the caller is told when there is no whole answer, and how many copies were sent. What the transport tells of each way in
//! which that can happen, the suite looks at.

use std::{
    error::Error as _,
    net::TcpListener,
    time::{Duration, Instant},
};

use fluxbase_client_keys_ureq::{ClientKeysManager, Error, ErrorKind, FailureKind, Outcome};

use crate::{
    a_key, quick,
    scripted::{Act, Server, answer},
};

use FailureKind::{Closed, Connect, Protocol};

const KEY: &str = r#"{"id":"key-1","name":"ci"}"#;
const CREATED: &str = r#"{"client_key":{"id":"key-1","name":"ci"},"key":"fbk_plaintext"}"#;

fn manager(server: &Server) -> ClientKeysManager {
    quick(&server.url())
        .timeout(Duration::from_millis(300))
        .build()
        .unwrap()
}

/// The failure ends in an error of this kind, and the request arrives so many times.
#[track_caller]
fn check(
    what: &str,
    act: Act,
    call: impl Fn(&ClientKeysManager) -> Option<Error>,
    (kind, outcome, copies): (ErrorKind, Outcome, usize),
) {
    let server = Server::start([act]);
    let error = call(&manager(&server)).unwrap();
    assert_eq!(
        (error.kind(), error.outcome(), server.copies()),
        (kind, outcome, copies),
        "{what}: {error}"
    );
    assert_eq!(usize::try_from(error.attempts()).unwrap(), copies, "{what}");
    let cause = error
        .source()
        .map(|cause| format!("{cause} {cause:?}"))
        .unwrap_or_default();
    assert!(!format!("{error} {error:?} {cause}").contains("eyJ"));
}

fn create(manager: &ClientKeysManager) -> Option<Error> {
    manager.create(&a_key()).err()
}

fn create_idempotent(manager: &ClientKeysManager) -> Option<Error> {
    manager.create_idempotent(&a_key()).err()
}

fn get(manager: &ClientKeysManager) -> Option<Error> {
    manager.get("key-1").err()
}

fn delete(manager: &ClientKeysManager) -> Option<Error> {
    manager.delete("key-1").err()
}

fn cut(bytes: &[u8]) -> Act {
    Act::SendAndClose(bytes.to_vec())
}

#[test]
fn an_answer_that_is_lost_may_have_been_acted_upon() {
    let lost = ErrorKind::Transport(Closed);
    let act = Act::close;
    check("lost", act(), create, (lost, Outcome::Unknown, 1));
    check(
        "lost",
        act(),
        create_idempotent,
        (lost, Outcome::Unknown, 2),
    );
    check("lost", act(), delete, (lost, Outcome::Unknown, 2));
    check("lost", act(), get, (lost, Outcome::NotApplied, 2));
}

#[test]
fn what_is_not_http_is_not_asked_again() {
    let broken = ErrorKind::Transport(Protocol);
    let act = || cut(b"SSH-2.0-OpenSSH_9.2\r\n\r\n");
    check("not HTTP", act(), create, (broken, Outcome::Unknown, 1));
    check("not HTTP", act(), get, (broken, Outcome::NotApplied, 1));
}

#[test]
fn a_body_that_breaks_off_means_that_it_was_done() {
    let whole = answer("201 Created", "", CREATED.as_bytes());
    let broken = ErrorKind::Transport(Closed);
    let act = || cut(&whole[..whole.len() - 9]);
    check("cut", act(), create, (broken, Outcome::Applied, 1));
    check("cut", act(), get, (broken, Outcome::NotApplied, 2));
}

#[test]
fn too_much_is_not_read_to_the_end() {
    let large = format!(r#"{{"id":"key-1","name":"{}"}}"#, "a".repeat(3_000_000));
    let server = Server::start([Act::answer("201 Created", &large)]);
    let manager = quick(&server.url()).body_limit(200_000).build().unwrap();
    let error = manager.create(&a_key()).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), server.copies()),
        (ErrorKind::ResponseTooLarge, Outcome::Applied, 1)
    );
    let error = manager.list().map(|_| ()).unwrap_err();
    // A list has a limit of its own, which this body is within; it is no list.
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
}

#[test]
fn an_early_refusal_is_read() {
    let body = r#"{"error":"Payload Too Large","code":"PAYLOAD_TOO_LARGE"}"#;
    let early = answer(
        "413 Payload Too Large",
        "connection: close\r\n",
        body.as_bytes(),
    );
    let server = Server::start([Act::SendEarly(early)]);
    let error = manager(&server).create(&a_key()).unwrap_err();
    assert_eq!(
        (error.status(), error.outcome()),
        (Some(413), Outcome::NotApplied)
    );
}

#[test]
fn a_refused_connection_has_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let manager = quick(&url).build().unwrap();
    for error in [create(&manager), get(&manager)] {
        let error = error.unwrap();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (ErrorKind::Transport(Connect), Outcome::NotApplied, 2)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_connection_that_takes_too_long_has_sent_nothing() {
    let (_full, url) = full_listener();
    let manager = quick(&url)
        .timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    let begun = Instant::now();
    let error = create(&manager).unwrap();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::Transport(Connect), Outcome::NotApplied, 2)
    );
    // Two fifths of the time for each of the two attempts.
    assert!(
        begun.elapsed() >= Duration::from_millis(380),
        "{:?}",
        begun.elapsed()
    );
}

/// A listener that nobody accepts from, and whose queue is full: to connect to it takes for ever. Other systems than Linux
/// refuse the connection.
#[cfg(target_os = "linux")]
pub(crate) fn full_listener() -> (Vec<socket2::Socket>, String) {
    use socket2::{Domain, Socket, Type};

    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut sockets = vec![listener];
    for _ in 0..4 {
        let waiting = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        waiting.set_nonblocking(true).unwrap();
        // It stays under way.
        let _ = waiting.connect(&address);
        sockets.push(waiting);
    }
    let url = format!("http://{}", address.as_socket().unwrap());
    (sockets, url)
}

#[test]
fn the_longest_times_that_there_are_do_no_harm() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let manager = quick(&server.url())
        .timeout(Duration::MAX)
        .deadline(Duration::MAX)
        .build()
        .unwrap();
    assert_eq!(manager.get("key-1").unwrap().name(), "ci");
    let manager = quick(&server.url())
        .timeout(Duration::ZERO)
        .build()
        .unwrap();
    let error = get(&manager).unwrap();
    assert!(matches!(error.kind(), ErrorKind::Transport(_)), "{error}");
}
