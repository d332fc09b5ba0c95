//! `ManagerState` and `PlannedRenewal`: what a manager keeps between calls, and what it decides about tokens.

use core::time::Duration;

use super::{Authentication, renewal_flow::RenewalFlow};
use crate::{
    Access, Context, Credential, Error, Generation, Grant, Learned, RenewalPlan, Session,
    SessionState, Spelling, Timestamp, TokenPair, Warning,
};

/// The time that a renewal has, whatever is left for the call that wanted it.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a manager keeps between calls: the credential, the session, the spelling of scopes. No I/O, no clock, no lock inside.
///
/// [`ClientKeysManager`](crate::ClientKeysManager) and its asynchronous twin hold one behind a lock. It is public for those
/// who drive a [`Step`](crate::Step) in a loop of their own, such as one in another language, and want the same decisions
/// about tokens.
#[derive(Default)]
pub struct ManagerState {
    /// In force unless there is a session.
    fixed: Option<Credential>,
    session: Session,
    /// What earlier calls have learned.
    spelling: Option<Spelling>,
    /// What could not be done: storing tokens, or (`false`) taking them away.
    unstored: Option<bool>,
}

impl ManagerState {
    /// What there is before the first call.
    #[must_use]
    pub fn new(authentication: Authentication, now: Timestamp) -> Self {
        let mut state = Self::default();
        match authentication {
            Authentication::None => {}
            Authentication::Fixed(credential) => state.fixed = Some(credential),
            Authentication::Tokens(pair) => {
                state.session.adopt(pair, now);
            }
            Authentication::Login { login, tokens } => {
                state.session.set_login(login);
                if let Some(pair) = tokens {
                    state.session.adopt(pair, now);
                }
            }
        }
        state
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The credential to begin a call with.
    #[must_use]
    pub fn access(&self, now: Timestamp) -> Access {
        if self.session.is_empty() {
            return self.fixed.clone().map_or_else(Access::none, Access::fixed);
        }
        match self.session.access(now) {
            Some((token, generation)) => Access::session(token, generation),
            None => Access::session_to_renew(self.session.generation()),
        }
    }

    /// Keeps what a call taught.
    pub fn learn(&mut self, learned: Learned) {
        match learned.spelling {
            Some(Spelling::Auto) => self.spelling = None,
            Some(spelling) => self.spelling = Some(spelling),
            None => {}
        }
    }

    /// How this server is known to spell scopes.
    #[must_use]
    pub fn known_spelling(&self) -> Option<Spelling> {
        self.spelling
    }

    /// What could not be done with the tokens in force, or with those that were forgotten: what there is to say of it with
    /// every answer.
    #[must_use]
    pub fn unstored(&self) -> Option<Warning> {
        self.unstored.map(|new| {
            if new {
                Warning::TokensNotStored
            } else {
                Warning::TokensNotRemoved
            }
        })
    }

    /// New tokens are about to be stored, or (`false`) what is stored to be taken away: until [`stored`](Self::stored) it is
    /// not.
    pub fn storing(&mut self, new: bool) {
        self.unstored = Some(new);
    }

    /// What was to be stored, or taken away, is.
    pub fn stored(&mut self) {
        self.unstored = None;
    }

    /// Whether tokens from a store would be of use: there is nothing to send. What could not be removed from the store is
    /// still in it and must not come back.
    #[must_use]
    pub fn lacks_tokens(&self) -> bool {
        self.fixed.is_none() && self.session.pair().is_none() && self.unstored.is_none()
    }

    /// Takes what was found in a store, if there is nothing to send yet.
    pub fn adopt_first(&mut self, stored: TokenPair, now: Timestamp) {
        if self.lacks_tokens() {
            self.session.adopt(stored, now);
        }
    }

    /// Takes what others have stored since, unless a renewal is under way, which looks there itself.
    pub fn adopt_newer(&mut self, stored: TokenPair, now: Timestamp) {
        let idle = self.fixed.is_none() && !self.session.is_renewing();
        if idle && self.is_older_than(&stored) {
            self.session.adopt(stored, now);
        }
    }

    /// Whether these tokens, found in a store that is shared with others, are to take the place of those that there are.
    #[must_use]
    pub fn is_older_than(&self, stored: &TokenPair) -> bool {
        // What could not be stored is newer than what is stored.
        self.unstored.is_none() && self.session.is_older_than(stored)
    }

    /// Takes the tokens of a sign-in of this account, once they are stored. A login of another account is given up.
    pub fn adopt_signed_in(&mut self, pair: TokenPair, email: Option<&str>, now: Timestamp) {
        self.session.keep_login_of(email, pair.admin);
        self.session.adopt(pair, now);
    }

    /// Goes on with tokens from elsewhere, and gives their generation if they were taken.
    pub fn restore(&mut self, pair: TokenPair, now: Timestamp) -> Option<Generation> {
        // Those that are being refreshed are dead as soon as that ends, and what takes their place must not be dropped.
        (!self.session.is_renewing_from(&pair)).then(|| {
            self.unstored = None;
            self.session.adopt(pair, now)
        })
    }

    /// Forgets tokens, password and fixed credential.
    pub fn forget(&mut self) {
        self.session.forget();
        self.fixed = None;
        self.unstored = None;
    }

    /// What to do about a token of generation `stale` that was refused or is about to end.
    pub fn renew(&mut self, stale: Generation) -> RenewalState {
        match self.session.renew(stale) {
            SessionState::Current(token, generation) => RenewalState::Current(token, generation),
            SessionState::SignInNeeded(error) => RenewalState::SignInNeeded(error),
            SessionState::InFlight => RenewalState::InFlight,
            SessionState::Start(plan) => RenewalState::Start(PlannedRenewal {
                plan,
                begun: self.session.generation(),
            }),
        }
    }

    pub(super) fn fixed(&self) -> Option<&Credential> {
        self.fixed.as_ref()
    }
}

/// What a call that needs a newer token is to do: a [`SessionState`] whose plan can be carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewalState {
    /// There is a newer one already.
    Current(Credential, Generation),
    /// Carry this out, then say how it ended.
    Start(PlannedRenewal),
    /// Somebody else is at it: wait, then ask again.
    InFlight,
    /// Nothing can be done without a person.
    SignInNeeded(Error),
}

