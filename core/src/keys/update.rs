//! `PATCH /api/v1/client-keys/{id}`: changes name, description, scopes or rate limit.
//!
//! Real servers answer only `{"message": …, "success": true}`; the published reference promises the key. What one answer
//! can tell is [`Updated`]; [`UpdateThenGet`](crate::UpdateThenGet) gives the key in every case. An update of a key that
//! does not exist is a 500 on real servers.

use super::{ClientKey, body::Members, path_of, read_object};
use crate::{
    Auth, Call, ClientKeyId, Error, Operation, Replay, Reply, Scope, error::Subject, wire::Method,
};

/// What to change. A field that is not set stays as it is.
///
/// The end of a key cannot be changed by any server, and a description cannot be taken away, only made empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateClientKeyRequest(Members);

impl UpdateClientKeyRequest {
    /// Changes nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new name. An empty one is refused here, although the servers would take it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// A new description; `""` makes it empty.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.0.description = Some(text.into());
        self
    }

    /// New scopes in place of all old ones: at least one. See [`without_scopes`](Self::without_scopes).
    #[must_use]
    pub fn scopes(mut self, scopes: impl Into<Vec<Scope>>) -> Self {
        self.0.scopes = Some(scopes.into());
        self
    }

    /// An update that takes every scope away, so that the key can do nothing. It has a constructor of its own because an
    /// empty list that came about by accident would do the same.
    #[must_use]
    pub fn without_scopes() -> UpdateWithoutScopes {
        UpdateWithoutScopes(Self(Members {
            scopes: Some(Vec::new()),
            ..Members::default()
        }))
    }

    /// Requests a minute, at most 2147483647; 0 is stored as 0. None of the known servers enforces it.
    #[must_use]
    pub fn rate_limit_per_minute(mut self, requests: u32) -> Self {
        self.0.rate_limit_per_minute = Some(requests);
        self
    }

    /// Whether it changes nothing, in which case it is not sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let members = &self.0;
        members.name.is_none()
            && members.description.is_none()
            && members.scopes.is_none()
            && members.rate_limit_per_minute.is_none()
    }
}

/// An update that takes every scope away; see [`UpdateClientKeyRequest::without_scopes`].
#[derive(Debug, Clone)]
pub struct UpdateWithoutScopes(UpdateClientKeyRequest);

/// What one answer to an update can tell.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Updated {
    /// The key in its new state, where the server sends it (documented; no known server does).
    pub key: Option<ClientKey>,
    /// What the server said.
    pub message: Option<String>,
}

/// Changes a client key.
#[derive(Debug, Clone)]
pub struct UpdateClientKey {
    id: ClientKeyId,
    request: UpdateClientKeyRequest,
    may_strip: bool,
}

impl UpdateClientKey {
    /// Changes the key with this id.
    #[must_use]
    pub fn new(id: ClientKeyId, request: UpdateClientKeyRequest) -> Self {
        Self {
            id,
            request,
            may_strip: false,
        }
    }

    /// Takes every scope away from the key with this id.
    #[must_use]
    pub fn strip(id: ClientKeyId, request: UpdateWithoutScopes) -> Self {
        Self {
            id,
            request: request.0,
            may_strip: true,
        }
    }

    pub(crate) fn id(&self) -> ClientKeyId {
        self.id
    }

    pub(crate) fn scopes_mut(&mut self) -> &mut [Scope] {
        self.request.0.scopes_mut()
    }
}

impl Operation for UpdateClientKey {
    type Output = Updated;

    const NAME: &'static str = "update client key";
    const AUTH: Auth = Auth::Any;

    fn replay(&self) -> Replay {
        // The same values twice are the values; of two updates at once the last one stands, resent or not.
        Replay::Idempotent
    }

    fn call(&self) -> Result<Call, Error> {
        if self.request.is_empty() {
            return Err(Error::invalid(Subject::NothingToUpdate));
        }
        let body = self.request.0.write(self.may_strip)?;
        Ok(Call::json(Method::Patch, path_of(self.id), body))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<Updated, Error> {
        if reply.is_blank() {
            return Ok(Updated {
                key: None,
                message: None,
            });
        }
        let mut object = read_object(reply)?;
        Ok(Updated {
            message: object.message.take(),
            // A key whose instants make no sense is as good as none: the GET that follows says so.
            key: object.sound_key(),
        })
    }
}
