//! The six operations, and what a server makes of them.

use std::{ops::ControlFlow, time::Duration};

use fluxbase_client_keys::{
    BatchOptions, ClientKeyId, ClientKeysManager, CreateClientKeyRequest, ErrorKind, KeyStatus,
    Outcome, Policy, Scope, Timestamp, Transport as _, UpdateClientKeyRequest,
    emulator::{EmulatorTransport, Profile},
};

use crate::{request, settings, signed_in};

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
