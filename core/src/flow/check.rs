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
    /// The 500, while the GET is under way, and whether an attempt before it was lost.
    pending: Option<(Error, bool)>,
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
            pending: None,
        }
    }

    pub(super) fn inner_mut(&mut self) -> &mut F {
        &mut self.flow
    }

    fn get(&self) -> GetClientKey {
        GetClientKey::new(self.id)
    }
}

impl<F: Flow<Item = Infallible>> Flow for ThenCheck<F> {
    type Output = F::Output;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        self.flow.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        if self.pending.is_some() {
            Errand::of(&self.get())
        } else {
            self.flow.errand()
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<F::Output> {
        match self.pending.take() {
            // The key is there, or the answer makes no sense: the 500 stands as it was.
            Some((error, _)) => Turn::Done(Err(match self.get().output(reply) {
                Ok(_) => error.with_detail("the key exists"),
                Err(_) => error,
            })),
            None => self.flow.reply(reply, notes),
        }
    }

    fn failed(&mut self, error: Error, notes: &mut Notes<'_>) -> Turn<F::Output> {
        let is_missing = |error: &Error| matches!(error.kind(), ErrorKind::NotFound);
        let (error, uncertain, missing) = if let Some((first, uncertain)) = self.pending.take() {
            (first, uncertain, is_missing(&error))
        } else {
            let uncertain = notes.uncertain;
            let error = match self.flow.failed(error, notes) {
                Turn::Done(Err(error)) => error,
                turn => return turn,
            };
            if is_opaque(&error) && !notes.ends {
                self.pending = Some((error, uncertain));
                return Turn::Next;
            }
            let missing = is_missing(&error) && error.outcome() != Outcome::Applied;
            (error, uncertain, missing)
        };
        if !missing {
            return Turn::Done(Err(error));
        }
        Turn::Done(match self.gone.take() {
            // That it is gone may be the work of the attempt whose answer was lost.
            Some(output) if uncertain => {
                notes.warnings.push(Warning::AlreadyGone);
                Ok(output)
            }
            _ => Err(error
                .with_kind(ErrorKind::NotFound)
                .with_outcome(Outcome::NotApplied)),
        })
    }
}

/// Whether it has to be looked into. Where the text says that nothing happened (scopes that the server does not know) there is
/// nothing to find out, nor where it is known that the change was made.
fn is_opaque(error: &Error) -> bool {
    error.status() == Some(500)
        && matches!(error.kind(), ErrorKind::Server)
        && error.outcome() == Outcome::Unknown
}

#[cfg(test)]
mod tests;
