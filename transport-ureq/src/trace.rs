//! Events for `tracing`.

use std::sync::Arc;

use crate::{Event, EventKind, Observer};

/// An observer that emits a `tracing` event for everything that happens in a call: at debug level, and at warn level when
/// a call fails. Never a secret.
#[must_use]
pub fn tracing_observer() -> Arc<dyn Observer> {
    Arc::new(Tracing)
}

struct Tracing;

impl Observer for Tracing {
    fn event(&self, event: &Event<'_>) {
        let Event {
            operation,
            request,
            attempt,
            ..
        } = *event;
        match &event.kind {
            EventKind::Sending => tracing::debug!(operation, request, attempt, "sending"),
            EventKind::Answered { status, request_id } => {
                tracing::debug!(operation, request, attempt, status, request_id, "answered");
            }
            EventKind::Failed { kind, delivery } => {
                tracing::debug!(operation, request, attempt, ?kind, ?delivery, "no answer");
            }
            EventKind::Waiting(pause) => {
                tracing::debug!(operation, request, attempt, ?pause, "waiting");
            }
            EventKind::Renewing => {
                tracing::debug!(operation, request, attempt, "renewing the access token");
            }
            EventKind::Succeeded => tracing::debug!(operation, request, attempt, "succeeded"),
            EventKind::GaveUp { outcome } => {
                tracing::warn!(operation, request, attempt, ?outcome, "failed");
            }
            _ => {}
        }
    }
}
