//! Any bytes in answer to a call, for every operation, flow and credential: heads, bodies in chunks, failures and time as
//! they come, with no server that would be one.
//!
//! What a model server would know is not checked here; what shows on the wire is.

use core::{fmt::Debug, time::Duration};

use super::{
    exchange::{MOST_STEPS, hidden},
    input::Input,
    pick::{Player, pick, policy},
    shown,
};
use crate::{
    Answer, Credential, Delivery, Error, ErrorKind, FailureKind, Flow, Generation, Head, Now,
    Outcome, Outgoing, Receiving, Sending, Step, Timestamp, TransportFailure,
    exchange::explore::{
        event::{Event, Fate, at},
        request::Request,
        run::Run,
        subject::Case,
        watch::Broken,
    },
};

/// Stands in an answer for a secret that went with the request, and so does a header of nothing.
const ECHO: u8 = 0xfe;
/// The same, where the bodies below have it.
const ECHO_IN_TEXT: &str = "SECRET";

const STATUSES: [u16; 20] = [
    200, 201, 204, 206, 302, 303, 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504,
    0,
];

const BODIES: [&str; 16] = [
    "",
    "{}",
    "null",
    "<html>",
    r#"{"id":"k1","name":"n"}"#,
    r#"{"client_key":{"id":"k1"},"key":"fbk_of-the-answer-_plaintext"}"#,
    r#"[{"id":"k1"},{"id":"k2"},7]"#,
    r#"{"message":"done","success":true}"#,
    r#"{"access_token":"eyJ.second","refresh_token":"a-refresh-token-of-the-second-pair"}"#,
    r#"{"error":"Client key not found","code":"NOT_FOUND"}"#,
    r#"{"error":"x","code":"IDEMPOTENCY_REQUEST_IN_PROGRESS","retry_after":1}"#,
    r#"{"error":"service_unavailable"}"#,
    r#"{"error":"x","required_scope":"read:clientkeys"}"#,
    r#"{"status":"degraded"}"#,
    r#"{"error":"no such token: SECRET","code":"SECRET"}"#,
    r#"{"message":"SECRET","request_id":"SECRET","success":true}"#,
];

const FAILURES: [FailureKind; 6] = [
    FailureKind::Connect,
    FailureKind::Timeout,
    FailureKind::Closed,
    FailureKind::Protocol,
    FailureKind::Tls,
    FailureKind::Other,
];

/// A policy, a call, and what comes back.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let policy = policy(&mut input);
    let number = input.number();
    pick(&policy, number, &mut Play(input));
}

struct Play<'a>(Input<'a>);

impl Player for Play<'_> {
    fn play<F: Flow + Clone + Debug>(&mut self, case: &Case, flow: &F) {
        let mut call = Call {
            run: Run::new(case),
            sends: 0,
            arrived: false,
            secrets: Vec::new(),
            input: &mut self.0,
        };
        let step = Step::start(flow.clone(), case.context.clone(), at(call.run.clock));
        call.go(step);
    }
}

struct Call<'a, 'd> {
    run: Run,
    sends: u32,
    /// Some request may have arrived.
    arrived: bool,
    /// What the last request holds, and a server may repeat.
    secrets: Vec<String>,
    input: &'a mut Input<'d>,
}

impl Call<'_, '_> {
    /// The time goes on by up to a second, and now and then by an hour; the clock that people read goes as it likes.
    fn now(&mut self) -> Now {
        let byte = self.input.byte();
        self.run.clock += match byte {
            255 => Duration::from_secs(3600),
            byte => Duration::from_millis(u64::from(byte) * 4),
        };
        let wall = Timestamp::from_unix_seconds(i64::from(self.input.number()) << 16);
        let jitter = u32::from(byte) << 24;
        Now::new(
            wall.unwrap_or(Timestamp::UNIX_EPOCH),
            self.run.clock,
            jitter,
        )
    }

    fn go<F: Flow>(&mut self, mut step: Step<F>) {
        for _ in 0..MOST_STEPS {
            hidden(&shown::debug(&step));
            step = match step {
                Step::Send(sending) => self.send(sending),
                Step::Receive(receiving) => self.receive(receiving),
                Step::Wait(waiting) => {
                    let pause = waiting.duration();
                    kept(self.run.watch.waiting(pause, self.run.clock));
                    self.run.clock += pause;
                    let now = self.now();
                    waiting.elapsed(now)
                }
                Step::Renew(renewing) => {
                    kept(self.run.watch.renewing());
                    let now = self.now();
                    if self.input.byte() % 3 == 0 {
                        renewing.failed(Error::new(ErrorKind::SignInNeeded))
                    } else {
                        let token = Credential::bearer_token("eyJ.second").unwrap();
                        renewing.renewed(token, Generation::default(), now)
                    }
                }
                Step::Done(done) => return self.done(done.into_result()),
            };
        }
        panic!("it goes on and on");
    }

