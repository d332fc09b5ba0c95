//! Any sequence of what can happen to a call, for every operation, flow and credential.
//!
//! The calls, the events and the promises are those of the exhaustive search through the exchange (`exchange::explore`),
//! which ends at two attempts of each request; this goes on.

use core::fmt::Debug;

use super::{
    input::Input,
    pick::{Player, pick, policy},
    shown,
};
use crate::{
    Flow, Step,
    exchange::explore::{event::at, run::Run, subject::Case},
};

/// More steps than any policy here allows.
pub(super) const MOST_STEPS: usize = 400;

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
    let policy = policy(&mut input);
    let number = input.number();
    pick(&policy, number, &mut Play(input));
}

struct Play<'a>(Input<'a>);

impl Player for Play<'_> {
    fn play<F: Flow + Clone + Debug>(&mut self, case: &Case, flow: &F) {
        play(case, flow, &mut self.0);
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

pub(super) fn hidden(shown: &str) {
    for secret in SECRETS {
        assert!(!shown.contains(secret), "a secret is shown: {shown}");
    }
}
