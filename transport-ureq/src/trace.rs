//! What happens in a call, as events of the crate `tracing`.

use std::sync::Arc;

use fluxbase_client_keys::{Event, EventKind, Observer};
use tracing::{debug, info, warn};

/// Tells `tracing` what happens in each call; for [`Builder::observer`](crate::Builder::observer).
///
/// The target is `fluxbase_client_keys`. Every event has the fields `operation` (what the caller asked for), `request` (what
/// is sent for it: the same, a follow-up or a check) and `attempt` (requests of this call so far); according to what
/// happened also `status`, `request_id`, `wait_ms`, `failure`, `delivery` and `outcome`. Never a credential, a body, a
/// header or a query. A request and its answer are told at `DEBUG`, a wait and a renewal at `INFO`, a request without an
/// answer and a call that failed at `WARN`.
///
/// ```no_run
/// let manager = fluxbase_client_keys_ureq::Builder::from_env()?
///     .observer(fluxbase_client_keys_ureq::tracing_observer())
///     .build()?;
/// # Ok::<_, fluxbase_client_keys_ureq::Error>(())
/// ```
#[must_use]
pub fn tracing_observer() -> Arc<dyn Observer> {
    Arc::new(Teller)
}

struct Teller;

impl Observer for Teller {
    fn event(&self, event: &Event<'_>) {
        let Event {
            operation,
            request,
            attempt,
            ..
        } = *event;
        macro_rules! tell {
            ($level:ident, $($rest:tt)+) => {
                $level!(target: "fluxbase_client_keys", operation, request, attempt, $($rest)+)
            };
        }
        match &event.kind {
            EventKind::Sending => tell!(debug, "sending"),
            EventKind::Answered { status, request_id } => {
                tell!(debug, status, request_id, "answered");
            }
            EventKind::Failed { kind, delivery } => {
                tell!(warn, failure = ?kind, delivery = ?delivery, "no whole answer");
            }
            EventKind::Waiting(pause) => {
                let wait_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                tell!(info, wait_ms, "waiting");
            }
            EventKind::Renewing => tell!(info, "renewing the access token"),
            EventKind::Succeeded => tell!(debug, "succeeded"),
            EventKind::GaveUp { outcome } => tell!(warn, outcome = ?outcome, "gave up"),
            other => tell!(debug, event = ?other, "went on"),
        }
    }
}
