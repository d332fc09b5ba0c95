//! Signing in and out, and the tokens.

use super::{ClientKeysManager, renewal::SessionRenewal, under_way::Arrival};
use crate::{
    AdminSignIn, Answer, CheckHealth, Error, Generation, Grant, Health, Renewal, Secret, SignIn,
    SignInResponse, SignOutResponse, SignedIn, Single, TokenPair, Transport, User, UserId,
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
        let stale = self.generation();
        SessionRenewal(self).renew(stale, self.common.settings.policy.deadline)?;
        Ok(self.common.unstored().into_iter().collect())
    }

    /// Ends the session with its newest access token, then forgets tokens and password.
    ///
    /// A renewal that is under way is waited for: a server takes an older access token too, and then leaves the session
    /// alive. The refresh token is dead afterwards. An ordinary user's access token goes on working until it ends by itself, 15
    /// minutes by default, on every real server; so does an administrator's, for a day.
    pub fn sign_out(&self) -> Result<SignOutResponse, Error> {
        self.await_renewal();
        let answer = self.run(self.common.sign_out())?;
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
        self.common.state().kept.session().pair().cloned()
    }

    /// Goes on with tokens from elsewhere in place of those that there are.
    pub fn restore_tokens(&self, pair: TokenPair) {
        self.common.restore(pair, self.transport.now().wall);
    }

    /// Forgets tokens, password and fixed credential.
    pub fn forget(&self) {
        self.common.forget();
    }

    fn signed_in(&self, answer: Answer<SignedIn>, email: Option<&str>, admin: bool) -> User {
        self.take(&answer.value.grant, email, admin);
        answer.value.user
    }

    /// Stores and uses what a sign-in of that account granted.
    fn take(&self, grant: &Grant, email: Option<&str>, admin: bool) {
        let now = self.transport.now().wall;
        let pair = TokenPair::from_grant(grant.clone(), None, admin, now);
        let signed_in = Arrival {
            common: &self.common,
            pair: Some(pair.clone()),
            email,
            now,
        };
        let begun = self.generation();
        self.store(&pair);
        let overtaken = self.generation() != begun;
        drop(signed_in);
        if overtaken {
            self.store_current();
        }
    }

    fn generation(&self) -> Generation {
        self.common.state().kept.session().generation()
    }

    fn run_with_no_credential<F>(&self, flow: F) -> Result<Answer<F::Output>, Error>
    where
        F: crate::Flow<Item = core::convert::Infallible>,
    {
        let context = self.common.base_context(&self.common.settings.policy);
        let step = crate::Step::start(flow, context, self.transport.now());
        let done = crate::drive(
            &*self.transport,
            &crate::NoRenewal,
            step,
            |never| match never {},
        );
        self.common.end_without_tokens(done)
    }
}
