//! `Server`: does with each request what its case says, and counts what arrives.

mod authority;
mod connection;
mod request;
mod wire;

use std::{
    collections::BTreeMap,
    future::{Future, ready},
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use rustls::ServerConfig;
use socket2::{Domain, Socket, Type};

pub use self::authority::Authority;
use crate::{Case, Peer, Seen, Site, table::cases};

/// The server of the cases, on ports of 127.0.0.1 that the system picks. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    site: Site,
    shared: Arc<Shared>,
    listeners: Vec<(SocketAddr, JoinHandle<()>)>,
    /// Bound, so that nobody else gets the port, but not listening.
    _refused: Socket,
    /// With it goes the file.
    _authority: Authority,
}

/// How a listener treats its connections.
#[derive(Debug, Clone)]
enum Speech {
    Plain,
    Tls(Arc<ServerConfig>),
    Silent,
    Closing,
}

/// What all connections know.
#[derive(Debug)]
struct Shared {
    cases: Vec<Case>,
    seen: Mutex<BTreeMap<String, Seen>>,
    ended: AtomicBool,
    /// How many there have been.
    connections: AtomicUsize,
}

impl Shared {
    /// What follows `~` only tells one run of a case from another.
    fn case(&self, name: &str) -> Option<&Case> {
        let name = name.split('~').next()?;
        self.cases.iter().find(|case| case.name == name)
    }

    fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }
}

impl Server {
    /// Starts it, with certificates made for this one.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared {
            cases: cases(),
            seen: Mutex::default(),
            ended: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
        });
        let authority = Authority::new()?;
        let unknown = Authority::new()?;
        let host = "127.0.0.1";
        let mut listeners = Vec::new();
        let mut listen = |speech| -> io::Result<SocketAddr> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            let address = listener.local_addr()?;
            let shared = Arc::clone(&shared);
            let thread = thread::Builder::new().name("case server".to_owned());
            let thread = thread.spawn(move || accept(&listener, &speech, &shared))?;
            listeners.push((address, thread));
            Ok(address)
        };
        let refused = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        refused.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let refused_at = refused.local_addr()?.as_socket();
        let refused_at = refused_at.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let site = Site {
            plain: format!("http://{}", listen(Speech::Plain)?),
            refused: format!("http://{refused_at}"),
            trusted: format!("https://{}", listen(Speech::Tls(authority.server(host)?))?),
            unknown_authority: format!("https://{}", listen(Speech::Tls(unknown.server(host)?))?),
            wrong_name: format!(
                "https://{}",
                listen(Speech::Tls(authority.server("fluxbase.example.com")?))?
            ),
            expired: format!(
                "https://{}",
                listen(Speech::Tls(authority.server_until(host, 2020)?))?
            ),
            silent: format!("https://{}", listen(Speech::Silent)?),
            closing: format!("https://{}", listen(Speech::Closing)?),
            desk: format!("http://{}", listen(Speech::Plain)?),
            authority: authority.file().display().to_string(),
        };
        Ok(Self {
            site,
            shared,
            listeners,
            _refused: refused,
            _authority: authority,
        })
    }
}

impl Peer for Server {
    fn site(&self) -> &Site {
        &self.site
    }

    fn seen(&self, case: &str) -> impl Future<Output = Seen> {
        ready(self.shared.seen().get(case).cloned().unwrap_or_default())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        for (address, thread) in self.listeners.drain(..) {
            // It notices the end when there is a connection.
            drop(TcpStream::connect(address));
            // A panic there was printed there.
            let _ = thread.join();
        }
    }
}

/// Gives each connection a thread of its own, which ends soon after the server does.
fn accept(listener: &TcpListener, speech: &Speech, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.has_ended() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let (speech, shared) = (speech.clone(), Arc::clone(shared));
        let thread = thread::Builder::new().name("case connection".to_owned());
        // Without a thread the connection is closed, which the case will tell.
        let _ = thread.spawn(move || connection::serve(stream, &speech, &shared));
    }
}
