//! No block of memory that the core gives back holds a password, code, token, plaintext key or idempotency key.
//!
//! The transport of this test keeps the answers in constants and copies nothing of a request, so every block that is found
//! is one of the core's. One test, because the allocator serves the whole program.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used)]

use std::{cell::RefCell, collections::VecDeque, sync::Arc, time::Duration};

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, CreateClientKeyRequest, Credential, Delivery,
    Error, FailureKind, Head, Limits, Login, Now, Outgoing, Policy, ResponseBody, Scope, Secret,
    Settings, SignInResponse, Spelling, Timestamp, TokenPair, Transport, TransportFailure, UserId,
};
use fluxbase_freed_memory::{MARK, Watching, assert_nothing_found, found};

#[global_allocator]
static ALLOCATOR: Watching = Watching;

const ACCESS: &str = "eyJ.cAnArY0sEcReT.access";
const REFRESH: &str = "cAnArY0sEcReT.refresh.0123456789";
const PASSWORD: &str = "cAnArY0sEcReT \"password\"";
const CODE: &str = "cAnArY0sEcReT";
const CLIENT_KEY: &str = "fbk_Zm9vYmFycAnArY0sEcReT=";
const SERVICE_KEY: &str = "sk_cAnArY0sEcReT";

const GRANT: &str = r#"{"access_token":"eyJ.cAnArY0sEcReT.access","refresh_token":"cAnArY0sEcReT.refresh.0123456789","expires_in":900,"user":{"id":"u-1","email":"a@example.com"}}"#;
/// The next pair, with an escape in each token, which is read into a text of its own.
const ESCAPED: &str = r#"{"access_token":"eyJ.cAnArY0sEcReT.\u0061ccess.2","refresh_token":"cAnArY0sEcReT.\u0072efresh.9876543210","expires_in":900}"#;
const FLAT: &str = r#"{"id":"key-1","name":"ci","scopes":["tables:read"],"key_prefix":"fbk_Zm9vYmFy","key":"fbk_Zm9vYmFycAnArY0sEcReT="}"#;
const NESTED: &str = r#"{"client_key":{"id":"key-1","name":"ci","scopes":["tables:read"]},"key":"fbk_Zm9vYmFycAnArY0sEcReT\u003d"}"#;
/// A whole key where its public beginning belongs, and no id.
const STRANGE: &str =
    r#"{"name":"ci","key_prefix":"fbk_Zm9vYmFycAnArY0sEcReT=","key":"fbk_Zm9vYmFycAnArY0sEcReT="}"#;
/// An escape that makes no sense, after all of a secret.
const BROKEN: &str =
    r#"{"client_key":{"id":"key-1"},"key":"fbk_Zm9vYmFycAnArY0sEcReT\u003d\ud800"}"#;

/// An answer: its status and body, or none.
type Answer = Option<(u16, &'static str)>;

/// Answers from a list, piece by piece.
#[derive(Clone, Default)]
struct Scripted {
    answers: Arc<RefCell<VecDeque<Answer>>>,
}

struct Pieces(&'static [u8]);

impl ResponseBody for Pieces {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        let (piece, rest) = self.0.split_at(self.0.len().min(17));
        self.0 = rest;
        Ok((!piece.is_empty()).then_some(piece))
    }
}

impl Transport for Scripted {
    type Body = Pieces;

    fn send(&self, _: &Outgoing, _: &Limits) -> Result<(Head, Pieces), TransportFailure> {
        let Some((status, body)) = self.answers.borrow_mut().pop_front().unwrap() else {
            return Err(TransportFailure::new(
                FailureKind::Closed,
                Delivery::Unknown,
            ));
        };
        let mut head = Head::new(status);
        head.header("content-type", b"application/json");
        Ok((head, Pieces(body.as_bytes())))
    }

    fn now(&self) -> Now {
        Now::new(Timestamp::UNIX_EPOCH, Duration::ZERO, 0)
    }

    fn sleep(&self, _: Duration) {}

    /// Idempotency keys that are all mark.
    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        for (byte, value) in buffer
            .iter_mut()
            .zip([0xc0, 0xff, 0xee].into_iter().cycle())
        {
            *byte = value;
        }
        Ok(())
    }
}

fn manager(
    authentication: Authentication,
    answers: impl IntoIterator<Item = Answer>,
) -> ClientKeysManager<Scripted> {
    let mut settings = Settings::new(BaseUrl::parse("https://example.com").unwrap());
    settings.authentication = authentication;
    settings.policy = Policy::new().attempts(3).spelling(Spelling::AsGiven);
    settings.store = Some(Arc::new(|pair: &TokenPair| {
        TokenPair::restore(&pair.export())?;
        Err("the disk is full".into())
    }));
    let transport = Scripted::default();
    transport.answers.borrow_mut().extend(answers);
    ClientKeysManager::new(settings, transport)
}

