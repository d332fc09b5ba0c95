//! Planted faults: machines that are broken on purpose, and the promise that each breaks. The search finds them all.

use core::{fmt::Debug, time::Duration};
use std::collections::BTreeSet;

use super::{
    super::refusal::Checkup,
    faulty::{
        Fault::{self, Again, Errand, Failure, Spare, State, Uncertain},
        Faulty,
    },
    search::{Found, Walk},
    subject::{Case, Visitor, every_call},
    watch::Broken,
};
use crate::{Auth, ErrorKind, Flow, Outcome, Payload, Policy, Refusal, Replay, Secret};

/// A broken machine.
struct Planted {
    /// What is wrong with it.
    name: &'static str,
    faults: &'static [Fault],
    /// The call that shows it: how its name begins.
    call: &'static str,
    attempts: u32,
    breaks: Broken,
}

const fn planted(
    breaks: Broken,
    name: &'static str,
    faults: &'static [Fault],
    call: &'static str,
    attempts: u32,
) -> Planted {
    Planted {
        name,
        faults,
        call,
        attempts,
        breaks,
    }
}

const SAFE: Fault = Errand(|errand, _| errand.replay = Replay::Safe);
const CERTAIN: Fault = State(|inside| *inside.past = Outcome::NotApplied);
const OTHER_BODY: Fault = State(|inside| inside.errand.call.body = Some(Payload::from("{}")));
const HASTY: Fault = State(|inside| {
    if let Some(pause) = &mut inside.pause {
        **pause = Duration::ZERO;
    }
});
const FORGETFUL: Fault = State(|inside| {
    if !inside.is_checkup {
        *inside.checkup = Checkup::default();
    }
});
const SPARE_FIRST: Fault = Errand(|errand, _| {
    let swapped = |key: &Secret| {
        if key.expose().starts_with('1') {
            "2"
        } else {
            "1"
        }
    };
    let key = errand.call.idempotency_key.as_ref().map(swapped);
    errand.call.idempotency_key = key.map(|digit| Secret::new(digit.repeat(22)));
});
const EVER_NEW: Fault = Errand(|errand, failures| {
    errand.call.body = Some(Payload::new(
        format!("{{\"name\":\"{failures}\"}}").into_bytes(),
    ));
});
const CONFIRMED: Fault = Failure(|error| match error.kind() {
    ErrorKind::Refused { .. } => error.with_kind(ErrorKind::Refused { confirmed: true }),
    _ => error,
});

