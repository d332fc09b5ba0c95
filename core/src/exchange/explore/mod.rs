//! Exploring the exchange: every sequence of what can happen to a call, against a model server that knows what it really
//! did.
//!
//! `catalogue` lists the classes of answers, `server` says which of them a server can give now and what it has done by
//! then, `event` makes one happen to the machine, `watch` holds the promises against what is sent and what was done, and
//! `subject` lists the calls. `search` walks through all of it; a fuzz target walks far beyond, by chance. `planted` lists
//! machines that are broken on purpose, and the search has to find each.

mod catalogue;
pub(crate) mod event;
#[cfg(test)]
mod faulty;
#[cfg(test)]
mod planted;
pub(crate) mod request;
pub(crate) mod run;
#[cfg(test)]
mod search;
mod server;
#[cfg(test)]
mod state;
pub(crate) mod subject;
#[cfg(test)]
mod tests;
pub(crate) mod watch;

use self::request::{Kind, Request};
