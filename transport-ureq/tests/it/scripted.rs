//! A server that does as it is told with each request, and counts what arrives.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// What happens to a request that has arrived.
#[derive(Clone)]
pub(crate) enum Act {
    /// These bytes, and the connection stays open.
    Send(Vec<u8>),
    /// These bytes, then the end of the connection.
    SendAndClose(Vec<u8>),
    /// These bytes, then nothing, and the connection stays open.
    SendAndStall(Vec<u8>),
    /// These bytes as soon as the head has arrived; the rest of the request is left unread.
    SendEarly(Vec<u8>),
}

impl Act {
    /// A whole answer with this status and this body.
    pub(crate) fn answer(status: &str, body: &str) -> Self {
        Self::Send(answer(status, "", body.as_bytes()))
    }

    pub(crate) fn close() -> Self {
        Self::SendAndClose(Vec::new())
    }

    pub(crate) fn stall() -> Self {
        Self::SendAndStall(Vec::new())
    }
}

/// A whole answer; `headers` end with a line break each.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Runs until it is dropped. The requests are served in the order of the acts, and the last act serves all further ones.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    acts: Vec<Act>,
    requests: Mutex<Vec<String>>,
    connections: AtomicUsize,
    ended: AtomicBool,
}

impl Server {
    pub(crate) fn start(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            acts: acts.into_iter().collect(),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        });
        let for_thread = Arc::clone(&shared);
        let thread = thread::spawn(move || accept(&listener, &for_thread));
        Self {
            address,
            shared,
            thread: Some(thread),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that have arrived: head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many requests have arrived.
    pub(crate) fn copies(&self) -> usize {
        self.requests().len()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Shared) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.ended.load(Ordering::SeqCst) {
                return;
            }
            shared.connections.fetch_add(1, Ordering::SeqCst);
            let stream = stream.unwrap();
            scope.spawn(move || serve(stream, shared));
        }
    });
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    stream.set_nodelay(true).unwrap();
    // The patience in which the end of the server is noticed.
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    let mut seen = Vec::new();
    while let Some(head) = read_until(&mut stream, &mut seen, shared, |seen| {
        seen.windows(4).position(|four| four == b"\r\n\r\n")
    }) {
        let head_text = String::from_utf8(seen[..head].to_vec()).unwrap();
        let number = shared.requests.lock().unwrap().len();
        let act = shared.acts.get(number).or(shared.acts.last()).unwrap();
        if let Act::SendEarly(bytes) = act {
            shared.requests.lock().unwrap().push(head_text);
            let _ = stream.write_all(bytes);
            return;
        }
        let end = head + 4 + content_length(&head_text);
        let Some(end) = read_until(&mut stream, &mut seen, shared, |seen| {
            (seen.len() >= end).then_some(end)
        }) else {
            return;
        };
        let request = String::from_utf8(seen.drain(..end).collect()).unwrap();
        shared.requests.lock().unwrap().push(request);
        match act {
            Act::Send(bytes) => drop(stream.write_all(bytes)),
            Act::SendAndClose(bytes) => return drop(stream.write_all(bytes)),
            Act::SendAndStall(bytes) => {
                let _ = stream.write_all(bytes);
                let never = |_: &[u8]| None::<usize>;
                read_until(&mut stream, &mut seen, shared, never);
                return;
            }
            Act::SendEarly(_) => {}
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap())
}

/// Reads on until `found`; `None` when the connection or the server ends first.
fn read_until<T>(
    stream: &mut TcpStream,
    seen: &mut Vec<u8>,
    shared: &Shared,
    found: impl Fn(&[u8]) -> Option<T>,
) -> Option<T> {
    let mut chunk = vec![0; 64 * 1024];
    loop {
        if let Some(found) = found(seen) {
            return Some(found);
        }
        if shared.ended.load(Ordering::SeqCst) {
            return None;
        }
        match stream.read(&mut chunk) {
            Ok(0) => return None,
            Ok(length) => seen.extend_from_slice(&chunk[..length]),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => return None,
        }
    }
}
