//! The table of promises in the documentation, held against the emulator: every cell is tried.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, CreateClientKeyRequest, Credential, Error,
    KeyStatus, Scope, Settings, SignInResponse, Timestamp, Transport, UpdateClientKeyRequest,
    emulator::{EmulatorTransport, Profile},
};

type Manager = ClientKeysManager<EmulatorTransport>;

const TABLE: &str = include_str!("../src/docs/promises.md");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    User,
    Admin,
    ClientKey,
}

struct Scene {
    transport: EmulatorTransport,
    role: Role,
    manager: Manager,
}

fn settings(authentication: Authentication) -> Settings {
    let mut settings = Settings::new(BaseUrl::parse("http://localhost:8080").unwrap());
    settings.authentication = authentication;
    settings
}

fn scene(profile: Profile, role: Role) -> Scene {
    let transport = EmulatorTransport::new(profile);
    let manager = ClientKeysManager::new(settings(Authentication::None), transport.clone());
    match role {
        Role::User | Role::ClientKey => {
            let (email, password) = transport.user();
            manager.sign_in(&email, password).unwrap();
        }
        Role::Admin => {
            let (email, password) = transport.admin();
            manager.admin_sign_in(&email, password).unwrap();
        }
    }
    let manager = if role == Role::ClientKey {
        let scopes = [Scope::CLIENTKEYS_READ, Scope::CLIENTKEYS_WRITE];
        let key = manager
            .create(&CreateClientKeyRequest::new("the caller", scopes))
            .unwrap()
            .key;
        let credential = Credential::client_key(key).unwrap();
        ClientKeysManager::new(
            settings(Authentication::Fixed(credential)),
            transport.clone(),
        )
    } else {
        manager
    };
    Scene {
        transport,
        role,
        manager,
    }
}

fn request() -> CreateClientKeyRequest {
    CreateClientKeyRequest::new(
        "Production Service",
        [Scope::TABLES_READ, Scope::TABLES_WRITE],
    )
}

/// Whether the promise of this row is kept.
fn is_kept(
    row: &str,
    Scene {
        transport,
        role,
        manager,
    }: &Scene,
) -> Result<bool, Error> {
    let now = || transport.now().wall;
    Ok(match row {
        "sign-in" => match role {
            Role::User => {
                let (email, password) = transport.user();
                matches!(
                    manager.sign_in(&email, password)?,
                    SignInResponse::SignedIn(_)
                )
            }
            Role::Admin => {
                let (email, password) = transport.admin();
                manager.admin_sign_in(&email, password)?.id.is_some()
            }
            // There is nobody whom it could sign in.
            Role::ClientKey => false,
        },
        "create: client_key" => {
            let key = manager.create(&request())?.client_key;
            key.name() == "Production Service" && key.scopes().count() == 2
        }
        "create: key once" => {
            let made = manager.create(&request())?;
            let shown_again = format!("{:?}", manager.get(made.client_key.id())?);
            made.key.expose().len() == 48 && !shown_again.contains(made.key.expose())
        }
        "create: documented scopes" => {
            let scopes = ["read:users", "write:users"].map(|text| Scope::new(text).unwrap());
            let key = manager
                .create(&CreateClientKeyRequest::new("Production Service", scopes))?
                .client_key;
            key.scopes().eq(["read:users", "write:users"])
        }
        "create: optional fields" => {
            let end: Timestamp = "2031-12-31T23:59:59Z".parse().unwrap();
            let asked = request()
                .description("for production")
                .rate_limit_per_minute(200)
                .expires_at(end);
            let key = manager.create(&asked)?.client_key;
            key.description() == Some("for production")
                && key.rate_limit_per_minute() == Some(200)
                && key.expires_at() == Some(end)
        }
        "list: client_keys and total" => {
            manager.create(&request())?;
            let list = manager.list()?;
            list.total == list.client_keys.len() as u64
        }
        "list: own keys" => {
            let made = manager.create(&request())?.client_key.id();
            manager
                .list()?
                .client_keys
                .iter()
                .any(|key| key.id() == made)
        }
        "get" => {
            let made = manager.create(&request())?.client_key;
            manager.get(made.id())?.name() == made.name()
        }
        "update" => {
            let made = manager.create(&request())?.client_key.id();
            let updates = UpdateClientKeyRequest::new()
                .name("Updated Name")
                .rate_limit_per_minute(200);
            let key = manager.update(made, &updates)?;
            key.name() == "Updated Name" && key.rate_limit_per_minute() == Some(200)
        }
        "revoke" => {
            let made = manager.create(&request())?.client_key.id();
            !manager.revoke(made)?.message.is_empty()
        }
        "revoke: audit" => {
            let made = manager.create(&CreateClientKeyRequest::new(
                "Production Service",
                [Scope::CLIENTKEYS_READ],
            ))?;
            let credential = Authentication::Fixed(Credential::client_key(made.key)?);
            let service = ClientKeysManager::new(settings(credential), transport.clone());
            service.list()?;
            manager.revoke(made.client_key.id())?;
            service.list().is_err()
                && manager.get(made.client_key.id())?.status(now()) == KeyStatus::Revoked
        }
        "delete" => {
            let made = manager.create(&request())?.client_key.id();
            !manager.delete(made)?.message.is_empty() && manager.get(made).is_err()
        }
        other => panic!("the table has a row that is not tried: {other}"),
    })
}

/// The cells of a row of the table, without the bars.
fn cells(line: &str) -> Vec<&str> {
    line.trim()
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect()
}

#[test]
fn every_cell_of_the_table_is_true() {
    let mut lines = TABLE
        .lines()
        .skip_while(|line| !line.starts_with("| promise | role |"));
    let header = cells(lines.next().unwrap());
    let [_, _, servers @ ..] = header.as_slice() else {
        panic!("{header:?}")
    };
    let profiles: Vec<Profile> = servers
        .iter()
        .map(|server| server.parse().unwrap())
        .collect();
    assert_eq!(profiles, Profile::ALL);
    let mut tried = 0;
    let mut kept = 0;
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let cells = cells(line);
        let [row, role, claims @ ..] = cells.as_slice() else {
            panic!("{line}")
        };
        let role = match *role {
            "user" => Role::User,
            "admin" => Role::Admin,
            "client key" => Role::ClientKey,
            other => panic!("{other}"),
        };
        assert_eq!(claims.len(), profiles.len(), "{line}");
        for (profile, claim) in profiles.iter().zip(claims) {
            let result = is_kept(&row.replace('`', ""), &scene(*profile, role));
            let is_kept = matches!(result, Ok(true));
            assert!(
                *claim == "kept" || claim.starts_with("impossible: "),
                "{row} {profile} {role:?}: {claim}"
            );
            assert_eq!(
                *claim == "kept",
                is_kept,
                "{row} {profile} {role:?}: {result:?}"
            );
            tried += 1;
            kept += u32::from(is_kept);
        }
    }
    assert_eq!(tried, 12 * 3 * 4, "promises × roles × servers");
    println!("{kept} of {tried} promises kept; the rest is impossible on the server");
}
