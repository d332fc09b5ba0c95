//! Deletes what the walk made, whatever happened to it.

use std::{thread, time::Duration};

use serde_json::Value;

use crate::{answer::Request, walk::Walk};

/// How often a delete is tried.
const TRIES: u32 = 3;

impl Walk<'_> {
    /// Deletes every key that was made and is still there. Those that stay are left in `made`.
    ///
    /// The first request to end the program led here; the second one ends this too.
    pub(crate) fn clean_up(&mut self) {
        let signals = (self.signals)();
        if self.in_doubt {
            self.find_unknown();
        }
        let mut ids = self.made.clone();
        for round in 0..TRIES {
            ids.retain(|id| (self.signals)() > signals.max(1) || !self.delete(id));
            if ids.is_empty() || (self.signals)() > signals.max(1) {
                return;
            }
            thread::sleep(Duration::from_millis(300 << round));
        }
    }

    /// Whether the key is gone.
    fn delete(&mut self, id: &str) -> bool {
        let Ok(at) = self.ask("DELETE", id) else {
            return false;
        };
        let gone = match self.status(at) {
            200..300 | 404 => true,
            // Servers say 500 for what is not there, too.
            500 => self.ask("GET", id).is_ok_and(|at| self.status(at) == 404),
            _ => false,
        };
        if gone {
            self.made.retain(|own| own != id);
        }
        gone
    }

    /// Looks for keys of this run whose ids never arrived: they have its mark in their names.
    fn find_unknown(&mut self) {
        let Ok(at) = self.ask("GET", "") else {
            return;
        };
        let list = self
            .exchanges
            .get(at)
            .and_then(|exchange| exchange.answer.json());
        let list = list.unwrap_or_default();
        let keys = list.get("client_keys").unwrap_or(&list);
        let text =
            |key: &Value, member: &str| key.get(member).and_then(Value::as_str).map(str::to_owned);
        for key in keys.as_array().into_iter().flatten() {
            let own = text(key, "name").is_some_and(|name| name.starts_with(self.values.run()));
            if let (true, Some(id)) = (own, text(key, "id")) {
                if !self.made.contains(&id) {
                    self.made.push(id);
                    self.made_in_all += 1;
                    self.in_doubt = false;
                }
            }
        }
    }

    fn ask(&mut self, method: &str, id: &str) -> Result<usize, String> {
        let target = match id {
            "" => "/api/v1/client-keys".to_owned(),
            id => format!("/api/v1/client-keys/{id}"),
        };
        let mut request = Request::new(method, target);
        request.headers.extend(self.caller.header(&self.values));
        self.send("clean-up", request)
    }

    fn status(&self, at: usize) -> u16 {
        self.exchanges
            .get(at)
            .map_or(0, |exchange| exchange.answer.status)
    }
}
