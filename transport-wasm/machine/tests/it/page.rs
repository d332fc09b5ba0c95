//! `Page`: what JavaScript does, in a few lines: carries commands out with the emulator, in virtual time.

use std::collections::{HashMap, VecDeque};

use fluxbase_client_keys::{
    JsonText, Timestamp,
    emulator::{Emulator, Profile, State},
    http,
};
use fluxbase_client_keys_machine::{Machine, time};
use serde_json::Value;

pub(crate) const HEAD: u32 = 0;
pub(crate) const CHUNK: u32 = 1;
pub(crate) const END: u32 = 2;
pub(crate) const FAILURE: u32 = 3;
pub(crate) const DONE: u32 = 4;
pub(crate) const LOADED: u32 = 5;
pub(crate) const NOT_STORED: u32 = 6;
pub(crate) const CANCELLED: u32 = 7;
pub(crate) const WITHDRAWN: u32 = 8;

/// The operations, in the order of their numbers.
const OPERATIONS: [&str; 16] = [
    "create",
    "list",
    "get",
    "update",
    "revoke",
    "delete",
    "sign_in",
    "verify_2fa",
    "admin_sign_in",
    "health",
    "refresh",
    "sign_out",
    "tokens",
    "restore",
    "forget",
    "renewal",
];

/// A request that is under way: pieces of its answer's body.
type Pieces = VecDeque<Vec<u8>>;

pub(crate) struct Page {
    pub(crate) machine: Machine,
    pub(crate) server: Emulator,
    /// Milliseconds since 1970.
    pub(crate) clock: f64,
    /// The next command of each call, with the call's number.
    pub(crate) queue: VecDeque<(u32, Value)>,
    /// Every command that was ever given out, with the number of its call as `call`.
    pub(crate) seen: Vec<Value>,
    /// What the next requests fail with, instead of being sent.
    pub(crate) failures: VecDeque<&'static str>,
    pub(crate) stored: Option<String>,
    pub(crate) store_fails: bool,
    /// The call that renews the tokens, and those that wait for it.
    renewal: Option<u32>,
    waiting: Vec<u32>,
    cancelled: Vec<u32>,
    bodies: HashMap<u32, Pieces>,
    /// Of a generator whose pieces do not come again, since secrets are looked for by pieces.
    entropy: u32,
    calls: u32,
}

