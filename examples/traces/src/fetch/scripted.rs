//! `ScriptedServer`: plays the other side of the script, as drivers in another process tell it to.
//!
//! Each message is one JSON object, and so is each reply.
//!
//! | message | reply |
//! |---|---|
//! | `{"do":"start","origin"}`: listen; pages of this origin may read the answers | `{"url"}` |
//! | `{"do":"prepare","row","next"}`: the row of the request that comes, and the one after it | `{}` |
//! | `{"do":"stop"}` | `{"arrived","oddities"}`: the requests, and what made no sense |

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{observed::Request, server::Server, table::Row};

#[derive(Deserialize, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Message {
    Start {
        origin: Option<String>,
    },
    Prepare {
        row: Option<Box<Row>>,
        next: Option<Box<Row>>,
    },
    Stop,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Started {
    pub(super) url: String,
}

/// Holds nothing, so that a problem is not taken for it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prepared {}

#[derive(Deserialize, Serialize)]
pub(super) struct Stopped {
    pub(super) arrived: Vec<Request>,
    pub(super) oddities: Vec<String>,
}

/// Plays the other side of one script after the other.
#[derive(Debug, Default)]
pub struct ScriptedServer(Option<Server>);

impl ScriptedServer {
    /// Does what the message says.
    ///
    /// # Errors
    /// When it is none, comes at the wrong time, or no socket is to be had.
    pub fn reply(&mut self, message: &str) -> Result<String, String> {
        let message = serde_json::from_str(message)
            .map_err(|error| format!("this is no message: {error}"))?;
        let reply = match message {
            Message::Start { origin } => self.start(origin)?,
            Message::Prepare { row, next } => {
                let server = self.0.as_ref().ok_or("no server was started")?;
                server.prepare(row.as_deref(), next.as_deref());
                value(&Prepared {})?
            }
            Message::Stop => {
                let server = self.0.take().ok_or("no server was started")?;
                let (arrived, oddities) = server.stop();
                value(&Stopped { arrived, oddities })?
            }
        };
        Ok(reply.to_string())
    }

    fn start(&mut self, origin: Option<String>) -> Result<Value, String> {
        let server =
            Server::start(origin).map_err(|error| format!("no loopback socket: {error}"))?;
        let url = server.url();
        // One that a run left behind ends here.
        if let Some(left) = self.0.replace(server) {
            let _ = left.stop();
        }
        value(&Started { url })
    }
}

fn value(reply: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(reply).map_err(|error| error.to_string())
}
