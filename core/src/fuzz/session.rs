//! Any interleaving of renewals, sign-ins, sign-outs and time on one session, held against a simpler one.

use core::time::Duration;

use super::{input::Input, shown};
use crate::{
    Delivery, Error, ErrorKind, FailureKind, Generation, Login, Outcome, RenewalPlan, Secret,
    Session, SessionState, Timestamp, TokenPair, TransportFailure,
};

/// What happens, one after the other.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut play = Play::new();
    while !input.is_empty() {
        play.go(&mut input);
        play.check();
    }
}

/// A renewal that some caller carries out.
#[derive(Clone)]
struct UnderWay {
    plan: RenewalPlan,
    begun: Generation,
}

/// The session, and what there should be in it.
struct Play {
    session: Session,
    now: Timestamp,
    /// Every generation that some caller may still hold.
    seen: Vec<Generation>,
    /// Renewals that were begun and have not ended, whether or not they still matter.
    renewals: Vec<UnderWay>,
    /// What the session takes for under way: the same token or password as this.
    own: Option<String>,
    access_token: Option<String>,
    refresh_refused: bool,
    sign_in_refused: bool,
    count: u32,
}

impl Play {
    fn new() -> Self {
        let session = Session::new();
        Self {
            seen: vec![session.generation()],
            session,
            now: Timestamp::UNIX_EPOCH,
            renewals: Vec::new(),
            own: None,
            access_token: None,
            refresh_refused: false,
            sign_in_refused: false,
            count: 0,
        }
    }

    fn go(&mut self, input: &mut Input<'_>) {
        match input.byte() % 10 {
            0 | 1 => self.renew(input),
            2 => self.renewed(input),
            3 | 4 => self.failed(input),
            5 => {
                let pair = self.pair(input);
                self.adopted(&pair);
                let generation = self.session.adopt(pair, self.now);
                assert_eq!(generation, self.session.generation());
            }
            6 => {
                self.session.forget();
                (self.own, self.access_token) = (None, None);
                (self.refresh_refused, self.sign_in_refused) = (false, false);
            }
            7 => {
                let number = input.byte() % 3;
                let (email, password) = (format!("e{number}"), format!("pass-word-of-{number}"));
                let session = core::mem::take(&mut self.session);
                self.session = session.with_login(Login::new(email, password, number == 2));
                (self.own, self.sign_in_refused) = (None, false);
            }
            8 => {
                let seconds = u64::from(input.byte()) * 8;
                self.now = self.now.saturating_add(Duration::from_secs(seconds));
            }
            _ => self.export(),
        }
    }

    /// A new pair of tokens, of which none was ever there.
    fn pair(&mut self, input: &mut Input<'_>) -> TokenPair {
        self.count += 1;
        let has = input.byte();
        let refresh = (has & 1 == 0).then(|| format!("refresh-token-number-{}", self.count));
        let access = format!("access-token-number-{}", self.count);
        let mut pair = TokenPair::new(access, refresh.map(Secret::new));
        if has & 2 != 0 {
            let lifetime = Duration::from_secs(u64::from(has >> 2) * 20);
            pair.expires_at = Some(self.now.saturating_add(lifetime));
        }
        if has & 128 != 0 {
            pair = pair.admin();
        }
        pair
    }

    fn adopted(&mut self, pair: &TokenPair) {
        self.own = None;
        self.access_token = Some(pair.access_token.expose().to_owned());
        (self.refresh_refused, self.sign_in_refused) = (false, false);
    }

    /// A caller wants a newer token than the one it holds.
    fn renew(&mut self, input: &mut Input<'_>) {
        let stale = *input.one_of(&self.seen);
        let begun = self.session.generation();
        match self.session.renew(stale) {
            SessionState::Current(token, generation) => {
                assert!(generation > stale, "no newer token");
                assert_eq!(Some(token.secret()), self.access_token.as_deref());
            }
            SessionState::Start(plan) => {
                assert!(self.own.is_none(), "two renewals at once");
                match &plan {
                    RenewalPlan::Refresh(_) => {
                        assert!(!self.refresh_refused, "a refused token once more");
                    }
                    RenewalPlan::SignIn(_) => {
                        assert!(!self.sign_in_refused, "a refused password once more");
                    }
                }
                self.own = Some(identity(&plan));
                self.renewals.push(UnderWay { plan, begun });
            }
            SessionState::InFlight => assert!(self.own.is_some(), "there is nothing to wait for"),
            SessionState::SignInNeeded(error) => {
                assert!(
                    self.own.is_none(),
                    "a person is asked in the middle of a renewal"
                );
                hidden(&shown::error(&error));
            }
        }
    }

