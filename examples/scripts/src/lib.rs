//! The core of Fluxbase client keys in other HTTP stacks.
//!
//! `fluxbase-client-keys` sends nothing itself: a transport carries out its requests. The two here are asynchronous, and as
//! small as they can be while they keep to what [`Transport`](fluxbase_client_keys::Transport) asks for. Copy one into a
//! program that already has an HTTP client. The examples of this package show them at work, and the synchronous scripts; a test
//! puts both through the suite of `examples/transport-conformance`.

mod clock;
mod damage;
pub mod hyper_transport;
pub mod reqwest_transport;

pub use self::{hyper_transport::HyperTransport, reqwest_transport::ReqwestTransport};
