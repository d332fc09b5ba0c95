//! Ending calls from another thread.

use std::{
    fmt, io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use fluxbase_client_keys::{Delivery, TransportFailure};
use ureq::{Agent, Body, http::Response};

use crate::{
    ClientKeysManager, failure,
    transport::{Errand, carry_out},
};

/// Managers whose calls can be ended from another thread.
pub trait Cancellable: Sized {
    /// A manager on the same session whose calls all end when the handle is used, and that handle.
    ///
    /// It has connections of its own, so make one for a piece of work and not for each call. Calls on the manager it came
    /// from go on, and so do those on other managers made from it.
    ///
    /// ```no_run
    /// use fluxbase_client_keys_ureq::{Cancellable, ErrorKind};
    ///
    /// let manager = fluxbase_client_keys_ureq::from_env()?;
    /// let (cancellable, handle) = manager.cancellable();
    /// std::thread::spawn(move || {
    ///     std::thread::sleep(std::time::Duration::from_secs(2));
    ///     handle.cancel();
    /// });
    /// match cancellable.list() {
    ///     Err(error) if error.kind() == ErrorKind::Cancelled => println!("it took too long"),
    ///     listed => println!("{} keys", listed?.client_keys.len()),
    /// }
    /// # Ok::<_, fluxbase_client_keys_ureq::Error>(())
    /// ```
    #[must_use]
    fn cancellable(&self) -> (Self, CancelHandle);
}

impl Cancellable for ClientKeysManager {
    fn cancellable(&self) -> (Self, CancelHandle) {
        let (transport, handle) = self.transport().cancellable();
        (self.with_transport(transport), handle)
    }
}

/// Ends the calls of one manager; made by [`Cancellable::cancellable`].
///
/// Clones do the same. Dropping it does nothing.
#[derive(Clone)]
pub struct CancelHandle {
    signal: Arc<Signal>,
    agent: Agent,
}

impl CancelHandle {
    /// Ends all calls of the manager that are under way, and all later ones before they send anything.
    ///
    /// They fail with [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled); the error's
    /// [`outcome`](crate::Error::outcome) says whether the change may have been made. One thing is not cut short: a refresh
    /// of the session's tokens that is under way, since the server has replaced them whether its answer is read or not. A
    /// call that is refreshing ends when that has ended.
    ///
    /// A name look-up or a connection that is under way cannot be stopped by anybody. The call ends nevertheless; a thread
    /// is left behind which gives up within [20 s](crate::Builder::timeout), and which sends nothing.
    pub fn cancel(&self) {
        // First the signal: what the shut-down breaks is then known to be cancelled.
        self.signal.set();
        self.agent.clone().shutdown();
    }

    /// Whether it has been used.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.signal.is_set()
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelHandle")
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// Whether the caller wants no more; those who wait are woken when that changes.
#[derive(Default)]
pub(crate) struct Signal {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    fn lock(&self) -> MutexGuard<'_, bool> {
        // A boolean is never half-written.
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_set(&self) -> bool {
        *self.lock()
    }

    fn set(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    /// Lets time pass until it is set.
    pub(crate) fn sleep(&self, duration: Duration) {
        drop(
            self.changed
                .wait_timeout_while(self.lock(), duration, |set| !*set),
        );
    }

    /// Wakes those who wait, to look at what else they wait for.
    fn nudge(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }
}

/// What makes a transport's calls cancellable.
pub(crate) struct Cancellation {
    pub(crate) signal: Arc<Signal>,
    agent: Agent,
}

impl Cancellation {
    pub(crate) fn new(agent: Agent) -> (Self, CancelHandle) {
        let signal = Arc::new(Signal::default());
        let handle = CancelHandle {
            signal: Arc::clone(&signal),
            agent: agent.clone(),
        };
        (Self { signal, agent }, handle)
    }

    /// Carries out the errand on a thread of its own, and does not wait for it once the signal is set.
    ///
    /// Shutting the agent down ends what is under way on a connection, but nothing can wake a thread that looks up a name or
    /// connects. Such a thread is left to itself: it ends when its time for that runs out, and the agent, being shut down,
    /// then refuses it the connection.
    pub(crate) fn carry_out(&self, errand: Errand) -> Result<Response<Body>, TransportFailure> {
        let result = Arc::new(Mutex::new(Slot::Awaited));
        let finish = Finish {
            signal: Arc::clone(&self.signal),
            result: Arc::clone(&result),
        };
        let agent = self.agent.clone();
        thread::Builder::new()
            .name("fluxbase-request".to_owned())
            .spawn(move || finish.with(carry_out(&agent, errand)))
            .map_err(failure::not_begun)?;
        let mut set = self.signal.lock();
        loop {
            let slot = take(&result);
            match slot {
                Slot::Result(Ok(response)) => return Ok(response),
                Slot::Result(Err(error)) if *set => {
                    let delivery = failure::before_the_head(&error).delivery();
                    return Err(failure::cancelled(delivery));
                }
                Slot::Result(Err(error)) => return Err(failure::before_the_head(&error)),
                Slot::Panicked => {
                    let lost = ureq::Error::Io(io::Error::other("the HTTP library panicked"));
                    return Err(failure::before_the_head(&lost));
                }
                Slot::Awaited if *set => return Err(failure::cancelled(Delivery::Unknown)),
                Slot::Awaited => {
                    set = self
                        .signal
                        .changed
                        .wait(set)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

/// How far a request on its own thread has come.
enum Slot {
    Awaited,
    Result(Result<Response<Body>, ureq::Error>),
    Panicked,
}

fn take(slot: &Mutex<Slot>) -> Slot {
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut slot, Slot::Awaited)
}

/// Tells the waiting thread that there is a result, also when the thread that has it panics.
struct Finish {
    signal: Arc<Signal>,
    result: Arc<Mutex<Slot>>,
}

impl Finish {
    fn with(self, result: Result<Response<Body>, ureq::Error>) {
        self.put(Slot::Result(result));
    }

    fn put(&self, slot: Slot) {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = slot;
    }
}

impl Drop for Finish {
    fn drop(&mut self) {
        if thread::panicking() {
            self.put(Slot::Panicked);
        }
        self.signal.nudge();
    }
}
