//! Requests over HTTP, exactly as they are given, and answers with all that is in them.
//!
//! The client's own transport hands on only the headers that decide something; here every one counts.

use std::{fs, path::Path, time::Duration};

use fluxbase_client_keys_ureq::BaseUrl;
use ureq::{
    Agent, Body,
    http::{Request as HttpRequest, Response},
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::{
    answer::{Answer, Request},
    arguments::Options,
    problem::Problem,
};

/// The time for one exchange.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The largest answer that is read: a list of some 200,000 keys.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The way to one server.
pub(crate) struct Wire {
    agent: Agent,
    base: BaseUrl,
}

impl Wire {
    pub(crate) fn new(url: &str, options: &Options) -> Result<Self, Problem> {
        let base = if options.allow_plain_http {
            BaseUrl::parse_allowing_plain_http(url)?
        } else {
            BaseUrl::parse(url)?
        };
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .accept_encoding("identity")
            .accept("")
            .user_agent(concat!("fluxbase-conformance/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIMEOUT));
        if base.is_loopback() {
            // What goes to this machine stays on it.
            config = config.proxy(None);
        }
        if let Some(file) = &options.ca_file {
            config = config.tls_config(TlsConfig::builder().root_certs(authorities(file)?).build());
        }
        Ok(Self {
            agent: config.build().into(),
            base,
        })
    }

    pub(crate) fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Sends it once, and reads all of the answer. The error has no secret.
    pub(crate) fn send(&self, request: &Request) -> Result<Answer, String> {
        let mut building = HttpRequest::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base.as_str(), request.target));
        for (name, value) in &request.headers {
            building = building.header(name, value);
        }
        let answered = match &request.body {
            Some(body) => building
                .body(body.as_slice())
                .map(|request| self.agent.run(request)),
            None => building.body(()).map(|request| self.agent.run(request)),
        };
        let response = answered
            .map_err(|_| {
                "the request cannot be sent: a value has characters that no header takes".to_owned()
            })?
            .map_err(|error| error.to_string())?;
        read(response)
    }
}

fn read(response: Response<Body>) -> Result<Answer, String> {
    let (head, mut body) = response.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    Ok(Answer {
        status: head.status.as_u16(),
        reason: head
            .status
            .canonical_reason()
            .unwrap_or_default()
            .to_owned(),
        headers: headers.collect(),
        body: (body.with_config().limit(LARGEST).read_to_vec())
            .map_err(|error| format!("the answer ended early: {error}"))?,
    })
}

fn authorities(file: &Path) -> Result<RootCerts, Problem> {
    let unusable = |why: &str| Problem::usage(format!("the CA file {} {why}", file.display()));
    let text = fs::read(file).map_err(|error| unusable(&format!("cannot be read: {error}")))?;
    let certificates: Vec<_> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(unusable("holds no certificate in PEM form"));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
