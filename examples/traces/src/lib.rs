//! Scripted traces of calls, and runners that put them through every driver.
//!
//! Every decision of a call is in the core's machine: whether to send again, to wait, to renew, to ask `/health`, to
//! follow up with a GET. A driver only carries them out, so the same script must give the same requests, the same waits
//! and the same end through each of them. The table in `table/*.json` says, for each trace, what is called, what the peer
//! does to each request, and what has to be seen; it is JSON so that a driver in another language can run it too.
//!
//! | runner | drives | over |
//! |---|---|---|
//! | [`blocking_in_memory`] | `drive` | a scripted peer in memory |
//! | [`async_in_memory`] | `drive_async` | the same |
//! | [`manager_in_memory`] | the methods of `ClientKeysManager` | the same |
//! | [`blocking_over_socket`] | `drive` and any blocking transport | a scripted server on loopback |
//! | [`async_over_socket`] | `drive_async` and any asynchronous transport | the same |
//! | [`run_all_over_fetch`] | `drive_async` and a transport over `fetch`, in WebAssembly | the same, in another process |
//! | [`Commanded`] | a driver in another process or language | the same |
//!
//! In each of them the clock is the run's own and nothing really sleeps; over a socket only a peer that falls silent
//! costs real time. [`difference`] compares what was seen with what the table expects.
//!
//! Expectations follow from the rules about resending, refusals, spelling and idempotency keys, not from what the code
//! happens to do: when a trace fails, the rule decides which of the two is wrong.

mod access;
mod call;
mod commanded;
mod compare;
mod connection;
mod environment;
mod fetch;
mod lines;
mod manager;
mod memory;
mod observed;
mod renewal;
mod run;
mod server;
mod stage;
mod suite;
mod table;
mod timed;
mod told;

pub use self::{
    commanded::Commanded,
    compare::difference,
    environment::Environment,
    fetch::{Door, ScriptedServer, run_all_over_fetch},
    lines::serve_lines,
    observed::{Ending, Event, Observed, Request, Wire},
    run::{
        Block, Executor, async_in_memory, async_over_socket, blocking_in_memory,
        blocking_over_socket, manager_in_memory,
    },
    suite::{Summary, run_all},
    table::{Access, Action, Call, Cancel, End, Fail, Kind, Policy, Row, Trace, all},
};
