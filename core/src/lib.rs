//! Fluxbase client keys (API keys for services): requests out, responses in, no I/O.
//!
//! A request made, a response read; any HTTP library stands in between:
//!
//! ```
//! # #[cfg(feature = "http")] {
//! use fluxbase_client_keys::{BaseUrl, CreateClientKey, CreateClientKeyRequest, Credential, Operation, Scope};
//!
//! let base = BaseUrl::parse("https://fluxbase.example.com")?;
//! let credential = Credential::bearer_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")?;
//! let create = CreateClientKey::new(CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]));
//!
//! let request: http::Request<_> = create.request(&base, Some(&credential))?;
//! assert_eq!(request.method(), "POST");
//! assert_eq!(request.uri(), "https://fluxbase.example.com/api/v1/client-keys");
//! assert_eq!(request.body().as_ref(), br#"{"name":"ci","scopes":["tables:read"]}"#);
//!
//! // What came back, read by the same operation.
//! let response = http::Response::builder().status(201).body(
//!     r#"{"id":"5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11","name":"ci","key_prefix":"fbk_Zm9vYmFy","scopes":["tables:read"],
//!         "rate_limit_per_minute":100,"key":"fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE="}"#,
//! )?;
//! let created = create.read(&response)?;
//! assert_eq!(created.client_key.key_prefix(), "fbk_Zm9vYmFy");
//! assert!(created.key.expose().starts_with("fbk_Zm9vYmFy"));
//! # }
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! For scripts there is `fluxbase-client-keys-ureq`, which re-exports this crate and does the I/O.
//!
//! # Overview
//!
//! | | for | decides |
//! |---|---|---|
//! | [`Operation`] | one request and its answer | what to ask, what the answer means |
//! | [`Flow`] | operations that together keep one promise | which one follows |
//! | [`Step`] | one call from start to end, as plain data | whether to send again, wait, renew, look into a refusal |
//! | [`drive`], [`drive_async`] | the loop over steps | nothing |
//! | [`ClientKeysManager`] | the documented methods and a session, over any [`Transport`] | nothing |
//! | [`AsyncClientKeysManager`] | the same, over any [`AsyncHost`] | nothing |
//!
//! Take [`Operation`] for full control, [`ClientKeysManager`] to get work done. [How a call runs](docs::exchange) shows the
//! states of [`Step`] in a diagram, and walks through each.
//!
//! | HTTP | type | method of the manager |
//! |---|---|---|
//! | `POST /api/v1/client-keys` | [`CreateClientKey`] | [`create`](ClientKeysManager::create), [`create_idempotent`](ClientKeysManager::create_idempotent) |
//! | `GET /api/v1/client-keys` | [`ListClientKeys`] | [`list`](ClientKeysManager::list), [`list_each`](ClientKeysManager::list_each), [`list_of_user`](ClientKeysManager::list_of_user) |
//! | `GET /api/v1/client-keys/{id}` | [`GetClientKey`] | [`get`](ClientKeysManager::get) |
//! | `PATCH /api/v1/client-keys/{id}` | [`UpdateClientKey`] | [`update`](ClientKeysManager::update), [`update_many`](ClientKeysManager::update_many) |
//! | `POST /api/v1/client-keys/{id}/revoke` | [`RevokeClientKey`] | [`revoke`](ClientKeysManager::revoke), [`revoke_many`](ClientKeysManager::revoke_many) |
//! | `DELETE /api/v1/client-keys/{id}` | [`DeleteClientKey`] | [`delete`](ClientKeysManager::delete), [`delete_many`](ClientKeysManager::delete_many) |
//! | `POST /api/v1/auth/signin` | [`SignIn`] | [`sign_in`](ClientKeysManager::sign_in) |
//! | `POST /api/v1/auth/2fa/verify` | [`VerifyTwoFactor`] | [`verify_two_factor`](ClientKeysManager::verify_two_factor) |
//! | `POST /api/v1/auth/refresh` | [`Refresh`] | [`refresh`](ClientKeysManager::refresh), and by itself |
//! | `POST /api/v1/auth/signout` | [`SignOut`] | [`sign_out`](ClientKeysManager::sign_out) |
//! | `POST /api/v1/admin/login` | [`AdminSignIn`] | [`admin_sign_in`](ClientKeysManager::admin_sign_in) |
//! | `POST /api/v1/admin/refresh` | [`AdminRefresh`] | [`refresh`](ClientKeysManager::refresh), and by itself |
//! | `POST /api/v1/admin/logout` | [`AdminSignOut`] | [`sign_out`](ClientKeysManager::sign_out) |
//! | `GET /health` | [`CheckHealth`] | [`health`](ClientKeysManager::health), and behind a 401 |
//!
//! # Scope and non-goals
//!
//! The servers disagree with their published reference and with each other. This crate gives the documented results from
//! every generation that makes them possible; [the table of promises](docs::promises) says where one does not. It knows
//! 2026.1 and 2026.3.7, of which exchanges were recorded, and **2026.3.6, which is unverified**: what is said of that one was
//! read in its source. Newer servers are met with open types: unknown members are ignored, unknown words kept.
//!
//! * No I/O: no socket, file, clock, sleep, thread, randomness, environment or logging. Time, jitter and entropy are
//!   parameters.
//! * No other part of Fluxbase: tables, files, functions, users.
//! * No enforcement of what the servers leave open: any user may change any key there, and no rate limit of a key holds.
//! * No storage of keys or tokens: a callback is handed new tokens, before they are used.
//!
//! # Errors
//!
//! One type, [`Error`]: its [`kind`](Error::kind) says who must act, its [`outcome`](Error::outcome) what is known about the
//! effect: nothing was changed, it was, or nobody knows. [A page](docs::statuses) goes through the statuses one by one, with
//! the texts of the servers. A 401 is no verdict: with its database away a server refuses good credentials, so a refusal is
//! looked into, and nothing that was stored is given up for it.
//!
//! # Secrets
//!
//! Plaintext keys, tokens, passwords and idempotency keys are held in [`Secret`] and its like: redacted `Debug`, no
//! `Display`, memory overwritten on drop. They leave through [`Secret::expose`], in headers that are marked sensitive, and in
//! request bodies, never in URLs. Errors and [events](Observer) hold none.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `events` | yes | an [`Observer`] is told what happens in each call |
//! | `http` | yes | [`Operation::request`] and [`Operation::read`] with the types of the crate `http`, which is re-exported |
//! | `login` | yes | a [`Login`], with which sessions sign in by themselves |
//! | `sources` | yes | errors have the error beneath them, such as that of an HTTP library, as their [source](std::error::Error::source) |
//! | `jiff` | | conversions between [`Timestamp`] and `jiff::Timestamp` |
//! | `emulator` | | the server side as a pure function, and a transport that runs it in process: for your own tests |
//!
//! Rust 1.85 or newer.
//!
//! # Where the facts come from
//!
//! Exchanges with two generations of the real server, recorded byte for byte, stand in the repository under
//! `core/tests/recordings`. Every recorded response is read back in a test, and the emulator answers every recorded request
//! in the same words. Where a text and a recording disagree, the recording is right. [What goes over the wire](docs::wire) is
//! a page of its own.

