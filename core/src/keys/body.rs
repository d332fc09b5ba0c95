//! What a create and an update have in common: the members that they send.

use crate::{
    Error, Payload, Scope, Timestamp, error::Subject, text::split_once, wire::ObjectWriter,
};

/// The members that a key is made with, or that are changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) scopes: Option<Vec<Scope>>,
    pub(super) rate_limit_per_minute: Option<u32>,
    pub(super) expires_at: Option<Timestamp>,
}

impl Members {
    /// Writes the members that there are, if a server would take them. A list without scopes has to be meant.
    pub(super) fn write(&self, may_strip: bool) -> Result<Payload, Error> {
        let has_nul = |text: &str| split_once(text, 0).is_some();
        let name = self.name.as_deref();
        let description = self.description.as_deref();
        let wrong = if name.is_some_and(|name| name.is_empty() || has_nul(name)) {
            Subject::Name
        } else if description.is_some_and(has_nul) {
            Subject::Description
        } else if !may_strip && self.scopes.as_ref().is_some_and(Vec::is_empty) {
            Subject::NoScopes
        } else if self.rate_limit_per_minute > Some(i32::MAX.unsigned_abs()) {
            // Beyond 32 bits with a sign a server answers with an opaque 500.
            Subject::RateLimit
        } else {
            let mut body = ObjectWriter::new()
                .optional_text("name", name)
                .optional_text("description", description);
            if let Some(scopes) = &self.scopes {
                body = body.texts("scopes", scopes.iter().map(Scope::as_str));
            }
            body = body.optional_number("rate_limit_per_minute", self.rate_limit_per_minute);
            if let Some(end) = self.expires_at {
                body = body.text("expires_at", &end.truncated_to_micros().to_rfc3339());
            }
            return Ok(body.finish());
        };
        Err(Error::invalid(wrong))
    }

    /// The scopes; none where they are not set.
    pub(super) fn scopes(&self) -> &[Scope] {
        self.scopes.as_deref().unwrap_or_default()
    }

    /// The same, to be replaced one by one.
    pub(super) fn scopes_mut(&mut self) -> &mut [Scope] {
        self.scopes.as_deref_mut().unwrap_or_default()
    }
}
