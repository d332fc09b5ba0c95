//! What a driver elsewhere is told of a trace.

use fluxbase_client_keys::TokenPair;
use serde_json::{Value, json};

use super::now;
use crate::{
    access,
    stage::Stage,
    table::{Action, Call, Row, Trace},
    timed::real_timeout,
};

/// The trace as a driver needs it to make the call.
///
/// `timeouts` has, for each request in order, the milliseconds that it may really take, whatever the driver allows it; the run's
/// clock moves by what the driver allows.
pub(super) fn brief(trace: &Trace, stage: &Stage, url: &str) -> Value {
    let Trace {
        name, call, policy, ..
    } = trace;
    let timeouts: Vec<u128> = trace
        .exchange
        .iter()
        .map(|row: &Row| real_timeout(Some(row)).as_millis())
        .collect();
    json!({
        "name": name,
        "url": url,
        "call": arguments(call),
        "credential": credential(trace, stage),
        "policy": {
            "attempts": policy.attempts,
            "attempt_timeout": policy.attempt_timeout,
            "deadline": policy.deadline,
            "body_limit": policy.body_limit,
            "list_limit": policy.list_limit,
            "spelling": policy.spelling,
        },
        "jitter": trace.jitter,
        "cancelled": trace.cancelled,
        "timeouts": timeouts,
        "now": now(stage),
    })
}

fn arguments(call: &Call) -> Value {
    json!({
        "do": call.action,
        "id": call.id,
        "name": call.name,
        "scopes": call.scopes,
        "user": call.user,
        "email": access::EMAIL,
        "password": access::PASSWORD,
        "user_id": "user-1",
        "code": "123456",
    })
}

/// One of `access_token`, `client_key`, `service_key` and `tokens`, the last as they are exported.
fn credential(trace: &Trace, stage: &Stage) -> Value {
    let exported = |pair: &TokenPair| {
        let text = pair.export();
        serde_json::from_str::<Value>(text.expose()).unwrap_or_default()
    };
    // The table has the refresh token in the call itself; a client has it in its session.
    let renewed = match trace.call.action {
        Action::Refresh => Some(access::pair_to_renew()),
        Action::AdminRefresh => Some(access::pair_to_renew().admin()),
        _ => None,
    };
    if let Some(pair) = renewed {
        return json!({"tokens": exported(&pair)});
    }
    if let Some(pair) = access::tokens(trace.access, stage.now()) {
        return json!({"tokens": exported(&pair)});
    }
    match access::fixed_text(trace.access) {
        Some((kind, text)) => json!({ kind: text }),
        None => json!({}),
    }
}