fn request() -> CreateClientKeyRequest {
    CreateClientKeyRequest::new("ci", [Scope::TABLES_READ])
}

/// The whole life of a session, with a create in every shape.
fn live() {
    let manager = manager(
        Authentication::None,
        [
            Some((200, r#"{"requires_2fa":true,"user_id":"u-1"}"#)),
            Some((200, GRANT)),
            Some((201, FLAT)),
            // The token is refused and renewed, then the answer is lost and asked for again.
            Some((401, r#"{"error":"Invalid or expired Bearer token"}"#)),
            Some((200, ESCAPED)),
            None,
            Some((201, NESTED)),
            Some((200, GRANT)),
            Some((200, r#"{"message":"bye"}"#)),
        ],
    );
    let signed_in = manager.sign_in("a@example.com", PASSWORD).unwrap();
    assert!(matches!(signed_in, SignInResponse::TwoFactorNeeded { .. }));
    manager
        .verify_two_factor(UserId::parse("u-1").unwrap(), CODE)
        .unwrap();
    let created = manager.create(&request()).unwrap();
    assert_eq!(created.key.expose(), CLIENT_KEY);
    let created = manager.create_idempotent(&request()).unwrap();
    assert_eq!(created.key.expose(), CLIENT_KEY);
    manager.refresh().unwrap();
    let exported = manager.export_tokens().unwrap();
    assert_eq!(exported.access_token.expose(), ACCESS);
    manager.sign_out().unwrap();
    assert!(manager.transport().answers.borrow().is_empty());
}

/// What fails: refused, without a plaintext that makes sense, cut, lost.
fn fail() {
    let answers = [
        Some((
            422,
            r#"{"error":"not this one","code":"IDEMPOTENCY_KEY_REUSED"}"#,
        )),
        Some((201, STRANGE)),
        Some((201, BROKEN)),
        Some((201, FLAT.strip_suffix('}').unwrap())),
        None,
        None,
        None,
    ];
    for credential in [
        Credential::client_key(CLIENT_KEY).unwrap(),
        Credential::service_key(SERVICE_KEY).unwrap(),
        Credential::bearer_token(ACCESS).unwrap(),
    ] {
        let manager = manager(Authentication::Fixed(credential), answers);
        for _ in 0..5 {
            manager.create_idempotent(&request()).unwrap_err();
        }
        assert!(manager.transport().answers.borrow().is_empty());
    }
}

/// An administrator's login that signs in by itself, once the tokens that it was given are dead.
fn log_in() {
    let login = Authentication::Login {
        login: Login::new("a@example.com", PASSWORD, true),
        tokens: Some(TokenPair::new(ACCESS, Some(REFRESH.into())).admin()),
    };
    let refused = Some((401, r#"{"error":"no"}"#));
    let answers = [
        refused,
        refused,
        Some((200, r#"{"status":"ok"}"#)),
        refused,
        Some((200, ESCAPED)),
        Some((201, FLAT)),
    ];
    let manager = manager(login, answers);
    manager.create_idempotent(&request()).unwrap();
    assert!(manager.transport().answers.borrow().is_empty());
}

/// Secrets so long that whatever they are written into or read from has to grow.
fn outgrow() {
    // Given back by nobody, like the constants.
    let leaked = |text: String| -> &'static str { text.leak() };
    let long = |length: usize| leaked(MARK.repeat(length / MARK.len()));
    let (access, refresh, password) = (long(8_000), long(8_000), long(20_000));
    let grant = leaked(
        [
            "{\"access_token\":\"",
            access,
            "\",\"refresh_token\":\"",
            refresh,
            "\"}",
        ]
        .concat(),
    );
    let manager = manager(
        Authentication::None,
        [Some((200, grant)), Some((200, grant)), Some((201, FLAT))],
    );
    manager.sign_in("a@example.com", password).unwrap();
    manager.refresh().unwrap();
    manager.create(&request()).unwrap();
    let exported = manager.export_tokens().unwrap().export();
    assert!(exported.expose().len() > access.len() + refresh.len());
    assert!(manager.transport().answers.borrow().is_empty());
}

#[test]
fn no_block_that_is_given_back_holds_a_secret() {
    // The search works: a text that nobody overwrites is found, also when it grows, and a `Secret` is not.
    let mut plain = String::from(MARK);
    plain.reserve(1000);
    assert_eq!(found().len(), 1);
    drop(plain);
    assert_eq!(found().len(), 1);
    drop(Secret::new(MARK));

    for (name, part) in [
        ("live", live as fn()),
        ("fail", fail),
        ("log in", log_in),
        ("outgrow", outgrow),
    ] {
        part();
        assert_nothing_found(name);
    }
}
