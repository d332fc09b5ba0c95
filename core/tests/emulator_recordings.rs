//! Every recorded request replayed: the emulator gives the recorded answer, but for what is random or of the moment.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod emulator_support;
#[path = "emulator_support/pairs.rs"]
mod pairs;
#[path = "emulator_support/pieces.rs"]
mod pieces;
#[path = "emulator_support/recorded.rs"]
mod recorded;

use std::collections::BTreeMap;
use std::time::Duration;

use emulator_support::Server;
use fluxbase_client_keys::Timestamp;
use fluxbase_client_keys::emulator::{ContentCoding, Emulator, Profile, State};
use http::{HeaderMap, Request, Response};
use pairs::Pairs;
use recorded::{Bucket, Exchange};

/// The window of the limiter for refreshes, in seconds.
const REFRESH_WINDOW: i64 = 60;

/// The second of the server's clock for limits at each request.
///
/// It must not go backward, and within a window the seconds that are left tell how far apart two requests were. This is
/// the earliest solution; the `Date` of an answer, which is up to a second late, is its lower bound.
fn seconds(exchanges: &[Exchange]) -> Vec<i64> {
    let mut seconds: Vec<i64> = exchanges
        .iter()
        .map(|exchange| exchange.date() - 1)
        .collect();
    for _ in 0..=exchanges.len() {
        let before = seconds.clone();
        // For each bucket the request before and the seconds that were left then.
        let mut last: BTreeMap<Bucket, (usize, i64)> = BTreeMap::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            if at > 0 {
                seconds[at] = seconds[at].max(seconds[at - 1]);
            }
            let Some(left) = exchange.number("x-ratelimit-reset") else {
                continue;
            };
            if let Some((earlier, left_earlier)) = last.insert(exchange.bucket(), (at, left)) {
                let apart = left_earlier - left;
                seconds[at] = seconds[at].max(seconds[earlier] + apart);
                seconds[earlier] = seconds[earlier].max(seconds[at] - apart);
            }
        }
        if seconds == before {
            return seconds;
        }
    }
    panic!("the recorded windows contradict each other");
}

/// A file on its way through the emulator.
struct Replay {
    server: Server,
    pairs: Pairs,
    seconds: Vec<i64>,
    sent: usize,
}

impl Replay {
    fn new(profile: Profile, state: &str, exchanges: &[Exchange]) -> Self {
        let seconds = seconds(exchanges);
        let mut emulator = Emulator::new(profile, State::from_json(state.as_bytes()).unwrap());
        // Some files were recorded while the server ran in another zone.
        if exchanges
            .iter()
            .any(|exchange| exchange.answer_body.contains("+01:00\""))
        {
            emulator.set_utc_offset(3600);
        }
        Self {
            server: Server::new(emulator, at(seconds[0])),
            pairs: Pairs::new(state, at(seconds[0])),
            seconds,
            sent: 0,
        }
    }

    /// Moves the clock to the next request, each a millisecond further within its second.
    fn tick(&mut self) {
        let part = Duration::from_millis(u64::try_from(self.sent).unwrap());
        self.server.now = at(self.seconds[self.sent]).saturating_add(part);
        self.sent += 1;
    }

    /// Uses up the window that was open already when the file began: the bucket for refreshes is shared by all clients,
    /// and another one had used it.
    fn use_refresh_window(&mut self, exchanges: &[Exchange]) {
        let refreshes = |exchange: &Exchange| exchange.target.ends_with("/auth/refresh");
        let first = exchanges.iter().position(refreshes).unwrap();
        let number = |name: &str| exchanges[first].number(name).unwrap();
        let before = number("x-ratelimit-limit") - number("x-ratelimit-remaining") - 1;
        self.server.now = at(self.seconds[first] - (REFRESH_WINDOW - number("x-ratelimit-reset")));
        for _ in 0..before {
            let body = br#"{"refresh_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"}"#;
            let request =
                Request::post("/api/v1/auth/refresh").header("content-type", "application/json");
            let answer = self.server.answer(&request.body(body.to_vec()).unwrap());
            assert_eq!(answer.status(), 401);
        }
    }

    fn send(&mut self, exchange: &Exchange) -> Response<Vec<u8>> {
        self.tick();
        let target = self.pairs.translate(&exchange.target);
        let mut request = Request::builder()
            .method(exchange.method.as_str())
            .uri(target);
        for (name, value) in &exchange.headers {
            request = request.header(name, self.pairs.translate(value));
        }
        let body = match core::str::from_utf8(&exchange.body) {
            Ok(text) => self.pairs.translate(text).into_bytes(),
            Err(_) => exchange.body.clone(),
        };
        self.server.answer(&request.body(body).unwrap())
    }

    /// Sends a request and says what is not as it was recorded.
    fn check(&mut self, exchange: &Exchange) -> Result<(), String> {
        let answer = self.send(exchange);
        if answer.status() != exchange.status {
            return Err(format!(
                "status {} instead of {}",
                answer.status(),
                exchange.status
            ));
        }
        self.check_headers(exchange, answer.headers())?;
        let coding = answer.extensions().get::<ContentCoding>().copied();
        let expected = if exchange.gzip {
            ContentCoding::Gzip
        } else {
            ContentCoding::Identity
        };
        if coding != Some(expected) {
            return Err(format!("{coding:?} instead of {expected:?}"));
        }
        let length = answer
            .headers()
            .get("content-length")
            .map(|length| length.to_str().unwrap().to_owned());
        if exchange.method != "HEAD"
            && exchange.status != 204
            && length != Some(answer.body().len().to_string())
        {
            return Err(format!(
                "content-length {length:?} for {} bytes",
                answer.body().len()
            ));
        }
        let body = String::from_utf8(answer.into_body()).map_err(|error| error.to_string())?;
        self.pairs.compare(&exchange.answer_body, &body)
    }

