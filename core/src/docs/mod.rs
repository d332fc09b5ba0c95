//! Pages on what is not one item.
//!
//! * [`statuses`]: I got a 401, 403, 404, 409, 422, 429 or 500: what it means on which server, and what to do
//! * [`promises`]: what every server generation keeps of what users were promised
//! * [`wire`]: what goes over the wire, operation by operation
//! * [`exchange`]: how one call runs: the machine, its diagram, and a walk through its states

#[doc = include_str!("exchange.md")]
pub mod exchange {}

#[doc = include_str!("promises.md")]
pub mod promises {}

#[doc = include_str!("statuses.md")]
pub mod statuses {}

#[doc = include_str!("wire.md")]
pub mod wire {}
