//! Starting and ending a server.

use crate::shared::Shared;
use crate::{Credentials, Fault, Options, Received, server};
use fluxbase_client_keys::emulator::{Emulator, State};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// The server could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not loopback: this server is for tests on one machine.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// The address cannot be had; in most cases another program listens there.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The operating system gave no entropy for the sample state.
    #[error("no entropy from the operating system")]
    Entropy,
    /// The operating system gave no thread or no event queue.
    #[error("cannot start the server's thread")]
    Thread(#[source] io::Error),
}

/// Starts a server in a thread of its own; it answers when this returns.
pub fn start(mut options: Options) -> Result<Guard, StartError> {
    if !options.address.ip().is_loopback() {
        return Err(StartError::NotLoopback(options.address));
    }
    let state = match options.state.take() {
        Some(state) => state,
        None => sample()?,
    };
    let credentials = Credentials::of(&state);
    let (listener, address) =
        listen(options.address).map_err(|error| StartError::Listen(options.address, error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(StartError::Thread)?;
    let shared = Arc::new(Shared::new(&mut options, state));
    let transport = server::Transport::of(&options);
    let scheme = transport.scheme();
    let for_thread = Arc::clone(&shared);
    let thread = std::thread::Builder::new()
        .name("fluxbase-emulator".to_owned())
        .spawn(move || runtime.block_on(server::serve(listener, transport, for_thread)))
        .map_err(StartError::Thread)?;
    Ok(Guard {
        address,
        scheme,
        credentials,
        shared,
        thread: Some(thread),
    })
}

fn sample() -> Result<State, StartError> {
    let mut failed = false;
    let state = State::sample(&mut |bytes| failed |= getrandom::fill(bytes).is_err());
    if failed {
        return Err(StartError::Entropy);
    }
    Ok(state)
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// A running server; dropping it ends the server.
#[derive(Debug)]
#[must_use = "dropping the guard ends the server"]
pub struct Guard {
    address: SocketAddr,
    scheme: &'static str,
    credentials: Credentials,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Guard {
    /// Where the server listens; the port is the real one, never 0.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for clients, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Who may sign in, and with which passwords and keys.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Looks at the emulator's state, or alters it.
    ///
    /// No request is answered meanwhile: sending one to this server from within `act` waits for ever.
    pub fn with_emulator<R>(&self, act: impl FnOnce(&mut Emulator) -> R) -> R {
        act(&mut self.shared.emulator())
    }

    /// Takes the server's database away, or gives it back.
    pub fn set_database(&self, available: bool) {
        self.shared.emulator().set_database(available);
    }

    /// Changes how long each answer is held back, from the next request on; see [`Options::latency`].
    pub fn set_latency(&self, latency: Duration) {
        self.shared.desk().latency = latency;
    }

    /// Adds a failure on the way, which counts from now on.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.desk().faults.add(fault);
    }

    /// Takes all failures on the way back.
    pub fn clear_faults(&self) {
        self.shared.desk().faults.clear();
    }

    /// All requests so far, in the order of their arrival; none when [`Options::record`] is off.
    ///
    /// A request is here once all of its body has arrived, also when a [`Fault`] kept the server from acting. Requests that
    /// steer the server are not here.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.desk().received.clone()
    }

    /// How many requests have arrived, also when they are not kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shared.desk().count
    }

    /// Waits until the server is told to end from outside ([`Options::control`]); runs on any executor.
    pub async fn stopped(&self) {
        self.shared.stopped().await;
    }

    /// Ends the server: the port is closed, connections are cut, the thread is gone when this returns.
    ///
    /// Dropping the guard does the same.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.shared.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread was printed there; a second one here could abort the test.
            let _ = thread.join();
        }
    }
}
