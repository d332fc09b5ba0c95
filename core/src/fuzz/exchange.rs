//! Any sequence of what can happen to a call, for every operation, flow and credential.
//!
//! The calls, the events and the promises are those of the exhaustive search through the exchange (`exchange::explore`),
//! which ends where two attempts of each request would make too many sequences; this goes on.

use core::{fmt::Debug, time::Duration};

use super::{input::Input, shown};
use crate::{
    Flow, Policy, Step,
    exchange::explore::{
        event::at,
        run::Run,
        subject::{Case, Visitor, every_call},
    },
};

/// More steps than any policy here allows.
const MOST_STEPS: usize = 400;

/// What the calls send as credentials, and what the answers give: words, so only the whole of one counts.
const SECRETS: [&str; 6] = [
    "eyJ.first",
    "eyJ.second",
    "a-refresh-token-of-the-",
    "a-client-key",
    "_plaintext",
    "1111111111111111111111",
];

/// A policy, a call, and for each step which of the events that are possible happens.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let policy = Policy::new()
        .attempts(u32::from(input.byte() % 7))
        .deadline(Duration::from_secs(1 + u64::from(input.byte()) * 4))
        .attempt_timeout(Duration::from_secs(1 + u64::from(input.byte()) / 4))
        .confirm_refusals(input.byte() % 4 != 1)
        .body_limit(4096)
        .list_limit(4096);
    let chosen = usize::from(input.number());
    let mut calls = Count(0);
    every_call(&policy, &mut calls).unwrap();
    let mut play = Play {
        input,
        before: chosen % calls.0,
    };
    every_call(&policy, &mut play).unwrap();
}

struct Count(usize);

impl Visitor for Count {
    fn visit<F: Flow + Clone + Debug>(&mut self, _: Case, _: &F) {
        self.0 += 1;
    }
}

/// Plays the call before which there are so many others.
struct Play<'a> {
    input: Input<'a>,
    before: usize,
}

impl Visitor for Play<'_> {
    fn visit<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F) {
        let is_chosen = self.before == 0;
        self.before = self.before.wrapping_sub(1);
        if is_chosen {
            play(&case, flow, &mut self.input);
        }
    }
}

fn play<F: Flow + Clone + Debug>(case: &Case, flow: &F, input: &mut Input<'_>) {
    let mut run = Run::new(case);
    let mut step = Step::start(flow.clone(), case.context.clone(), at(run.clock));
    let mut path = vec![case.name.clone()];
    for _ in 0..MOST_STEPS {
        hidden(&shown::debug(&step));
        let menu = match run.look(&step) {
            Ok(menu) => menu,
            Err(broken) => panic!("{broken:?} after {path:#?}"),
        };
        if let Step::Done(done) = step {
            let result = done.into_result();
            if let Err(error) = &result {
                hidden(&shown::error(error));
            }
            if let Err(broken) = run.watch.done(&result, &run.world) {
                panic!("{broken:?} after {path:#?}");
            }
            return;
        }
        let event = *input.one_of(&menu);
        path.push(format!("{step:?} -> {event:?}"));
        step = run.go(step, event);
    }
    panic!("it goes on and on: {path:#?}");
}

fn hidden(shown: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "a secret is shown: {shown}");
    }
}
