//! No value that holds a secret shows it, in either form of `Debug`, nor what refuses to make one of it.
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod leak_support;

use std::{fmt::Debug, time::Duration};

use fluxbase_client_keys::{
    Access, AdminRefresh, AdminSignIn, Authentication, BaseUrl, Context, CreateClientKey,
    CreateClientKeyRequest, Credential, GivenCredential, Head, IdempotencyKey, Login, Operation,
    Payload, Refresh, Scope, Secret, Session, SignIn, Timestamp, TokenPair, UserId,
    VerifyTwoFactor, emulator::Profile,
};
use leak_support::{Shown, Watched, settings};

const PASSWORD: &str = "wH0rB4tQ7mX2";
const CODE: &str = "90817263";
const ACCESS: &str = "eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg";
const REFRESH: &str = "rQ7vW9zK3pT5mB1nR8sDx2";
const CLIENT_KEY: &str = "fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==";
const SERVICE_KEY: &str = "sk_qZ8wS1xD5cF9vG3bH7nJ";
const IDEMPOTENCY_KEY: &str = "qS7dF3gH9jK1lP5oI2uY6tR";

fn watched() -> (Watched, Shown) {
    let watched = Watched::new(Profile::V2026_3_7);
    for secret in [
        PASSWORD,
        CODE,
        ACCESS,
        REFRESH,
        CLIENT_KEY,
        SERVICE_KEY,
        IDEMPOTENCY_KEY,
    ] {
        watched.note(secret);
    }
    (watched, Shown::default())
}

/// An operation, what it asks for, and its request with each kind of credential.
fn show_requests(shown: &Shown, operation: &(impl Operation + Debug)) {
    let base = BaseUrl::parse("http://localhost:8080").unwrap();
    shown.debug(operation);
    let call = operation.call().unwrap();
    shown.debug(&call);
    for credential in [
        Credential::bearer_token(ACCESS),
        Credential::client_key(CLIENT_KEY),
        Credential::service_key(SERVICE_KEY),
    ] {
        let credential = credential.unwrap();
        let outgoing = call.to_outgoing(&base, Some(&credential));
        shown.debug(&outgoing);
        shown.debug(&outgoing.into_http().unwrap());
        shown.debug(&operation.request(&base, Some(&credential)));
        shown.debug(&Context::new(base.clone()).access(Access::fixed(credential.clone())));
        shown.debug(&credential);
    }
}

#[test]
fn no_operation_and_no_request_shows_a_secret() {
    let (watched, shown) = watched();
    let key = || IdempotencyKey::new(IDEMPOTENCY_KEY).unwrap();
    let create = CreateClientKey::new(CreateClientKeyRequest::new("ci", [Scope::ALL]));
    show_requests(&shown, &create.with_idempotency_keys(key(), key()));
    show_requests(&shown, &SignIn::new("a@example.com", PASSWORD));
    show_requests(&shown, &AdminSignIn::new("a@example.com", PASSWORD));
    let user = UserId::parse("u-1").unwrap();
    show_requests(&shown, &VerifyTwoFactor::new(user, CODE));
    show_requests(&shown, &Refresh::new(REFRESH));
    show_requests(&shown, &AdminRefresh::new(REFRESH));
    shown.debug(&(key(), Secret::new(PASSWORD), Payload::new(PASSWORD)));
    watched.assert_unseen(&shown.0.lock().unwrap(), "an operation or its request");
}

#[test]
fn no_setting_and_no_session_shows_a_secret() {
    let (watched, shown) = watched();
    let pair = || TokenPair::new(ACCESS, Some(REFRESH.into()));
    let login = |admin| Authentication::Login {
        login: Login::new("a@example.com", PASSWORD, admin),
        tokens: Some(pair()),
    };
    let fixed = Authentication::Fixed(Credential::client_key(CLIENT_KEY).unwrap());
    for authentication in [
        login(true),
        login(false),
        fixed,
        Authentication::Tokens(pair()),
    ] {
        shown.debug(&authentication);
        shown.debug(&settings(&shown, authentication));
    }
    let given = [
        GivenCredential::BearerToken(ACCESS.into()),
        GivenCredential::ClientKey(CLIENT_KEY.into()),
        GivenCredential::ServiceKey(SERVICE_KEY.into()),
        GivenCredential::Login(Login::new("a@example.com", PASSWORD, false)),
    ];
    shown.debug(&given);
    shown.debug(&Authentication::from_given(given, Some(pair())).unwrap_err());

    let now = Timestamp::UNIX_EPOCH;
    let mut session = Session::new().with_login(Login::new("a@example.com", PASSWORD, false));
    for adopted in [None, Some(pair())] {
        if let Some(adopted) = adopted {
            session.adopt(adopted, now);
        }
        // The plan of a renewal, then that one is under way, then the token that is there already.
        let stale = session.generation();
        shown.debug(&(session.renew(stale), &session));
        shown.debug(&session.renew(stale));
        session.adopt(pair(), now.saturating_add(Duration::from_secs(1)));
        shown.debug(&(session.renew(stale), session.access(now), session.pair()));
    }
    watched.assert_unseen(&shown.0.lock().unwrap(), "a setting or a session");
}

#[test]
fn nothing_that_is_refused_is_quoted() {
    let (watched, shown) = watched();
    let mut head = Head::new(200);
    for name in ["x-request-id", "content-type", "location", "set-cookie"] {
        head.header(name, [ACCESS, CODE].concat().as_bytes());
    }
    shown.debug(&head);
    let broken = |secret: &str| format!("{secret}\u{1}");
    for secret in [PASSWORD, CLIENT_KEY, SERVICE_KEY, REFRESH] {
        let secret = broken(secret);
        shown.error(&Credential::bearer_token(secret.as_str()).unwrap_err());
        shown.error(&Credential::client_key(secret.as_str()).unwrap_err());
        shown.error(&Credential::service_key(secret.as_str()).unwrap_err());
        shown.error(&IdempotencyKey::new(secret.as_str()).unwrap_err());
        shown.error(&TokenPair::restore(&secret.as_str().into()).unwrap_err());
        shown.error(&UserId::parse(&secret).unwrap_err());
        shown.error(&BaseUrl::parse(&format!("https://u:{secret}@example.com")).unwrap_err());
        shown.error(&Refresh::new(secret.as_str()).call().unwrap_err());
    }
    shown.error(&Credential::bearer_token(CLIENT_KEY).unwrap_err());
    watched.assert_unseen(&shown.0.lock().unwrap(), "a refusal");
}
