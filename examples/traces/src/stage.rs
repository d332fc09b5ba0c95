//! `Stage`: the clock, the script and the record of one run.

use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fluxbase_client_keys::{Now, Timestamp};

use crate::{
    Trace,
    observed::{Allowed, Event, Request},
    table::{Cancel, Fail, Row},
};

/// The time at which every run begins: 2026-11-23T10:00:00Z.
const BEGIN: Duration = Duration::from_secs(1_795_428_000);

/// What a run shares between its driver, its transport and its peer.
#[derive(Debug)]
pub(crate) struct Stage {
    script: Vec<Row>,
    jitter: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    clock: Duration,
    sent: usize,
    cancelled: bool,
    cancel_in_wait: bool,
    random: u8,
    events: Vec<Event>,
    requests: Vec<Request>,
}

impl Stage {
    /// The beginning of a run.
    #[must_use]
    pub(crate) fn new(trace: &Trace) -> Self {
        Self {
            script: trace.exchange.clone(),
            jitter: trace.jitter,
            state: Mutex::new(State {
                clock: Duration::ZERO,
                sent: 0,
                cancelled: trace.cancelled,
                cancel_in_wait: false,
                random: 0,
                events: Vec::new(),
                requests: Vec::new(),
            }),
        }
    }

    /// The script's row for the request that is under way; `None` where the script has ended.
    #[must_use]
    pub(crate) fn row(&self) -> Option<&Row> {
        self.script.get(self.state().sent.checked_sub(1)?)
    }

    /// The row for the request after that.
    #[must_use]
    pub(crate) fn next_row(&self) -> Option<&Row> {
        self.script.get(self.state().sent)
    }

    /// Takes note of a request and its limits, and goes on to its row.
    pub(crate) fn begin_send(&self, request: Request, allowed: Allowed) {
        let mut state = self.state();
        state.sent += 1;
        let seen: Vec<&Request> = state.requests.iter().collect();
        let event = Event::send(&request, &seen, allowed);
        state.requests.push(request);
        state.events.push(event);
    }

    /// Lets the time pass that the request takes by the script, and cancels if it says so; whether the transport has to
    /// cut the request.
    pub(crate) fn end_send(&self, allowed: Allowed) -> bool {
        let Some(row) = self.row() else {
            return false;
        };
        let mut state = self.state();
        state.clock += if row.stalls() {
            allowed.timeout
        } else {
            Duration::from_millis(row.takes)
        };
        match row.cancel {
            Some(Cancel::InSend | Cancel::InBody) => state.cancelled = true,
            Some(Cancel::InWait) => state.cancel_in_wait = true,
            None => {}
        }
        row.cancel == Some(Cancel::InSend) && allowed.interruptible
    }

    /// Lets time pass.
    pub(crate) fn sleep(&self, duration: Duration) {
        let mut state = self.state();
        state.events.push(Event::Wait(duration));
        if state.cancel_in_wait {
            // A sleep ends early when the call is cancelled.
            state.cancelled = true;
        } else {
            state.clock += duration;
        }
    }

    /// Takes note of a key that was handed out.
    pub(crate) fn give(&self, id: &str) {
        self.state().events.push(Event::Give(id.to_owned()));
    }

    /// The time, and the trace's random bits.
    #[must_use]
    pub(crate) fn now(&self) -> Now {
        let clock = self.state().clock;
        let wall = Timestamp::UNIX_EPOCH.saturating_add(BEGIN + clock);
        // The monotonic clock begins elsewhere than the one on the wall.
        Now::new(wall, Duration::from_secs(1000) + clock, self.jitter)
    }

    /// Whether the caller wants no more.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.state().cancelled
    }

    /// Bytes that differ each time.
    pub(crate) fn fill_random(&self, buffer: &mut [u8]) {
        let mut state = self.state();
        state.random = state.random.wrapping_add(1);
        buffer.fill(state.random);
    }

    /// What happened so far.
    #[must_use]
    pub(crate) fn events(&self) -> Vec<Event> {
        self.state().events.clone()
    }

    /// The requests that the driver has given to its transport and that the script lets arrive.
    #[must_use]
    pub(crate) fn arrived(&self) -> Vec<Request> {
        let unsent = |row: Option<&Row>| {
            row.is_some_and(|row| matches!(row.fail, Some(Fail::Refused | Fail::Tls)))
        };
        let state = self.state();
        let requests = state.requests.iter().enumerate();
        requests
            .filter(|(at, _)| !unsent(self.script.get(*at)))
            .map(|(_, request)| request.clone())
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is complete under the lock, so what a panicking thread left behind is sound.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
