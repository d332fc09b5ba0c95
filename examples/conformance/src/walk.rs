//! The walk through the contract, line by line.

use std::{
    io::Write,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    Signals,
    answer::{Answer, Exchange, Request},
    caller::Caller,
    contract::{Contract, Line, Scope, Sender},
    diagnosis::{Diagnosis, Weight, examine},
    generation::Generations,
    judge::{Finding, Outcome, judge, lacks},
    values::Values,
    wire::Wire,
};

/// The longest wait for a rate limit; a longer one is left to whoever started the program.
const LONGEST_WAIT: Duration = Duration::from_secs(65);

/// What is waited where the server says zero: its windows last a minute.
const WINDOW: Duration = Duration::from_secs(61);

/// A walk under way.
pub(crate) struct Walk<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) wire: &'a Wire,
    pub(crate) caller: &'a Caller,
    pub(crate) signals: Signals<'a>,
    /// Where waits are announced.
    pub(crate) notes: &'a mut dyn Write,
    pub(crate) values: Values,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) findings: Vec<Finding<'a>>,
    pub(crate) diagnoses: Vec<Diagnosis>,
    /// The keys that were made and are still there.
    pub(crate) made: Vec<String>,
    /// How many were made in all.
    pub(crate) made_in_all: usize,
    /// A key may have been made whose id is not known.
    pub(crate) in_doubt: bool,
    lacking: Vec<Scope>,
    waited: bool,
    lost: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        contract: &'a Contract,
        wire: &'a Wire,
        caller: &'a Caller,
        values: Values,
        signals: Signals<'a>,
        notes: &'a mut dyn Write,
    ) -> Self {
        Self {
            contract,
            wire,
            caller,
            signals,
            notes,
            values,
            exchanges: Vec::new(),
            findings: Vec::new(),
            diagnoses: Vec::new(),
            made: Vec::new(),
            made_in_all: 0,
            in_doubt: false,
            lacking: Vec::new(),
            waited: false,
            lost: 0,
        }
    }

    /// Goes through these lines.
    pub(crate) fn lines(&mut self, lines: &'a [Line]) {
        for line in lines {
            if !self.caller.is(&line.callers) {
                continue;
            }
            let (outcome, exchange) = match self.obstacle(line) {
                Some(why) => (Outcome::Skipped(why), None),
                None => self.line(line),
            };
            self.findings.push(Finding {
                line,
                outcome,
                exchange,
            });
        }
    }

    /// Why nothing more is asked.
    pub(crate) fn end(&mut self) -> Option<&'static str> {
        if (self.signals)() > 0 && !self.diagnoses.iter().any(|found| found.id == "interrupted") {
            let text = "interrupted before the end";
            self.diagnoses
                .push(Diagnosis::new("interrupted", Weight::Unfinished, text));
        }
        let mut ends = self.diagnoses.iter().filter(|found| found.ends_the_run());
        ends.next().map(|found| found.id)
    }

    /// Why this line cannot be asked.
    fn obstacle(&mut self, line: &Line) -> Option<String> {
        if let Some(end) = self.end() {
            return Some(end.to_owned());
        }
        if line.sender == Sender::Caller
            && line.again.is_none()
            && self.caller.header(&self.values).is_none()
        {
            return Some("no credential".to_owned());
        }
        if line
            .scope
            .is_some_and(|scope| self.lacking.contains(&scope))
        {
            return Some("the key lacks the scope".to_owned());
        }
        let needed = line
            .needs
            .as_deref()
            .filter(|name| self.values.get(name).is_none());
        needed.map(|name| format!("no `{name}` from an earlier line"))
    }

    fn line(&mut self, line: &Line) -> (Outcome, Option<usize>) {
        if let Some(earlier) = &line.again {
            let exchange = self
                .exchanges
                .iter()
                .position(|exchange| exchange.case == *earlier);
            return match exchange.and_then(|at| self.exchanges.get(at)) {
                Some(found) => (self.judge(line, &found.answer.clone()), exchange),
                None => (Outcome::Skipped(format!("no answer of {earlier}")), None),
            };
        }
        let request = match self.request(line) {
            Ok(request) => request,
            Err(name) => {
                return (
                    Outcome::Skipped(format!("no `{name}` from an earlier line")),
                    None,
                );
            }
        };
        match self.send(&line.name, request) {
            Ok(at) => {
                self.lost = 0;
                let answer = self
                    .exchanges
                    .get(at)
                    .map(|exchange| exchange.answer.clone());
                let outcome = answer.map_or_else(
                    || Outcome::Skipped("no answer".to_owned()),
                    |answer| self.heard(line, &answer),
                );
                (outcome, Some(at))
            }
            Err(why) => {
                self.lost += 1;
                if self.lost > 1 || line.name == "health" {
                    let text = format!("the server cannot be reached: {why}");
                    self.diagnoses
                        .push(Diagnosis::new("not-reached", Weight::Unfinished, text));
                }
                (Outcome::Lost(why), None)
            }
        }
    }

    /// Makes the best of an answer.
    fn heard(&mut self, line: &Line, answer: &Answer) -> Outcome {
        if let Some(found) = examine(line, answer, self.caller) {
            let why = found.id.to_owned();
            if !self.diagnoses.contains(&found) {
                self.diagnoses.push(found);
            }
            return Outcome::Skipped(why);
        }
        let by_caller = line.sender == Sender::Caller && self.caller.has_scopes();
        if let (Some(scope), true) = (line.scope, by_caller) {
            if let Some(fits) = lacks(scope, answer) {
                self.lacking.push(scope);
                return Outcome::Answered {
                    fits,
                    misses: Vec::new(),
                };
            }
        }
        if answer.is_success() {
            self.keep(line, answer);
        }
        self.judge(line, answer)
    }

    fn judge(&self, line: &Line, answer: &Answer) -> Outcome {
        judge(
            line,
            answer,
            self.caller,
            &self.values,
            &self.contract.shapes,
        )
    }

    fn keep(&mut self, line: &Line, answer: &Answer) {
        let json = answer.json().unwrap_or_default();
        let later = line
            .keep_first
            .iter()
            .filter(|(name, _)| self.values.get(name).is_none());
        let wanted: Vec<_> = line.keep.iter().chain(later).collect();
        for (name, pointers) in wanted {
            let mut found = pointers.iter().filter_map(|pointer| json.pointer(pointer));
            if let Some(text) = found.next().and_then(Value::as_str) {
                self.values.set(name, text);
            }
        }
    }

    fn request(&self, line: &Line) -> Result<Request, String> {
        let send = line.send.as_deref().unwrap_or_default();
        let (method, target) = send.split_once(' ').unwrap_or((send, "/"));
        let mut request = Request::new(method, self.values.fill(target)?);
        // A value from an answer must not lead elsewhere.
        if request.target.contains("..")
            || !request.target.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err("sound id".to_owned());
        }
        for (name, value) in &line.headers {
            request
                .headers
                .push((name.clone(), self.values.fill(value)?));
        }
        if line.sender == Sender::Caller {
            request.headers.extend(self.caller.header(&self.values));
        }
        request.body = match (&line.json, &line.body, line.body_bytes) {
            (Some(json), _, _) => Some(self.values.fill_json(json)?.to_string().into_bytes()),
            (None, Some(body), _) => Some(self.values.fill(body)?.into_bytes()),
            (None, None, Some(length)) => Some(vec![b'x'; length]),
            (None, None, None) => None,
        };
        if request.body.is_some() {
            request
                .headers
                .push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Ok(request)
    }

    /// Sends a request, waits out one rate limit in the whole walk, and notes which keys it made or removed. The place of
    /// the exchange, or why there was no answer.
    pub(crate) fn send(&mut self, case: &str, request: Request) -> Result<usize, String> {
        let sent = self.wire.send(&request).and_then(|answer| {
            let wait = to_wait(&answer).filter(|_| !self.waited);
            match wait {
                Some(wait) if self.wait(wait) => self.wire.send(&request),
                _ => Ok(answer),
            }
        });
        if request.makes_a_key() {
            match &sent {
                Ok(answer) if answer.is_success() => match answer.made() {
                    Some(id) if self.made.contains(&id) => {}
                    Some(id) => {
                        self.made.push(id);
                        self.made_in_all += 1;
                    }
                    None => self.in_doubt = true,
                },
                Ok(answer) => self.in_doubt |= answer.status >= 500 && answer.json().is_none(),
                Err(_) => self.in_doubt = true,
            }
        }
        let answer = sent?;
        if request.method == "DELETE" && answer.is_success() {
            self.made
                .retain(|id| !request.path().ends_with(id.as_str()));
        }
        self.exchanges.push(Exchange {
            case: case.to_owned(),
            request,
            answer,
        });
        Ok(self.exchanges.len() - 1)
    }

    /// Waits, unless it is interrupted.
    fn wait(&mut self, wait: Duration) -> bool {
        self.waited = true;
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(
            self.notes,
            "conformance: note: waiting {} s for a rate limit of the server",
            wait.as_secs()
        );
        let begin = Instant::now();
        let before = (self.signals)();
        while begin.elapsed() < wait {
            if (self.signals)() > before {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    /// Which generation the answers so far tell of.
    pub(crate) fn best(&self) -> Generations {
        crate::judge::infer(&self.findings).best
    }
}

/// How long a rate limit is to be waited out, if it is.
fn to_wait(answer: &Answer) -> Option<Duration> {
    if answer.status != 429 {
        return None;
    }
    let seconds = (answer.header("retry-after")).and_then(|text| text.parse().ok());
    let wait = match seconds {
        None | Some(0) => WINDOW,
        Some(seconds) => Duration::from_secs(seconds),
    };
    (wait <= LONGEST_WAIT).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_a_minute_is_waited_out_and_a_longer_one_is_not() {
        for (status, header, seconds) in [
            (200, Some("5"), None),
            (429, Some("5"), Some(5)),
            (429, Some("0"), Some(61)),
            (429, None, Some(61)),
            (429, Some("Mon, 23 Nov 2026 10:30:09 GMT"), Some(61)),
            (429, Some("900"), None),
        ] {
            let headers = header.map(|value| ("Retry-After".to_owned(), value.to_owned()));
            let answer = Answer {
                status,
                reason: String::new(),
                headers: headers.into_iter().collect(),
                body: Vec::new(),
            };
            let wait = to_wait(&answer).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{status} {header:?}");
        }
    }
}
