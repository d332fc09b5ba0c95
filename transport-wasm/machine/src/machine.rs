//! `Machine`: a client that is told events and answers with commands.

use core::{cell::Cell, fmt, time::Duration};
use std::rc::{Rc, Weak};

use fluxbase_client_keys::{AsyncClientKeysManager, Error, Now, Timestamp};
use zeroize::Zeroizing;

use crate::{
    calls, fields::Fields, host::Host, interpret, open, problem, shared::Shared, tasks::Tasks,
    text::Text,
};

/// A client without I/O: it is told what happened, and answers with what is to be done next.
///
/// The [crate's page](crate) says what each method takes and gives. All of them are total: input that makes no sense is
/// answered with an error, or passed over where there is nobody to tell.
#[derive(Default)]
pub struct Machine {
    shared: Rc<Shared>,
    tasks: Tasks,
    client: Option<AsyncClientKeysManager<Host>>,
    /// The calls under way, and what is set to cancel them.
    calls: Vec<(u32, Weak<Cell<bool>>)>,
}

impl Machine {
    /// A client that is still to be opened.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which server, which credential and which policy.
    pub fn open(&mut self, input: Vec<u8>, now: Now) -> Text {
        let input = Zeroizing::new(input);
        self.shared.now.set(now);
        let opened = if self.client.is_some() {
            Err(Error::invalid_input("the client is open already"))
        } else {
            Fields::read(&input).and_then(|fields| open::open(&fields, &self.shared))
        };
        match opened {
            Ok(client) => self.client = Some(client),
            Err(error) => self.shared.command("failed", &|text| {
                text.name("error");
                problem::write(text, &error, "open");
            }),
        }
        self.run()
    }

    /// Begins a call under a number of the caller's choice.
    pub fn start(&mut self, call: u32, input: Vec<u8>, now: Now) -> Text {
        self.shared.now.set(now);
        let host = Host::new(&self.shared, call);
        self.calls.retain(|(_, flag)| flag.strong_count() > 0);
        self.calls.push((call, Rc::downgrade(&host.cancellation())));
        let client = self.client.clone();
        let job = calls::carry_out(client, host, call, Zeroizing::new(input));
        self.tasks.add(Box::pin(job));
        self.run()
    }

    /// Brings the answer to the command with this id.
    pub fn deliver(&mut self, id: u32, kind: u32, input: Vec<u8>, now: Now) -> Text {
        self.shared.now.set(now);
        self.shared.deliver(id, kind, input);
        self.run()
    }

    /// Says that the caller of this call wants no more of it.
    pub fn cancel(&mut self, call: u32, now: Now) -> Text {
        self.shared.now.set(now);
        for (_, flag) in self.calls.iter().filter(|(own, _)| *own == call) {
            if let Some(flag) = flag.upgrade() {
                flag.set(true);
            }
        }
        self.tasks.wake_all();
        self.run()
    }

    /// Says where an operation goes, or what an answer to it means, for who sends by itself.
    #[must_use]
    pub fn interpret(&self, input: Vec<u8>) -> Text {
        let input = Zeroizing::new(input);
        let mut text = Text::default();
        interpret::interpret(&mut text, &input);
        text
    }

    fn run(&mut self) -> Text {
        self.tasks.run(|| self.shared.spawned.take());
        self.shared.take_commands()
    }
}

/// The time as JavaScript tells it: milliseconds since 1970, milliseconds of a clock that never goes back, random bits.
#[must_use]
pub fn time(wall: f64, monotonic: f64, jitter: u32) -> Now {
    let wall = Timestamp::UNIX_EPOCH.saturating_add(milliseconds(wall));
    Now::new(wall, milliseconds(monotonic), jitter)
}

/// A number that is no time is none at all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is too large, negative or no number becomes the nearest that can be expressed"
)]
fn milliseconds(count: f64) -> Duration {
    Duration::from_micros((count * 1000.0) as u64)
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("tasks", &self.tasks)
            .field("shared", &self.shared)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
