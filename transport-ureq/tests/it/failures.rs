//! Every way in which there can be no whole answer: what the caller is told, and how many copies were sent.

use std::{
    error::Error as _,
    io::Write as _,
    net::TcpListener,
    time::{Duration, Instant},
};

use fluxbase_client_keys_ureq::{
    ClientKeysManager, CreateClientKeyRequest, Error, ErrorKind, FailureKind, Outcome, Scope,
};

use crate::{
    a_key, quick,
    scripted::{Act, Server, answer},
};

use FailureKind::{Closed, Connect, Protocol, Resolve, Timeout};

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
    for (what, act, kind) in [
        ("no answer", Act::stall(), Timeout),
        ("cut before the headers", Act::close(), Closed),
        ("reset", Act::Reset, Closed),
        ("cut in the status line", cut(b"HTTP/1.1 20"), Closed),
        (
            "cut in the headers",
            cut(b"HTTP/1.1 200 OK\r\ncontent-le"),
            Closed,
        ),
        (
            "no answer after half of the headers",
            Act::SendAndStall(b"HTTP/1.1 200 OK\r\nserver: Flux".to_vec()),
            Timeout,
        ),
    ] {
        let lost = ErrorKind::Transport(kind);
        check(what, act.clone(), create, (lost, Outcome::Unknown, 1));
        check(
            what,
            act.clone(),
            create_idempotent,
            (lost, Outcome::Unknown, 2),
        );
        check(what, act.clone(), delete, (lost, Outcome::Unknown, 2));
        check(what, act, get, (lost, Outcome::NotApplied, 2));
    }
}

#[test]
fn what_is_not_http_is_not_asked_again() {
    let many = "x-a: b\r\n".repeat(200);
    let large = format!("x-a: {}\r\n", "b".repeat(70_000));
    for (what, act) in [
        ("another protocol", cut(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")),
        (
            "not a status",
            cut(b"HTTP/1.1 abc OK\r\ncontent-length: 0\r\n\r\n"),
        ),
        (
            "two hundred headers",
            Act::Send(answer("200 OK", &many, b"{}")),
        ),
        (
            "a header of 70 kB",
            Act::Send(answer("200 OK", &large, b"{}")),
        ),
    ] {
        let broken = ErrorKind::Transport(Protocol);
        check(what, act.clone(), create, (broken, Outcome::Unknown, 1));
        check(what, act, get, (broken, Outcome::NotApplied, 1));
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(text).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_body_that_breaks_off_means_that_it_was_done() {
    let packed = gzip(KEY.repeat(50).as_bytes());
    let encoded = "content-encoding: gzip\r\n";
    let whole = answer("201 Created", "", CREATED.as_bytes());
    let mut packed_and_cut = answer("201 Created", encoded, &packed);
    packed_and_cut.truncate(packed_and_cut.len() - 12);
    for (what, act, kind, copies) in [
        ("cut", cut(&whole[..whole.len() - 9]), Closed, 2),
        (
            "no rest",
            Act::SendAndStall(whole[..whole.len() - 9].to_vec()),
            Timeout,
            2,
        ),
        (
            "cut between chunks",
            cut(b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{\"id\r\n"),
            Closed,
            2,
        ),
        (
            "no chunk",
            cut(b"HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{\"id\r\n"),
            Protocol,
            1,
        ),
        ("cut in the compression", cut(&packed_and_cut), Closed, 2),
        (
            "not compressed",
            Act::Send(answer("201 Created", encoded, KEY.as_bytes())),
            Protocol,
            1,
        ),
    ] {
        let broken = ErrorKind::Transport(kind);
        check(what, act.clone(), create, (broken, Outcome::Applied, 1));
        check(what, act, get, (broken, Outcome::NotApplied, copies));
    }
}

#[test]
fn too_much_is_not_read_to_the_end() {
    let large = format!(r#"{{"id":"key-1","name":"{}"}}"#, "a".repeat(3_000_000));
    let plain = Act::answer("201 Created", &large);
    let packed = Act::Send(answer(
        "201 Created",
        "content-encoding: gzip\r\n",
        &gzip(large.as_bytes()),
    ));
    for act in [plain, packed] {
        let server = Server::start([act]);
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
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start([Act::answer("200 OK", KEY)]);
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}/x\r\n", elsewhere.url());
        let act = || Act::Send(answer(status, &location, b""));
        check(
            status,
            act(),
            create,
            (ErrorKind::Redirected, Outcome::NotApplied, 1),
        );
        check(
            status,
            act(),
            get,
            (ErrorKind::Redirected, Outcome::NotApplied, 1),
        );
    }
    assert_eq!((elsewhere.copies(), elsewhere.connections()), (0, 0));
}

#[test]
fn an_early_refusal_is_read_where_the_connection_lets_it() {
    let body = r#"{"error":"Payload Too Large","code":"PAYLOAD_TOO_LARGE"}"#;
    let early = || {
        Act::SendEarly(answer(
            "413 Payload Too Large",
            "connection: close\r\n",
            body.as_bytes(),
        ))
    };
    let server = Server::start([early()]);
    let error = manager(&server).create(&a_key()).unwrap_err();
    assert_eq!(
        (error.status(), error.outcome()),
        (Some(413), Outcome::NotApplied)
    );

    // The rest of a large request meets a closed connection, which may take the answer with it.
    let server = Server::start([early()]);
    let large = CreateClientKeyRequest::new("a".repeat(8_000_000), [Scope::CLIENTKEYS_READ]);
    let error = manager(&server).create(&large).unwrap_err();
    match error.kind() {
        ErrorKind::Rejected => assert_eq!(error.status(), Some(413)),
        kind => assert_eq!(
            (kind, error.outcome()),
            (ErrorKind::Transport(Closed), Outcome::Unknown)
        ),
    }
    assert_eq!(server.copies(), 1);
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

#[test]
fn a_name_without_an_address_has_sent_nothing() {
    let manager = quick("http://nonexistent.invalid")
        .allow_plain_http(true)
        .build()
        .unwrap();
    let error = create(&manager).unwrap();
    assert_eq!(
        (error.kind(), error.outcome(), error.attempts()),
        (ErrorKind::Transport(Resolve), Outcome::NotApplied, 2)
    );
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
