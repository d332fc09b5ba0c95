//! `Report`: which cases a transport passed, and why the others are none for it.

use std::{collections::BTreeMap, fmt};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The transport did and told what it should.
    Passed,
    /// It did what it should, and told what it may tell for this reason.
    PassedOtherwise(&'static str),
    /// The case cannot be expressed for this transport, for this reason.
    Inexpressible(&'static str),
    /// It did not; each text says one thing that was wrong.
    Failed(Vec<String>),
}

/// Which cases a transport passed. `Display` is a table for people.
#[derive(Debug, Clone)]
#[must_use = "a report that nobody looks at proves nothing"]
pub struct Report {
    transport: String,
    verdicts: Vec<(&'static str, Verdict)>,
}

impl Report {
    pub(crate) fn new(transport: &str) -> Self {
        Self {
            transport: transport.to_owned(),
            verdicts: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, case: &'static str, verdict: Verdict) {
        self.verdicts.push((case, verdict));
    }

    /// The cases and their verdicts, in the order in which they ran.
    pub fn verdicts(&self) -> impl Iterator<Item = (&'static str, &Verdict)> {
        self.verdicts.iter().map(|(case, verdict)| (*case, verdict))
    }

    /// How many cases passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        let passed =
            |verdict: &Verdict| matches!(verdict, Verdict::Passed | Verdict::PassedOtherwise(_));
        self.verdicts()
            .filter(|(_, verdict)| passed(verdict))
            .count()
    }

    /// The cases that failed.
    pub fn failed(&self) -> impl Iterator<Item = &'static str> {
        self.verdicts()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Failed(_)))
            .map(|(case, _)| case)
    }

    /// Whether no case failed and at least so many passed: a run that skips everything holds nothing.
    #[must_use]
    pub fn holds(&self, at_least: usize) -> bool {
        self.failed().next().is_none() && self.passed() >= at_least
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut otherwise = BTreeMap::<_, Vec<_>>::new();
        let mut inexpressible = BTreeMap::<_, Vec<_>>::new();
        for (case, verdict) in self.verdicts() {
            match verdict {
                Verdict::Passed => {}
                Verdict::PassedOtherwise(why) => otherwise.entry(why).or_default().push(case),
                Verdict::Inexpressible(why) => inexpressible.entry(why).or_default().push(case),
                Verdict::Failed(complaints) => {
                    writeln!(f, "FAILED {case}: {}", complaints.join("; "))?;
                }
            }
        }
        for (what, cases) in [
            ("told otherwise", &otherwise),
            ("inexpressible", &inexpressible),
        ] {
            for (why, cases) in cases {
                writeln!(f, "{what}, since {why}: {}", cases.join(", "))?;
            }
        }
        let count = |groups: &BTreeMap<_, Vec<_>>| groups.values().map(Vec::len).sum::<usize>();
        write!(
            f,
            "{}: {} cases, {} passed ({} told otherwise), {} inexpressible, {} failed",
            self.transport,
            self.verdicts.len(),
            self.passed(),
            count(&otherwise),
            count(&inexpressible),
            self.failed().count()
        )
    }
}
