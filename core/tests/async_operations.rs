//! The asynchronous manager's methods against the emulator of every generation, in process.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{
    future::Future,
    ops::ControlFlow,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use fluxbase_client_keys::{
    AsyncClientKeysManager, BaseUrl, ClientKey, CreateClientKeyRequest, ErrorKind, HealthStatus,
    KeyStatus, Policy, Scope, Settings, SignInResponse, Spelling, Timestamp, Transport as _,
    UpdateClientKeyRequest, UserId, Warning,
    emulator::{EmulatorTransport, Fault, KeyRecord, Profile, State},
};

type Manager = AsyncClientKeysManager<EmulatorTransport>;

/// Runs a future that waits for nothing, as those of the emulator.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn manager(transport: &EmulatorTransport) -> Manager {
    let settings = Settings::new(BaseUrl::parse("http://localhost:8080").unwrap());
    AsyncClientKeysManager::new(settings, transport.clone())
}

fn signed_in(profile: Profile) -> (EmulatorTransport, Manager) {
    let transport = EmulatorTransport::new(profile);
    let manager = manager(&transport);
    let (email, password) = transport.user();
    let response = run(manager.sign_in(&email, password)).unwrap();
    assert!(matches!(response, SignInResponse::SignedIn(_)));
    (transport, manager)
}

fn request(name: &str) -> CreateClientKeyRequest {
    CreateClientKeyRequest::new(name, [Scope::TABLES_READ])
}

