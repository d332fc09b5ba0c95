//! The search: every path of a call, equal states walked through once.

use core::{
    fmt::{Debug, Write},
    hash::Hasher,
    time::Duration,
};
use std::{collections::BTreeMap, hash::DefaultHasher};

use super::{
    super::{Sending, engine::Exchange},
    event::at,
    run::Run,
    subject::{Case, Visitor},
    watch::Broken,
};
use crate::{
    Flow, Outgoing, Step,
    exchange::{Renewing, Waiting},
};

/// More steps than any policy of these tests allows.
const DEEPEST: usize = 60;

/// What was walked through.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Count {
    /// Paths from the start to the end, each one counted.
    pub(crate) sequences: f64,
    /// Different states before the end.
    pub(crate) states: usize,
    /// Steps that lead to the end.
    pub(crate) ends: usize,
    /// Different steps from one to another.
    pub(crate) steps: usize,
}

/// A broken promise and how it came to that.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) broken: Broken,
    pub(crate) path: Vec<String>,
}

/// Searches every call of one policy.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) count: Count,
    /// The first broken promise of each call.
    pub(crate) found: Vec<Found>,
}

impl Visitor for Search {
    fn visit<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F) {
        let mut run = Run::new(&case);
        let mut walk = Walk {
            count: Count::default(),
            known: BTreeMap::new(),
            path: vec![case.name.clone()],
            found: Vec::new(),
        };
        let step = Step::start(flow.clone(), case.context, at(run.clock));
        match walk.from(step, &mut run) {
            Ok(sequences) => self.count.sequences += sequences,
            Err(broken) => walk.note(broken),
        }
        self.found.append(&mut walk.found);
        self.count.states += walk.count.states;
        self.count.ends += walk.count.ends;
        self.count.steps += walk.count.steps;
    }
}

struct Walk {
    count: Count,
    /// The states that were walked through, and the number of paths from each to the end; none while it is on the path.
    known: BTreeMap<(u64, u64), Option<f64>>,
    path: Vec<String>,
    found: Vec<Found>,
}

impl Walk {
    /// Keeps the first path to each promise that this call breaks.
    fn note(&mut self, broken: Broken) {
        if self.found.iter().all(|found| found.broken != broken) {
            let path = self.path.clone();
            self.found.push(Found { broken, path });
        }
    }

    /// The number of paths from here to the end.
    fn from<F: Flow + Clone + Debug>(
        &mut self,
        step: Step<F>,
        run: &mut Run,
    ) -> Result<f64, Broken> {
        let menu = run.look(&step)?;
        let Some(state) = State::of(&step) else {
            self.count.ends += 1;
            run.close(step)?;
            return Ok(1.0);
        };
        let key = state.key(run);
        match self.known.get(&key) {
            Some(Some(sequences)) => return Ok(*sequences),
            Some(None) => return Err(Broken::Endless),
            None if self.path.len() > DEEPEST => return Err(Broken::Endless),
            None => {}
        }
        self.known.insert(key, None);
        self.count.states += 1;
        let mut sequences = 0.0;
        for event in menu {
            self.count.steps += 1;
            self.path.push(format!("{} -> {event:?}", state.shown()));
            let mut run = run.clone();
            let step = run.go(state.fork(), event);
            match self.from(step, &mut run) {
                Ok(paths) => sequences += paths,
                Err(broken) => self.note(broken),
            }
            self.path.pop();
        }
        self.known.insert(key, Some(sequences));
        Ok(sequences)
    }
}

/// A step that can be taken more than once.
enum State<F: Flow> {
    Sending(Box<Exchange<F>>, Outgoing, Duration, u64, bool),
    Waiting(Box<Exchange<F>>, Duration),
    Renewing(Box<Exchange<F>>),
}

