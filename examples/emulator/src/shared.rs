//! What the server's thread and its guard share.

use crate::fault::Faults;
use crate::{Options, Received, What};
use bytes::Bytes;
use fluxbase_client_keys::Timestamp;
use fluxbase_client_keys::emulator::{Emulator, State};
use http::{Request, Response};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// What the server's thread and its guard share.
#[derive(Debug)]
pub(crate) struct Shared {
    emulator: Mutex<Emulator>,
    desk: Mutex<Desk>,
    /// When the emulator last acted.
    last: Mutex<Timestamp>,
    pub(crate) origins: Vec<String>,
    pub(crate) control: bool,
    record: bool,
    stop: watch::Sender<bool>,
}

/// What surrounds the emulator: behind a lock of its own, so that a caller who holds the emulator can still ask for it.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) faults: Faults,
    pub(crate) latency: Duration,
    pub(crate) received: Vec<Received>,
    pub(crate) count: usize,
}

impl Shared {
    pub(crate) fn new(options: &mut Options, state: State) -> Self {
        let mut emulator = Emulator::new(options.profile, state);
        emulator.set_only_admins(options.only_admins);
        emulator.set_limit_everywhere(options.limit_everywhere);
        emulator.set_allowed_origins(options.origins.clone());
        if let Some(lifetime) = options.access_token_lifetime {
            emulator.set_access_token_lifetime(lifetime);
        }
        let mut faults = Faults::default();
        options.faults.drain(..).for_each(|fault| faults.add(fault));
        Self {
            emulator: Mutex::new(emulator),
            desk: Mutex::new(Desk {
                faults,
                latency: options.latency,
                received: Vec::new(),
                count: 0,
            }),
            last: Mutex::new(Timestamp::UNIX_EPOCH),
            origins: std::mem::take(&mut options.origins),
            control: options.control,
            record: options.record,
            stop: watch::Sender::new(false),
        }
    }

    /// The emulator; a panic of another holder does not end the server.
    pub(crate) fn emulator(&self) -> MutexGuard<'_, Emulator> {
        self.emulator.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts and keeps the request, and says what happens to it on the way.
    pub(crate) fn arrive(&self, request: &Request<Bytes>) -> Option<What> {
        let mut desk = self.desk();
        desk.count = desk.count.saturating_add(1);
        if self.record {
            desk.received.push(Received::of(request));
        }
        desk.faults
            .strike(request.method().as_str(), request.uri().path())
    }

    /// Lets the emulator act, now; `None` when clock or entropy fail.
    pub(crate) fn act(&self, request: &Request<Bytes>) -> Option<Response<Vec<u8>>> {
        let now = self.now()?;
        let mut failed = false;
        let mut entropy = |bytes: &mut [u8]| failed |= getrandom::fill(bytes).is_err();
        let answer = self.emulator().handle(request, now, &mut entropy);
        (!failed).then_some(answer)
    }

    /// The machine's time, but never earlier than the last: the emulator does not expect a clock that is set back.
    fn now(&self) -> Option<Timestamp> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Timestamp::try_from(SystemTime::now()).ok()?.max(*last);
        Some(*last)
    }

    /// Ends the server.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until the server is told to end.
    pub(crate) async fn stopped(&self) {
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = self.stop.subscribe().wait_for(|stop| *stop).await;
    }
}
