//! What goes on around the operations: tokens, outages, lost answers, a busy server.

use std::{cell::RefCell, time::Duration};

use fluxbase_client_keys::{
    Authentication, ClientKeysManager, CreateClientKeyRequest, Credential, ErrorKind, Login,
    Outcome, Policy, Scope, Warning,
    emulator::{EmulatorTransport, Fault, Profile},
};

use crate::{request, settings, signed_in};

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
                login: Login::new(email, password, admin),
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
