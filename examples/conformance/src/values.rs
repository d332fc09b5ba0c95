//! What the lines call `{made}`, `{run}` and so on.

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use fluxbase_client_keys_ureq::Timestamp;
use serde_json::Value;

use crate::problem::Problem;

/// How long a key lives that could not be deleted.
const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Values by name; some are secrets.
pub(crate) struct Values(BTreeMap<String, String>);

impl Values {
    /// Those that there are from the beginning.
    pub(crate) fn new() -> Result<Self, Problem> {
        let mut values = Self(BTreeMap::new());
        values.set("run", format!("conformance-{}", hex(&random::<6>()?)));
        values.set("unknown", unknown_id()?);
        values.set("idempotency", hex(&random::<16>()?));
        values.set(
            "no_key",
            format!("fbk_{}", URL_SAFE.encode(random::<32>()?)),
        );
        values.set("long", "x".repeat(257));
        let whole_seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |age| age.as_secs());
        let now = UNIX_EPOCH + Duration::from_secs(whole_seconds);
        let expires = Timestamp::try_from(now + LIFETIME)
            .map_err(|_| Problem::failed("the clock of this machine is wrong"))?;
        values.set("expires", expires.to_string());
        Ok(values)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The mark in the names of all keys that this run makes.
    pub(crate) fn run(&self) -> &str {
        self.get("run").unwrap_or_default()
    }

    /// The text with values in place of names in braces; the error is a name without a value. A name in capitals is the
    /// value in capitals.
    pub(crate) fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let name = after.split_once('}').map(|(name, _)| name);
            let is_name = |name: &&str| {
                !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            };
            let Some(name) = name.filter(is_name) else {
                filled.push('{');
                rest = after;
                continue;
            };
            let lower = name.to_ascii_lowercase();
            let value = self.get(&lower).ok_or_else(|| lower.clone())?;
            if lower == name {
                filled.push_str(value);
            } else {
                filled.push_str(&value.to_ascii_uppercase());
            }
            // The name and the brace behind it.
            rest = after.get(name.len() + 1..).unwrap_or_default();
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The same for every text in a value.
    pub(crate) fn fill_json(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(elements) => {
                let elements = elements.iter().map(|element| self.fill_json(element));
                Value::Array(elements.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.fill_json(value)?)));
                Value::Object(members.collect::<Result<_, String>>()?)
            }
            plain => plain.clone(),
        })
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// A UUID that nothing has.
fn unknown_id() -> Result<String, Problem> {
    let bytes = random::<16>()?;
    let mut id = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        let byte = match at {
            6 => byte & 0x0f | 0x40,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        id.push_str(&hex(&[byte]));
    }
    Ok(id)
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    (bytes.iter())
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|_| Problem::failed("the operating system gave no random bytes"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_filled_in() {
        let mut values = Values::new().unwrap();
        values.set("made", "ab-1");
        assert_eq!(
            values.fill("/keys/{made}/{MADE}").as_deref(),
            Ok("/keys/ab-1/AB-1")
        );
        assert_eq!(
            values.fill(r#"{"a":"{made}","b":{}}{"#).as_deref(),
            Ok(r#"{"a":"ab-1","b":{}}{"#)
        );
        assert_eq!(values.fill("{nothing}"), Err("nothing".to_owned()));
        let filled = values.fill_json(&json!({"a": ["{made}", 1]}));
        assert_eq!(filled, Ok(json!({"a": ["ab-1", 1]})));
    }

    #[test]
    fn the_first_values_have_their_form_and_are_not_printed() {
        let values = Values::new().unwrap();
        assert_eq!(values.get("no_key").map(str::len), Some(48));
        assert_eq!(values.get("long").map(str::len), Some(257));
        let unknown = values.get("unknown").unwrap();
        assert_eq!((unknown.len(), &unknown[14..15]), (36, "4"));
        assert!(values.get("expires").unwrap().ends_with('Z'));
        let printed = format!("{values:?}");
        assert!(
            printed.contains("no_key") && !printed.contains("fbk_"),
            "{printed}"
        );
    }
}
