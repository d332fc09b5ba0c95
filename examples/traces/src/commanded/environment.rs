//! `Environment`: what a driver elsewhere cannot do or see, and what follows for the table.

use core::{fmt, str::FromStr};

use crate::{
    observed::Request,
    table::{Access, Action, Fail, Kind, Trace},
};

/// Where the driver runs that is commanded: JavaScript with the global `fetch`.
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
    /// Why the trace is impossible for such a driver.
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

    /// The trace with what such a driver can know of its end.
    pub(super) fn adapted(self, mut trace: Trace) -> Trace {
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
        if self == Self::Browser && end.error.as_deref() == Some("redirected") {
            // Nothing of a redirect can be read but that it is one; some say that the request was carried out.
            end.status = None;
            if trace.call.action != Action::List && trace.call.action != Action::Get {
                end.outcome = Some("unknown".to_owned());
            }
        }
        if matches!(trace.call.action, Action::SignOut | Action::AdminSignOut) && end.ok.is_some() {
            // The table has the call alone; a client's session ends with it.
            end.token = end.token.as_ref().map(|_| "none".to_owned());
        }
        trace
    }

    /// The requests with what is comparable of them: a browser accepts codings whatever it is told.
    pub(super) fn of_wire(self, mut requests: Vec<Request>) -> Vec<Request> {
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
