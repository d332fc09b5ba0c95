//! `UnderWay` and `Arrival`: new tokens that must not be lost, whatever happens to those who bring them.

use std::sync::{Arc, OnceLock};

use super::Common;
use crate::{
    Error, ErrorKind, Generation, Outcome, RenewalPlan, SessionState, Timestamp, TokenPair,
};

/// A renewal that others wait for, which ends when this is dropped: with a new pair also when storing it panics, and
/// otherwise as failed.
pub(super) struct UnderWay {
    common: Arc<Common>,
    plan: RenewalPlan,
    /// The generation at which it began.
    begun: Generation,
    end: Option<End>,
    failure: Arc<OnceLock<Error>>,
}

enum End {
    /// The new pair, and the time.
    Renewed(TokenPair, Timestamp),
    /// The session has been told already.
    Told,
}

impl UnderWay {
    pub(super) fn new(common: &Arc<Common>, plan: RenewalPlan, begun: Generation) -> Self {
        Self {
            common: Arc::clone(common),
            plan,
            begun,
            end: None,
            failure: Arc::default(),
        }
    }

    pub(super) fn plan(&self) -> &RenewalPlan {
        &self.plan
    }

    /// Where the error will be, if this fails and no other plan is worth trying.
    pub(super) fn failure(&self) -> Arc<OnceLock<Error>> {
        Arc::clone(&self.failure)
    }

    /// Looks at what others have stored before anything is sent; whether there is still something to do.
    pub(super) fn compare(&mut self, stored: Option<TokenPair>, now: Timestamp) -> bool {
        let mut state = self.common.state();
        if state.session.generation() != self.begun {
            // Somebody signed in, or out.
            self.end = Some(End::Told);
            return false;
        }
        // What could not be stored is newer than what is stored.
        let news =
            stored.filter(|stored| state.unstored.is_none() && state.session.is_older_than(stored));
        let Some(stored) = news else { return true };
        let begun = state.session.adopt(stored, now);
        if state.session.access(now).is_none() {
            // Its access token has ended too: it is what has to be refreshed.
            if let SessionState::Start(plan) = state.session.renew(begun) {
                self.plan = plan;
                self.begun = begun;
                return true;
            }
        }
        self.end = Some(End::Told);
        false
    }

    /// Whether others have signed in, restored tokens or forgotten them since it began: what they stored, or took away, must
    /// not be replaced by what this stores.
    pub(super) fn is_overtaken(&self) -> bool {
        self.common.state().session.generation() != self.begun
    }

    /// It ended with this pair, which is in force when this is dropped.
    pub(super) fn succeeded(&mut self, pair: &TokenPair, now: Timestamp) {
        self.end = Some(End::Renewed(pair.clone(), now));
    }

    /// It failed; whether another plan is worth trying.
    pub(super) fn failed(&mut self, error: &Error) -> bool {
        self.end = Some(End::Told);
        let another = self.common.state().session.fail(&self.plan, error);
        if !another {
            // Set once: it fails once.
            let _ = self.failure.set(error.clone());
        }
        another
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        match self.end.take() {
            Some(End::Renewed(pair, now)) => {
                let mut state = self.common.state();
                state.session.adopt_renewed(pair, self.begun, now);
            }
            Some(End::Told) => {}
            // A panic, or nobody carried it out to the end.
            None => {
                self.failed(&Error::new(ErrorKind::Cancelled).with_outcome(Outcome::Unknown));
            }
        }
        self.common.ring();
    }
}

/// New tokens of a sign-in, in force when this is dropped, also when storing them panics or is given up.
pub(super) struct Arrival<'a> {
    pub(super) common: &'a Common,
    pub(super) pair: Option<TokenPair>,
    /// Whose they are.
    pub(super) email: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if let Some(pair) = self.pair.take() {
            let mut state = self.common.state();
            state.session.keep_login_of(self.email, pair.admin);
            state.session.adopt(pair, self.now);
            drop(state);
            self.common.ring();
        }
    }
}
