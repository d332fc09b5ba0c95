//! The report: what held, what did not, and what the server is.

use std::io::Write;

use serde::Serialize;

use crate::{
    diagnosis::Weight,
    generation::Generations,
    judge::{Finding, Outcome, Verdict, infer},
    problem::Problem,
    reader::{self, Reading},
    stand_in::StandIns,
    walk::Walk,
};

/// How much of an unexpected answer is shown.
const SHOWN: usize = 300;

/// The whole report; its JSON form is this, member by member.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    server: String,
    caller: &'static str,
    /// `conforms`, `differs`, `broken` or `unfinished`.
    result: &'static str,
    /// Which generations fit best.
    generation: Vec<&'static str>,
    /// How many answers were judged, and how many of them those generations give.
    judged: usize,
    fitting: usize,
    requests: usize,
    keys_made: usize,
    keys_left: Vec<String>,
    findings: Vec<Found>,
    lines: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Found {
    id: &'static str,
    text: String,
    is_broken: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    line: String,
    says: String,
    /// `holds`, `other generation`, `unknown`, `no answer` or `skipped`.
    result: &'static str,
    /// Which generations answer so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    of: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// What this client makes of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<String>,
}

impl Report {
    pub(crate) fn of(walk: &Walk<'_>, stand_ins: &mut StandIns) -> Self {
        let inferred = infer(&walk.findings);
        let rows = walk.findings.iter();
        let rows: Vec<Row> = rows
            .map(|finding| row(finding, inferred.best, walk, stand_ins))
            .collect();
        let has = |weights: &[Weight]| {
            walk.diagnoses
                .iter()
                .any(|found| weights.contains(&found.weight))
        };
        let left = !walk.made.is_empty() || walk.in_doubt;
        let result = if has(&[Weight::Broken, Weight::Fatal]) && !left {
            "broken"
        } else if has(&[Weight::Unfinished]) {
            "unfinished"
        } else if rows
            .iter()
            .all(|row| matches!(row.result, "holds" | "skipped"))
            && inferred.judged > 0
        {
            "conforms"
        } else {
            "differs"
        };
        Self {
            server: walk.wire.base().as_str().to_owned(),
            caller: walk.caller.title(),
            result,
            generation: inferred.best.names(),
            judged: inferred.judged,
            fitting: inferred.fitting,
            requests: walk.exchanges.len(),
            keys_made: walk.made_in_all,
            keys_left: walk.made.clone(),
            findings: walk
                .diagnoses
                .iter()
                .map(|found| Found {
                    id: found.id,
                    text: found.text.clone(),
                    is_broken: matches!(found.weight, Weight::Broken | Weight::Fatal),
                })
                .collect(),
            lines: rows,
        }
    }

    /// As `--help` explains.
    pub(crate) fn exit_status(&self) -> u8 {
        match self.result {
            "conforms" => 0,
            "differs" => 1,
            "broken" => 3,
            _ => 4,
        }
    }

    pub(crate) fn print_json(&self, out: &mut dyn Write) -> Result<(), Problem> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        Ok(writeln!(out)?)
    }

    pub(crate) fn print_table(&self, out: &mut dyn Write) -> Result<(), Problem> {
        writeln!(out, "Server {}, asked as {}\n", self.server, self.caller)?;
        let widest = self
            .lines
            .iter()
            .map(|row| row.line.len())
            .max()
            .unwrap_or(0);
        for row in &self.lines {
            let remark = match (row.result, &row.why) {
                ("other generation", _) => format!("as {}", row.of.join(", ")),
                (_, Some(why)) if row.answered.is_none() => why.clone(),
                _ => String::new(),
            };
            let line = format!("{:16}  {:widest$}  {remark}", row.result, row.line);
            writeln!(out, "{}", line.trim_end())?;
            if row.result == "holds" {
                continue;
            }
            if let Some(answered) = &row.answered {
                writeln!(out, "    {}", row.says)?;
                if let Some(expected) = &row.expected {
                    writeln!(out, "    expected  {expected}")?;
                }
                writeln!(out, "    answered  {answered}")?;
                if let Some(why) = &row.why {
                    writeln!(out, "    because   {why}")?;
                }
            }
        }
        self.print_end(out)
    }

    fn print_end(&self, out: &mut dyn Write) -> Result<(), Problem> {
        writeln!(out)?;
        for found in &self.findings {
            let mark = if found.is_broken { "BROKEN" } else { "NOTE" };
            writeln!(out, "{mark} {}: {}", found.id, found.text)?;
        }
        let count = |result| self.lines.iter().filter(|row| row.result == result).count();
        let names = self.generation.join(" or ");
        let generation = if self.generation.is_empty() {
            "of no known generation".to_owned()
        } else if self.fitting == self.judged {
            format!("generation {names}")
        } else {
            format!(
                "none of the known generations; closest to {names}, which gives {} of {} answers",
                self.fitting, self.judged
            )
        };
        writeln!(out, "The server is {generation}.")?;
        writeln!(
            out,
            "{} lines hold, {} are as another generation, {} as none, {} had no answer, {} were skipped.",
            count("holds"),
            count("other generation"),
            count("unknown"),
            count("no answer"),
            count("skipped"),
        )?;
        let left = self.keys_left.len();
        let deleted = self.keys_made.saturating_sub(left);
        writeln!(
            out,
            "{} requests; {} keys made, {deleted} deleted, {left} left. Result: {}.",
            self.requests, self.keys_made, self.result
        )?;
        Ok(())
    }
}

fn row(finding: &Finding<'_>, best: Generations, walk: &Walk<'_>, stand_ins: &mut StandIns) -> Row {
    let verdict = finding.verdict(best);
    let exchange = finding.exchange.and_then(|at| walk.exchanges.get(at));
    let reading = exchange
        .map(reader::read)
        .filter(|reading| *reading != Reading::NotAsked);
    let lost = verdict == Verdict::Holds
        && reading.as_ref().is_some_and(Reading::is_lost)
        && exchange.is_some_and(|exchange| exchange.answer.is_success());
    let shows = matches!(verdict, Verdict::Other(_) | Verdict::Unknown) || lost;
    let miss = finding.miss(best).filter(|_| shows);
    let fits = match &finding.outcome {
        Outcome::Answered { fits, .. } => *fits,
        _ => Generations::default(),
    };
    let why = match &finding.outcome {
        _ if lost => {
            Some("the contract holds, but this client does not understand the answer".to_owned())
        }
        Outcome::Lost(why) | Outcome::Skipped(why) => Some(printable(why)),
        Outcome::Answered { .. } => miss.map(|miss| printable(&miss.why)),
    };
    let answered = exchange.filter(|_| shows).map(|exchange| {
        let body = stand_ins.json(&exchange.answer.text());
        let body: String = body.chars().take(SHOWN).collect();
        printable(&format!("{} {body}", exchange.answer.status))
    });
    Row {
        line: finding.line.name.clone(),
        says: finding.line.says.clone(),
        result: match verdict {
            _ if lost => "unknown",
            Verdict::Holds => "holds",
            Verdict::Other(_) => "other generation",
            Verdict::Unknown => "unknown",
            Verdict::Lost => "no answer",
            Verdict::Skipped => "skipped",
        },
        of: fits.names(),
        expected: miss.map(|miss| miss.expected.clone()),
        answered,
        why,
        reading: reading.as_ref().map(Reading::text),
    }
}

/// The text with everything escaped that a terminal would obey or hide.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c == ' ' || c.is_ascii_graphic() {
            shown.push(c);
        } else {
            shown.extend(c.escape_unicode());
        }
    }
    shown
}