    /// One of the renewals, ended or, where a server answered twice, not.
    fn some_renewal(&mut self, input: &mut Input<'_>) -> Option<UnderWay> {
        if self.renewals.is_empty() {
            return None;
        }
        let at = usize::from(input.byte()) % self.renewals.len();
        Some(self.renewals.remove(at))
    }

    fn renewed(&mut self, input: &mut Input<'_>) {
        let Some(UnderWay { begun, .. }) = self.some_renewal(input) else {
            return;
        };
        let pair = self.pair(input);
        let before = self.session.generation();
        let taken = self.session.adopt_renewed(pair.clone(), begun, self.now);
        assert_eq!(taken, begun == before, "an older renewal wins");
        if taken {
            self.adopted(&pair);
            assert!(self.session.generation() > before);
        }
    }

    fn failed(&mut self, input: &mut Input<'_>) {
        let Some(UnderWay { plan, .. }) = self.some_renewal(input) else {
            return;
        };
        let kinds = [
            ErrorKind::Refused { confirmed: true },
            ErrorKind::Refused { confirmed: false },
            ErrorKind::InvalidInput,
            ErrorKind::Forbidden,
            ErrorKind::SignInNeeded,
            ErrorKind::Unavailable,
        ];
        let at = usize::from(input.byte());
        let error = match kinds.get(at % 7) {
            Some(kind) => Error::new(*kind),
            None => TransportFailure::new(FailureKind::Closed, Delivery::Unknown)
                .into_error()
                .with_outcome(Outcome::Unknown),
        };
        let is_own = self.own.as_deref() == Some(&identity(&plan));
        let again = self.session.fail(&plan, &error);
        assert!(is_own || again, "a failure of other tokens ends the call");
        if !is_own {
            return;
        }
        self.own = None;
        let refused = matches!(error.kind(), ErrorKind::Refused { .. });
        match plan {
            RenewalPlan::Refresh(_) => {
                self.refresh_refused |= matches!(
                    error.kind(),
                    ErrorKind::Refused { confirmed: true } | ErrorKind::InvalidInput
                );
            }
            RenewalPlan::SignIn(_) => {
                self.sign_in_refused |= refused
                    || matches!(
                        error.kind(),
                        ErrorKind::InvalidInput | ErrorKind::Forbidden | ErrorKind::SignInNeeded
                    );
            }
        }
        if again {
            let next = self.session.clone().renew(self.session.generation());
            assert!(
                matches!(next, SessionState::Start(_)),
                "there is no other plan"
            );
        }
    }

    /// What is exported is restored as the same.
    fn export(&self) {
        let Some(pair) = self.session.pair() else {
            return;
        };
        let exported = pair.export();
        let restored = TokenPair::restore(&exported).unwrap();
        assert_eq!(restored.export().expose(), exported.expose());
        let parts = |pair: &TokenPair| (pair.expires_at, pair.admin);
        assert_eq!(parts(&restored), parts(pair));
    }

    fn check(&mut self) {
        let generation = self.session.generation();
        let last = self.seen.last().copied().unwrap_or_default();
        assert!(generation >= last, "a generation goes back");
        if generation > last {
            self.seen.push(generation);
        }
        let pair = self.session.pair();
        let access = pair.map(|pair| pair.access_token.expose());
        assert_eq!(
            access,
            self.access_token.as_deref(),
            "tokens were given up or replaced"
        );
        assert_eq!(self.session.is_renewing(), self.own.is_some());
        if let Some((token, current)) = self.session.access(self.now) {
            assert_eq!(current, generation);
            assert_eq!(Some(token.secret()), self.access_token.as_deref());
        }
        hidden(&shown::debug(&self.session));
        if let Some(renewal) = self.renewals.last() {
            hidden(&shown::debug(&renewal.plan));
        }
    }
}

/// The token or the password that a plan renews with.
fn identity(plan: &RenewalPlan) -> String {
    match plan {
        RenewalPlan::Refresh(pair) => {
            let token = pair.refresh_token.as_ref();
            token.map_or("", Secret::expose).to_owned()
        }
        RenewalPlan::SignIn(login) => [login.email(), " ", login.password().expose()].concat(),
    }
}

fn hidden(shown: &str) {
    for secret in ["token-number", "pass-word"] {
        assert!(!shown.contains(secret), "a secret is shown: {shown}");
    }
}
