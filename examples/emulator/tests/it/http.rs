//! Plain exchanges, and the life of a server.

use crate::client::{CREATE, Client, KEYS, eventually, keys_made, lonely, signed_in, start};
use flate2::read::GzDecoder;
use fluxbase_emulator::{Options, Profile, StartError};
use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn keeps_connections_and_requests() {
    let guard = start(Options::new());
    let signed = signed_in(&guard);
    let mut client = Client::new(guard.address());
    for _ in 0..3 {
        let made = client.exchange("POST", KEYS, &signed, CREATE);
        assert_eq!(made.status, "201 Created");
        assert_eq!(made.header("Connection"), None);
        assert_eq!(made.header("Server"), Some("Fluxbase"));
        assert!(made.header("Date").is_some());
        assert!(
            made.header("X-Request-Id").is_some(),
            "title case, as the real server"
        );
        assert!(made.text().starts_with('{') && made.text().ends_with('}'));
    }
    assert_eq!(keys_made(&guard), 3);
    assert_eq!(guard.count(), 4);
    let received = guard.received();
    let methods: Vec<_> = received.iter().map(|r| (r.method(), r.path())).collect();
    assert_eq!(methods[0], ("POST", "/api/v1/auth/signin"));
    assert_eq!(methods[1..], [("POST", KEYS); 3]);
    assert_eq!(received[1].body(), CREATE.as_bytes());
    assert_eq!(received[1].header("host"), Some("localhost"));
    let printed = format!("{received:?} {guard:?}");
    let token = signed.trim_end().rsplit(' ').next().unwrap();
    assert!(!printed.contains(token), "{printed}");
    assert!(!printed.contains(&guard.credentials().users[0].password));
}

#[test]
fn keeps_nothing_when_told_so() {
    let guard = start(Options::new().record(false));
    Client::new(guard.address()).exchange("GET", "/health", "", "");
    assert_eq!((guard.count(), guard.received().len()), (1, 0));
}

#[test]
fn reads_bodies_in_chunks() {
    let guard = start(Options::new());
    let signed = signed_in(&guard);
    let (first, second) = CREATE.split_at(10);
    let (one, two) = (first.len(), second.len());
    let mut client = Client::new(guard.address());
    let chunked = format!("transfer-encoding: chunked\r\n{signed}");
    client.send("POST", KEYS, &chunked, "");
    client.raw(&format!(
        "{one:x}\r\n{first}\r\n{two:x}\r\n{second}\r\n0\r\n\r\n"
    ));
    assert_eq!(client.answer().status, "201 Created");
    assert_eq!(guard.received()[1].body(), CREATE.as_bytes());
}

#[test]
fn compresses_when_asked() {
    let guard = start(Options::new());
    let signed = signed_in(&guard);
    let mut client = Client::new(guard.address());
    let made = client.exchange(
        "POST",
        KEYS,
        &format!("accept-encoding: gzip\r\n{signed}"),
        CREATE,
    );
    assert_eq!(made.header("Content-Encoding"), Some("gzip"));
    assert_eq!(made.length(), Some(made.body.len()));
    let mut text = String::new();
    GzDecoder::new(&*made.body)
        .read_to_string(&mut text)
        .unwrap();
    let key: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(key["id"].is_string());
    assert!(made.body.len() < text.len());

    for unasked in [
        "",
        "accept-encoding: br\r\n",
        "accept-encoding: identity\r\n",
    ] {
        let headers = format!("{unasked}{signed}");
        let made = client.exchange("POST", KEYS, &headers, CREATE);
        assert_eq!(made.header("Content-Encoding"), None, "{unasked}");
        assert!(made.text().starts_with('{'));
    }
    // The connection is at the start of the next answer: lengths were right.
    let small = client.exchange("GET", "/nowhere", "accept-encoding: gzip\r\n", "");
    assert_eq!(small.header("Content-Encoding"), None);
}

