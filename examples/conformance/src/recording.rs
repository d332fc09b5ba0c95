//! Recordings: one exchange a line, as JSON, in the form of those in `core/tests/recordings`.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, ErrorKind, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Exchange, Request},
    problem::Problem,
};

/// Bodies of requests over this length are given by their length alone.
const LONGEST_BODY: usize = 8 * 1024;

#[derive(Serialize, Deserialize)]
struct Recorded {
    case: String,
    generation: String,
    request: Asked,
    response: Answered,
}

#[derive(Serialize, Deserialize)]
struct Asked {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_bytes: Option<usize>,
}

#[derive(Serialize, Deserialize)]
struct Answered {
    status: u16,
    #[serde(default)]
    reason: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
}

/// A new file for a recording.
pub(crate) struct Recording(BufWriter<File>);

impl Recording {
    /// Makes the file, before anything is sent.
    pub(crate) fn create(path: &Path) -> Result<Self, Problem> {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|error| {
            let path = path.display();
            Problem::usage(match error.kind() {
                ErrorKind::AlreadyExists => {
                    format!("{path} is there already: name a new file for the recording")
                }
                _ => format!("the recording {path} cannot be made: {error}"),
            })
        })?;
        Ok(Self(BufWriter::new(file)))
    }

    /// Adds exchanges, which hold no secrets any more.
    pub(crate) fn write(
        mut self,
        generation: &str,
        exchanges: impl Iterator<Item = Exchange>,
    ) -> Result<(), Problem> {
        for exchange in exchanges {
            serde_json::to_writer(&mut self.0, &Recorded::of(exchange, generation))?;
            self.0.write_all(b"\n")?;
        }
        Ok(self.0.flush()?)
    }
}

impl Recorded {
    fn of(exchange: Exchange, generation: &str) -> Self {
        let Exchange {
            case,
            request,
            answer,
        } = exchange;
        let length = request.body.as_ref().map(Vec::len);
        let body = request
            .body
            .map(|body| String::from_utf8_lossy(&body).into_owned());
        let long = length.filter(|length| *length > LONGEST_BODY);
        Self {
            case,
            generation: generation.to_owned(),
            request: Asked {
                method: request.method,
                target: request.target,
                headers: request.headers,
                body: body.filter(|_| long.is_none()),
                body_bytes: long,
            },
            response: Answered {
                status: answer.status,
                reason: answer.reason,
                headers: answer.headers,
                body: String::from_utf8_lossy(&answer.body).into_owned(),
            },
        }
    }
}

/// Reads a recording.
pub(crate) fn read(path: &Path) -> Result<Vec<Exchange>, Problem> {
    let unusable = |why: String| Problem::usage(format!("the recording {} {why}", path.display()));
    let text =
        fs::read_to_string(path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            let recorded: Recorded = serde_json::from_str(line).map_err(|error| {
                // The place, not the text: what could not be read may be a secret.
                unusable(format!(
                    "has no exchange in line {}, column {}",
                    at + 1,
                    error.column()
                ))
            })?;
            Ok(recorded.into())
        })
        .collect()
}

impl From<Recorded> for Exchange {
    fn from(recorded: Recorded) -> Self {
        let Recorded {
            case,
            request,
            response,
            ..
        } = recorded;
        Self {
            case,
            request: Request {
                method: request.method,
                target: request.target,
                headers: request.headers,
                body: request.body.map(String::into_bytes),
            },
            answer: Answer {
                status: response.status,
                reason: response.reason,
                headers: response.headers,
                body: response.body.into_bytes(),
            },
        }
    }
}