/// A renewal that is to be carried out: [`compare`](Self::compare) with what others have stored, drive the
/// [`flow`](Self::flow), store the pair, then [`adopt`](Self::adopt) it; or tell that it [`failed`](Self::failed). Where it
/// was refused and [what is stored by now is newer](ManagerState::is_older_than), compare once more instead: what others
/// have stored may arrive later than their lock.
#[derive(Debug, Clone)]
#[must_use = "others wait until it has ended"]
pub struct PlannedRenewal {
    plan: RenewalPlan,
    /// The generation at which it began.
    begun: Generation,
}

impl PlannedRenewal {
    /// Looks at what others have stored before anything is sent; whether there is still something to do.
    pub fn compare(
        &mut self,
        state: &mut ManagerState,
        stored: Option<TokenPair>,
        now: Timestamp,
    ) -> bool {
        if self.is_overtaken(state) {
            return false;
        }
        let news = stored.filter(|stored| state.is_older_than(stored));
        let Some(stored) = news else { return true };
        let begun = state.session.adopt(stored, now);
        if state.session.access(now).is_none() {
            // Its access token has ended too: it is what has to be refreshed.
            if let SessionState::Start(plan) = state.session.renew(begun) {
                *self = Self { plan, begun };
                return true;
            }
        }
        false
    }

    /// What is to be sent.
    #[must_use]
    pub fn flow(&self) -> RenewalFlow {
        RenewalFlow::of(&self.plan)
    }

    /// What it starts with: no credential, a deadline of its own, and cut by no caller.
    #[must_use]
    pub fn context(&self, mut context: Context) -> Context {
        context.policy.deadline = DEADLINE;
        context.uninterruptible()
    }

    /// The pair that a grant makes.
    #[must_use]
    pub fn pair(&self, grant: Grant, now: Timestamp) -> TokenPair {
        match &self.plan {
            RenewalPlan::Refresh(old) => TokenPair::from_grant(grant, Some(old), old.admin, now),
            RenewalPlan::SignIn(login) => TokenPair::from_grant(grant, None, login.is_admin(), now),
        }
    }

    /// Whether others have signed in, restored tokens or forgotten them since it began: what they stored, or took away, must
    /// not be replaced by what this stores.
    #[must_use]
    pub fn is_overtaken(&self, state: &ManagerState) -> bool {
        state.session.generation() != self.begun
    }

    /// It ended with this pair, which is stored by now: it is in force, unless the renewal is overtaken.
    pub fn adopt(&self, state: &mut ManagerState, pair: TokenPair, now: Timestamp) {
        state.session.adopt_renewed(pair, self.begun, now);
    }

    /// It failed; whether another plan is worth trying.
    #[must_use]
    pub fn failed(&self, state: &mut ManagerState, error: &Error) -> bool {
        state.session.fail(&self.plan, error)
    }
}

impl core::fmt::Debug for ManagerState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ManagerState")
            .field("credential", &self.fixed)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
