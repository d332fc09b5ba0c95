//! `Server`: the script's other side on a loopback socket.
//!
//! It takes note of every byte: what arrives beyond whole requests is an oddity, and a request that arrives twice is
//! there twice.

use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    connection::Connection,
    observed::Request,
    table::{Fail, Row},
};

/// How long another program may hold the port that the server gave up to refuse a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers on a port of its own until it is stopped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Mutex<Option<Listening>>,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    /// Pages of this origin may read the answers.
    pub(crate) origin: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) row: Option<Row>,
    /// The connection has to be closed after the answer, so that the next request needs a new one.
    pub(crate) closes: bool,
    pub(crate) requests: Vec<Request>,
    oddities: Vec<String>,
    connections: Vec<(TcpStream, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Listening {
    stops: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn odd(&self, what: impl Into<String>) {
        self.state().oddities.push(what.into());
    }
}

impl Server {
    /// Listens on a port that the system picks; `origin` has the pages that may read the answers, if any may.
    ///
    /// # Errors
    /// When there is no loopback socket to be had.
    pub(crate) fn start(origin: Option<String>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            origin,
            ..Shared::default()
        });
        let listening = Listening::start(listener, &shared);
        Ok(Self {
            address,
            shared,
            listening: Mutex::new(Some(listening)),
        })
    }

    /// Where it listens.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gets ready for the request of this row; `next` is the one after it.
    pub(crate) fn prepare(&self, row: Option<&Row>, next: Option<&Row>) {
        let refuses = |row: Option<&Row>| row.is_some_and(|row| row.fail == Some(Fail::Refused));
        {
            let mut state = self.shared.state();
            state.row = row.cloned();
            state.closes = refuses(next);
        }
        if let Err(error) = self.listen(!refuses(row)) {
            self.shared.odd(format!("cannot listen again: {error}"));
        }
    }

    fn listen(&self, wanted: bool) -> io::Result<()> {
        let mut listening = self.lock_listening();
        match (listening.take(), wanted) {
            (Some(running), false) => running.stop(self.address),
            (None, true) => {
                let listener = bind_again(self.address)?;
                *listening = Some(Listening::start(listener, &self.shared));
            }
            (unchanged, _) => *listening = unchanged,
        }
        Ok(())
    }

    fn lock_listening(&self) -> MutexGuard<'_, Option<Listening>> {
        self.listening
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops; gives what has arrived, and what made no sense.
    #[must_use]
    pub(crate) fn stop(&self) -> (Vec<Request>, Vec<String>) {
        if let Some(running) = self.lock_listening().take() {
            running.stop(self.address);
        }
        let connections = core::mem::take(&mut self.shared.state().connections);
        for (stream, thread) in connections {
            // The peer may have closed it already.
            drop(stream.shutdown(Shutdown::Both));
            if thread.join().is_err() {
                self.shared.odd("the server's own thread panicked");
            }
        }
        let state = self.shared.state();
        (state.requests.clone(), state.oddities.clone())
    }
}

/// Any other program may have been given the port for a moment.
fn bind_again(address: SocketAddr) -> io::Result<TcpListener> {
    let begin = Instant::now();
    loop {
        match TcpListener::bind(address) {
            Err(_) if begin.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(5)),
            result => return result,
        }
    }
}

impl Listening {
    fn start(listener: TcpListener, shared: &Arc<Shared>) -> Self {
        let stops = Arc::new(AtomicBool::new(false));
        let (flag, shared) = (Arc::clone(&stops), Arc::clone(shared));
        let thread = thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                if flag.load(Ordering::SeqCst) {
                    break;
                }
                accept(&shared, stream);
            }
        });
        Self { stops, thread }
    }

    fn stop(self, address: SocketAddr) {
        self.stops.store(true, Ordering::SeqCst);
        // A connection wakes the thread.
        drop(TcpStream::connect(address));
        drop(self.thread.join());
    }
}

fn accept(shared: &Arc<Shared>, stream: TcpStream) {
    // An answer in several writes would otherwise wait for acknowledgements.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let Ok(own) = stream.try_clone() else {
        shared.odd("a connection could not be served");
        return;
    };
    let for_thread = Arc::clone(shared);
    let thread = thread::spawn(move || {
        Connection::new(for_thread, own).serve();
    });
    shared.state().connections.push((stream, thread));
}
