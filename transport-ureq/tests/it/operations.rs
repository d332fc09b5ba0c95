//! All six operations, over real connections, with every generation of the server.

use std::ops::ControlFlow;

use fluxbase_client_keys_ureq::{
    Builder, ClientKeysManager, CreateClientKeyRequest, ErrorKind, HealthStatus, Proxy, Scope,
    SignInResponse, UpdateClientKeyRequest, builder,
};
use fluxbase_emulator::{Guard, Options, Profile, start};
use fluxbase_transport_conformance::Authority;

fn open(guard: &Guard, authority: &Authority) -> Builder {
    builder(&guard.base_url())
        .proxy(Proxy::None)
        .ca_file(authority.file())
}

/// Each generation, over plain connections and over TLS.
fn each(act: impl Fn(Profile, &Guard, &Authority)) {
    let authority = Authority::new().unwrap();
    for profile in Profile::ALL {
        let options = Options::new().profile(profile);
        act(profile, &start(options).unwrap(), &authority);
        let options = Options::new()
            .profile(profile)
            .tls(authority.server("127.0.0.1").unwrap());
        let guard = start(options).unwrap();
        assert!(guard.base_url().starts_with("https://"));
        act(profile, &guard, &authority);
    }
}

fn admin(guard: &Guard, authority: &Authority) -> ClientKeysManager {
    let admin = &guard.credentials().admins[0];
    open(guard, authority)
        .admin_login(&admin.email, admin.password.as_str())
        .build()
        .unwrap()
}

#[test]
fn an_administrator_does_all_of_it() {
    each(|profile, guard, authority| {
        let manager = admin(guard, authority);
        let request = CreateClientKeyRequest::new("deploys", [Scope::CLIENTKEYS_READ])
            .description("of the build server");
        let created = manager.create(&request).unwrap();
        let key = &created.client_key;
        assert_eq!(
            (key.name(), key.description()),
            ("deploys", Some("of the build server")),
            "{profile}"
        );
        assert!(created.key.expose().starts_with("fbk_"));
        let again = manager.create_idempotent(&request).unwrap();
        assert_ne!(again.client_key.id(), key.id());

        let listed = manager.list().unwrap();
        assert_eq!(
            (listed.total, listed.client_keys.len()),
            (2, 2),
            "{profile}"
        );
        let mut streamed = Vec::new();
        manager
            .list_each(|key| {
                streamed.push(key.id().to_string());
                ControlFlow::Continue(())
            })
            .unwrap();
        assert!(streamed.contains(&key.id().to_string()));

        assert_eq!(manager.get(key.id()).unwrap().name(), "deploys");
        let update = UpdateClientKeyRequest::new().name("releases");
        let updated = manager.update(key.id(), &update).unwrap();
        assert_eq!(
            (updated.name(), updated.description()),
            ("releases", Some("of the build server")),
            "{profile}"
        );

        let used = open(guard, authority)
            .client_key(created.key.clone())
            .build()
            .unwrap();
        assert!(used.list().unwrap().total >= 1, "{profile}");
        assert!(!manager.revoke(key.id()).unwrap().message.is_empty());
        assert!(manager.get(key.id()).unwrap().revoked_at().is_some());
        let error = used.list().unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Refused { confirmed: true },
            "{profile}"
        );

        manager.delete(key.id()).unwrap();
        for error in [
            manager.get(key.id()).unwrap_err(),
            manager.delete(key.id()).unwrap_err(),
            manager.update(key.id(), &update).unwrap_err(),
            manager.revoke(key.id()).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{profile}: {error}");
        }
        assert_eq!(manager.list().unwrap().total, 1);
    });
}

#[test]
fn a_user_signs_in_and_out() {
    each(|profile, guard, authority| {
        let user = &guard.credentials().users[0];
        let manager = open(guard, authority).build().unwrap();
        assert_eq!(manager.health().unwrap().status, HealthStatus::Ok);
        let error = manager.list().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{profile}");
        let signed_in = manager
            .sign_in(&user.email, user.password.as_str())
            .unwrap();
        assert!(
            matches!(signed_in, SignInResponse::SignedIn(_)),
            "{profile}"
        );
        let request = CreateClientKeyRequest::new("mine", [Scope::CLIENTKEYS_READ]);
        let created = manager.create(&request).unwrap();
        assert_eq!(manager.get(created.client_key.id()).unwrap().name(), "mine");
        manager.refresh().unwrap();
        manager.sign_out().unwrap();
        assert!(manager.export_tokens().is_none());
    });
}

#[test]
fn a_service_key_and_a_wrong_password() {
    each(|profile, guard, authority| {
        let known = guard.credentials();
        let service = open(guard, authority)
            .service_key(known.service_keys[0].as_str())
            .build()
            .unwrap();
        assert_eq!(service.list().unwrap().total, 0, "{profile}");
        let wrong = open(guard, authority)
            .login(&known.users[0].email, "not the password")
            .build()
            .unwrap();
        let error = wrong.list().unwrap_err();
        assert!(
            matches!(
                error.kind(),
                ErrorKind::Refused { .. } | ErrorKind::SignInNeeded
            ),
            "{profile}: {error}"
        );
    });
}
