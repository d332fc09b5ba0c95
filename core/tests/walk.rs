//! The manager against the emulator of every generation, in process.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{cell::RefCell, ops::ControlFlow, time::Duration};

use fluxbase_client_keys::{
    Authentication, BaseUrl, BatchOptions, ClientKeyId, ClientKeysManager, CreateClientKeyRequest,
    Credential, ErrorKind, KeyStatus, Outcome, Policy, Scope, Settings, SignInResponse, Timestamp,
    Transport, UpdateClientKeyRequest, Warning,
    emulator::{EmulatorTransport, Fault, Profile},
};

type Manager = ClientKeysManager<EmulatorTransport>;

fn settings() -> Settings {
    Settings::new(BaseUrl::parse("http://localhost:8080").unwrap())
}

fn signed_in(profile: Profile) -> (EmulatorTransport, Manager) {
    let transport = EmulatorTransport::new(profile);
    let manager = ClientKeysManager::new(settings(), transport.clone());
    let (email, password) = transport.user();
    assert!(matches!(
        manager.sign_in(&email, password).unwrap(),
        SignInResponse::SignedIn(_)
    ));
    (transport, manager)
}

fn request(name: &str) -> CreateClientKeyRequest {
    CreateClientKeyRequest::new(name, [Scope::TABLES_READ])
}

#[test]
fn the_six_operations_in_every_generation() {
    for profile in Profile::ALL {
        let (transport, manager) = signed_in(profile);
        let end: Timestamp = "2031-12-31T23:59:59Z".parse().unwrap();
        let created = manager
            .create_answer(
                &request("Production Service")
                    .description("for production")
                    .rate_limit_per_minute(100)
                    .expires_at(end),
            )
            .unwrap();
        let key = created.value.client_key;
        assert!(
            created.value.key.expose().starts_with(key.key_prefix()),
            "{profile}"
        );
        assert_eq!(
            (key.name(), key.description(), key.expires_at()),
            ("Production Service", Some("for production"), Some(end))
        );
        let spelled = if matches!(profile, Profile::V2026_1 | Profile::V2026_3_6) {
            "read:tables"
        } else {
            "tables:read"
        };
        assert_eq!(key.scopes().collect::<Vec<_>>(), [spelled], "{profile}");
        assert!(key.has_scope(&Scope::TABLES_READ));

        let got = manager.get(key.id()).unwrap();
        assert_eq!(
            (got.id(), got.name(), got.rate_limit_per_minute()),
            (key.id(), key.name(), Some(100)),
            "{profile}"
        );
        assert_eq!(got.status(transport.now().wall), KeyStatus::Active);
        assert_eq!(
            got.status("2032-01-01T00:00:00Z".parse().unwrap()),
            KeyStatus::Expired
        );

        let updated = manager
            .update(
                key.id(),
                &UpdateClientKeyRequest::new()
                    .name("Updated")
                    .rate_limit_per_minute(200),
            )
            .unwrap();
        assert_eq!(
            (updated.name(), updated.rate_limit_per_minute()),
            ("Updated", Some(200)),
            "{profile}"
        );

        assert!(!manager.revoke(key.id()).unwrap().message.is_empty());
        assert_eq!(
            manager.get(key.id()).unwrap().status(transport.now().wall),
            KeyStatus::Revoked,
            "{profile}"
        );
        assert!(!manager.delete(key.id()).unwrap().message.is_empty());
        let gone = manager.get(key.id()).unwrap_err();
        assert_eq!(
            (gone.kind(), gone.status()),
            (ErrorKind::NotFound, Some(404)),
            "{profile}"
        );
        for again in [
            manager.delete(key.id()).unwrap_err(),
            manager.revoke(key.id()).unwrap_err(),
            manager
                .update(key.id(), &UpdateClientKeyRequest::new().name("x"))
                .unwrap_err(),
        ] {
            assert_eq!(
                (again.kind(), again.outcome()),
                (ErrorKind::NotFound, Outcome::NotApplied),
                "{profile}: {again}"
            );
        }
        assert_eq!(
            transport.with(|emulator| emulator.client_keys().count()),
            0,
            "{profile}"
        );
    }
}

#[test]
fn lists_are_typed_in_every_generation() {
    for profile in Profile::ALL {
        let transport = EmulatorTransport::new(profile);
        let manager = ClientKeysManager::new(settings(), transport.clone());
        let (email, password) = transport.admin();
        manager.admin_sign_in(&email, password).unwrap();
        assert_eq!(manager.list().unwrap().total, 0, "{profile}");
        let ids: Vec<ClientKeyId> = (0..3)
            .map(|number| {
                transport.advance(Duration::from_secs(1));
                manager
                    .create(&request(&format!("key {number}")))
                    .unwrap()
                    .client_key
                    .id()
            })
            .collect();
        let listed = manager.list().unwrap();
        assert_eq!((listed.total, listed.skipped), (3, 0));
        let newest_first: Vec<_> = listed
            .client_keys
            .iter()
            .map(fluxbase_client_keys::ClientKey::id)
            .collect();
        assert_eq!(
            newest_first,
            ids.iter().rev().copied().collect::<Vec<_>>(),
            "{profile}"
        );

        let mut first = Vec::new();
        let summary = manager
            .list_each(|key| {
                first.push(key.id());
                ControlFlow::Break(())
            })
            .unwrap();
        assert_eq!(first, newest_first[..1], "{profile}");
        assert!(summary.total >= 1);
    }
}