#[test]
fn answers_head_without_a_body() {
    let guard = start(Options::new().profile(Profile::V2026_1));
    let mut client = Client::new(guard.address());
    let full = client.exchange("GET", "/health", "", "");
    client.send("HEAD", "/health", "", "");
    let bare = client.head();
    assert_eq!(
        (bare.status, &*full.status),
        ("200 OK".to_owned(), "200 OK")
    );
    assert!(full.length() > Some(0));
    let again = client.exchange("GET", "/health", "", "");
    assert_eq!(again.status, "200 OK", "no byte of a body lay between");
}

#[test]
fn passes_unknown_verbs_on() {
    for (profile, status, text) in [
        (Profile::V2026_1, "400 Bad Request", "Invalid http method"),
        (Profile::V2026_3_7, "501 Not Implemented", "Not Implemented"),
    ] {
        let guard = start(Options::new().profile(profile));
        let answer = Client::new(guard.address()).exchange("BREW", KEYS, "", "");
        assert_eq!((&*answer.status, answer.text()), (status, text));
        assert_eq!(guard.received()[0].method(), "BREW");
    }
}

#[test]
fn holds_answers_back() {
    let guard = start(Options::new().latency(Duration::from_millis(60)));
    let mut client = Client::new(guard.address());
    let start = Instant::now();
    client.exchange("GET", "/health", "", "");
    assert!(start.elapsed() >= Duration::from_millis(60));
    guard.set_latency(Duration::from_millis(30));
    let start = Instant::now();
    client.exchange("GET", "/health", "", "");
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn does_not_wait_for_acknowledgements() {
    let guard = start(Options::new());
    let mut client = Client::new(guard.address());
    let mut times: Vec<_> = std::iter::repeat_with(|| {
        let start = Instant::now();
        client.exchange("GET", "/health", "", "");
        start.elapsed()
    })
    .take(51)
    .collect();
    times.sort();
    assert!(times[25] < Duration::from_millis(20), "{:?}", times[25]);
}

#[test]
fn two_servers_share_nothing() {
    let (one, two) = (start(Options::new()), start(Options::new()));
    assert_ne!(one.address(), two.address());
    let password = |guard: &fluxbase_emulator::Guard| guard.credentials().users[0].password.clone();
    assert_ne!(password(&one), password(&two));
    let signed = signed_in(&one);
    Client::new(one.address()).exchange("POST", KEYS, &signed, CREATE);
    assert_eq!((keys_made(&one), keys_made(&two)), (1, 0));
    drop(one);
    let health = Client::new(two.address()).exchange("GET", "/health", "", "");
    assert_eq!(health.status, "200 OK");
}

#[test]
fn leaves_nothing_behind() {
    let hour = Duration::from_secs(3600);
    let guard = start(Options::new().address(lonely(2)).latency(hour));
    let address = guard.address();
    let mut idle = Client::new(address);
    let mut waiting = Client::new(address);
    waiting.send("GET", "/health", "", "");
    eventually(|| guard.count() == 1);
    let stopping = Instant::now();
    guard.stop();
    assert!(
        stopping.elapsed() < Duration::from_secs(5),
        "nothing is waited for"
    );
    assert_eq!(idle.rest().unwrap(), b"");
    assert_eq!(waiting.rest().unwrap(), b"");
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    // The very port is free again at once.
    let again = start(Options::new().address(address));
    assert_eq!(again.address(), address);
}

#[test]
fn is_for_loopback_only() {
    for address in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0"] {
        let options = Options::new().address(address.parse().unwrap());
        let refused = fluxbase_emulator::start(options);
        assert!(
            matches!(refused, Err(StartError::NotLoopback(_))),
            "{refused:?}"
        );
    }
}

#[test]
fn says_that_a_port_is_taken() {
    let guard = start(Options::new());
    let second = fluxbase_emulator::start(Options::new().address(guard.address()));
    let Err(error @ StartError::Listen(..)) = second else {
        panic!("{second:?}")
    };
    assert_eq!(
        error.to_string(),
        format!("cannot listen on {}", guard.address())
    );
}
