//! Both transports against peers that fail: what kind of failure it is, and whether the request may have arrived.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

use std::{
    io::{self, Read as _, Write as _},
    net::TcpListener,
    thread::{self, JoinHandle},
    time::Duration,
};

use fluxbase_client_keys::{
    Access, AsyncTransport, BaseUrl, Context, Create, CreateClientKey, CreateClientKeyRequest,
    Credential, Error, ErrorKind, FailureKind, NoRenewal, Outcome, Policy, Scope, Step,
    drive_async,
};
use fluxbase_key_scripts::{HyperTransport, ReqwestTransport, reqwest_transport::client_builder};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(200);

fn reqwest() -> ReqwestTransport {
    ReqwestTransport::new(client_builder().no_proxy().build().unwrap())
}

/// Makes a key with one attempt: it is not safe to repeat, so its outcome tells what the transport said of delivery.
async fn create(transport: &impl AsyncTransport, url: &str, timeout: Duration) -> Error {
    let policy = Policy::new()
        .attempts(1)
        .attempt_timeout(timeout)
        .body_limit(1000);
    let token = Credential::bearer_token("eyJ.made.up").unwrap();
    let context = Context::new(BaseUrl::parse_allowing_plain_http(url).unwrap())
        .policy(policy)
        .access(Access::fixed(token));
    let request = CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]);
    let step = Step::start(
        Create(CreateClientKey::new(request)),
        context,
        transport.now(),
    );
    let done = drive_async(transport, &NoRenewal, step, |never| match never {}).await;
    done.into_result().unwrap_err()
}

fn told(error: &Error) -> (ErrorKind, Outcome) {
    (error.kind(), error.outcome())
}

/// What reqwest and hyper tell of a peer that reads one request, sends this answer, and closes after a while. It checks
/// that one whole request came.
async fn of_peer(answer: &'static [u8], rest: Duration, timeout: Duration) -> [Error; 2] {
    let (url, peer) = start_peer(answer, rest);
    let first = create(&reqwest(), &url, timeout).await;
    check(&peer.join().unwrap());
    let (url, peer) = start_peer(answer, rest);
    let second = create(&HyperTransport::new(), &url, timeout).await;
    check(&peer.join().unwrap());
    [first, second]
}

fn start_peer(answer: &'static [u8], rest: Duration) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/prefix", listener.local_addr().unwrap());
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut read = vec![0; 4096];
        let mut length = 0;
        while !read[..length].ends_with(b"}") {
            length += stream.read(&mut read[length..]).unwrap();
        }
        stream.write_all(answer).unwrap();
        thread::sleep(rest);
        drop(stream);
        // A second connection would be a second sending.
        listener.set_nonblocking(true).unwrap();
        thread::sleep(Duration::from_millis(30));
        assert_eq!(
            listener.accept().unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        String::from_utf8(read[..length].to_vec()).unwrap()
    });
    (url, peer)
}

fn check(request: &str) {
    let lower = request.to_ascii_lowercase();
    assert!(
        request.starts_with("POST /prefix/api/v1/client-keys HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(request.matches(" HTTP/1.1\r\n").count(), 1, "{request}");
    assert_eq!(
        lower.matches("\r\nhost: 127.0.0.1:").count(),
        1,
        "{request}"
    );
    assert_eq!(lower.matches("\r\nauthorization: ").count(), 1, "{request}");
    assert_eq!(lower.matches("\r\ncookie: ").count(), 0, "{request}");
    assert!(
        request.ends_with(r#"{"name":"ci","scopes":["tables:read"]}"#),
        "{request}"
    );
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let refusing = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for (url, kind) in [
        (refusing.as_str(), FailureKind::Connect),
        ("http://nonexistent.invalid", FailureKind::Resolve),
    ] {
        let expected = (ErrorKind::Transport(kind), Outcome::NotApplied);
        let error = create(&reqwest(), url, LONG).await;
        assert_eq!(told(&error), expected, "reqwest: {error:?}");
        let error = create(&HyperTransport::new(), url, LONG).await;
        assert_eq!(told(&error), expected, "hyper: {error:?}");
    }
    // It speaks no TLS, and says so before it connects.
    let error = create(&HyperTransport::new(), "https://127.0.0.1:1", LONG).await;
    let expected = (
        ErrorKind::Transport(FailureKind::Unsendable),
        Outcome::NotApplied,
    );
    assert_eq!(told(&error), expected);
}

#[tokio::test]
async fn with_a_connection_nobody_knows() {
    let cases: [(&[u8], FailureKind); 5] = [
        (b"", FailureKind::Closed),
        (b"HTTP/1.1 201 Created\r\nconte", FailureKind::Closed),
        (
            b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nabc",
            FailureKind::Closed,
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", FailureKind::Protocol),
        (
            b"HTTP/1.1 201 Created\r\ncontent-length: 3\r\ncontent-encoding: gzip\r\n\r\nabc",
            FailureKind::Protocol,
        ),
    ];
    for (answer, kind) in cases {
        let shown = String::from_utf8_lossy(answer);
        for error in of_peer(answer, Duration::ZERO, LONG).await {
            assert_eq!(error.kind(), ErrorKind::Transport(kind), "{shown}");
            // With a head that says 201 the key was made.
            let expected = if shown.contains(" 201 ") && shown.contains("\r\n\r\n") {
                Outcome::Applied
            } else {
                Outcome::Unknown
            };
            assert_eq!(error.outcome(), expected, "{shown}");
        }
    }
}

#[tokio::test]
async fn an_attempt_ends_in_time_before_the_head_and_in_the_body() {
    let rest = Duration::from_millis(600);
    let cases: [(&[u8], Outcome); 2] = [
        (b"", Outcome::Unknown),
        (
            b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\nabc",
            Outcome::Applied,
        ),
    ];
    for (answer, outcome) in cases {
        for error in of_peer(answer, rest, SHORT).await {
            let expected = (ErrorKind::Transport(FailureKind::Timeout), outcome);
            assert_eq!(told(&error), expected, "{error:?}");
        }
    }
}

#[tokio::test]
async fn no_more_is_read_than_the_limit() {
    let answer = format!(
        "HTTP/1.1 201 Created\r\ncontent-length: 1001\r\n\r\n{:1001}",
        ""
    );
    for error in of_peer(answer.leak().as_bytes(), Duration::ZERO, LONG).await {
        assert_eq!(error.kind(), ErrorKind::ResponseTooLarge, "{error:?}");
    }
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let answer = b"HTTP/1.1 307 Moved\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    for error in of_peer(answer, Duration::ZERO, LONG).await {
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Redirected, Some(307))
        );
    }
}