#[test]
fn many_keys_cost_one_list() {
    for profile in Profile::ALL {
        let transport = EmulatorTransport::new(profile);
        let manager = ClientKeysManager::new(settings(), transport.clone());
        let (email, password) = transport.admin();
        manager.admin_sign_in(&email, password).unwrap();
        let ids: Vec<ClientKeyId> = (0..5)
            .map(|number| {
                manager
                    .create(&request(&format!("{number}")))
                    .unwrap()
                    .client_key
                    .id()
            })
            .collect();
        let missing = ClientKeyId::parse("5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11").unwrap();
        let mut wanted = ids.clone();
        wanted.insert(2, missing);

        let before = transport.sent();
        let results = manager.update_many(
            wanted
                .iter()
                .map(|id| (*id, UpdateClientKeyRequest::new().name(format!("new {id}")))),
            BatchOptions::new(),
        );
        let sends = transport.sent() - before;
        for (id, result) in wanted.iter().zip(&results) {
            match result {
                Ok(key) => assert_eq!(
                    (key.id(), key.name()),
                    (*id, format!("new {id}").as_str()),
                    "{profile}"
                ),
                Err(error) => assert_eq!(
                    (*id, error.kind()),
                    (missing, ErrorKind::NotFound),
                    "{profile}: {error}"
                ),
            }
        }
        assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
        // Six updates, one list, and at most one GET for the key that the list omits.
        let expected = if profile == Profile::Documented {
            6..=6
        } else {
            7..=8
        };
        assert!(expected.contains(&sends), "{profile}: {sends}");

        let deleted = manager.delete_many(wanted.clone(), BatchOptions::new());
        assert_eq!(
            deleted.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, true, false, true, true, true],
            "{profile}"
        );
        let stopped = manager.revoke_many(wanted, BatchOptions::new().stop_on_error(true));
        assert_eq!(stopped[0].as_ref().unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(
            stopped[5].as_ref().unwrap_err().kind(),
            ErrorKind::Cancelled,
            "{profile}"
        );
    }
}

#[test]
fn an_outage_gives_nothing_up() {
    for profile in Profile::ALL {
        let (transport, manager) = signed_in(profile);
        let created = manager
            .create(&CreateClientKeyRequest::new(
                "reader",
                [Scope::CLIENTKEYS_READ],
            ))
            .unwrap();
        let mut by_key = settings();
        by_key.authentication =
            Authentication::Fixed(Credential::client_key(created.key.clone()).unwrap());
        by_key.policy = Policy::new().deadline(Duration::from_secs(10));
        let by_key = ClientKeysManager::new(by_key, transport.clone());
        by_key.list().unwrap();

        transport.with(|emulator| emulator.set_database(false));
        let key_down = by_key.list().unwrap_err();
        assert_eq!(
            (key_down.kind(), key_down.status()),
            (ErrorKind::Unavailable, Some(401)),
            "{profile}: {key_down}"
        );
        let user_down = manager.list().unwrap_err();
        assert!(
            matches!(user_down.kind(), ErrorKind::Unavailable | ErrorKind::Server),
            "{profile}: {user_down}"
        );
        let refresh_down = manager.refresh().unwrap_err();
        assert_eq!(
            refresh_down.kind(),
            ErrorKind::Unavailable,
            "{profile}: {refresh_down}"
        );

        transport.with(|emulator| emulator.set_database(true));
        transport.advance(Duration::from_secs(61));
        by_key
            .list()
            .unwrap_or_else(|error| panic!("{profile}: {error}"));
        manager
            .list()
            .unwrap_or_else(|error| panic!("{profile}: {error}"));
        manager
            .refresh()
            .unwrap_or_else(|error| panic!("{profile}: {error}"));
        manager.get(created.client_key.id()).unwrap();
    }
}

