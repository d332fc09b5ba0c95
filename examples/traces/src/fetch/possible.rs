//! What a Rust transport over `fetch` cannot do or see, and what follows for the table.

use crate::{
    environment::Environment,
    table::{Action, Fail, Kind, Row, Trace},
};

/// Why the trace is impossible for such a transport.
pub(super) fn impossible(environment: Environment, trace: &Trace) -> Option<&str> {
    let is_browser = environment == Environment::Browser;
    let failing = |kind| {
        let rows = trace.exchange.iter();
        rows.filter(move |row| row.fail == Some(kind))
    };
    // What fails without a reason fails so in a browser.
    let is_opaque = is_browser && failing(Fail::Opaque).next().is_some();
    let skipped = [Kind::Async, Kind::Sockets].map(|kind| trace.skip.get(&kind));
    if let [Some(reason), _] | [None, Some(reason)] = skipped
        && !is_opaque
    {
        return Some(reason);
    }
    let ends_otherwise = |row: &Row| is_once(row) || trace.call.action == Action::Delete;
    if failing(Fail::Refused).any(ends_otherwise) {
        return Some(
            "fetch does not say that nothing was sent, and what may have arrived is not sent again, or ends otherwise",
        );
    }
    if is_browser && failing(Fail::Garbage).any(|row| !is_once(row)) {
        return Some(
            "what is no HTTP is to a browser a failure like others, so it is asked for again where that does no harm",
        );
    }
    let breaks_off = |row: &Row| row.cut.is_some() && !row.gives.is_empty();
    if is_browser && trace.exchange.iter().any(breaks_off) {
        return Some(
            "what a browser has not handed over when a connection breaks it may throw away, so the keys before may not come",
        );
    }
    None
}

/// Whether the request is sent once only, unless nothing was sent.
fn is_once(row: &Row) -> bool {
    let creates = row.send == "POST /api/v1/client-keys" && row.key.is_none();
    creates
        || row.send.starts_with("POST /api/v1/auth/")
        || row.send.starts_with("POST /api/v1/admin/")
}

/// The trace with what such a transport can know of its end.
pub(super) fn adapted(environment: Environment, mut trace: Trace) -> Trace {
    if environment == Environment::Browser {
        // Before the head of an answer everything fails without a reason.
        let before_head = trace.exchange.last().is_some_and(|row| {
            matches!(row.fail, Some(Fail::Refused | Fail::Lost | Fail::Garbage))
        });
        let error = &mut trace.end.error;
        if before_head
            && error
                .as_deref()
                .is_some_and(|kind| kind.starts_with("transport: "))
        {
            *error = Some("transport: opaque".to_owned());
        }
    }
    environment.hide_redirect(&mut trace);
    trace
}
