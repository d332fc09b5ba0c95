//! The server's database goes away in the middle of things, and comes back.

use std::{thread, time::Duration};

use fluxbase_client_keys_ureq::{
    Builder, ClientKeysManager, CreateClientKeyRequest, Error, ErrorKind, Policy, Proxy, Scope,
    builder,
};
use fluxbase_emulator::{Guard, Options, Profile, start};

fn client(guard: &Guard) -> Builder {
    let policy = Policy::new()
        .attempts(2)
        .backoff(Duration::from_millis(2))
        .busy_floor(Duration::from_millis(2));
    builder(&guard.base_url()).policy(policy).proxy(Proxy::None)
}

fn signed_in(guard: &Guard) -> ClientKeysManager {
    let user = &guard.credentials().users[0];
    let manager = client(guard)
        .login(&user.email, user.password.as_str())
        .build()
        .unwrap();
    manager.list().unwrap();
    manager
}

fn sign_ins(guard: &Guard) -> usize {
    guard
        .received()
        .iter()
        .filter(|request| request.path() == "/api/v1/auth/signin")
        .count()
}

#[track_caller]
fn passing(profile: Profile, error: &Error) {
    assert!(error.is_retryable(), "{profile}: {error}");
    assert!(
        matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Server),
        "{profile}: {error}"
    );
}

#[test]
fn a_session_outlives_an_outage() {
    for profile in Profile::ALL {
        let guard = start(Options::new().profile(profile)).unwrap();
        let manager = signed_in(&guard);
        guard.set_database(false);
        passing(profile, &manager.list().unwrap_err());
        passing(
            profile,
            &manager
                .get("5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11")
                .unwrap_err(),
        );
        guard.set_database(true);
        assert!(manager.list().is_ok(), "{profile}");
        assert_eq!(sign_ins(&guard), 1, "{profile}");
    }
}

#[test]
fn a_session_that_ends_during_an_outage_is_renewed_after_it() {
    // Tokens end with a whole second, so one of a single second could be dead on arrival.
    const LIFETIME: Duration = Duration::from_secs(2);

    let outlives = |profile| {
        let options = Options::new()
            .profile(profile)
            .access_token_lifetime(LIFETIME);
        let guard = start(options).unwrap();
        let manager = signed_in(&guard);
        thread::sleep(LIFETIME + Duration::from_millis(100));
        guard.set_database(false);
        // The server refuses the good refresh token with its ordinary 401.
        for _ in 0..2 {
            let error = manager.list().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{profile}: {error}");
            assert!(error.is_retryable());
        }
        guard.set_database(true);
        assert!(manager.list().is_ok(), "{profile}");
        assert_eq!(sign_ins(&guard), 1, "{profile}");
    };
    thread::scope(|scope| {
        for profile in Profile::ALL {
            scope.spawn(move || outlives(profile));
        }
    });
}

#[test]
fn a_client_key_outlives_an_outage() {
    for profile in Profile::ALL {
        let guard = start(Options::new().profile(profile)).unwrap();
        let request = CreateClientKeyRequest::new("ci", [Scope::CLIENTKEYS_READ]);
        let created = signed_in(&guard).create(&request).unwrap();
        let manager = client(&guard).client_key(created.key).build().unwrap();
        assert!(manager.list().is_ok(), "{profile}");
        guard.set_database(false);
        let error = manager.list().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{profile}: {error}");
        assert!(error.is_retryable());
        guard.set_database(true);
        assert!(manager.list().is_ok(), "{profile}");
    }
}

#[test]
fn a_right_password_in_an_outage_is_not_called_wrong() {
    for profile in Profile::ALL {
        let guard = start(Options::new().profile(profile)).unwrap();
        let user = &guard.credentials().users[0];
        let manager = client(&guard)
            .login(&user.email, user.password.as_str())
            .build()
            .unwrap();
        guard.set_database(false);
        let error = manager.list().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{profile}: {error}");
        // Five wrong passwords lock an account: it was sent once.
        assert_eq!(sign_ins(&guard), 1, "{profile}");
        guard.set_database(true);
        assert!(manager.list().is_ok(), "{profile}");
    }
}