pub(crate) fn fields(list: &[Option<&str>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in list {
        let length = field.map_or(u32::MAX, |text| u32::try_from(text.len()).unwrap());
        bytes.extend(length.to_le_bytes());
        bytes.extend(field.unwrap_or_default().as_bytes());
    }
    bytes
}

/// The number of an operation; of any other word one that no operation has.
pub(crate) fn numbered(operation: &str) -> u32 {
    let at = OPERATIONS.iter().position(|known| *known == operation);
    u32::try_from(at.unwrap_or(OPERATIONS.len())).unwrap()
}

pub(crate) fn json(text: &JsonText) -> Value {
    serde_json::from_str(text.as_str()).unwrap()
}

impl Page {
    /// A page with a client that is open to this server.
    pub(crate) fn new(profile: Profile) -> Self {
        Self::with(profile, &[Some("http://localhost:8080")])
    }

    pub(crate) fn with(profile: Profile, settings: &[Option<&str>]) -> Self {
        let mut next = 0u8;
        let state = State::sample(&mut |bytes: &mut [u8]| {
            for byte in bytes {
                next = next.wrapping_mul(5).wrapping_add(17);
                *byte = next;
            }
        });
        let mut page = Self {
            machine: Machine::new(),
            server: Emulator::new(profile, state),
            clock: 1_795_000_000_000.0,
            queue: VecDeque::new(),
            seen: Vec::new(),
            failures: VecDeque::new(),
            stored: None,
            store_fails: false,
            renewal: None,
            waiting: Vec::new(),
            cancelled: Vec::new(),
            bodies: HashMap::new(),
            entropy: 1,
            calls: 0,
        };
        let now = time(page.clock, page.clock, 7);
        let opened = page.machine.open(&fields(settings), now);
        assert_eq!(opened.as_str(), "{}");
        page
    }

    fn take(&mut self, call: u32, text: &JsonText) {
        if text.as_str().is_empty() {
            return;
        }
        let mut command = json(text);
        command["call"] = call.into();
        self.seen.push(command.clone());
        if command["do"] != "done" {
            if self.cancelled.contains(&call) && is_interruptible(&command) {
                self.deliver(call, WITHDRAWN, &[]);
            } else {
                self.queue.push_back((call, command));
            }
        } else if self.renewal == Some(call) {
            self.renewal = None;
            for waiting in std::mem::take(&mut self.waiting) {
                self.deliver(waiting, DONE, &[]);
            }
        }
    }

    /// Begins a call: operation and arguments, without the deadline.
    pub(crate) fn start(&mut self, operation: &str, arguments: &[Option<&str>]) -> u32 {
        self.calls += 1;
        let call = self.calls;
        let mut list = vec![None];
        list.extend(arguments);
        let now = time(self.clock, self.clock, 7);
        let operation = numbered(operation);
        let text = self.machine.start(call, operation, &fields(&list), now);
        self.take(call, &text);
        call
    }

    /// Gives a call up: while its command is carried out, where that has begun.
    pub(crate) fn cancel(&mut self, call: u32, begun: bool) {
        self.cancelled.push(call);
        let kind = if begun { CANCELLED } else { WITHDRAWN };
        let queued = |(own, command): &(u32, Value)| *own == call && is_interruptible(command);
        if let Some(at) = self.queue.iter().position(queued) {
            self.queue.remove(at);
            self.deliver(call, kind, &[]);
        }
        if let Some(at) = self.waiting.iter().position(|waiting| *waiting == call) {
            self.waiting.remove(at);
            self.deliver(call, CANCELLED, &[]);
        }
    }

    pub(crate) fn deliver(&mut self, call: u32, kind: u32, input: &[u8]) {
        let now = time(self.clock, self.clock, 7);
        let text = self.machine.deliver(call, kind, input, now);
        self.take(call, &text);
    }

    /// Carries out the next command; whether there was one.
    pub(crate) fn step(&mut self) -> bool {
        let Some((call, command)) = self.queue.pop_front() else {
            return false;
        };
        match command["do"].as_str().unwrap() {
            "fetch" => match self.failures.pop_front() {
                Some(failure) => self.deliver(call, FAILURE, &fields(&[Some(failure)])),
                None => self.fetch(call, &command),
            },
            "read" => match self.bodies.get_mut(&call).and_then(Pieces::pop_front) {
                Some(piece) => self.deliver(call, CHUNK, &piece),
                None => self.deliver(call, END, &[]),
            },
            "sleep" => {
                // Others first: what is to be waited for may end meanwhile.
                if self.queue.iter().any(|(_, other)| other["do"] != "sleep") {
                    self.queue.push_back((call, command));
                } else {
                    self.clock += command["ms"].as_f64().unwrap();
                    self.deliver(call, DONE, &[]);
                }
            }
            "renew" => {
                self.waiting.push(call);
                if self.renewal.is_none() {
                    self.renewal = Some(self.calls + 1);
                    self.start("renewal", &[]);
                }
            }
            "store" if self.store_fails => self.deliver(call, NOT_STORED, &[]),
            "store" => {
                self.stored = command["text"].as_str().map(str::to_owned);
                self.deliver(call, DONE, &[]);
            }
            "load" => {
                let stored = self.stored.clone().unwrap_or_default();
                self.deliver(call, LOADED, stored.as_bytes());
            }
            _ => self.deliver(call, DONE, &[]),
        }
        true
    }

    fn fetch(&mut self, call: u32, command: &Value) {
        self.clock += 5.0;
        let text = |name: &str| command[name].as_str().unwrap_or_default();
        let mut request = http::Request::builder()
            .method(text("method"))
            .uri(text("url"));
        for header in command["headers"].as_array().unwrap() {
            request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
        }
        let request = request.body(text("body").as_bytes().to_vec()).unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the clock of this test is small"
        )]
        let now = Timestamp::from_unix_seconds((self.clock / 1000.0) as i64).unwrap();
        let entropy = &mut self.entropy;
        let answer = self.server.handle(&request, now, &mut |bytes| {
            for byte in bytes {
                *entropy ^= *entropy << 13;
                *entropy ^= *entropy >> 17;
                *entropy ^= *entropy << 5;
                *byte = entropy.to_le_bytes()[2];
            }
        });
        let mut head = vec![answer.status().as_str().to_owned()];
        for (name, value) in answer.headers() {
            head.push(name.as_str().to_owned());
            head.push(String::from_utf8_lossy(value.as_bytes()).into_owned());
        }
        let pieces = answer.body().chunks(50).map(<[u8]>::to_vec).collect();
        self.bodies.insert(call, pieces);
        let head: Vec<_> = head.iter().map(|text| Some(text.as_str())).collect();
        self.deliver(call, HEAD, &fields(&head));
    }

    /// What ended this call.
    pub(crate) fn done(&self, call: u32) -> Option<&Value> {
        let mut ends = self
            .seen
            .iter()
            .filter(|command| command["do"] == "done" && command["call"] == call);
        let end = ends.next();
        assert!(ends.next().is_none(), "call {call} ended twice");
        end
    }

    pub(crate) fn run(&mut self) {
        while self.step() {}
    }

    /// A whole call; gives the command that ended it.
    pub(crate) fn call(&mut self, operation: &str, arguments: &[Option<&str>]) -> Value {
        let call = self.start(operation, arguments);
        self.run();
        self.done(call).unwrap().clone()
    }

    /// A whole call that must succeed; gives its value.
    pub(crate) fn value(&mut self, operation: &str, arguments: &[Option<&str>]) -> Value {
        let done = self.call(operation, arguments);
        assert!(done["error"].is_null(), "{operation}: {done}");
        done["value"].clone()
    }

    /// Signs the sample's user in.
    pub(crate) fn sign_in(&mut self) -> Value {
        let user = self.server.users()[0].clone();
        self.value("sign_in", &[Some(&user.email), Some(&user.password)])
    }

    /// How many requests to this path were given out.
    pub(crate) fn requests(&self, end: &str) -> usize {
        let is_one = |command: &&Value| {
            command["do"] == "fetch" && command["url"].as_str().unwrap().ends_with(end)
        };
        self.seen.iter().filter(is_one).count()
    }

    /// Nothing is left under way in the machine.
    pub(crate) fn assert_idle(&self) {
        let shown = format!("{:?}", self.machine);
        assert!(shown.contains("calls: 0"), "{shown}");
    }
}

fn is_interruptible(command: &Value) -> bool {
    command["do"] == "fetch" || command["do"] == "read" || command["ms"].is_u64()
}
