//! What reqwest and hyper log holds no secret, whatever is asked and however it fails; nor do the errors with their causes.
//!
//! At `debug` and above nothing may be seen. At `trace` nothing is either, but for what reqwest writes when it is asked for
//! every byte: should one of that change, SECURITY.md has to change too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic there is how a test fails"
)]

use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt::{Debug, Write as _},
    time::Duration,
};

use fluxbase_client_keys::{
    Access, AdminSignIn, AsyncTransport, BaseUrl, CheckHealth, ClientKeyId, CollectKeys, Context,
    Create, CreateClientKey, CreateClientKeyRequest, Credential, DeleteClientKey, Flow,
    GetClientKey, IdempotencyKey, ListClientKeys, NoRenewal, Policy, Refresh, RevokeClientKey,
    Scope, Secret, SignIn, SignInResponse, SignOut, Single, Spelling, Step, ThenCheck, TokenPair,
    UpdateClientKey, UpdateClientKeyRequest, UpdateThenGet, UserId, VerifyTwoFactor, WithSpelling,
    drive_async, http::StatusCode,
};
use fluxbase_emulator::{Fault, Guard, Options, What, start};
use fluxbase_key_scripts::{HyperTransport, ReqwestTransport, reqwest_transport::client_builder};
use fluxbase_secret_search::{Logged, Secrets};
use log::LevelFilter;

/// A server, somebody who calls it, and what comes of it.
struct Caller<'a, T> {
    transport: &'a T,
    server: &'a Guard,
    context: Context,
    printed: String,
    secrets: Secrets,
}

impl<'a, T: AsyncTransport> Caller<'a, T> {
    fn new(transport: &'a T, server: &'a Guard) -> Self {
        let policy = Policy::new()
            .attempts(2)
            .backoff(Duration::from_millis(2))
            .attempt_timeout(Duration::from_secs(5));
        Self {
            transport,
            server,
            context: Context::new(BaseUrl::parse(&server.base_url()).unwrap()).policy(policy),
            printed: String::new(),
            secrets: Secrets::new(),
        }
    }

    fn becomes(&mut self, credential: Result<Credential, fluxbase_client_keys::Error>) {
        let access = Access::fixed(credential.unwrap());
        self.context = self.context.clone().access(access);
    }

    /// One call; what comes of it is printed in every way that it has.
    async fn call<F: Flow<Item = Infallible, Output: Debug>>(
        &mut self,
        flow: F,
    ) -> Option<F::Output> {
        let step = Step::start(flow, self.context.clone(), self.transport.now());
        let done = drive_async(self.transport, &NoRenewal, step, |never| match never {}).await;
        writeln!(self.printed, "{done:?}").unwrap();
        match done.into_result() {
            Ok(answer) => {
                writeln!(self.printed, "{answer:?} {answer:#?}").unwrap();
                Some(answer.value)
            }
            Err(error) => {
                let mut cause = Some(&error as &dyn StdError);
                while let Some(error) = cause {
                    writeln!(self.printed, "{error} {error:?} {error:#?}").unwrap();
                    cause = error.source();
                }
                None
            }
        }
    }

    async fn sign_in(&mut self) -> TokenPair {
        let user = self.server.credentials().users[0].clone();
        let signed_in = self
            .call(Single(SignIn::new(user.email, user.password)))
            .await;
        let Some(SignInResponse::SignedIn(signed_in)) = signed_in else {
            panic!("nobody signed in: {}", self.printed);
        };
        self.took(&signed_in.grant.access_token);
        let refresh = signed_in.grant.refresh_token.unwrap();
        self.took(&refresh);
        TokenPair::new(signed_in.grant.access_token, Some(refresh))
    }

    fn took(&mut self, secret: &Secret) {
        self.secrets.add(secret.expose());
    }

    /// Makes a key and asks for all that can be done with it; gives its plaintext.
    async fn use_a_key(&mut self, number: u32) -> Option<Secret> {
        let key = |word: &str| {
            IdempotencyKey::new(format!("8sKq2Zt7Wn4V3xRb6Lp9Ud{word}{number}")).unwrap()
        };
        let request = CreateClientKeyRequest::new("canary", [Scope::CLIENTKEYS_READ]);
        let create = CreateClientKey::new(request).with_idempotency_keys(key("a"), key("b"));
        let made = self
            .call(WithSpelling::new(Create(create), Spelling::Auto, None))
            .await;
        let id = match &made {
            Some(made) => made.client_key.id(),
            None => ClientKeyId::parse("00000000-0000-0000-0000-000000000000").unwrap(),
        };
        let change = UpdateClientKeyRequest::new().name("canary 2");
        self.call(CollectKeys::new(ListClientKeys::new(), 10_000))
            .await;
        self.call(Single(GetClientKey::new(id))).await;
        self.call(UpdateThenGet::new(UpdateClientKey::new(id, change)))
            .await;
        self.call(ThenCheck::new(Single(RevokeClientKey::new(id))))
            .await;
        self.call(ThenCheck::new(Single(DeleteClientKey::new(id))))
            .await;
        self.call(Single(CheckHealth)).await;
        made.map(|made| made.key)
    }