/// At least one for each promise.
#[rustfmt::skip]
static PLANTED: &[Planted] = &[
    planted(Broken::TooManySends, "it does not count", &[State(|inside| *inside.tries = 0)], "get with token", 1),
    planted(Broken::TooManySends, "it never gives up", &[Again], "get with token", 1),
    planted(Broken::SentAgain, "it never gives up", &[Again], "create with token", 2),
    planted(Broken::SentAgain, "it takes a create for safe", &[SAFE], "create with token", 2),
    planted(Broken::SentAgain, "it takes a refresh for safe", &[SAFE], "refresh with nothing", 2),
    planted(Broken::PasswordAgain, "it takes a sign-in for safe", &[SAFE], "sign in with nothing", 2),
    planted(
        Broken::PasswordAgain, "it treats a password as a key",
        &[Errand(|errand, _| errand.refusal = Refusal::Confirm)], "sign in with nothing", 1,
    ),
    planted(Broken::SpentKey, "it takes the spent key for the spare", &[Spare], "keyed create with session", 1),
    planted(Broken::SpareKey, "it forgets the lost attempt", &[CERTAIN], "keyed create with session", 2),
    planted(Broken::SpareKey, "it forgets the lost attempt", &[CERTAIN], "keyed create with client key", 2),
    planted(Broken::OtherBytes, "it writes the body anew", &[OTHER_BODY], "keyed create with token", 2),
    planted(Broken::TwoRenewals, "it forgets the renewal", &[State(|inside| *inside.renewed = false)], "get with session", 1),
    planted(
        Broken::TwoHealthChecks, "it forgets the health check", &[FORGETFUL], "get with client key", 1,
    ),
    planted(
        Broken::OverDeadline, "it has all the time in the world",
        &[State(|inside| *inside.deadline = Duration::MAX)], "get with session", 1,
    ),
    planted(
        Broken::OverDeadline, "it waits as long as the server likes",
        &[State(|inside| *inside.deadline = Duration::MAX)], "get with token", 2,
    ),
    planted(
        Broken::TooEarly, "it does not wait",
        &[HASTY], "get with token", 2,
    ),
    planted(Broken::AgainAfterItems, "it begins the list anew", &[Again], "list each with token", 1),
    planted(Broken::Credentials, "it sends none", &[Errand(|errand, _| errand.auth = Auth::None)], "get with token", 1),
    planted(
        Broken::Credentials, "it sends one to the sign-in",
        &[Errand(|errand, _| errand.auth = Auth::Any)], "sign in with session", 1,
    ),
    planted(
        Broken::Route, "it asks for what there is not",
        &[Errand(|errand, _| errand.call.path = "/api/v1/keys".into())], "get with token", 1,
    ),
    planted(Broken::Endless, "it always finds something else to send", &[Again, EVER_NEW], "update with token", 1),
    planted(Broken::Attempts, "it miscounts", &[State(|inside| *inside.sent += 1)], "get with token", 1),
    planted(
        Broken::Outcome, "it says that nothing was done",
        &[Failure(|error| error.with_outcome(Outcome::NotApplied))], "update with token", 1,
    ),
    planted(Broken::Outcome, "it forgets the lost attempt", &[CERTAIN], "update with token", 2),
    planted(
        Broken::Outcome, "it says that it was done",
        &[State(|inside| *inside.past = Outcome::Applied)], "update with token", 1,
    ),
    planted(
        Broken::Outcome, "it has deleted what never was",
        &[Uncertain], "delete with token, good: true, exists: false", 1,
    ),
    planted(
        Broken::Vague, "it does not know what it could",
        &[State(|inside| *inside.past = Outcome::Unknown)], "update with token", 1,
    ),
    planted(
        Broken::Twice, "it begins with the spare, and forgets the lost attempt",
        &[SPARE_FIRST, CERTAIN], "keyed create with session", 2,
    ),
    planted(Broken::GivenUp, "it believes every refusal", &[CONFIRMED], "get with client key, good: true", 1),
];

/// Looks for the fault until it is found.
struct Hunt {
    planted: &'static Planted,
    calls: usize,
    found: Option<Found>,
}

impl Visitor for Hunt {
    fn visit<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F) {
        if self.found.is_some() || !case.name.starts_with(self.planted.call) {
            return;
        }
        self.calls += 1;
        let flow = Faulty {
            flow: flow.clone(),
            faults: self.planted.faults,
            failures: 0,
        };
        let mut walk = Walk::new(self.planted.faults, Some(self.planted.breaks));
        walk.take(case, &flow);
        self.found = walk
            .found
            .into_iter()
            .find(|found| found.broken == self.planted.breaks);
    }
}

#[test]
fn every_planted_fault_is_found() {
    for planted in PLANTED {
        let policy = Policy::new().attempts(planted.attempts);
        let policy = policy.body_limit(4096).list_limit(4096);
        let mut hunt = Hunt {
            planted,
            calls: 0,
            found: None,
        };
        every_call(&policy, &mut hunt).unwrap();
        assert!(hunt.calls > 0, "{} is no call", planted.call);
        let Some(found) = hunt.found else {
            panic!("{}, {}: not found", planted.call, planted.name);
        };
        println!("{}, {}: {}", planted.call, planted.name, found.text());
    }
}

#[test]
fn every_promise_has_a_fault_that_breaks_it() {
    let broken: BTreeSet<_> = PLANTED.iter().map(|planted| planted.breaks).collect();
    // `GivenUp` is the last one.
    assert_eq!(broken.len(), Broken::GivenUp as usize + 1, "{broken:?}");
}
