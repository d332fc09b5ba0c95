//! No secret is shown by a state of the machine, or by a panic over a value that holds one.
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod leak_support;

use std::{cell::Cell, fmt::Debug};

use fluxbase_client_keys::{
    Access, Authentication, BaseUrl, ClientKeysManager, Context, Create, CreateClientKey,
    CreateClientKeyRequest, Credential, Flow, Generation, IdempotencyKey, Refresh,
    ResponseBody as _, Scope, SignIn, Single, Step, Transport,
    emulator::{Fault, Profile},
};
use leak_support::{Shown, Watched, settings};

/// Drives a call by hand, and shows each state of the machine.
fn show_states<F: Flow<Output: Debug>>(watched: &Watched, shown: &Shown, flow: F, token: &str) {
    let access = Access::session(
        Credential::bearer_token(token).unwrap(),
        Generation::default(),
    );
    let base = BaseUrl::parse("http://localhost:8080").unwrap();
    let context = Context::new(base).access(access);
    shown.debug(&context);
    let mut step = Step::start(flow, context, Transport::now(watched));
    let mut body = None;
    loop {
        shown.debug(&step);
        let now = Transport::now(watched);
        step = match step {
            Step::Send(sending) => {
                let limits = watched.limits.borrow().unwrap();
                match Transport::send(watched, sending.request(), &limits) {
                    Ok((head, whole)) => {
                        shown.debug(&head);
                        body = Some(whole);
                        sending.head(head, now)
                    }
                    Err(failure) => {
                        shown.debug(&failure);
                        shown.display(&failure);
                        sending.failed(failure, now)
                    }
                }
            }
            Step::Receive(receiving) => match body.as_mut().unwrap().chunk().unwrap() {
                Some(piece) => receiving.chunk(piece, now),
                None => receiving.end(now),
            },
            Step::Wait(waiting) => waiting.elapsed(now),
            Step::Renew(renewing) => {
                let newer = Credential::bearer_token("nW4xT8kQ2mZ6rB0vY1sD").unwrap();
                let generation = renewing.stale();
                renewing.renewed(newer, generation, now)
            }
            Step::Done(done) => {
                shown.debug(&done);
                return shown.result(&done.into_result());
            }
        }
    }
}

#[test]
fn no_state_of_the_machine_shows_a_secret() {
    let transport = Watched::new(Profile::V2026_3_7);
    let shown = Shown::default();
    let manager = ClientKeysManager::new(settings(&shown, Authentication::None), transport.clone());
    let (email, password) = transport.inner.user();
    manager.sign_in(&email, password.as_str()).unwrap();
    let pair = manager.export_tokens().unwrap();
    let good = pair.access_token.expose();

    let request = CreateClientKeyRequest::new("canary", [Scope::TABLES_READ]);
    let number = Cell::new(0);
    let key = || {
        number.set(number.get() + 1);
        IdempotencyKey::new(format!("qS7dF3gH9jK1lP5oI2uY6tR{}", number.get())).unwrap()
    };
    let keyed = || {
        let create = CreateClientKey::new(request.clone());
        Create(create.with_idempotency_keys(key(), key()))
    };
    shown.debug(&keyed());
    for token in [good, "pL5kO9iJ3uH7yG1tF6rD0eS"] {
        show_states(&transport, &shown, keyed(), token);
        show_states(
            &transport,
            &shown,
            Single(SignIn::new(email.as_str(), password.as_str())),
            token,
        );
        let refresh_token = pair.refresh_token.clone().unwrap();
        show_states(
            &transport,
            &shown,
            Single(Refresh::new(refresh_token)),
            token,
        );
        transport
            .inner
            .fail_next([Fault::LostAfter, Fault::CutBody]);
        show_states(&transport, &shown, keyed(), token);
    }
    for state in ["Sending", "Receiving", "Waiting", "Renewing", "Done"] {
        assert!(
            shown.0.lock().unwrap().contains(state),
            "no state {state} was shown"
        );
    }
    shown.debug(&(&transport.inner, &pair, pair.export()));
    transport.inner.with(|emulator| shown.debug(emulator));
    // The one place that is meant to hold the tokens.
    assert!(transport.seen(pair.export().expose()).is_some());
    transport.assert_unseen(&shown.0.lock().unwrap(), "the states of the machine");
}

// A program for wasm ends with the first panic.
#[cfg(not(target_family = "wasm"))]
#[test]
fn a_panic_over_a_value_shows_no_secret() {
    let panicked = |over: Result<(), Box<dyn Debug>>| {
        let unwrapped = std::panic::AssertUnwindSafe(|| over.unwrap());
        let panic = std::panic::catch_unwind(unwrapped).unwrap_err();
        panic.downcast_ref::<String>().unwrap().clone()
    };
    let transport = Watched::new(Profile::V2026_3_7);
    let manager = ClientKeysManager::new(
        settings(&Shown::default(), Authentication::None),
        transport.clone(),
    );
    let (email, password) = transport.inner.user();
    let signed_in = manager.sign_in(&email, password.as_str()).unwrap();
    let request = CreateClientKeyRequest::new("canary", [Scope::TABLES_READ]);
    let created = manager.create_idempotent_answer(&request).unwrap();
    let refused = manager.sign_in(&email, "wH0rB4tQ7").unwrap_err();
    let pair = manager.export_tokens().unwrap();
    for value in [
        Box::new(signed_in) as Box<dyn Debug>,
        Box::new(created),
        Box::new(refused),
        Box::new(pair.export()),
        Box::new(pair),
        Box::new(manager),
    ] {
        let message = panicked(Err(value));
        assert!(
            message.starts_with("called `Result::unwrap()`"),
            "{message}"
        );
        transport.assert_unseen(&message, "a panic");
    }
}
