//! `ThenCheck`: what a 500 means.

use core::convert::Infallible;

use super::{Errand, Flow, Notes, Single, Turn};
use crate::{
    ClientKeyId, DeleteClientKey, DeleteClientKeyResponse, Error, ErrorKind, GetClientKey,
    Operation, Outcome, Reply, RevokeClientKey, Warning,
};

/// A flow about one client key, of which a 500 may mean that it does not exist.
pub trait Checked: Flow<Item = Infallible> {
    /// The key.
    fn id(&self) -> ClientKeyId;

    /// What it gives when the key turns out to be gone after an attempt whose answer was lost.
    fn gone(&self) -> Option<Self::Output> {
        None
    }
}

impl Checked for Single<RevokeClientKey> {
    fn id(&self) -> ClientKeyId {
        self.0.id()
    }
}

impl Checked for Single<DeleteClientKey> {
    fn id(&self) -> ClientKeyId {
        self.0.id()
    }

    fn gone(&self) -> Option<DeleteClientKeyResponse> {
        Some(DeleteClientKeyResponse::gone())
    }
}

/// A flow, and one GET after a 500 to tell a key that does not exist from a server that is broken.
///
/// Real servers answer 500 to an update, a revocation or a deletion of a key that does not exist; the newest say no more
/// than that they failed. Nothing is sent again: a second deletion would fail for the sole reason that the first succeeded.
#[derive(Debug, Clone)]
pub struct ThenCheck<F: Flow> {
    flow: F,
    id: ClientKeyId,
    gone: Option<F::Output>,
    check: Check,
}

/// What there is to decide about a 500, whatever flow met it.
#[derive(Debug, Clone, Default)]
struct Check {
    /// The 500, while the GET is under way, and whether an attempt before it was lost.
    pending: Option<(Error, bool)>,
}

/// What a failure means.
enum Finding {
    /// It has to be looked into.
    Ask,
    /// There is no such key; whether that may be the work of an attempt whose answer was lost.
    Missing(Error, bool),
    /// No more than it says.
    Plain(Error),
}

impl Check {
    /// Judges a failure of the flow itself.
    fn of_flow(&mut self, error: Error, uncertain: bool) -> Finding {
        if error.outcome() == Outcome::Applied {
            return Finding::Plain(error);
        }
        if matches!(error.kind(), ErrorKind::NotFound) {
            return Finding::Missing(error, uncertain);
        }
        // Where the text says that nothing happened (scopes that the server does not know) there is nothing to find out.
        let is_opaque = error.status() == Some(500)
            && matches!(error.kind(), ErrorKind::Server)
            && error.outcome() != Outcome::NotApplied;
        if is_opaque {
            self.pending = Some((error, uncertain));
            return Finding::Ask;
        }
        Finding::Plain(error)
    }

    /// Judges a failure of the GET.
    fn of_get(error: &Error, (first, uncertain): (Error, bool)) -> Finding {
        if matches!(error.kind(), ErrorKind::NotFound) {
            Finding::Missing(first.with_kind(ErrorKind::NotFound), uncertain)
        } else {
            Finding::Plain(first)
        }
    }
}

impl<F: Flow<Item = Infallible>> ThenCheck<F> {
    /// This flow, then the check if there is a reason for it.
    pub fn new(flow: F) -> Self
    where
        F: Checked,
    {
        let (id, gone) = (flow.id(), flow.gone());
        Self::of(flow, id, gone)
    }

    /// The same for a flow that does not say itself which key it is about and what it gives when that is
    /// [`gone`](Checked::gone), such as one in a box.
    pub fn of(flow: F, id: ClientKeyId, gone: Option<F::Output>) -> Self {
        Self {
            flow,
            id,
            gone,
            check: Check::default(),
        }
    }

    pub(super) fn inner_mut(&mut self) -> &mut F {
        &mut self.flow
    }

    fn get(&self) -> GetClientKey {
        GetClientKey::new(self.id)
    }

    fn turn(&mut self, finding: Finding, notes: &mut Notes<'_>) -> Turn<F::Output> {
        let error = match finding {
            Finding::Ask => return Turn::Next,
            Finding::Missing(error, uncertain) => match self.gone.take() {
                Some(output) if uncertain => {
                    notes.warnings.push(Warning::AlreadyGone);
                    return Turn::Done(Ok(output));
                }
                _ => error.with_outcome(Outcome::NotApplied),
            },
            Finding::Plain(error) => error,
        };
        Turn::Done(Err(error))
    }
}

impl<F: Flow<Item = Infallible>> Flow for ThenCheck<F> {
    type Output = F::Output;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        if self.check.pending.is_some() {
            Errand::of(&self.get())
        } else {
            self.flow.errand()
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
        match self.check.pending.take() {
            // The key is there, or the answer makes no sense: the 500 stands as it was.
            Some((error, _)) => Turn::Done(Err(match self.get().output(reply) {
                Ok(_) => error.with_detail("the key exists"),
                Err(_) => error,
            })),
            None => self.flow.reply(reply, notes),
        }
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
        let finding = if let Some(first) = self.check.pending.take() {
            Check::of_get(&error, first)
        } else {
            let uncertain = notes.uncertain;
            match self.flow.failed(error, notes) {
                Turn::Done(Err(error)) => self.check.of_flow(error, uncertain),
                turn => return turn,
            }
        };
        self.turn(finding, notes)
    }
}

#[cfg(test)]
mod tests;
