//! A machine that is broken on purpose: by a flow that misleads it, or by what is altered in it between two steps.

use core::time::Duration;

use super::super::{engine::Exchange, refusal::Checkup};
use crate::{Errand, Error, Flow, Head, Notes, Outcome, Reply, Step, Turn};

/// One thing that is wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// It forgets something between two steps, or makes it up.
    State(fn(&mut Inside<'_>)),
    /// It asks for something else; told how many of its errands have failed for good.
    Errand(fn(&mut Errand, u32)),
    /// It reports a failure as another.
    Failure(fn(Error) -> Error),
    /// What has failed for good is begun anew.
    Again,
    /// It believes that an attempt was lost.
    Uncertain,
    /// A spent idempotency key passes for a fresh one.
    Spare,
}

/// What can be altered in a machine between two steps.
pub(super) struct Inside<'a> {
    pub(super) deadline: &'a mut Duration,
    pub(super) sent: &'a mut u32,
    pub(super) errand: &'a mut Errand,
    pub(super) tries: &'a mut u32,
    pub(super) past: &'a mut Outcome,
    pub(super) renewed: &'a mut bool,
    pub(super) checkup: &'a mut Checkup,
    pub(super) pause: Option<&'a mut Duration>,
    /// The server's health is being asked for.
    pub(super) is_checkup: bool,
}

impl<'a> Inside<'a> {
    fn of<F: Flow>(exchange: &'a mut Exchange<F>) -> Self {
        Self {
            deadline: &mut exchange.deadline,
            sent: &mut exchange.sent,
            errand: &mut exchange.errand,
            tries: &mut exchange.tries,
            past: &mut exchange.past,
            renewed: &mut exchange.renewed,
            checkup: &mut exchange.checkup,
            pause: None,
            is_checkup: false,
        }
    }
}

/// Alters the machine behind this step.
pub(super) fn alter<F: Flow>(faults: &[Fault], step: &mut Step<F>) {
    for fault in faults {
        let Fault::State(alter) = fault else {
            continue;
        };
        match step {
            Step::Send(sending) => alter(&mut Inside {
                is_checkup: sending.is_checkup,
                ..Inside::of(&mut sending.exchange)
            }),
            Step::Wait(waiting) => alter(&mut Inside {
                pause: Some(&mut waiting.pause),
                ..Inside::of(&mut waiting.exchange)
            }),
            Step::Renew(renewing) => alter(&mut Inside::of(&mut renewing.exchange)),
            Step::Receive(_) | Step::Done(_) => {}
        }
    }
}

/// A flow with faults.
#[derive(Debug, Clone)]
pub(super) struct Faulty<F> {
    pub(super) flow: F,
    pub(super) faults: &'static [Fault],
    /// Errands that have failed for good, and were begun anew.
    pub(super) failures: u32,
}

impl<F> Faulty<F> {
    fn has(&self, wanted: fn(&Fault) -> bool) -> bool {
        self.faults.iter().any(wanted)
    }
}

impl<F: Flow> Flow for Faulty<F> {
    type Output = F::Output;
    type Item = F::Item;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        let mut errand = self.flow.errand()?;
        for fault in self.faults {
            if let Fault::Errand(alter) = fault {
                alter(&mut errand, self.failures);
            }
        }
        Ok(errand)
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
        self.flow.reply(reply, notes)
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
        if self.has(|fault| matches!(fault, Fault::Again)) {
            self.failures += 1;
            return Turn::Next;
        }
        let mut notes = Notes {
            ends: notes.ends,
            uncertain: notes.uncertain || self.has(|fault| matches!(fault, Fault::Uncertain)),
            warnings: notes.warnings,
            learned: notes.learned,
        };
        let turn = self.flow.failed(error, &mut notes);
        let Turn::Done(Err(mut error)) = turn else {
            return turn;
        };
        for fault in self.faults {
            if let Fault::Failure(alter) = fault {
                error = alter(error);
            }
        }
        Turn::Done(Err(error))
    }

    fn use_spare(&mut self) -> bool {
        self.has(|fault| matches!(fault, Fault::Spare)) || self.flow.use_spare()
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.flow.streams(head)
    }

    fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
        self.flow.feed(head, chunk)
    }

    fn stopped(&mut self) -> Option<F::Output> {
        self.flow.stopped()
    }

    fn next_item(&mut self) -> Option<F::Item> {
        self.flow.next_item()
    }
}
