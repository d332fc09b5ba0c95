//! What the host of every call shares: the commands that go out, and who waits for an answer to which.

use core::{
    cell::{Cell, RefCell},
    fmt,
    task::{Poll, Waker},
};
use std::rc::Rc;

use fluxbase_client_keys::{Now, Timestamp};
use zeroize::Zeroizing;

use crate::{tasks::Job, text::Text};

/// An answer to a command: its kind, and what was in the input.
pub(crate) type Answer = (Kind, Zeroizing<Vec<u8>>);

/// What an answer is, as a bit, so that several can be waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kind(u8);

impl Kind {
    pub(crate) const HEAD: Self = Self(1);
    pub(crate) const CHUNK: Self = Self(1 << 1);
    pub(crate) const END: Self = Self(1 << 2);
    pub(crate) const FAILURE: Self = Self(1 << 3);
    pub(crate) const DONE: Self = Self(1 << 4);
    pub(crate) const LOADED: Self = Self(1 << 5);
    pub(crate) const NOT_STORED: Self = Self(1 << 6);

    /// The kind with this number, if there is one.
    pub(crate) fn numbered(number: u32) -> Option<Self> {
        (number < 7).then(|| Self(1 << number))
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What all calls share.
pub(crate) struct Shared {
    /// The time that came with the last event.
    pub(crate) now: Cell<Now>,
    /// The commands since, as a list that is still open.
    outbox: RefCell<Text>,
    waits: RefCell<Vec<Wait>>,
    last_id: Cell<u32>,
    /// Renewals that were begun since.
    pub(crate) spawned: RefCell<Vec<Job>>,
    /// Whether others use the same store.
    pub(crate) shares_store: Cell<bool>,
}

struct Wait {
    id: u32,
    takes: Kind,
    answer: Option<Answer>,
    waker: Option<Waker>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            now: Cell::new(Now::new(
                Timestamp::UNIX_EPOCH,
                core::time::Duration::ZERO,
                0,
            )),
            outbox: RefCell::default(),
            waits: RefCell::default(),
            last_id: Cell::new(0),
            spawned: RefCell::default(),
            shares_store: Cell::new(false),
        }
    }
}

impl Shared {
    /// Gives out a command; `members` writes what follows its name.
    pub(crate) fn command(&self, name: &str, members: &dyn Fn(&mut Text)) {
        let mut outbox = self.outbox.borrow_mut();
        if outbox.as_str().is_empty() {
            outbox.raw("[");
        }
        outbox.item("{");
        outbox.text("do", Some(name));
        members(&mut outbox);
        outbox.raw("}");
    }

    /// The commands since the last time, as a list.
    pub(crate) fn take_commands(&self) -> Text {
        let mut commands = self.outbox.take();
        if commands.as_str().is_empty() {
            commands.raw("[");
        }
        commands.raw("]");
        commands
    }

    /// Brings an answer to who waits for it. One that nobody waits for is passed over: the command was taken back while the
    /// answer was on its way.
    pub(crate) fn deliver(&self, id: u32, kind: u32, input: Vec<u8>) {
        let input = Zeroizing::new(input);
        let Some(kind) = Kind::numbered(kind) else {
            return;
        };
        let mut waits = self.waits.borrow_mut();
        let wait = waits
            .iter_mut()
            .find(|wait| wait.id == id && wait.takes.0 & kind.0 != 0 && wait.answer.is_none());
        if let Some(wait) = wait {
            wait.answer = Some((kind, input));
            if let Some(waker) = wait.waker.take() {
                waker.wake();
            }
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("now", &self.now)
            .field("waiting", &self.waits.borrow().len())
            .finish_non_exhaustive()
    }
}

/// A command that was given out under a number, and is answered under it. Dropping it takes it back.
pub(crate) struct Command {
    shared: Rc<Shared>,
    id: u32,
    /// The command that takes it back, if there is anything to take back.
    pub(crate) undo: Option<&'static str>,
}

impl Command {
    /// Gives out a command; `members` writes what follows its name and number.
    pub(crate) fn give(
        shared: &Rc<Shared>,
        name: &str,
        undo: Option<&'static str>,
        members: &dyn Fn(&mut Text),
    ) -> Self {
        let id = shared.last_id.get().wrapping_add(1);
        shared.last_id.set(id);
        shared.command(name, &|text| {
            text.number("id", id.into());
            members(text);
        });
        shared.waits.borrow_mut().push(Wait {
            id,
            takes: Kind(0),
            answer: None,
            waker: None,
        });
        Self {
            shared: Rc::clone(shared),
            id,
            undo,
        }
    }

    /// Gives out a command about this one.
    pub(crate) fn and(&self, name: &str) {
        self.shared
            .command(name, &|text| text.number("id", self.id.into()));
    }

    /// Waits for an answer of these kinds; `None` when `is_cancelled` says so first.
    pub(crate) async fn answer(
        &self,
        takes: Kind,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<Answer> {
        core::future::poll_fn(|context| {
            let mut waits = self.shared.waits.borrow_mut();
            let Some(wait) = waits.iter_mut().find(|wait| wait.id == self.id) else {
                return Poll::Ready(None);
            };
            if wait.answer.is_some() {
                wait.takes = Kind(0);
                return Poll::Ready(wait.answer.take());
            }
            if is_cancelled() {
                return Poll::Ready(None);
            }
            wait.takes = takes;
            wait.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

impl Drop for Command {
    fn drop(&mut self) {
        self.shared
            .waits
            .borrow_mut()
            .retain(|wait| wait.id != self.id);
        if let Some(undo) = self.undo {
            self.and(undo);
        }
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command")
            .field("id", &self.id)
            .field("undo", &self.undo)
            .finish_non_exhaustive()
    }
}
