#![doc = include_str!("../README.md")]

mod act;
mod ask;
#[cfg(not(target_arch = "wasm32"))]
mod blocking;
mod case;
mod judge;
mod limitation;
mod probe;
mod report;
mod seen;
#[cfg(not(target_arch = "wasm32"))]
mod server;
mod site;
mod suite;
mod table;

#[cfg(not(target_arch = "wasm32"))]
pub use self::server::{Authority, Server};
pub use self::{
    act::{Act, Deed, Then, When},
    case::{Ask, BODY_LIMIT, Case, Cors, Mark, Place, Told},
    limitation::Limitation,
    report::{Report, Verdict},
    seen::{Copy, Seen},
    site::{NoSite, Site},
    suite::{Peer, Suite},
    table::cases,
};
