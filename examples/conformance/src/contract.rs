//! The contract: what is asked, and which generation answers what. It is data, in the folder `contract`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::{generation::Generations, pattern::Shapes, problem::Problem};

/// The whole contract, in the order in which it is asked.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) shapes: Shapes,
    /// Without the caller's credential.
    pub(crate) reach: Vec<Line>,
    /// Signing in.
    pub(crate) enter: Vec<Line>,
    /// The key routes.
    pub(crate) keys: Vec<Line>,
    /// Signing out.
    pub(crate) leave: Vec<Line>,
}

/// One line of the contract: a request, and the answers of the known generations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// Its name.
    #[serde(rename = "line")]
    pub(crate) name: String,
    /// What holds, in a sentence.
    pub(crate) says: String,
    /// Which callers it is for, as [`Caller::is`](crate::caller::Caller::is) takes them; all unless given.
    #[serde(default, rename = "for")]
    pub(crate) callers: String,
    /// Method and target.
    pub(crate) send: Option<String>,
    /// In place of a request: the line whose answer is looked at again.
    pub(crate) again: Option<String>,
    #[serde(default, rename = "as")]
    pub(crate) sender: Sender,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) json: Option<Value>,
    /// A body that is no JSON, or odd JSON; sent as JSON all the same.
    pub(crate) body: Option<String>,
    /// A body of so many bytes.
    pub(crate) body_bytes: Option<usize>,
    /// A value without which the line makes no sense, beside those that the request names.
    pub(crate) needs: Option<String>,
    /// The scope that it takes, so that a key without it is not asked in vain.
    pub(crate) scope: Option<Scope>,
    /// What is kept of a success, under which name: pointers into the JSON, of which one is there.
    #[serde(default)]
    pub(crate) keep: BTreeMap<String, Vec<String>>,
    /// The same, unless there is a value of that name already.
    #[serde(default)]
    pub(crate) keep_first: BTreeMap<String, Vec<String>>,
    pub(crate) answers: Vec<Known>,
}

/// Who sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sender {
    /// Whoever the environment has a credential of.
    #[default]
    Caller,
    /// Somebody without a credential but what the line names.
    Nobody,
}

/// A scope that client keys and service keys need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Read,
    Write,
}

/// An answer that some generations give.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    #[serde(deserialize_with = "generations")]
    pub(crate) of: Generations,
    #[serde(default, rename = "for")]
    pub(crate) callers: String,
    pub(crate) not_for: Option<String>,
    pub(crate) status: u16,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The pattern of the body; `null` is a pattern too.
    #[serde(default, deserialize_with = "given")]
    pub(crate) body: Option<Value>,
    /// A body that is no JSON.
    pub(crate) text: Option<String>,
}

impl Contract {
    pub(crate) fn read() -> Result<Self, Problem> {
        let broken = |error: serde_json::Error| {
            Problem::failed(format!("the contract of this program is damaged: {error}"))
        };
        let lines = |text| serde_json::from_str(text).map_err(broken);
        Ok(Self {
            shapes: serde_json::from_str(include_str!("../contract/shapes.json"))
                .map_err(broken)?,
            reach: lines(include_str!("../contract/reach.json"))?,
            enter: lines(include_str!("../contract/enter.json"))?,
            keys: lines(include_str!("../contract/keys.json"))?,
            leave: lines(include_str!("../contract/leave.json"))?,
        })
    }

    #[cfg(test)]
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Line> {
        let parts = [&self.reach, &self.enter, &self.keys, &self.leave];
        parts.into_iter().flatten()
    }
}

fn generations<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Generations, D::Error> {
    let names = String::deserialize(deserializer)?;
    Generations::parse(&names).ok_or_else(|| D::Error::custom("an unknown generation"))
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::generation::Generation;

    #[test]
    fn every_line_has_a_name_of_its_own_a_request_and_an_answer_of_each_generation() {
        let contract = Contract::read().unwrap();
        let mut names = BTreeSet::new();
        for line in contract.lines() {
            assert!(names.insert(&line.name), "{} is there twice", line.name);
            assert_ne!(line.send.is_some(), line.again.is_some(), "{}", line.name);
            let bodies = [
                line.json.is_some(),
                line.body.is_some(),
                line.body_bytes.is_some(),
            ];
            assert!(
                bodies.into_iter().filter(|given| *given).count() <= 1,
                "{}",
                line.name
            );
            for generation in Generation::ALL {
                let answers = line
                    .answers
                    .iter()
                    .filter(|answer| answer.of.has(generation));
                assert!(answers.count() > 0, "{} of {generation}", line.name);
            }
            assert!(
                !line.says.is_empty() && !line.says.ends_with('.'),
                "{}",
                line.name
            );
        }
        assert!(names.len() > 60);
    }

    #[test]
    fn nothing_is_a_body_and_null_is_another() {
        let read = |text| serde_json::from_str::<Known>(text).unwrap().body;
        assert_eq!(read(r#"{"of": "real", "status": 204}"#), None);
        let null = read(r#"{"of": "real", "status": 200, "body": null}"#);
        assert_eq!(null, Some(Value::Null));
    }
}
