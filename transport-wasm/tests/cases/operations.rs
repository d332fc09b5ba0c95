//! Every operation, against every generation of the server on another origin.

use fluxbase_client_keys_wasm::{
    CreateClientKeyRequest, ErrorKind, FailureKind, KeyStatus, Outcome, Scope, SignInResponse,
    UpdateClientKeyRequest,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{is_browser, server, servers};

#[wasm_bindgen_test]
async fn a_user_does_everything() {
    for server in servers() {
        let (email, password) = server.user;
        let manager = fluxbase_client_keys_wasm::builder(server.url)
            .build()
            .unwrap();
        let signed_in = manager.sign_in(email, password).await.unwrap();
        assert!(matches!(signed_in, SignInResponse::SignedIn(_)));
        let request =
            CreateClientKeyRequest::new("ключ", [Scope::TABLES_READ]).description("in a browser");
        let created = manager.create(&request).await.unwrap();
        let id = created.client_key.id();
        assert!(
            created.key.expose().starts_with("fbk_"),
            "{}",
            server.generation
        );
        assert_eq!(manager.get(id).await.unwrap().name(), "ключ");
        let updates = UpdateClientKeyRequest::new().name("renamed");
        assert_eq!(
            manager.update(id, &updates).await.unwrap().name(),
            "renamed"
        );
        manager.list().await.unwrap();
        manager.revoke(id).await.unwrap();
        let revoked = manager.get(id).await.unwrap();
        let now = fluxbase_client_keys_wasm::AsyncTransport::now(manager.host()).wall;
        assert_eq!(revoked.status(now), KeyStatus::Revoked);
        manager.delete(id).await.unwrap();
        let gone = manager.get(id).await.unwrap_err();
        assert_eq!(
            gone.kind(),
            ErrorKind::NotFound,
            "{}: {gone}",
            server.generation
        );
        assert!(manager.health().await.unwrap().has_database());
        manager.sign_out().await.unwrap();
        assert!(manager.export_tokens().is_none());
    }
}

#[wasm_bindgen_test]
async fn an_administrator_lists_what_was_made() {
    for server in servers() {
        let (email, password) = server.admin;
        let manager = fluxbase_client_keys_wasm::builder(server.url)
            .admin_login(email, password)
            .build()
            .unwrap();
        let request = CreateClientKeyRequest::new("by an administrator", [Scope::TABLES_READ]);
        let created = manager.create(&request).await.unwrap();
        let listed = manager.list().await.unwrap();
        let found = listed
            .client_keys
            .iter()
            .any(|key| key.id() == created.client_key.id());
        assert!(found && listed.total >= 1, "{}", server.generation);
        manager.delete(created.client_key.id()).await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_wrong_password_is_refused() {
    let server = server();
    let manager = fluxbase_client_keys_wasm::builder(server.url)
        .build()
        .unwrap();
    let error = manager
        .sign_in("nobody@example.com", "hunter2-hunter2")
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Refused { confirmed: true },
        "{error}"
    );
    assert!(!format!("{error} {error:?} {manager:?}").contains("hunter2"));
}

#[wasm_bindgen_test]
async fn what_a_page_may_not_send_is_said() {
    let server = server();
    let (email, password) = server.admin;
    let admin = fluxbase_client_keys_wasm::builder(server.url)
        .admin_login(email, password)
        .build()
        .unwrap();
    let request = CreateClientKeyRequest::new("by key", [Scope::CLIENTKEYS_READ]);
    let created = admin.create(&request).await.unwrap();
    let by_key = fluxbase_client_keys_wasm::builder(server.url)
        .client_key(created.key.expose())
        .policy(fluxbase_client_keys_wasm::Policy::new().attempts(1))
        .build()
        .unwrap();
    let listed = by_key.list().await;
    let idempotent = admin
        .with_policy(fluxbase_client_keys_wasm::Policy::new().attempts(1))
        .create_idempotent(&CreateClientKeyRequest::new("once", [Scope::TABLES_READ]))
        .await;
    admin.delete(created.client_key.id()).await.unwrap();
    if is_browser() {
        let error = listed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Opaque));
        assert!(error.to_string().contains("X-Client-Key"), "{error}");
        let error = idempotent.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(error.to_string().contains("Idempotency-Key"), "{error}");
    } else {
        listed.unwrap();
        idempotent.unwrap();
    }
}
