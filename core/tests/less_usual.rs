//! What managers and operations do on ways that are taken less often.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails, in its helpers too"
)]

use fluxbase_client_keys::{
    Authentication, BaseUrl, BatchOptions, ClientKey, ClientKeysManager, CreateClientKeyRequest,
    Credential, ErrorKind, ListClientKeys, Login, Operation, Outcome, Scope, Settings, SignOut,
    emulator::{EmulatorTransport, KeyRecord, Profile, State},
};

fn base() -> BaseUrl {
    BaseUrl::parse("http://localhost:8080").unwrap()
}

/// A manager of this login on that server.
fn login(transport: EmulatorTransport, admin: bool) -> ClientKeysManager<EmulatorTransport> {
    let (email, password) = if admin {
        transport.admin()
    } else {
        transport.user()
    };
    let mut settings = Settings::new(base());
    settings.authentication = Authentication::Login {
        login: Login::new(email, password, admin),
        tokens: None,
    };
    ClientKeysManager::new(settings, transport)
}

fn state() -> State {
    let mut next = 0_u8;
    State::sample(&mut |buffer| {
        for byte in buffer {
            next = next.wrapping_mul(31).wrapping_add(17);
            *byte = next;
        }
    })
}

#[test]
fn a_request_without_the_credential_that_it_needs_is_not_made() {
    let error = ListClientKeys::new().request(&base(), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.operation(), Some(ListClientKeys::NAME));
    assert!(
        error.to_string().contains("no credential was given"),
        "{error}"
    );
    let key = Credential::client_key("fbk_Zm9vYmFyc2VjcmV0LXBhcnQtMQ==").unwrap();
    for credential in [None, Some(&key)] {
        let error = SignOut.request(&base(), credential).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("access token"), "{error}");
    }
    let token = Credential::bearer_token("eyJ.a.b").unwrap();
    assert!(SignOut.request(&base(), Some(&token)).is_ok());
}

#[test]
fn a_login_that_needs_a_second_factor_says_so() {
    let mut state = state();
    state.users[0].two_factor_code = Some("123456".to_owned());
    let manager = login(
        EmulatorTransport::with_state(Profile::V2026_3_7, state),
        false,
    );
    let error = manager.list().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SignInNeeded);
    assert_eq!(error.outcome(), Outcome::NotApplied);
    assert!(error.to_string().contains("two-factor code"), "{error}");
}

#[test]
fn an_administrator_signs_out_on_a_route_of_their_own() {
    for profile in Profile::ALL {
        let manager = login(EmulatorTransport::new(profile), true);
        manager.list().unwrap();
        assert!(manager.export_tokens().is_some_and(|pair| pair.admin));
        manager.sign_out().unwrap();
        assert!(manager.export_tokens().is_none(), "{profile}");
    }
}

#[test]
fn an_administrator_lists_the_keys_of_anybody() {
    let mut state = state();
    let owner = state.users[0].id.clone();
    for (name, owner) in [("theirs", Some(&owner)), ("nobodys", None)] {
        let id = format!("5b0c2d5e-8f43-4f0e-9a57-{:012}", name.len());
        let at = state.users[0].created_at;
        let mut key = KeyRecord::new(id, name, format!("fbk_{name:_<20}"), at);
        if let Some(owner) = owner {
            key = key.with_owner(owner);
        }
        state.client_keys.push(key);
    }
    let manager = login(
        EmulatorTransport::with_state(Profile::V2026_3_7, state),
        true,
    );
    assert_eq!(manager.list().unwrap().total, 2);
    let listed = manager.list_of_user(&owner).unwrap();
    let names: Vec<_> = listed.client_keys.iter().map(ClientKey::name).collect();
    assert_eq!((names, listed.total), (vec!["theirs"], 1));
    let refused = manager.list_of_user("a/b").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);
}

#[test]
fn keys_are_made_with_an_idempotency_key_and_deleted_together() {
    for profile in Profile::ALL {
        let transport = EmulatorTransport::new(profile);
        let manager = login(transport, false);
        let make = |name: &str| {
            let request = CreateClientKeyRequest::new(name, [Scope::TABLES_READ]);
            let created = manager.create_idempotent(&request).unwrap();
            assert!(
                created
                    .key
                    .expose()
                    .starts_with(created.client_key.key_prefix())
            );
            created.client_key.id()
        };
        let ids = [make("one"), make("two"), make("three")];
        let options = BatchOptions::new().workers(2);
        let deleted = manager.delete_many(ids, options);
        assert_eq!(deleted.iter().filter(|result| result.is_ok()).count(), 3);
        let left = manager
            .transport()
            .with(|emulator| emulator.client_keys().count());
        assert_eq!(left, 0, "{profile}");
    }
}
