//! `Environment`: where a driver over `fetch` runs, and what nothing there can see.

use core::{fmt, str::FromStr};

use crate::{
    observed::Request,
    table::{Action, Trace},
};

/// Where a driver over the global `fetch` runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// A window or a worker of a browser.
    Browser,
    /// Node.
    Node,
}

impl FromStr for Environment {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "browser" => Ok(Self::Browser),
            "node" => Ok(Self::Node),
            _ => Err(format!("an environment is browser or node, not {name:?}")),
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Browser => "browser",
            Self::Node => "node",
        })
    }
}

impl Environment {
    /// Takes from the trace's end what a browser does not tell of a redirect: everything but that it is one. Some redirects say
    /// that the request was carried out.
    pub(crate) fn hide_redirect(self, trace: &mut Trace) {
        let end = &mut trace.end;
        if self == Self::Browser && end.error.as_deref() == Some("redirected") {
            end.status = None;
            if !matches!(trace.call.action, Action::List | Action::Get) {
                end.outcome = Some("unknown".to_owned());
            }
        }
    }

    /// The requests with what is comparable of them: a browser accepts codings whatever it is told.
    pub(crate) fn of_wire(self, mut requests: Vec<Request>) -> Vec<Request> {
        if self == Self::Browser {
            for request in &mut requests {
                request
                    .headers
                    .retain(|(name, _)| name != "accept-encoding");
            }
        }
        requests
    }
}
