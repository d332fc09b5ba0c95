//! The body of a create and of an update, which have the same members.

use crate::{
    Error, Payload, Scope, Timestamp, error::Subject, text::split_once, wire::ObjectWriter,
};

/// The members that a key is made with, or that are changed.
pub(super) struct Body<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    pub(super) scopes: Option<&'a [Scope]>,
    /// Whether a list without scopes is meant.
    pub(super) may_strip: bool,
    pub(super) rate_limit_per_minute: Option<u32>,
    pub(super) expires_at: Option<Timestamp>,
}

impl Body<'_> {
    /// Writes the members that there are, if a server would take them.
    pub(super) fn write(&self) -> Result<Payload, Error> {
        let has_nul = |text: &str| split_once(text, 0).is_some();
        let wrong = if self
            .name
            .is_some_and(|name| name.is_empty() || has_nul(name))
        {
            Subject::Name
        } else if self.description.is_some_and(has_nul) {
            Subject::Description
        } else if !self.may_strip && self.scopes.is_some_and(<[_]>::is_empty) {
            Subject::NoScopes
        } else if self.rate_limit_per_minute > Some(i32::MAX.unsigned_abs()) {
            // Beyond 32 bits with a sign a server answers with an opaque 500.
            Subject::RateLimit
        } else {
            return Ok(self.written());
        };
        Err(Error::invalid(wrong))
    }

    fn written(&self) -> Payload {
        let expires_at = self
            .expires_at
            .map(|end| end.truncated_to_micros().to_rfc3339());
        let mut body = ObjectWriter::new()
            .optional_text("name", self.name)
            .optional_text("description", self.description);
        if let Some(scopes) = self.scopes {
            body = body.texts("scopes", scopes.iter().map(Scope::as_str));
        }
        body.optional_number("rate_limit_per_minute", self.rate_limit_per_minute)
            .optional_text("expires_at", expires_at.as_deref())
            .finish()
    }
}
