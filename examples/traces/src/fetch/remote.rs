//! `Remote`: the way to a scripted server in another process.

use core::{cell::RefCell, future::Future};

use serde::de::DeserializeOwned;

use super::scripted::{Message, Prepared, Started, Stopped};
use crate::{environment::Environment, observed::Request, table::Row};

/// Leads to a [`ScriptedServer`](super::ScriptedServer).
pub trait Door {
    /// Gives it one message, and waits for its reply; an error says why there is none.
    fn tell(&self, message: String) -> impl Future<Output = Result<String, String>>;
}

/// A scripted server that was started for one run.
pub(super) struct Remote<'d, D> {
    door: &'d D,
    url: String,
    oddities: RefCell<Vec<String>>,
}

impl<'d, D: Door> Remote<'d, D> {
    /// Starts one; pages of any origin may read its answers if this is a browser.
    pub(super) async fn start(door: &'d D, environment: Environment) -> Result<Self, String> {
        let origin = match environment {
            Environment::Browser => Some("*".to_owned()),
            Environment::Node => None,
        };
        let Started { url } = ask(door, &Message::Start { origin }).await?;
        Ok(Self {
            door,
            url,
            oddities: RefCell::default(),
        })
    }

    /// Where it listens.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Gets it ready for the request of this row; `next` is the one after it. What goes wrong is an oddity of the run.
    pub(super) async fn prepare(&self, row: Option<&Row>, next: Option<&Row>) {
        let message = Message::Prepare {
            row: row.cloned().map(Box::new),
            next: next.cloned().map(Box::new),
        };
        match ask(self.door, &message).await {
            Ok(Prepared {}) => {}
            Err(problem) => self.oddities.borrow_mut().push(problem),
        }
    }

    /// Stops it; gives what has arrived, and what made no sense.
    pub(super) async fn stop(self) -> (Vec<Request>, Vec<String>) {
        let mut found = self.oddities.into_inner();
        match ask::<Stopped>(self.door, &Message::Stop).await {
            Ok(Stopped { arrived, oddities }) => {
                found.extend(oddities);
                (arrived, found)
            }
            Err(problem) => {
                found.push(problem);
                (Vec::new(), found)
            }
        }
    }
}

async fn ask<T: DeserializeOwned>(door: &impl Door, message: &Message) -> Result<T, String> {
    let message = serde_json::to_string(message).map_err(|error| error.to_string())?;
    let reply = door.tell(message).await?;
    serde_json::from_str(&reply).map_err(|_| format!("the scripted server said {reply}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use core::cell::Cell;

    use super::*;
    use crate::run::{Block, Executor as _};

    /// Starts a server, and has a problem with everything after that.
    #[derive(Default)]
    struct Stuck(Cell<bool>);

    impl Door for Stuck {
        async fn tell(&self, _: String) -> Result<String, String> {
            let started = self.0.replace(true);
            Ok(if started {
                r#"{"problem":"stuck"}"#
            } else {
                r#"{"url":"http://x"}"#
            }
            .to_owned())
        }
    }

    #[test]
    fn a_problem_is_an_oddity_of_the_run() {
        let door = Stuck::default();
        let (arrived, oddities) = Block.block_on(async {
            let server = Remote::start(&door, Environment::Node).await.unwrap();
            server.prepare(None, None).await;
            server.stop().await
        });
        assert!(arrived.is_empty());
        let problem = r#"the scripted server said {"problem":"stuck"}"#;
        assert_eq!(oddities, [problem, problem]);
    }
}
