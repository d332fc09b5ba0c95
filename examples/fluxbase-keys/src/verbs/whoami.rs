//! `whoami`: who the credential is and what it may do, as far as the server tells.

use fluxbase_client_keys_ureq::{ClientKeysManager, Error, ErrorKind, HealthStatus, server_code};
use serde::Serialize;

use super::leave;
use crate::{
    Streams, Variables,
    arguments::{Common, Format},
    connect::{self, Kind},
    output::{Row, print_json, print_rows, printable},
    problem::{Problem, line},
};

/// What is found out.
#[derive(Debug, Default, Serialize)]
struct Findings {
    health: String,
    credential: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// Whether it may list and get keys; `None` when nobody can tell.
    may_read_keys: Option<bool>,
    /// `tables:read`, `read:tables`, or nothing when the server gave no sign.
    scopes_are_spelled_like: Option<&'static str>,
    #[serde(skip)]
    refused: Option<Problem>,
}

pub(super) fn run(
    common: &Common,
    variables: Variables<'_>,
    streams: &mut Streams<'_>,
) -> Result<(), Problem> {
    let kind = Kind::of(variables);
    let manager = if kind == Kind::Login {
        connect::before_sign_in(common, variables)?
    } else {
        connect::manager(common, variables)?
    };
    let mut findings = Findings {
        credential: match (kind, common.admin) {
            (Kind::AccessToken, _) => "access token",
            (Kind::ClientKey, _) => "client key",
            (Kind::ServiceKey, _) => "service key",
            (Kind::Login, true) => "e-mail address and password of an administrator",
            (Kind::Login, false) => "e-mail address and password",
            (Kind::None, _) => "none",
        },
        health: health(&manager),
        ..Findings::default()
    };
    if kind == Kind::Login {
        let (email, password) = connect::login(variables)?;
        let user = connect::sign_in(&manager, common.admin, &email, &password)?;
        findings.email = user.email.as_deref().map(printable);
        findings.role = user.role.as_deref().map(printable);
        findings.user_id = user.id.map(|id| id.to_string());
    }
    findings.probe(&manager);
    leave(&manager);
    match common.format {
        Format::Table => print_rows(streams.out, &findings.rows())?,
        Format::Json => print_json(streams.out, &findings)?,
    }
    streams.out.flush()?;
    findings.refused.map_or(Ok(()), Err)
}

fn health(manager: &ClientKeysManager) -> String {
    match manager.health() {
        Ok(health) => match health.status {
            HealthStatus::Ok => "ok".to_owned(),
            HealthStatus::Degraded => "degraded".to_owned(),
            _ => "unclear".to_owned(),
        },
        Err(error) => line(&error),
    }
}

impl Findings {
    /// Asks for the keys of a user that cannot exist: that costs no list, and the refusal tells what may be done.
    fn probe(&mut self, manager: &ClientKeysManager) {
        match manager.list_of_user("-") {
            Ok(_) => self.may_read_keys = Some(true),
            Err(error) => self.judge(error),
        }
    }

    fn judge(&mut self, error: Error) {
        match (error.status(), error.required_scope()) {
            // The user id was looked at, so the credential was good enough. Newer servers give a code.
            (Some(400), _) => {
                self.may_read_keys = Some(true);
                self.scopes_are_spelled_like = Some(match error.code() {
                    Some(server_code::INVALID_ID) => "tables:read",
                    _ => "read:tables",
                });
            }
            (Some(403), Some(scope)) => {
                self.may_read_keys = Some(false);
                let newer = scope.starts_with("clientkeys:");
                self.scopes_are_spelled_like =
                    Some(if newer { "tables:read" } else { "read:tables" });
            }
            _ => {
                if matches!(error.kind(), ErrorKind::Refused { .. }) {
                    self.may_read_keys = Some(false);
                }
                self.refused = Some(error.into());
            }
        }
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = vec![
            ("health", self.health.clone()),
            ("credential", self.credential.to_owned()),
        ];
        let known = [
            ("e-mail", &self.email),
            ("role", &self.role),
            ("user id", &self.user_id),
        ];
        rows.extend(
            known
                .into_iter()
                .filter_map(|(label, text)| Some((label, text.clone()?))),
        );
        let may_read = match self.may_read_keys {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        };
        rows.push(("may read keys", may_read.to_owned()));
        let spelling = self.scopes_are_spelled_like.unwrap_or("not known");
        rows.push(("scopes like", spelling.to_owned()));
        rows
    }
}
