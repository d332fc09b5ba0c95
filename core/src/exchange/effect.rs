//! What is known about the effect of an errand, and whether its idempotency key still guards it.

use super::engine::Exchange;
use crate::{Error, ErrorKind, Flow, Outcome, Replay};

impl<F: Flow> Exchange<F> {
    /// What is known about the effect when earlier attempts are counted in.
    pub(super) fn with_outcome(&self, error: Error) -> Error {
        let missing = error.kind() == ErrorKind::NotFound;
        match (self.errand.replay, error.outcome()) {
            (Replay::Safe, _) => error.with_outcome(Outcome::NotApplied),
            // A repetition that failed takes nothing back. (A deletion that is repeated may fail for having been made, which
            // the flow looks into.)
            (Replay::Keyed, _) if self.applied => error.with_outcome(Outcome::Applied),
            (_, Outcome::NotApplied) if self.applied && !missing => {
                error.with_outcome(Outcome::Applied)
            }
            (_, Outcome::NotApplied) if self.uncertain && !missing => {
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
}
