//! What is known about the effect of an errand, and whether its idempotency key still guards it.

use super::engine::Exchange;
use crate::{Error, ErrorKind, Flow, Outcome, Replay};

impl<F: Flow> Exchange<F> {
    /// Whether an attempt of this errand may have been carried out without a complete answer.
    pub(super) fn is_uncertain(&self) -> bool {
        self.past != Outcome::NotApplied
    }

    /// What is known about the effect when earlier attempts are counted in.
    pub(super) fn with_outcome(&self, error: Error) -> Error {
        let missing = error.kind() == ErrorKind::NotFound;
        match (self.errand.replay, error.outcome()) {
            (Replay::Safe, _) => error.with_outcome(Outcome::NotApplied),
            // A repetition that failed takes nothing back. (A deletion that is repeated may fail for having been made, which
            // the flow looks into.)
            (Replay::Keyed, _) if self.past == Outcome::Applied => {
                error.with_outcome(Outcome::Applied)
            }
            (_, Outcome::NotApplied) if self.past == Outcome::Applied && !missing => {
                error.with_outcome(Outcome::Applied)
            }
            (_, Outcome::NotApplied) if self.is_uncertain() && !missing => {
                error.with_outcome(Outcome::Unknown)
            }
            _ => error,
        }
    }

    /// Whether the errand may be sent again as far as its idempotency key goes; a spent one is replaced by the spare.
    pub(super) fn has_fresh_key(&mut self) -> bool {
        if self.spent && self.flow.use_spare() {
            if let Ok(errand) = self.flow.errand() {
                self.errand = errand;
                self.spent = false;
            }
        }
        !self.spent
    }

    /// Whether the errand may be repeated although nobody knows what became of an attempt before.
    ///
    /// A server that was without its database for a moment has looked at no idempotency key: its answer spends the first
    /// key and does not show that the lost attempt was not carried out, so the spare could make a second client key.
    pub(super) fn may_be_repeated(&mut self) -> bool {
        !(self.spent && self.is_uncertain()) && self.has_fresh_key()
    }
}
