//! The search: every path of a call, equal states walked through once.

use core::fmt::Debug;
use std::collections::BTreeMap;

use super::{
    event::{Event, at},
    faulty::{Fault, alter},
    run::Run,
    state::State,
    subject::{Case, Visitor},
    watch::Broken,
};
use crate::{Flow, Step};

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
        let mut walk = Walk::new(&[], None);
        self.count.sequences += walk.take(case, flow);
        self.found.append(&mut walk.found);
        self.count.states += walk.count.states;
        self.count.ends += walk.count.ends;
        self.count.steps += walk.count.steps;
    }
}

/// The way through one call.
pub(super) struct Walk {
    count: Count,
    /// The states that were walked through, and the number of paths from each to the end; none while it is on the path.
    known: BTreeMap<u64, Option<f64>>,
    name: String,
    /// Each state on the way here, as people read it, and what happened in it.
    path: Vec<(String, Option<Event>)>,
    /// The first path to each promise that this call breaks.
    pub(super) found: Vec<Found>,
    /// What is wrong with the machine.
    faults: &'static [Fault],
    /// It ends when this is found.
    wanted: Option<Broken>,
}

impl Walk {
    pub(super) fn new(faults: &'static [Fault], wanted: Option<Broken>) -> Self {
        Self {
            count: Count::default(),
            known: BTreeMap::new(),
            name: String::new(),
            path: Vec::new(),
            found: Vec::new(),
            faults,
            wanted,
        }
    }

    /// The number of paths from the start of this call to its end.
    pub(super) fn take<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F) -> f64 {
        let mut run = Run::new(&case);
        self.name = case.name;
        let step = Step::start(flow.clone(), case.context, at(run.clock));
        self.from(step, &mut run).unwrap_or_else(|broken| {
            self.note(broken);
            0.0
        })
    }

    fn is_over(&self) -> bool {
        let mut found = self.found.iter();
        self.wanted
            .is_some_and(|wanted| found.any(|found| found.broken == wanted))
    }

    /// Keeps the first path to each promise that this call breaks.
    fn note(&mut self, broken: Broken) {
        if self.found.iter().all(|found| found.broken != broken) {
            let mut path = vec![self.name.clone()];
            path.extend(self.path.iter().map(|(shown, event)| match event {
                Some(event) => format!("{shown} -> {event:?}"),
                None => shown.clone(),
            }));
            self.found.push(Found { broken, path });
        }
    }

    /// The number of paths from here to the end.
    fn from<F: Flow + Clone + Debug>(
        &mut self,
        mut step: Step<F>,
        run: &mut Run,
    ) -> Result<f64, Broken> {
        alter(self.faults, &mut step);
        let menu = run.look(&step)?;
        let state = match State::of(step) {
            Ok(state) => state,
            Err(end) => {
                self.count.ends += 1;
                run.close(end)?;
                return Ok(1.0);
            }
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
        self.path.push((state.shown(), None));
        let mut sequences = 0.0;
        for event in menu {
            if self.is_over() {
                break;
            }
            self.count.steps += 1;
            if let Some((_, happening)) = self.path.last_mut() {
                *happening = Some(event);
            }
            let mut run = run.clone();
            let step = run.go(state.fork(), event);
            match self.from(step, &mut run) {
                Ok(paths) => sequences += paths,
                Err(broken) => self.note(broken),
            }
        }
        self.path.pop();
        self.known.insert(key, Some(sequences));
        Ok(sequences)
    }
}

/// What a sequence is, for people.
impl Found {
    pub(crate) fn text(&self) -> String {
        format!("{:?} after\n  {}", self.broken, self.path.join("\n  "))
    }
}
