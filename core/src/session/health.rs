//! `GET /health`: whether the server has its database, without credentials.
//!
//! 200 `"status":"ok"`, or 503 `"status":"degraded"`; servers before 2026.3.7 also say `services.database`. It is what
//! tells an outage from a refusal, because with its database away a server refuses good keys and tokens with 401.

use crate::{
    Auth, Call, Error, Operation, Replay, Reply,
    wire::{
        Method,
        json::{Value, read_object},
        unreadable,
    },
};

/// What the server says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// In one word.
    pub status: HealthStatus,
    /// Whether it has its database, where it says so.
    pub database: Option<bool>,
}

/// What the server says of itself in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HealthStatus {
    /// All is well.
    Ok,
    /// Something that it needs is away.
    Degraded,
    /// Another word.
    Other,
}

impl Health {
    /// Whether keys and tokens can be judged: all is well, or at least the database is there.
    #[must_use]
    pub fn has_database(self) -> bool {
        self.database.unwrap_or(self.status == HealthStatus::Ok)
    }
}

/// Asks the server how it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct CheckHealth;

impl Operation for CheckHealth {
    type Output = Health;

    const NAME: &'static str = "check health";
    const AUTH: Auth = Auth::None;
    const CLAIMED: &'static [u16] = &[503];

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn call(&self) -> Result<Call, Error> {
        Ok(Call::new(Method::Get, "/health"))
    }

    fn output(&self, reply: &Reply<'_>) -> Result<Health, Error> {
        let (mut status, mut database) = (None, None);
        let read = read_object(
            reply.body(),
            &mut |name: &str, value: &Value<'_>| match name {
                "status" => {
                    status = value.text().map(|text| match text {
                        "ok" => HealthStatus::Ok,
                        "degraded" => HealthStatus::Degraded,
                        _ => HealthStatus::Other,
                    });
                }
                "services" => {
                    database = None;
                    value.members(&mut |name: &str, value: &Value<'_>| {
                        if name == "database" {
                            database = value.flag().or(database);
                        }
                    });
                }
                _ => {}
            },
        );
        read.ok_or_else(|| unreadable(reply, "it is not one JSON object"))?;
        let status = status.ok_or_else(|| unreadable(reply, "the member `status` is missing"))?;
        Ok(Health { status, database })
    }
}