mod base;
mod batch;
mod credential;
pub mod docs;
mod drive;
#[cfg(feature = "emulator")]
pub mod emulator;

mod error;
mod exchange;
mod flow;
#[cfg(feature = "__fuzz")]
#[doc(hidden)]
pub mod fuzz;
mod id;
mod keys;
mod manager;
mod operation;
mod scope;
mod secret;
mod session;
mod text;
mod time;
mod wire;

pub use self::{
    base::BaseUrl,
    batch::{Batch, BatchItem, Job},
    credential::{Credential, CredentialKind},
    drive::{
        AsyncRenewal, AsyncResponseBody, AsyncTransport, Limits, NoRenewal, Renewal, ResponseBody,
        Transport, drive, drive_async,
    },
    error::{Delivery, Error, ErrorKind, FailureKind, Outcome, TransportFailure, server_code},
    exchange::{
        Access, Answer, Context, Done, Event, EventKind, Learned, Now, Observer, Policy, Receiving,
        Renewing, Sending, Step, Waiting, Warning,
    },
    flow::{
        Checked, CollectKeys, Create, EachKey, Errand, Flow, Notes, Respell, Single, ThenCheck,
        Turn, UpdateThenGet, WithSpelling,
    },
    id::{ClientKeyId, UserId},
    keys::{
        ClientKey, CreateClientKey, CreateClientKeyRequest, CreateClientKeyResponse,
        DeleteClientKey, DeleteClientKeyResponse, GetClientKey, IdempotencyKey, KeyStatus,
        ListClientKeys, ListClientKeysResponse, ListReadError, ListReader, ListSummary,
        RevokeClientKey, RevokeClientKeyResponse, UpdateClientKey, UpdateClientKeyRequest,
        UpdateWithoutScopes, Updated,
    },
    manager::{
        AsyncClientKeysManager, AsyncHost, Authentication, BatchOptions, ClientKeysManager,
        GivenCredential, ManagerState, PlannedRenewal, RenewalFlow, RenewalState, RenewalTask,
        Settings, StoreTokens,
    },
    operation::{Auth, Operation, Refusal, Replay},
    scope::{Scope, Spelling},
    secret::{Payload, Secret},
    session::{
        AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, Generation, Grant, Health,
        HealthStatus, Login, Refresh, RenewalPlan, Session, SessionState, SignIn, SignInResponse,
        SignOut, SignOutResponse, SignedIn, TokenPair, User, VerifyTwoFactor,
    },
    time::{Timestamp, TimestampError},
    wire::{Call, Head, JsonText, Method, Outgoing, Reply},
};
#[cfg(feature = "http")]
pub use http;

/// The examples of the read-me are run as tests.
#[cfg(all(doctest, feature = "http"))]
#[doc = include_str!("../README.md")]
struct ReadMe;
