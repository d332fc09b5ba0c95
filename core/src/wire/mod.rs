//! What goes over the wire, and the first look at what comes back.

mod call;
mod envelope;
mod head;
pub(crate) mod json;
mod triage;

pub use self::{
    call::{Call, Method, Outgoing},
    head::{Head, Reply},
    json::JsonText,
};
pub(crate) use self::{
    envelope::Envelope,
    json::ObjectWriter,
    triage::{message, refusal, unreadable},
};
