//! `Call`: what is asked. `Outgoing`: what is sent.

use core::fmt;

use crate::{BaseUrl, Credential, Payload, Secret, text::concat};

/// The methods that the operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Read.
    Get,
    /// Make, or act.
    Post,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What an operation asks for, without host or credential: method, path with query, body.
#[derive(Clone)]
pub struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Payload>,
    pub(crate) idempotency_key: Option<Secret>,
    /// The password, code or token that the body holds.
    pub(crate) in_body: Option<Secret>,
}

impl Call {
    /// A call without a body.
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self::with_parts(method, path.into(), None, None)
    }

    /// A call with JSON.
    pub(crate) fn json(method: Method, path: impl Into<String>, body: impl Into<Payload>) -> Self {
        Self::with_parts(method, path.into(), Some(body.into()), None)
    }

    /// A call that posts JSON with this secret in it, which no error is to repeat should the server do.
    pub(crate) fn with_secret(path: &'static str, body: Payload, secret: &Secret) -> Self {
        Self::with_parts(Method::Post, path.into(), Some(body), Some(secret.clone()))
    }

    fn with_parts(
        method: Method,
        path: String,
        body: Option<Payload>,
        in_body: Option<Secret>,
    ) -> Self {
        Self {
            method,
            path,
            body,
            idempotency_key: None,
            in_body,
        }
    }

    /// Every secret that is sent but the credential.
    pub(crate) fn secrets(&self) -> [Option<&str>; 2] {
        [
            self.in_body.as_ref().map(Secret::expose),
            self.idempotency_key.as_ref().map(Secret::expose),
        ]
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path from the root of the API, with the query if there is one.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// This call to that server by that caller.
    #[must_use]
    pub fn to_outgoing(&self, base: &BaseUrl, credential: Option<&Credential>) -> Outgoing {
        let json = "application/json";
        let mut headers = Vec::new();
        let mut add = |name, before, value| {
            headers.push((name, Secret::new(concat(&[before, value]))));
        };
        add("accept", "", json);
        if let Some(credential) = credential {
            let (name, before) = credential.header();
            add(name, before, credential.secret());
        }
        if self.body.is_some() {
            add("content-type", "", json);
        }
        if let Some(key) = &self.idempotency_key {
            add("idempotency-key", "", key.expose());
            // A replay keeps the coding of the first answer, whoever asks; so none is asked for.
            add("accept-encoding", "", "identity");
        }
        Outgoing {
            method: self.method,
            url: concat(&[base.as_str(), &self.path]),
            headers,
            body: self.body.clone(),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A request that is ready to be sent: what a transport executes.
///
/// A transport sends it as it is: it adds no credential and no cookie, follows no redirect, and resends nothing.
#[derive(Clone)]
pub struct Outgoing {
    method: Method,
    url: String,
    headers: Vec<(&'static str, Secret)>,
    body: Option<Payload>,
}

impl Outgoing {
    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The whole URL. It holds no secret.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers, names in lower case; values may be secrets.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (*name, value.expose()))
    }

    /// The body: `None` for requests that have none, which is not the same as an empty one.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(AsRef::as_ref)
    }

    /// This request as one of the `http` crate, credentials marked sensitive.
    #[cfg(feature = "http")]
    pub fn into_http(self) -> Result<http::Request<Payload>, crate::Error> {
        let method = match self.method {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        };
        let mut request = http::Request::builder().method(method).uri(&self.url);
        for (name, value) in &self.headers {
            let mut value = http::HeaderValue::from_str(value.expose())
                .map_err(|_| crate::Error::invalid(crate::error::Subject::Credential))?;
            value.set_sensitive(is_sensitive(name));
            request = request.header(*name, value);
        }
        request
            .body(self.body.unwrap_or_default())
            .map_err(|_| crate::Error::invalid(crate::error::Subject::BaseUrl))
    }
}

fn is_sensitive(name: &str) -> bool {
    !matches!(name, "accept" | "content-type" | "accept-encoding")
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.iter().map(|(name, value)| {
            (
                *name,
                if is_sensitive(name) {
                    "Sensitive"
                } else {
                    value.expose()
                },
            )
        });
        write!(f, "{} {} ", self.method, self.url)?;
        f.debug_map().entries(headers).finish()?;
        match &self.body {
            Some(body) => write!(f, " {body:?}"),
            None => Ok(()),
        }
    }
}
