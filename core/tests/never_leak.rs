//! No secret is printed: everything that went over the wire is looked for in everything that can be shown.
//!
//! A transport notes each secret that passes it: credentials and idempotency keys in headers, passwords, codes, tokens and
//! plaintext keys in bodies. Whatever the calls then give (values, errors with their causes, warnings, events, states of the
//! machine, settings) is printed in every way it has, and searched for any six characters of any of them, past the twelve of
//! a client key that are public. In a second round the server repeats every secret in every part of an error.
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod leak_support;

use fluxbase_client_keys::{
    Authentication, ClientKeysManager, CreateClientKeyRequest, Credential, Login, Scope,
    SignInResponse, TokenPair, UpdateClientKeyRequest, UserId,
    emulator::{Fault, Profile},
};
use leak_support::{Shown, Watched, settings};

/// Calls everything there is once, and shows what comes of it.
fn call_everything(manager: &ClientKeysManager<Watched>, shown: &Shown) {
    let request = CreateClientKeyRequest::new("canary", [Scope::TABLES_READ]);
    let created = manager.create_answer(&request);
    shown.result(&created);
    shown.result(&manager.create_idempotent_answer(&request));
    let listed = manager.list();
    shown.result(&listed);
    let id = created.ok().map_or_else(
        || "key-123".to_owned(),
        |answer| answer.value.client_key.id().as_str().to_owned(),
    );
    shown.result(&manager.get_answer(&id));
    shown.result(&manager.update_answer(&id, &UpdateClientKeyRequest::new().name("canary 2")));
    shown.result(&manager.revoke_answer(&id));
    shown.result(&manager.delete_answer(&id));
    shown.result(&manager.get("00000000-0000-0000-0000-000000000000"));
    shown.result(&manager.refresh());
    shown.result(&manager.health());
    shown.debug(manager);
    shown.result(&manager.sign_out());
}

/// Passwords, codes and tokens that are wrong, so that the refusals are looked at too.
fn be_refused(manager: &ClientKeysManager<Watched>, shown: &Shown) {
    let (email, _) = manager.transport().inner.user();
    shown.result(&manager.sign_in(&email, "wH0rB4tQ7"));
    shown.result(&manager.admin_sign_in(&email, "aN9stP2kW8"));
    shown.result(&manager.verify_two_factor(UserId::parse("u-1").unwrap(), "908172"));
    manager.restore_tokens(TokenPair::new(
        "eyJhbGciOiJIUzI1NiJ9.bm9ib2R5.a2Fub25lbmZ1dHRlcg",
        Some("rQ7vW9zK3pT5mB1nR8sDx2".into()),
    ));
    shown.result(&manager.refresh());
}

#[test]
fn nothing_that_is_shown_holds_a_secret() {
    for profile in Profile::ALL {
        for faults in [
            vec![],
            vec![Fault::LostAfter],
            vec![Fault::CutBody],
            vec![Fault::Refused; 4],
        ] {
            let transport = Watched::new(profile);
            let shown = Shown::default();
            let (email, password) = transport.inner.user();
            let manager =
                ClientKeysManager::new(settings(&shown, Authentication::None), transport.clone());
            shown.debug(&settings(
                &shown,
                Authentication::Login {
                    login: Login::new(email.clone(), password.clone(), false),
                    tokens: None,
                },
            ));
            let signed_in = manager.sign_in(&email, password);
            assert!(matches!(signed_in, Ok(SignInResponse::SignedIn(_))));
            shown.result(&signed_in);
            transport.inner.fail_next(faults);
            call_everything(&manager, &shown);
            be_refused(&manager, &shown);
            let secrets = transport.secrets.borrow().len();
            assert!(secrets >= 10, "only {secrets} secrets were seen");
            transport.assert_unseen(&shown.0.lock().unwrap(), &profile.to_string());
        }
    }
}

#[test]
fn a_server_that_repeats_what_it_was_sent_is_not_quoted() {
    for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
        for authentication in [
            Authentication::Fixed(Credential::bearer_token("oX4jH6gY2fL9cU0aE7iN3kP").unwrap()),
            Authentication::Fixed(
                Credential::client_key("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==").unwrap(),
            ),
            Authentication::Fixed(Credential::service_key("sk_qZ8wS1xD5cF9vG3bH7nJ").unwrap()),
        ] {
            let transport = Watched::new(Profile::V2026_3_7);
            let shown = Shown::default();
            *transport.echo.borrow_mut() = Some(status);
            let manager =
                ClientKeysManager::new(settings(&shown, authentication), transport.clone());
            call_everything(&manager, &shown);
            be_refused(&manager, &shown);
            let shown = shown.0.lock().unwrap();
            // The server's words are shown, without what it repeated.
            assert!(shown.contains("cannot use [redacted]"), "{status}: {shown}");
            transport.assert_unseen(&shown, &format!("an echo with status {status}"));
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let transport = Watched::new(Profile::V2026_3_7);
    transport.note("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==");
    assert_eq!(transport.seen("the key fbk_Zm9vYmFy"), None);
    let seen = transport.seen("it ends with jcmV0LX");
    assert_eq!(seen.as_deref(), Some("jcmV0L"));
}
