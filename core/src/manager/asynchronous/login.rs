//! Signing in and out, and the tokens.

use super::{AsyncClientKeysManager, AsyncHost, kept::Kept, renewal::SessionRenewal};
use crate::{
    AdminSignIn, AsyncRenewal, CheckHealth, Error, Health, Secret, SignIn, SignInResponse,
    SignOutResponse, SignedIn, Single, TokenPair, User, UserId, VerifyTwoFactor, Warning,
    manager::under_way::Arrival,
};

impl<H: AsyncHost> AsyncClientKeysManager<H> {
    /// Signs a user in; later calls use and renew the tokens. When a two-factor code is needed, the answer says so, and
    /// [`verify_two_factor`](Self::verify_two_factor) ends the sign-in.
    ///
    /// If the settings hold the login of another account, it is given up: what is signed in as one must not go on as the
    /// other when the tokens end. Never sent again by itself: five wrong passwords lock an account for 15 minutes, and with
    /// its database away a server refuses right ones. An error of kind `Unavailable` says the latter.
    pub async fn sign_in(
        &self,
        email: &str,
        password: impl Into<Secret>,
    ) -> Result<SignInResponse, Error> {
        let flow = Single(SignIn::new(email, password));
        let response = self.run_with_no_credential(flow).await?;
        if let SignInResponse::SignedIn(signed_in) = &response {
            self.take(signed_in, Some(email), false).await;
        }
        Ok(response)
    }

    /// Ends a sign-in that asked for a two-factor code.
    pub async fn verify_two_factor(
        &self,
        user_id: UserId,
        code: impl Into<Secret>,
    ) -> Result<User, Error> {
        let flow = Single(VerifyTwoFactor::new(user_id, code));
        let signed_in = self.run_with_no_credential(flow).await?;
        self.take(&signed_in, signed_in.user.email.as_deref(), false)
            .await;
        Ok(signed_in.user)
    }

    /// Signs an administrator in; later calls use and renew the tokens.
    pub async fn admin_sign_in(
        &self,
        email: &str,
        password: impl Into<Secret>,
    ) -> Result<User, Error> {
        let flow = Single(AdminSignIn::new(email, password));
        let signed_in = self.run_with_no_credential(flow).await?;
        self.take(&signed_in, Some(email), true).await;
        Ok(signed_in.user)
    }

    /// Renews the tokens now. It is done by itself when they are refused or about to end.
    pub async fn refresh(&self) -> Result<Vec<Warning>, Error> {
        self.load_tokens().await;
        let stale = self.common.state().kept.session().generation();
        SessionRenewal(Some(self))
            .renew(stale, self.policy.deadline)
            .await?;
        Ok(self.unstored())
    }

    /// Ends the session with its newest access token, then forgets tokens and password, and takes away what is stored.
    ///
    /// A renewal that is under way is waited for, here or by others who share the store: a server takes an older access token
    /// too, and then leaves the session alive. The refresh token is dead afterwards. An ordinary user's access token goes on
    /// working until it ends by itself, 15 minutes by default, on every real server; so does an administrator's, for a day.
    pub async fn sign_out(&self) -> Result<SignOutResponse, Error> {
        self.await_renewal().await;
        self.load_newer().await;
        let mut ending = Kept::new(self.common.sign_out());
        self.run(ending.erased()).await?;
        self.forget().await;
        ending.into_output()
    }

    /// Asks the server how it is; needs no credential.
    pub async fn health(&self) -> Result<Health, Error> {
        self.run_with_no_credential(Single(CheckHealth)).await
    }

    /// The tokens of the session, to be stored and given to the next manager.
    #[must_use]
    pub fn export_tokens(&self) -> Option<TokenPair> {
        self.common.state().kept.session().pair().cloned()
    }

    /// Takes over what is stored, if there is nothing to send yet. Every call that needs a credential does so by itself.
    pub async fn load_tokens(&self) {
        if self.common.state().kept.lacks_tokens() {
            if let Some(pair) = self.host.load_tokens().await {
                self.common
                    .state()
                    .kept
                    .adopt_first(pair, self.host.now().wall);
            }
        }
    }

    /// Goes on with tokens from elsewhere in place of those that there are, and stores them. Says if that failed.
    pub async fn restore_tokens(&self, pair: TokenPair) -> Vec<Warning> {
        let restored = self.common.restore(pair.clone(), self.host.now().wall);
        if let Some(generation) = restored {
            let _lock = self.host.lock_tokens().await;
            // Others may have signed in, or out, meanwhile.
            if self.common.state().kept.session().generation() == generation {
                self.store(Some(&pair)).await;
            }
        }
        self.unstored()
    }

    /// Forgets tokens, password and fixed credential, and takes away what is stored. Says if that failed.
    pub async fn forget(&self) -> Vec<Warning> {
        self.common.forget();
        let _lock = self.host.lock_tokens().await;
        // Somebody may have signed in meanwhile.
        if self.export_tokens().is_none() {
            self.store(None).await;
        }
        self.unstored()
    }

    /// Stores and uses what a sign-in of that account granted.
    async fn take(&self, signed_in: &SignedIn, email: Option<&str>, admin: bool) {
        let now = self.host.now().wall;
        let pair = TokenPair::from_grant(signed_in.grant.clone(), None, admin, now);
        let arrival = Arrival {
            common: &self.common,
            pair: Some(pair.clone()),
            email,
            now,
        };
        let lock = self.host.lock_tokens().await;
        let generation = || self.common.state().kept.session().generation();
        let begun = generation();
        self.store(Some(&pair)).await;
        let overtaken = generation() != begun;
        drop(arrival);
        // Where nobody takes turns others have stored theirs meanwhile: the last pair that is stored is to be the one in force.
        if overtaken {
            self.store(self.export_tokens().as_ref()).await;
        }
        drop(lock);
    }
}
