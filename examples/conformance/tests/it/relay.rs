//! A relay on loopback that keeps what passes it, both ways.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use fluxbase_secret_search::Secrets;

/// What went one way over one connection.
type Direction = Arc<Mutex<Vec<u8>>>;

/// Passes connections on to a server until it is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    passed: Arc<Mutex<Vec<Direction>>>,
    is_over: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Relay {
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let passed: Arc<Mutex<Vec<Direction>>> = Arc::default();
        let is_over = Arc::new(AtomicBool::new(false));
        let (kept, over) = (Arc::clone(&passed), Arc::clone(&is_over));
        let acceptor = thread::spawn(move || {
            for client in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let client = client.unwrap();
                let server = TcpStream::connect(server).unwrap();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let bytes = Direction::default();
                    kept.lock().unwrap().push(Arc::clone(&bytes));
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    thread::spawn(move || pass(from, to, &bytes));
                }
            }
        });
        Self {
            address,
            passed,
            is_over,
            acceptor: Some(acceptor),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every secret that has passed, of either side.
    pub(crate) fn note_secrets(&self, secrets: &mut Secrets) {
        for bytes in &*self.passed.lock().unwrap() {
            let text = String::from_utf8_lossy(&bytes.lock().unwrap()).into_owned();
            for line in text.split("\r\n") {
                if let Some((name, value)) = line.split_once(": ") {
                    secrets.add_header(name, value);
                }
            }
            for (at, _) in text.match_indices("\r\n\r\n") {
                // The body and whatever comes behind it, of which the first value is read.
                let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter();
                if let Some(Ok(value)) = values.next() {
                    secrets.add_members(&value);
                }
            }
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, bytes: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 16 * 1024];
    // Either side may end a connection at any time.
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        bytes.lock().unwrap().extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the acceptor up.
        drop(TcpStream::connect(self.address));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}