    /// Every operation, as it succeeds.
    async fn succeed(&mut self) {
        let pair = self.sign_in().await;
        self.becomes(Credential::bearer_token(pair.access_token));
        let key = self.use_a_key(1).await.unwrap();
        self.took(&key);
        let renewed = self
            .call(Single(Refresh::new(pair.refresh_token.unwrap())))
            .await;
        let grant = renewed.unwrap();
        self.took(&grant.access_token);
        self.took(&grant.refresh_token.unwrap());

        self.call(Single(SignOut)).await.unwrap();
        let admin = self.server.credentials().admins[0].clone();
        self.call(Single(AdminSignIn::new(admin.email, admin.password)))
            .await
            .unwrap();
    }

    /// Refused, in every way that there is a secret for.
    async fn be_refused(&mut self) {
        let email = self.server.credentials().users[0].email.clone();
        self.call(Single(SignIn::new(email.as_str(), "wH0rB4tQ7")))
            .await;
        self.call(Single(AdminSignIn::new(email, "aN9stP2kW8")))
            .await;
        let user = UserId::parse("5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11").unwrap();
        self.call(Single(VerifyTwoFactor::new(user, "908172")))
            .await;
        self.call(Single(Refresh::new("rQ7vW9zK3pT5mB1nR8sDx2")))
            .await;
        for credential in [
            Credential::bearer_token("eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg"),
            Credential::client_key("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ=="),
            Credential::service_key("sk_qZ8wS1xD5cF9vG3bH7nJ"),
        ] {
            self.becomes(credential);
            self.use_a_key(2).await;
        }
    }

    /// What breaks on its way.
    async fn break_off(&mut self) {
        let service = self.server.credentials().service_keys[0].clone();
        self.becomes(Credential::service_key(service));
        let user = self.server.credentials().users[0].clone();
        for what in [
            What::LoseBefore,
            What::LoseAfter,
            What::CutBody,
            What::Status(StatusCode::FOUND),
            What::Status(StatusCode::INTERNAL_SERVER_ERROR),
        ] {
            self.server.clear_faults();
            self.server.add_fault(Fault::new(what));
            self.use_a_key(3).await;
            self.call(Single(SignIn::new(
                user.email.as_str(),
                user.password.as_str(),
            )))
            .await;
        }
        self.server.clear_faults();
    }
}

/// Calls everything, looks at what was printed, and gives what was logged.
async fn search(transport: &impl AsyncTransport, logged: &Logged, name: &str) -> (String, Secrets) {
    let server = start(Options::new()).unwrap();
    let mut caller = Caller::new(transport, &server);
    caller.succeed().await;
    caller.be_refused().await;
    caller.break_off().await;
    let Caller {
        printed,
        mut secrets,
        ..
    } = caller;
    secrets.add_those_of(&server);
    assert!(secrets.count() >= 20, "only {} secrets", secrets.count());
    assert_eq!(
        secrets.seen_in(&printed),
        None,
        "{name} prints it: {printed}"
    );
    let nobody = BaseUrl::parse(&server.base_url()).unwrap();
    server.stop();
    let service = Credential::service_key("sk_qZ8wS1xD5cF9vG3bH7nJ").unwrap();
    let gone = Context::new(nobody)
        .policy(Policy::new().attempts(1))
        .access(Access::fixed(service));
    let step = Step::start(
        CollectKeys::new(ListClientKeys::new(), 10_000),
        gone,
        transport.now(),
    );
    let done = drive_async(transport, &NoRenewal, step, |never| match never {}).await;
    let error = done.into_result().unwrap_err();
    let printed = format!("{error} {error:?} {:?}", error.source());
    assert_eq!(
        secrets.seen_in(&printed),
        None,
        "{name} prints it: {printed}"
    );
    (logged.take(), secrets)
}

#[tokio::test(flavor = "current_thread")]
async fn reqwest_and_hyper_log_no_secret() {
    let logged = Logged::install(LevelFilter::Debug).unwrap();
    let reqwest = |verbose| {
        let client = client_builder().no_proxy().connection_verbose(verbose);
        ReqwestTransport::new(client.build().unwrap())
    };
    for level in [LevelFilter::Debug, LevelFilter::Trace] {
        logged.set_level(level);
        let (log, secrets) = search(&reqwest(false), logged, "reqwest").await;
        assert!(
            log.contains("reqwest::connect starting new connection"),
            "{log}"
        );
        assert!(log.contains("hyper_util::client"), "{log}");
        assert_eq!(
            secrets.seen_in(&log),
            None,
            "{level}: reqwest logs it: {log}"
        );
        let (log, secrets) = search(&HyperTransport::new(), logged, "hyper").await;
        // It logs only in builds that ask for more than a feature.
        assert!(
            !log.lines().any(|line| line.starts_with("hyper::")),
            "{log}"
        );
        assert_eq!(secrets.seen_in(&log), None, "{level}: hyper logs it: {log}");
    }

    // Every byte, for who asks for it: nothing above `trace`, and there the credentials.
    logged.set_level(LevelFilter::Debug);
    let (log, secrets) = search(&reqwest(true), logged, "verbose reqwest").await;
    assert_eq!(
        secrets.seen_in(&log),
        None,
        "verbose reqwest logs it at `debug`: {log}"
    );
    logged.set_level(LevelFilter::Trace);
    let (log, secrets) = search(&reqwest(true), logged, "verbose reqwest").await;
    assert!(secrets.seen_in(&log).is_some(), "{log}");
    assert!(
        log.contains("reqwest::connect::verbose") && log.contains("sk_qZ8wS1xD5cF9vG3bH7nJ"),
        "reqwest no longer writes raw bytes at `trace` when it is asked to: {log}"
    );
}