    /// All headers are compared but the date; the length must be there, the request's id stands for the recorded one.
    fn check_headers(&mut self, exchange: &Exchange, own: &HeaderMap) -> Result<(), String> {
        let mut names: Vec<String> = exchange
            .answer_headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.extend(own.keys().map(|name| name.as_str().to_owned()));
        names.sort();
        names.dedup();
        for name in names {
            let theirs: Vec<&str> = exchange
                .answer_headers
                .iter()
                .filter(|(found, _)| found.eq_ignore_ascii_case(&name))
                .map(|(_, value)| value.as_str())
                .collect();
            let ours: Vec<&str> = own
                .get_all(&name)
                .iter()
                .map(|value| value.to_str().unwrap())
                .collect();
            // The coding is told in the extensions.
            if name == "content-encoding" && ours.is_empty() {
                continue;
            }
            if theirs.len() != ours.len() {
                return Err(format!("{name}: {ours:?} instead of {theirs:?}"));
            }
            if name == "date" || name == "content-length" {
                continue;
            }
            for (their, our) in theirs.iter().zip(&ours) {
                self.pairs
                    .compare(their, our)
                    .map_err(|error| format!("{name}: {error}"))?;
            }
        }
        Ok(())
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix_seconds(second).unwrap()
}

struct File {
    profile: Profile,
    state: &'static str,
    lines: &'static str,
    count: usize,
}

/// Replays a file. `before` sees the emulator before each request.
fn replay(
    file: &File,
    prepare: impl FnOnce(&mut Replay, &[Exchange]),
    before: impl Fn(&mut Replay, &Exchange),
) {
    let exchanges: Vec<Exchange> = file.lines.lines().map(Exchange::read).collect();
    assert_eq!(exchanges.len(), file.count);
    let mut replay = Replay::new(file.profile, file.state, &exchanges);
    prepare(&mut replay, &exchanges);
    let mut wrong = Vec::new();
    for exchange in &exchanges {
        before(&mut replay, exchange);
        if let Err(error) = replay.check(exchange) {
            wrong.push(format!("{}: {error}", exchange.case));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        exchanges.len(),
        wrong.join("\n")
    );
}

macro_rules! file {
    ($profile:expr, $generation:literal, $name:literal, $count:literal) => {
        &File {
            profile: $profile,
            state: include_str!(concat!("recordings/", $generation, "/state.json")),
            lines: include_str!(concat!("recordings/", $generation, "/", $name, ".jsonl")),
            count: $count,
        }
    };
}

fn as_it_is(file: &File) {
    replay(file, |_, _| {}, |_, _| {});
}

fn only_admins(file: &File) {
    replay(
        file,
        |replay, _| replay.server.emulator.set_only_admins(true),
        |_, _| {},
    );
}

/// Requests 2 to 97 after the sign-in are left out of the file and sent here.
fn everywhere(file: &File) {
    replay(
        file,
        |replay, _| replay.server.emulator.set_limit_everywhere(true),
        |replay, exchange| {
            if exchange.case != "everywhere/get/098" {
                return;
            }
            for _ in 2..98 {
                let target = replay.pairs.translate(&exchange.target);
                let (name, value) = exchange
                    .headers
                    .iter()
                    .find(|(name, _)| name == "Authorization")
                    .unwrap();
                let request = Request::get(target).header(name, replay.pairs.translate(value));
                let answer = replay.server.answer(&request.body(Vec::new()).unwrap());
                assert_eq!(answer.status(), 200);
            }
        },
    );
}

/// The database goes away after `down/health-before` and is back from `back/health/0` on.
fn down(file: &File) {
    replay(file, Replay::use_refresh_window, |replay, exchange| {
        let server = &mut replay.server.emulator;
        match exchange.case.as_str() {
            "down/health" => server.set_database(false),
            "back/health/0" => server.set_database(true),
            _ => {}
        }
    });
}

#[test]
fn main_of_2026_1() {
    as_it_is(file!(Profile::V2026_1, "2026.1.20", "main", 173));
}

#[test]
fn main_of_2026_3_7() {
    as_it_is(file!(Profile::V2026_3_7, "2026.3.7-rc.13", "main", 173));
}

#[test]
fn limits_of_2026_1() {
    as_it_is(file!(Profile::V2026_1, "2026.1.20", "limits", 45));
}

#[test]
fn limits_of_2026_3_7() {
    as_it_is(file!(Profile::V2026_3_7, "2026.3.7-rc.13", "limits", 45));
}

#[test]
fn gate_of_2026_1() {
    only_admins(file!(Profile::V2026_1, "2026.1.20", "gate", 8));
}

#[test]
fn gate_of_2026_3_7() {
    only_admins(file!(Profile::V2026_3_7, "2026.3.7-rc.13", "gate", 8));
}

#[test]
fn everywhere_of_2026_1() {
    everywhere(file!(Profile::V2026_1, "2026.1.20", "everywhere", 9));
}

#[test]
fn everywhere_of_2026_3_7() {
    everywhere(file!(Profile::V2026_3_7, "2026.3.7-rc.13", "everywhere", 9));
}

#[test]
fn down_of_2026_1() {
    down(file!(Profile::V2026_1, "2026.1.20", "down", 30));
}

#[test]
fn down_of_2026_3_7() {
    down(file!(Profile::V2026_3_7, "2026.3.7-rc.13", "down", 30));
}