impl<F: Flow + Clone + Debug> State<F> {
    fn of(step: &Step<F>) -> Option<Self> {
        match step {
            Step::Send(sending) => Some(Self::Sending(
                sending.exchange.clone(),
                sending.request.clone(),
                sending.timeout,
                sending.limit,
                sending.is_checkup,
            )),
            Step::Wait(waiting) => Some(Self::Waiting(waiting.exchange.clone(), waiting.pause)),
            Step::Renew(renewing) => Some(Self::Renewing(renewing.exchange.clone())),
            Step::Receive(_) | Step::Done(_) => None,
        }
    }

    fn fork(&self) -> Step<F> {
        match self {
            Self::Sending(exchange, request, timeout, limit, is_checkup) => Step::Send(Sending {
                exchange: exchange.clone(),
                request: request.clone(),
                timeout: *timeout,
                limit: *limit,
                is_checkup: *is_checkup,
            }),
            Self::Waiting(exchange, pause) => Step::Wait(Waiting {
                exchange: exchange.clone(),
                pause: *pause,
            }),
            Self::Renewing(exchange) => Step::Renew(Renewing {
                exchange: exchange.clone(),
            }),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Sending(_, request, ..) => format!("{} {}", request.method(), request.url()),
            Self::Waiting(_, pause) => format!("wait {pause:?}"),
            Self::Renewing(_) => "renew".to_owned(),
        }
    }

    /// Everything on which the rest depends, in 128 bits.
    fn key(&self, run: &Run) -> (u64, u64) {
        let mut hash = Hash::new();
        let _ = match self {
            Self::Sending(exchange, request, timeout, limit, is_checkup) => {
                write_request(&mut hash, request);
                let _ = write!(hash, "send {timeout:?} {limit} {is_checkup}");
                write_exchange(&mut hash, exchange)
            }
            Self::Waiting(exchange, pause) => {
                let _ = write!(hash, "wait {pause:?}");
                write_exchange(&mut hash, exchange)
            }
            Self::Renewing(exchange) => {
                let _ = write!(hash, "renew");
                write_exchange(&mut hash, exchange)
            }
        };
        let _ = write!(hash, "{run:?}");
        (hash.0.finish(), hash.1.finish())
    }
}

fn write_request(hash: &mut Hash, request: &Outgoing) {
    let _ = write!(
        hash,
        "{} {} {:?}",
        request.method(),
        request.url(),
        request.body()
    );
    for header in request.headers() {
        let _ = write!(hash, "{header:?}");
    }
}

fn write_exchange<F: Flow + Debug>(hash: &mut Hash, exchange: &Exchange<F>) -> core::fmt::Result {
    // The rest of the errand is what the flow makes of it.
    let call = exchange
        .errand
        .call
        .to_outgoing(&exchange.context.base, None);
    write_request(hash, &call);
    let Exchange {
        flow,
        context,
        deadline,
        sent,
        errand,
        tries,
        past,
        spent,
        renewed,
        checkup,
        learned,
        warnings,
        answered,
    } = exchange;
    write!(
        hash,
        "{flow:?}{deadline:?}{sent},{tries}{past:?}{spent}{renewed}{checkup:?}"
    )?;
    write!(
        hash,
        "{learned:?}{warnings:?}{answered:?}{}{:?}",
        errand.name, errand.replay
    )?;
    // Of the context only the token changes: by a renewal, which the observer beside it counts.
    write!(hash, "{:?}", context.access)
}

/// Two hashes of what is written.
struct Hash(DefaultHasher, DefaultHasher);

impl Hash {
    fn new() -> Self {
        let mut second = DefaultHasher::new();
        second.write_u8(1);
        Self(DefaultHasher::new(), second)
    }
}

impl Write for Hash {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0.write(text.as_bytes());
        self.1.write(text.as_bytes());
        Ok(())
    }
}

/// What a sequence is, for people.
impl Found {
    pub(crate) fn text(&self) -> String {
        format!("{:?} after\n  {}", self.broken, self.path.join("\n  "))
    }
}
