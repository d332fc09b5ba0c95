//! What the package, JavaScript on the global `fetch`, cannot do or see, and what follows for the table.

use crate::{
    environment::Environment,
    table::{Access, Action, Fail, Kind, Trace},
};

/// Why the trace is impossible for the package.
pub(super) fn impossible(trace: &Trace) -> Option<&str> {
    let fails = |kind| trace.exchange.iter().any(|row| row.fail == Some(kind));
    if fails(Fail::Tls) {
        return Some("the scripted server speaks plain HTTP");
    }
    if fails(Fail::Refused) {
        return Some(
            "fetch does not say that a connection was refused, so nothing is known to be unsent",
        );
    }
    if fails(Fail::Garbage) && trace.call.action == Action::Revoke {
        return Some(
            "what is no HTTP is to JavaScript a failure like others, so it is asked for again where that does no harm",
        );
    }
    match trace.call.action {
        Action::ListEach => return Some("JavaScript is given whole lists"),
        _ if trace.policy.confirm_refusals.is_some() => {
            return Some("JavaScript has no such option");
        }
        _ => {}
    }
    match trace.access {
        Access::Login | Access::SessionAndLogin => {
            Some("JavaScript keeps no password to sign in with again")
        }
        // What cancels and what fails without a reason is possible here.
        _ => trace.skip.get(&Kind::Manager).map(String::as_str),
    }
}

/// The trace with what the package can know of its end.
pub(super) fn adapted(environment: Environment, mut trace: Trace) -> Trace {
    let end = &mut trace.end;
    // The promise of a fetch is rejected in the same way whatever broke before the head of an answer.
    let broke = trace.exchange.last().and_then(|row| row.fail);
    if matches!(broke, Some(Fail::Lost | Fail::Garbage))
        && matches!(
            end.error.as_deref(),
            Some("transport: closed" | "transport: protocol")
        )
    {
        end.error = Some("transport: opaque".to_owned());
    }
    environment.hide_redirect(&mut trace);
    if matches!(trace.call.action, Action::SignOut | Action::AdminSignOut) && trace.end.ok.is_some()
    {
        // The table has the call alone; a client's session ends with it.
        trace.end.token = trace.end.token.as_ref().map(|_| "none".to_owned());
    }
    trace
}
