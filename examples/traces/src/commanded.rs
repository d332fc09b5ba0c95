//! `Commanded`: the table through a driver in another process or language.
//!
//! The driver asks for a trace, tells of each request and each wait before it carries them out, and of the end. Each
//! message is one JSON object, and so is each reply. The script, its server on a loopback socket, the clock and the
//! judgement stay here; what stays there is to call, to fetch and to wait.
//!
//! | message | when | reply |
//! |---|---|---|
//! | `{"do":"next"}` | a trace is wanted | the trace, see [`brief`]; `{"end":SUMMARY}` after the last one |
//! | `{"do":"send","method","url","headers":[[name,value]],"body","timeout","limit","interruptible"}` | before each request | `{}` |
//! | `{"do":"sent"}` | its head has come, or it has failed | `{"now","cancelled","cut"}`: the clock; whether the caller cancels now, and whether that cuts the request |
//! | `{"do":"sleep","ms"}` | in place of each wait | `{"now","cancelled"}` |
//! | `{"do":"ended", …}` | the call has ended, see [`Outcome`] | `{"failed": the difference or null}` |
//! | `{"do":"unable","why"}` | the trace could not be run at all | `{}` |

mod brief;
mod outcome;
mod package;
mod warning;

use core::time::Duration;
use std::vec;

use fluxbase_client_keys::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use self::{brief::brief, outcome::Outcome};
use crate::{
    compare::difference,
    environment::Environment,
    observed::{Allowed, Observed, Request, Wire},
    server::Server,
    stage::Stage,
    suite::Summary,
    table::Trace,
};

/// Gives one trace after the other to a driver elsewhere, and judges what it does.
#[derive(Debug)]
pub struct Commanded {
    table: vec::IntoIter<Trace>,
    environment: Environment,
    origin: Option<String>,
    running: Option<Running>,
    summary: Summary,
}

/// The trace that is being run.
#[derive(Debug)]
struct Running {
    trace: Trace,
    stage: Stage,
    server: Server,
    allowed: Option<Allowed>,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Message {
    Next,
    Send(Send),
    Sent,
    Sleep { ms: f64 },
    Ended(Box<Outcome>),
    Unable { why: String },
}

/// A request as the driver is about to send it.
#[derive(Deserialize)]
struct Send {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    timeout: f64,
    limit: u64,
    interruptible: bool,
}

impl Commanded {
    /// The table for drivers in this environment; pages of `origin` may read the scripted answers.
    #[must_use]
    pub fn new(table: Vec<Trace>, environment: Environment, origin: Option<String>) -> Self {
        Self {
            table: table.into_iter(),
            environment,
            origin,
            running: None,
            summary: Summary::default(),
        }
    }

    /// How it went so far.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Does what the message says.
    ///
    /// # Errors
    /// When it is none, comes at the wrong time, or no socket is to be had.
    pub fn reply(&mut self, message: &str) -> Result<String, String> {
        let message = serde_json::from_str(message)
            .map_err(|error| format!("this is no message: {error}"))?;
        let reply = match message {
            Message::Next => self.next()?,
            Message::Send(send) => self.running()?.send(send),
            Message::Sent => self.running()?.sent(),
            Message::Sleep { ms } => self.running()?.sleep(ms),
            Message::Ended(outcome) => self.ended(&outcome)?,
            Message::Unable { why } => {
                let running = self.taken()?;
                let failed = format!("{}: cannot be run: {why}", running.trace.name);
                self.summary.failed.push(failed);
                json!({})
            }
        };
        Ok(reply.to_string())
    }

    fn running(&mut self) -> Result<&mut Running, String> {
        self.running
            .as_mut()
            .ok_or_else(|| "no trace is being run".to_owned())
    }

    fn taken(&mut self) -> Result<Running, String> {
        self.running
            .take()
            .ok_or_else(|| "no trace is being run".to_owned())
    }

    fn next(&mut self) -> Result<Value, String> {
        if self.running.is_some() {
            return Err("the trace before has not ended".to_owned());
        }
        for trace in self.table.by_ref() {
            if let Some(reason) = package::impossible(&trace) {
                self.summary.skip(&trace, reason);
                continue;
            }
            self.summary.ran += 1;
            let trace = package::adapted(self.environment, trace);
            let server = Server::start(self.origin.clone())
                .map_err(|error| format!("no loopback socket: {error}"))?;
            let running = Running {
                stage: Stage::new(&trace),
                trace,
                server,
                allowed: None,
            };
            let told = brief(&running.trace, &running.stage, &running.server.url());
            self.running = Some(running);
            return Ok(told);
        }
        Ok(json!({"end": self.summary.to_string()}))
    }

    fn ended(&mut self, outcome: &Outcome) -> Result<Value, String> {
        let Running {
            trace,
            stage,
            server,
            ..
        } = self.taken()?;
        let now = stage.now().wall;
        let (arrived, oddities) = server.stop();
        let observed = Observed {
            events: stage.events(),
            end: outcome.ending(&trace, now),
            token: outcome.token().map(str::to_owned),
            wire: Some(Wire {
                sent: self.environment.of_wire(stage.arrived()),
                arrived: self.environment.of_wire(arrived),
                oddities,
            }),
        };
        let failed = difference(&trace, &observed);
        self.summary.failed.extend(failed.clone());
        Ok(json!({"failed": failed}))
    }
}

impl Running {
    fn send(&mut self, send: Send) -> Value {
        let allowed = Allowed {
            timeout: milliseconds(send.timeout),
            body_limit: send.limit,
            interruptible: send.interruptible,
        };
        self.allowed = Some(allowed);
        let request = Request {
            target: Request::target_of(&send.url).to_owned(),
            method: send.method,
            headers: send.headers,
            body: send.body.unwrap_or_default().into_bytes(),
        };
        self.stage.begin_send(request, allowed);
        self.server.prepare(self.stage.row(), self.stage.next_row());
        json!({})
    }

    fn sent(&mut self) -> Value {
        let cut = self
            .allowed
            .take()
            .is_some_and(|allowed| self.stage.end_send(allowed));
        json!({"now": now(&self.stage), "cancelled": self.stage.is_cancelled(), "cut": cut})
    }

    fn sleep(&self, ms: f64) -> Value {
        self.stage.sleep(milliseconds(ms));
        json!({"now": now(&self.stage), "cancelled": self.stage.is_cancelled()})
    }
}

/// What a driver tells in milliseconds; nothing where it is no length of time.
fn milliseconds(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}

/// The run's clock in milliseconds: since 1970, and the monotonic one.
fn now(stage: &Stage) -> Value {
    let now = stage.now();
    json!({
        "wall": now.wall.since(Timestamp::UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0,
        "monotonic": now.monotonic.as_secs_f64() * 1000.0,
    })
}
