//! A client that hides nothing: what it sends and reads are bytes.

use fluxbase_emulator::{Guard, Options};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub(crate) const KEYS: &str = "/api/v1/client-keys";

/// A create that every generation accepts: the scope is spelled the same in all of them.
pub(crate) const CREATE: &str = r#"{"name":"backup","scopes":["migrations:read"]}"#;

pub(crate) struct Client<S> {
    stream: S,
    /// Read and not yet part of an answer.
    held: Vec<u8>,
}

pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn length(&self) -> Option<usize> {
        self.header("Content-Length").map(|n| n.parse().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl Client<TcpStream> {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        // A test that waits for what never comes fails instead of hanging.
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self::over(stream)
    }
}

impl<S: Read + Write> Client<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            held: vec![],
        }
    }

    pub(crate) fn send(&mut self, method: &str, target: &str, headers: &str, body: &str) {
        let length = match body.len() {
            0 => String::new(),
            n => format!("content-length: {n}\r\n"),
        };
        let text =
            format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n{length}{headers}\r\n{body}");
        self.raw(&text);
    }

    pub(crate) fn raw(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
        self.stream.flush().unwrap();
    }

    #[cfg(feature = "tls")]
    pub(crate) fn into_stream(self) -> S {
        self.stream
    }

    fn read_more(&mut self) -> io::Result<usize> {
        let mut chunk = [0; 4096];
        let count = loop {
            match self.stream.read(&mut chunk) {
                // A read with a timeout ends so when the process was stopped and goes on.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.held.extend_from_slice(&chunk[..count]);
        Ok(count)
    }

    /// Reads a head; the body is left unread.
    pub(crate) fn head(&mut self) -> Answer {
        let end = loop {
            if let Some(at) = self.held.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            assert_ne!(self.read_more().unwrap(), 0, "closed inside the head");
        };
        let head = String::from_utf8(self.held.drain(..end + 4).collect()).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().unwrap().strip_prefix("HTTP/1.1 ").unwrap();
        let pair = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        };
        Answer {
            status: status.to_owned(),
            headers: lines.map(pair).collect(),
            body: vec![],
        }
    }

    /// Reads so many bytes of a body.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.held.len() < count {
            assert_ne!(self.read_more().unwrap(), 0, "closed inside the body");
        }
        self.held.drain(..count).collect()
    }

    /// Reads a head and the body that it announces.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        answer.body = self.bytes(answer.length().unwrap_or(0));
        answer
    }

    pub(crate) fn exchange(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body: &str,
    ) -> Answer {
        self.send(method, target, headers, body);
        self.answer()
    }

    /// Reads until the server closes the connection.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        while self.read_more()? > 0 {}
        Ok(std::mem::take(&mut self.held))
    }
}

/// A port of its own for a test that needs a port to be free again: no other test may be given it meanwhile.
pub(crate) fn lonely(number: u8) -> SocketAddr {
    // Elsewhere 127.0.0.1 is the only loopback address that is there without being asked for.
    let last = if cfg!(target_os = "linux") { number } else { 1 };
    SocketAddr::from(([127, 0, 0, last], 0))
}

pub(crate) fn start(options: Options) -> Guard {
    fluxbase_emulator::start(options).unwrap()
}

/// Signs the sample's first user in; gives the headers of requests that carry the access token.
pub(crate) fn signed_in(guard: &Guard) -> String {
    let user = &guard.credentials().users[0];
    sign_in(
        &mut Client::new(guard.address()),
        &user.email,
        &user.password,
    )
}

pub(crate) fn sign_in<S: Read + Write>(
    client: &mut Client<S>,
    email: &str,
    password: &str,
) -> String {
    let body = serde_json::json!({ "email": email, "password": password }).to_string();
    let json = "content-type: application/json\r\n";
    let answer = client.exchange("POST", "/api/v1/auth/signin", json, &body);
    assert_eq!(answer.status, "200 OK");
    let tokens: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let token = tokens["access_token"].as_str().unwrap();
    format!("{json}authorization: Bearer {token}\r\n")
}

pub(crate) fn keys_made(guard: &Guard) -> usize {
    guard.with_emulator(|emulator| emulator.client_keys().count())
}

/// Waits until `done`; a test that waits in vain fails.
pub(crate) fn eventually(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(10), "waited in vain");
        std::thread::sleep(Duration::from_millis(5));
    }
}
