//! Fluxbase client keys: requests out, responses in, no I/O.

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
mod id;
mod keys;
mod manager;
mod operation;
mod scope;
mod secret;
mod session;
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
    manager::{Authentication, BatchOptions, ClientKeysManager, Settings, StoreTokens},
    operation::{Auth, Operation, Refusal, Replay},
    scope::{Scope, Spelling},
    secret::{Payload, Secret},
    session::{
        AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, Generation, Grant, Health,
        HealthStatus, Refresh, RenewalPlan, Session, SessionState, SignIn, SignInResponse, SignOut,
        SignOutResponse, SignedIn, TokenPair, User, VerifyTwoFactor,
    },
    time::{Timestamp, TimestampError},
    wire::{Call, Head, Method, Outgoing, Reply},
};
#[cfg(feature = "http")]
pub use http;
