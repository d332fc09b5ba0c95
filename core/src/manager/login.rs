//! Signing in and out, and the tokens.

use super::{ClientKeysManager, renewal::SessionRenewal};
use crate::{
    AdminSignIn, AdminSignOut, Answer, CheckHealth, Error, Grant, Health, Renewal, Secret, SignIn,
    SignInResponse, SignOut, SignOutResponse, SignedIn, Single, TokenPair, Transport, User, UserId,
    VerifyTwoFactor, Warning,
};

impl<T: Transport> ClientKeysManager<T> {
    /// Signs a user in; later calls use and renew the tokens. When a two-factor code is needed, the answer says so, and
    /// [`verify_two_factor`](Self::verify_two_factor) ends the sign-in.
    ///
    /// If the settings hold the login of another account, it is given up: what is signed in as one must not go on as the
    /// other when the tokens end. Never sent again by itself: five wrong passwords lock an account for 15 minutes, and with its database away a
    /// server refuses right ones. An error of kind `Unavailable` says the latter.
    pub fn sign_in(
        &self,
        email: &str,
        password: impl Into<Secret>,
    ) -> Result<SignInResponse, Error> {
        let answer = self.run_with_no_credential(Single(SignIn::new(email, password)))?;
        if let SignInResponse::SignedIn(signed_in) = &answer.value {
            self.take(&signed_in.grant, Some(email), false);
        }
        Ok(answer.value)
    }

    /// Ends a sign-in that asked for a two-factor code.
    pub fn verify_two_factor(
        &self,
        user_id: UserId,
        code: impl Into<Secret>,
    ) -> Result<User, Error> {
        let answer = self.run_with_no_credential(Single(VerifyTwoFactor::new(user_id, code)))?;
        let email = answer.value.user.email.clone();
        Ok(self.signed_in(answer, email.as_deref(), false))
    }

    /// Signs an administrator in; later calls use and renew the tokens.
    pub fn admin_sign_in(&self, email: &str, password: impl Into<Secret>) -> Result<User, Error> {
        let answer = self.run_with_no_credential(Single(AdminSignIn::new(email, password)))?;
        Ok(self.signed_in(answer, Some(email), true))
    }

    /// Renews the tokens now. It is done by itself when they are refused or about to end.
    pub fn refresh(&self) -> Result<Vec<Warning>, Error> {
        let stale = self.common.state().session.generation();
        SessionRenewal(self).renew(stale, self.common.settings.policy.deadline)?;
        Ok(self.storing().into_iter().collect())
    }

    /// Ends the session with its newest access token, then forgets tokens and password.
    ///
    /// A renewal that is under way is waited for: a server takes an older access token too, and then leaves the session
    /// alive. The refresh token is dead afterwards. An ordinary user's access token goes on working until it ends by itself, 15
    /// minutes by default, on every real server; so does an administrator's, for a day.
    pub fn sign_out(&self) -> Result<SignOutResponse, Error> {
        self.await_renewal();
        let admin = self
            .common
            .state()
            .session
            .pair()
            .is_some_and(|pair| pair.admin);
        let answer = if admin {
            self.run(Single(AdminSignOut))?
        } else {
            self.run(Single(SignOut))?
        };
        self.forget();
        Ok(answer.value)
    }

    /// Asks the server how it is; needs no credential.
    pub fn health(&self) -> Result<Health, Error> {
        self.run_with_no_credential(Single(CheckHealth))
            .map(|answer| answer.value)
    }

    /// The tokens of the session, to be stored and given to the next manager.
    #[must_use]
    pub fn export_tokens(&self) -> Option<TokenPair> {
        self.common.state().session.pair().cloned()
    }

    /// Goes on with tokens from elsewhere in place of those that there are.
    pub fn restore_tokens(&self, pair: TokenPair) {
        let now = self.transport.now().wall;
        let mut state = self.common.state();
        // Those that are being refreshed are dead as soon as that ends, and what takes their place must not be dropped.
        if !state.session.is_renewing_from(&pair) {
            state.session.adopt(pair, now);
            state.unstored = false;
        }
        drop(state);
        self.common.renewed.notify_all();
    }

    /// Forgets tokens, password and fixed credential.
    pub fn forget(&self) {
        let mut state = self.common.state();
        state.session.forget();
        state.fixed = None;
        state.unstored = false;
    }

    fn signed_in(&self, answer: Answer<SignedIn>, email: Option<&str>, admin: bool) -> User {
        self.take(&answer.value.grant, email, admin);
        answer.value.user
    }

    /// Stores and uses what a sign-in of that account granted.
    fn take(&self, grant: &Grant, email: Option<&str>, admin: bool) {
        let pair = TokenPair::from_grant(grant.clone(), None, admin, self.transport.now().wall);
        let signed_in = Arrival {
            manager: self,
            pair: Some(pair.clone()),
            email,
        };
        self.store(&pair);
        drop(signed_in);
    }

    fn run_with_no_credential<F>(&self, flow: F) -> Result<Answer<F::Output>, Error>
    where
        F: crate::Flow<Item = core::convert::Infallible>,
    {
        let step = crate::Step::start(flow, self.base_context(), self.transport.now());
        let done = crate::drive(
            &*self.transport,
            &crate::NoRenewal,
            step,
            |never| match never {},
        );
        self.learn(done.learned());
        done.into_result()
    }
}

/// New tokens of a sign-in, in force when this is dropped, also when storing them panics.
struct Arrival<'a, T: Transport> {
    manager: &'a ClientKeysManager<T>,
    pair: Option<TokenPair>,
    email: Option<&'a str>,
}

impl<T: Transport> Drop for Arrival<'_, T> {
    fn drop(&mut self) {
        if let Some(pair) = self.pair.take() {
            let now = self.manager.transport.now().wall;
            let mut state = self.manager.common.state();
            state.session.keep_login_of(self.email, pair.admin);
            state.session.adopt(pair, now);
            drop(state);
            self.manager.common.renewed.notify_all();
        }
    }
}
