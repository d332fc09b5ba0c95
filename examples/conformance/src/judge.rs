//! Holds answers against lines of the contract, and finds out which generation gave them.

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    caller::Caller,
    contract::{Known, Line, Scope},
    generation::{Generation, Generations},
    pattern::{self, Shapes},
    values::Values,
};

/// What became of a line.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    pub(crate) line: &'a Line,
    pub(crate) outcome: Outcome,
    /// The place of its exchange.
    pub(crate) exchange: Option<usize>,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    /// An answer came, which these generations give, and the others do not.
    Answered {
        fits: Generations,
        misses: Vec<Miss>,
    },
    /// None came, and why.
    Lost(String),
    /// It could not be asked, or the answer says nothing of this line, and why.
    Skipped(String),
}

/// An answer that was expected and is another.
#[derive(Debug)]
pub(crate) struct Miss {
    pub(crate) of: Generations,
    pub(crate) expected: String,
    pub(crate) why: String,
    same_status: bool,
}

/// Which generations give this answer to this caller; and how it parts from what the others give.
pub(crate) fn judge(
    line: &Line,
    answer: &Answer,
    caller: &Caller,
    values: &Values,
    shapes: &Shapes,
) -> Outcome {
    let mut fits = Generations::default();
    let mut misses = Vec::new();
    let applies = |known: &&Known| {
        caller.is(&known.callers) && !(known.not_for.as_ref()).is_some_and(|words| caller.is(words))
    };
    for known in line.answers.iter().filter(applies) {
        match agree(known, answer, values, shapes) {
            Ok(()) => fits = fits.with(known.of),
            Err(why) => misses.push(Miss {
                of: known.of,
                expected: shown(known),
                why,
                same_status: known.status == answer.status,
            }),
        }
    }
    Outcome::Answered { fits, misses }
}

fn agree(known: &Known, answer: &Answer, values: &Values, shapes: &Shapes) -> Result<(), String> {
    if known.status != answer.status {
        return Err(format!(
            "status {} in place of {}",
            answer.status, known.status
        ));
    }
    let unknown = |name: String| format!("nothing is known of `{name}`");
    for (name, pattern) in &known.headers {
        let pattern = Value::String(values.fill(pattern).map_err(unknown)?);
        let value = answer
            .header(name)
            .ok_or_else(|| format!("header {name} is missing"))?;
        pattern::check(&pattern, &Value::from(value), shapes)
            .map_err(|why| format!("header {name}: {why}"))?;
    }
    match (&known.body, &known.text) {
        (Some(pattern), _) => {
            let value = answer.json().ok_or("the body is not JSON")?;
            let mut shapes = shapes.clone();
            for shape in shapes.values_mut() {
                // A shape may name a value that this line does not need.
                if let Ok(filled) = values.fill_json(shape) {
                    *shape = filled;
                }
            }
            pattern::check(
                &values.fill_json(pattern).map_err(unknown)?,
                &value,
                &shapes,
            )
        }
        (None, Some(text)) if answer.body == text.as_bytes() => Ok(()),
        (None, Some(_)) => Err("another text".to_owned()),
        (None, None) if answer.body.trim_ascii().is_empty() => Ok(()),
        (None, None) => Err("a body where there should be none".to_owned()),
    }
}

/// What is expected, for people.
fn shown(known: &Known) -> String {
    let mut headers = String::new();
    for (name, value) in &known.headers {
        headers.extend([" ", name, ": ", value]);
    }
    match (&known.body, &known.text) {
        (Some(pattern), _) => format!("{}{headers} {pattern}", known.status),
        (None, Some(text)) => format!("{}{headers} {text}", known.status),
        (None, None) => format!("{}{headers} without a body", known.status),
    }
}

/// The scope that a key was told it lacks, and which generations say it so.
pub(crate) fn lacks(scope: Scope, answer: &Answer) -> Option<Generations> {
    if answer.status != 403 {
        return None;
    }
    let (newer, older) = match scope {
        Scope::Read => ("clientkeys:read", "read:clientkeys"),
        Scope::Write => ("clientkeys:write", "write:clientkeys"),
    };
    let refusal =
        |scope: &str| json!({"error": "Insufficient permissions", "required_scope": scope});
    let body = answer.json()?;
    if body == refusal(newer) {
        Generations::parse("2026.3.7 documented")
    } else if body == refusal(older) {
        Generations::parse("2026.1 2026.3.6")
    } else {
        None
    }
}

/// Which generation a server is, as its answers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inferred {
    /// Those that fit best; none when no answer fits any.
    pub(crate) best: Generations,
    /// How many answers were judged.
    pub(crate) judged: usize,
    /// How many of them the best ones give.
    pub(crate) fitting: usize,
}

pub(crate) fn infer(findings: &[Finding<'_>]) -> Inferred {
    let fits: Vec<Generations> = findings
        .iter()
        .filter_map(|finding| match finding.outcome {
            Outcome::Answered { fits, .. } => Some(fits),
            _ => None,
        })
        .collect();
    let count = |one: Generation| fits.iter().filter(|fits| fits.has(one)).count();
    let fitting = Generation::ALL.into_iter().map(count).max().unwrap_or(0);
    let mut best = Generations::default();
    for one in Generation::ALL {
        if fitting > 0 && count(one) == fitting {
            best.insert(one);
        }
    }
    Inferred {
        best,
        judged: fits.len(),
        fitting,
    }
}

/// How a line came out, once the generation is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As the generation that fits best.
    Holds,
    /// As another one.
    Other(Generations),
    /// As none that is known.
    Unknown,
    /// No answer came.
    Lost,
    Skipped,
}

impl Finding<'_> {
    pub(crate) fn verdict(&self, best: Generations) -> Verdict {
        match &self.outcome {
            Outcome::Answered { fits, .. } if fits.is_empty() => Verdict::Unknown,
            Outcome::Answered { fits, .. } if best.iter().any(|one| fits.has(one)) => {
                Verdict::Holds
            }
            Outcome::Answered { fits, .. } => Verdict::Other(*fits),
            Outcome::Lost(_) => Verdict::Lost,
            Outcome::Skipped(_) => Verdict::Skipped,
        }
    }

    /// What the generation that fits best would have answered: the closest of its answers.
    pub(crate) fn miss(&self, best: Generations) -> Option<&Miss> {
        let Outcome::Answered { misses, .. } = &self.outcome else {
            return None;
        };
        let of_the_best = |miss: &&Miss| best.is_empty() || best.iter().any(|one| miss.of.has(one));
        let mut misses = misses.iter().filter(of_the_best);
        let first = misses.next()?;
        let same_status = misses.find(|miss| miss.same_status);
        Some(same_status.filter(|_| !first.same_status).unwrap_or(first))
    }
}