    fn send<F: Flow>(&mut self, sending: Sending<F>) -> Step<F> {
        let request = Request::of(sending.request()).unwrap();
        let timeout = sending.timeout();
        match self.run.watch.sending(&request, timeout, self.run.clock) {
            // Whether an idempotency key is spent depends on what the server meant.
            Err(Broken::SpareKey | Broken::SpentKey) => {}
            result => kept(result),
        }
        self.sends += 1;
        self.secrets = secrets(sending.request());
        let what = self.input.byte();
        if what % 16 == 15 {
            self.sends -= 1;
            self.run.watch.happened(&request, Event::Withdrawn);
            return sending.withdrawn();
        }
        if what % 4 != 3 {
            self.arrived = true;
            let head = self.head();
            let now = self.now();
            return sending.head(head, now);
        }
        let kind = *self.input.one_of(&FAILURES);
        let now = self.now();
        let delivery = if what & 64 == 0 {
            Delivery::NotSent
        } else {
            self.arrived = true;
            let event = Event::Lost(kind, Fate::Vanished);
            self.run.watch.happened(&request, event);
            Delivery::Unknown
        };
        sending.failed(TransportFailure::new(kind, delivery), now)
    }

    fn head(&mut self) -> Head {
        let status = match self.input.byte() {
            255 => self.input.number(),
            at => STATUSES[usize::from(at) % STATUSES.len()],
        };
        if status == 0 {
            return Head::opaque_redirect();
        }
        let mut head = Head::new(status);
        let has = self.input.byte();
        for (bit, name) in [
            (1, "retry-after"),
            (2, "content-type"),
            (4, "www-authenticate"),
            (8, "x-request-id"),
        ] {
            if has & bit != 0 {
                head.header(name, &self.piece());
            }
        }
        if has & 16 != 0 {
            head.header("idempotency-replayed", b"true");
        }
        head
    }

    /// Any bytes, with the secrets that the server repeats.
    fn piece(&mut self) -> Vec<u8> {
        let mut said = self.input.piece();
        if said.is_empty() {
            said = &[ECHO];
        }
        let mut secrets = self.secrets.iter().cycle();
        let mut piece = Vec::with_capacity(said.len());
        for &byte in said {
            match byte {
                ECHO => piece.extend(secrets.next().map_or(&[][..], |secret| secret.as_bytes())),
                byte => piece.push(byte),
            }
        }
        piece
    }

    /// A server may say words of its own that are like a secret, but repeats none that was sent.
    fn assert_hidden(&self, shown: &str) {
        for secret in &self.secrets {
            assert!(!shown.contains(secret), "a secret is shown: {shown}");
        }
    }

    fn receive<F: Flow>(&mut self, receiving: Receiving<F>) -> Step<F> {
        let what = self.input.byte();
        let body = match what {
            128.. => self.piece(),
            at => {
                let secret = self.secrets.first().map_or("", String::as_str);
                let body = BODIES[usize::from(at) % BODIES.len()];
                body.replace(ECHO_IN_TEXT, secret).into_bytes()
            }
        };
        let now = self.now();
        let size = usize::from(self.input.byte()).max(1);
        let mut step = Step::Receive(receiving);
        for chunk in body.chunks(size) {
            let Step::Receive(receiving) = step else {
                return step;
            };
            step = receiving.chunk(chunk, now);
            if let Step::Receive(receiving) = &mut step {
                while receiving.next_item().is_some() {
                    self.run.watch.gave(true);
                }
            }
        }
        let Step::Receive(receiving) = step else {
            return step;
        };
        match self.input.byte() % 8 {
            0 => receiving.failed(
                TransportFailure::new(FailureKind::Closed, Delivery::Unknown),
                now,
            ),
            1 => Step::Receive(receiving).cancel(),
            2 => receiving.stop(now),
            3 => receiving.chunk(&[b' '; 5000], now),
            _ => receiving.end(now),
        }
    }

    fn done<T>(&self, result: Result<Answer<T>, Error>) {
        let attempts = match &result {
            Ok(answer) => answer.attempts,
            Err(error) => error.attempts(),
        };
        assert_eq!(attempts, self.sends, "not what was sent");
        match result {
            Ok(answer) => {
                assert!(self.arrived, "an answer to nothing");
                for warning in &answer.warnings {
                    self.assert_hidden(&shown::debug(warning));
                    self.assert_hidden(&warning.to_string());
                }
                self.assert_hidden(&answer.request_id.unwrap_or_default());
            }
            Err(error) => {
                self.assert_hidden(&shown::error(&error));
                let known = self.arrived || error.outcome() == Outcome::NotApplied;
                assert!(known, "an effect of nothing: {error}");
            }
        }
    }
}

/// The secrets of a request, longest first.
fn secrets(request: &Outgoing) -> Vec<String> {
    let names = ["authorization", "x-client-key", "idempotency-key"];
    let mut secrets: Vec<_> = request
        .headers()
        .filter(|(name, _)| names.contains(name))
        .map(|(_, value)| value.trim_start_matches("Bearer ").to_owned())
        .collect();
    let in_body = "a-refresh-token-of-the-first-pair";
    let body = String::from_utf8_lossy(request.body().unwrap_or_default());
    if body.contains(in_body) {
        secrets.push(in_body.to_owned());
    }
    secrets
}

fn kept(result: Result<(), Broken>) {
    if let Err(broken) = result {
        panic!("{broken:?}");
    }
}