#[test]
fn the_six_operations_in_every_generation() {
    for profile in Profile::ALL {
        let (transport, manager) = signed_in(profile);
        let created = run(manager.create(&request("ci"))).unwrap();
        let key = created.client_key;
        assert!(created.key.expose().starts_with(key.key_prefix()));
        assert_eq!(run(manager.get(key.id())).unwrap().name(), "ci");
        let changes = UpdateClientKeyRequest::new().name("Updated");
        let updated = run(manager.update(key.id(), &changes)).unwrap();
        assert_eq!(updated.name(), "Updated", "{profile}");
        run(manager.revoke(key.id())).unwrap();
        let revoked = run(manager.get_answer(key.id())).unwrap();
        assert_eq!(
            (revoked.value.status(transport.now().wall), revoked.status),
            (KeyStatus::Revoked, 200),
            "{profile}"
        );
        run(manager.delete(key.id())).unwrap();
        let gone = run(manager.get(key.id())).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound, "{profile}");
        for refused in [
            run(manager.get("a/b")).map(|_| ()),
            run(manager.update("a/b", &changes)).map(|_| ()),
            run(manager.revoke("a/b")).map(|_| ()),
            run(manager.delete("a/b")).map(|_| ()),
            run(manager.list_of_user("a/b")).map(|_| ()),
        ] {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
}

#[test]
fn a_lost_create_is_asked_for_again_with_a_key_and_only_then() {
    for profile in Profile::ALL {
        let (transport, manager) = signed_in(profile);
        let count = |transport: &EmulatorTransport| {
            transport.with(|emulator| emulator.client_keys().count())
        };
        let request = CreateClientKeyRequest::new("ci", [Scope::new("*").unwrap()]);
        transport.fail_next([Fault::LostAfter]);
        let answer = run(manager.create_idempotent_answer(&request)).unwrap();
        assert_eq!((count(&transport), answer.attempts), (1, 2), "{profile}");
        assert!(answer.warnings.contains(&Warning::Replayed), "{profile}");
        transport.fail_next([Fault::LostAfter]);
        run(manager.create(&request)).unwrap_err();
        assert_eq!(count(&transport), 2, "{profile}");
        run(manager.create_idempotent(&request)).unwrap();
        assert_eq!(count(&transport), 3, "{profile}");
    }
}

#[test]
fn lists_whole_one_by_one_and_of_one_user() {
    for profile in Profile::ALL {
        let transport = EmulatorTransport::new(profile);
        let manager = manager(&transport);
        let (email, password) = transport.admin();
        let admin = run(manager.admin_sign_in(&email, password)).unwrap();
        assert_eq!(admin.email.as_deref(), Some(email.as_str()), "{profile}");
        for number in 0..3 {
            run(manager.create(&request(&format!("key {number}")))).unwrap();
            transport.advance(Duration::from_secs(1));
        }
        let listed = run(manager.list()).unwrap();
        assert_eq!((listed.total, listed.skipped), (3, 0), "{profile}");

        let mut names = Vec::new();
        let summary = run(manager.list_each(|key| {
            names.push(key.name().to_owned());
            ControlFlow::Continue(())
        }))
        .unwrap();
        let expected: Vec<_> = listed.client_keys.iter().map(ClientKey::name).collect();
        assert_eq!(
            (names, summary.total),
            (expected.iter().map(ToString::to_string).collect(), 3)
        );
        let mut seen = 0;
        run(manager.list_each(|_| {
            seen += 1;
            ControlFlow::Break(())
        }))
        .unwrap();
        assert_eq!(seen, 1, "{profile}");

        let of_nobody = run(manager.list_of_user_answer("00000000-0000-0000-0000-000000000001"));
        // The published reference knows no list of one user, so a server that follows it gives all.
        let expected = if profile == Profile::Documented { 3 } else { 0 };
        assert_eq!(of_nobody.unwrap().value.total, expected, "{profile}");
    }
}

#[test]
fn a_second_factor_a_refresh_and_a_sign_out() {
    for profile in Profile::ALL {
        let mut zeros = |buffer: &mut [u8]| buffer.fill(7);
        let mut state = State::sample(&mut zeros);
        let user = state.users.first_mut().unwrap();
        user.two_factor_code = Some("123456".to_owned());
        let (email, password) = (user.email.clone(), user.password.clone());
        let transport = EmulatorTransport::with_state(profile, state);
        let manager = manager(&transport);
        let answer = run(manager.sign_in(&email, password)).unwrap();
        let SignInResponse::TwoFactorNeeded { user_id } = answer else {
            panic!("{profile}: no code is asked for");
        };
        let user = run(manager.verify_two_factor(user_id, "123456")).unwrap();
        assert_eq!(user.email.as_deref(), Some(email.as_str()), "{profile}");
        let first = manager.export_tokens().unwrap();
        assert_eq!(run(manager.refresh()).unwrap(), [], "{profile}");
        let second = manager.export_tokens().unwrap();
        assert_ne!(first.access_token.expose(), second.access_token.expose());
        run(manager.list()).unwrap();
        run(manager.sign_out()).unwrap();
        assert!(manager.export_tokens().is_none(), "{profile}");
        let after = run(manager.list()).unwrap_err();
        assert_eq!(after.kind(), ErrorKind::InvalidInput, "{profile}");
        let unknown = UserId::parse("00000000-0000-0000-0000-000000000001").unwrap();
        run(manager.verify_two_factor(unknown, "123456")).unwrap_err();
    }
}

#[test]
fn what_it_is_made_of_can_be_asked() {
    let (transport, manager) = signed_in(Profile::V2026_3_7);
    assert_eq!(manager.known_spelling(), None);
    run(manager.create(&request("ci"))).unwrap();
    assert_eq!(manager.known_spelling(), Some(Spelling::New));
    assert_eq!(manager.host().sent(), transport.sent());

    let health = run(manager.health()).unwrap();
    assert_eq!(health.status, HealthStatus::Ok);
    transport.with(|emulator| emulator.set_database(false));
    let health = run(manager.health()).unwrap();
    assert_eq!(health.status, HealthStatus::Degraded);

    let once = manager.with_policy(Policy::new().attempts(1));
    assert_eq!(
        (once.policy().attempts, manager.policy().attempts),
        (1, Policy::new().attempts)
    );
    transport.with(|emulator| emulator.set_database(true));
    transport.fail_next([Fault::Refused]);
    run(once.list()).unwrap_err();
    run(once.list()).unwrap();
    let printed = format!("{manager:?}");
    assert!(printed.starts_with("AsyncClientKeysManager"), "{printed}");
}

#[test]
fn keys_of_a_users_own_are_listed_for_that_user() {
    for profile in Profile::ALL {
        let mut zeros = |buffer: &mut [u8]| buffer.fill(7);
        let mut state = State::sample(&mut zeros);
        let owner = state.users.first().unwrap().id.clone();
        let id = "11111111-1111-4111-8111-111111111111";
        let key = KeyRecord::new(id, "owned", "fbk_Zm9vYmFyYmF6", Timestamp::UNIX_EPOCH)
            .with_owner(owner.clone());
        state.client_keys.push(key);
        let transport = EmulatorTransport::with_state(profile, state);
        let manager = manager(&transport);
        let (email, password) = transport.user();
        run(manager.sign_in(&email, password)).unwrap();
        let listed = run(manager.list_of_user(&owner)).unwrap();
        let ids: Vec<_> = listed.client_keys.iter().map(ClientKey::id).collect();
        assert_eq!((ids.len(), listed.total), (1, 1), "{profile}");
        assert_eq!(ids.first().unwrap().as_str(), id, "{profile}");
    }
}
