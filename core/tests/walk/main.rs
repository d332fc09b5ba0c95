//! The manager against the emulator of every generation, in process.

#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod keys;
mod sessions;

use fluxbase_client_keys::{
    BaseUrl, ClientKeysManager, CreateClientKeyRequest, Scope, Settings, SignInResponse,
    emulator::{EmulatorTransport, Profile},
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