#[test]
fn tokens_are_renewed_and_stored_before_use() {
    for profile in Profile::ALL {
        let stored = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let transport = EmulatorTransport::new(profile);
        let mut settings = settings();
        let sink = stored.clone();
        settings.store = Some(std::sync::Arc::new(
            move |pair: &fluxbase_client_keys::TokenPair| {
                sink.lock()
                    .unwrap()
                    .push(pair.access_token.expose().to_owned());
                Ok(())
            },
        ));
        let manager = ClientKeysManager::new(settings, transport.clone());
        let (email, password) = transport.user();
        manager.sign_in(&email, password).unwrap();
        let first = manager.export_tokens().unwrap();
        transport.advance(Duration::from_secs(901));
        manager
            .list()
            .unwrap_or_else(|error| panic!("{profile}: {error}"));
        let second = manager.export_tokens().unwrap();
        assert_ne!(
            first.access_token.expose(),
            second.access_token.expose(),
            "{profile}"
        );
        assert_eq!(
            *stored.lock().unwrap(),
            [first.access_token.expose(), second.access_token.expose()],
            "{profile}"
        );

        // Restored in another process, it goes on without a sign-in.
        let restored = fluxbase_client_keys::TokenPair::restore(&second.export()).unwrap();
        let mut other = self::settings();
        other.authentication = Authentication::Tokens(restored);
        ClientKeysManager::new(other, transport.clone())
            .list()
            .unwrap();

        manager.sign_out().unwrap();
        assert!(manager.export_tokens().is_none());
        assert_eq!(manager.list().unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn a_login_survives_dead_tokens() {
    for profile in Profile::ALL {
        for admin in [false, true] {
            let transport = EmulatorTransport::new(profile);
            let (email, password) = if admin {
                transport.admin()
            } else {
                transport.user()
            };
            let mut settings = settings();
            settings.authentication = Authentication::Login {
                email,
                password: password.into(),
                admin,
                tokens: None,
            };
            let manager = ClientKeysManager::new(settings, transport.clone());
            manager
                .list()
                .unwrap_or_else(|error| panic!("{profile}: {error}"));
            transport.advance(Duration::from_secs(8 * 24 * 3600));
            manager
                .list()
                .unwrap_or_else(|error| panic!("{profile} {admin}: {error}"));
        }
    }
}

#[test]
fn lost_answers() {
    for profile in Profile::ALL {
        let (transport, manager) = signed_in(profile);
        let first = manager.create(&request("first")).unwrap().client_key.id();

        transport.fail_next([Fault::LostAfter]);
        let error = manager.create(&request("lost")).unwrap_err();
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::Unknown, 1),
            "{profile}: {error}"
        );
        assert_eq!(transport.with(|emulator| emulator.client_keys().count()), 2);

        transport.fail_next([Fault::CutBody]);
        let error = manager.create(&request("cut")).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Applied, "{profile}: {error}");

        for fault in [
            Fault::LostAfter,
            Fault::CutBody,
            Fault::LostBefore,
            Fault::Refused,
        ] {
            let before = transport.with(|emulator| emulator.client_keys().count());
            transport.fail_next([fault]);
            let created = manager.create_idempotent_answer(&request("keyed")).unwrap();
            assert_eq!(
                transport.with(|emulator| emulator.client_keys().count()),
                before + 1,
                "{profile} {fault:?}"
            );
            let replayed = matches!(fault, Fault::LostAfter | Fault::CutBody);
            assert_eq!(
                created.warnings.contains(&Warning::Replayed),
                replayed,
                "{profile} {fault:?}"
            );
        }

        transport.fail_next([Fault::Refused]);
        manager.create(&request("refused first")).unwrap();

        transport.fail_next([Fault::LostAfter]);
        let deleted = manager.delete_answer(first).unwrap();
        let expected: &[Warning] = &[Warning::AlreadyGone];
        assert_eq!(deleted.warnings, expected, "{profile}");
    }
}

#[test]
fn unknown_scopes_are_named() {
    for profile in [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7] {
        let (_, manager) = signed_in(profile);
        let scopes = ["read:users", "write:users"].map(|text| Scope::new(text).unwrap());
        let error = manager
            .create(&CreateClientKeyRequest::new("Production Service", scopes))
            .unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("read:users") && text.contains("the nearest that exists"),
            "{profile}: {text}"
        );
    }
}

#[test]
fn a_busy_server_is_waited_for() {
    let (transport, manager) = signed_in(Profile::V2026_3_7);
    transport.with(|emulator| emulator.set_limit_everywhere(true));
    let begun = RefCell::new(0);
    for _ in 0..150 {
        manager.list().unwrap();
        *begun.borrow_mut() += 1;
    }
    assert_eq!(*begun.borrow(), 150);
}

#[test]
fn keys_that_are_collected_take_no_more_memory_than_the_list_may() {
    let transport = EmulatorTransport::new(Profile::V2026_3_7);
    let (email, password) = transport.admin();
    let mut settings = settings();
    // More than the body, less than what is read from it.
    settings.policy = Policy::new().list_limit(1700);
    let manager = ClientKeysManager::new(settings, transport.clone());
    manager.admin_sign_in(&email, password).unwrap();
    for name in ["a", "b", "c", "d", "e", "f"] {
        manager.create(&request(name)).unwrap();
    }
    let error = manager.list().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert_eq!(
        manager
            .list_each(|_| ControlFlow::Continue(()))
            .unwrap()
            .total,
        6
    );
    let nul = request("x").description("a\0b");
    assert_eq!(
        manager.create(&nul).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
}
