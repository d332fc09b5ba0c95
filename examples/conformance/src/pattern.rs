//! Patterns: JSON that an answer's body is held against.
//!
//! A pattern is a value like the one it describes. In it, `"<uuid>"` and its like stand for any text of that form, a
//! member `"name?"` may be absent, `["<text>", "..."]` is an array of any length, `{"<some>": p}` and `{"<none>": p}` are
//! arrays in which some or no element fits, and `{"...": p, …}` is `p` with members replaced or added. What is not
//! named must not be there: a member that is new shows as a difference.

use serde_json::{Map, Value};

/// Named patterns, such as `<client key>`.
pub(crate) type Shapes = Map<String, Value>;

/// Holds a value against a pattern; the error says where they part, and quotes nothing of the value.
pub(crate) fn check(pattern: &Value, value: &Value, shapes: &Shapes) -> Result<(), String> {
    match (pattern, value) {
        (Value::String(name), _) if is_name(name) => named(name, value, shapes),
        (Value::Object(members), _) if members.contains_key("...") => {
            let whole = resolve(pattern, shapes).ok_or("the contract extends no object")?;
            check(&whole, value, shapes)
        }
        (Value::Object(members), Value::Array(elements)) => {
            let fits = |element: &Value, inner: &Value| check(inner, element, shapes).is_ok();
            if let Some(inner) = members.get("<some>") {
                return (elements.iter().any(|element| fits(element, inner)))
                    .then_some(())
                    .ok_or_else(|| "it is not in the list".to_owned());
            }
            if let Some(inner) = members.get("<none>") {
                return (!elements.iter().any(|element| fits(element, inner)))
                    .then_some(())
                    .ok_or_else(|| "it is in the list".to_owned());
            }
            Err("an array in place of an object".to_owned())
        }
        (Value::Object(members), Value::Object(value)) => object(members, value, shapes),
        (Value::Array(patterns), Value::Array(elements)) => array(patterns, elements, shapes),
        _ if pattern == value => Ok(()),
        _ => Err(format!("{} in place of {}", kind(value), shown(pattern))),
    }
}

fn object(
    members: &Map<String, Value>,
    value: &Map<String, Value>,
    shapes: &Shapes,
) -> Result<(), String> {
    if members.contains_key("<some>") || members.contains_key("<none>") {
        return Err("an object in place of an array".to_owned());
    }
    for (name, pattern) in members {
        let (name, optional) = match name.strip_suffix('?') {
            Some(name) => (name, true),
            None => (name.as_str(), false),
        };
        match value.get(name) {
            Some(value) => {
                check(pattern, value, shapes).map_err(|why| format!("`{name}`: {why}"))?;
            }
            None if optional => {}
            None => return Err(format!("`{name}` is missing")),
        }
    }
    let known =
        |name: &String| members.contains_key(name) || members.contains_key(&format!("{name}?"));
    match value.keys().find(|name| !known(name)) {
        // Names of members are the server's own words, but for what a hostile one puts there.
        Some(name) => Err(format!(
            "`{}` is new",
            name.escape_default().take(60).collect::<String>()
        )),
        None => Ok(()),
    }
}

fn array(patterns: &[Value], elements: &[Value], shapes: &Shapes) -> Result<(), String> {
    if let [each, Value::String(rest)] = patterns {
        if rest == "..." {
            return elements.iter().enumerate().try_for_each(|(at, element)| {
                check(each, element, shapes).map_err(|why| format!("element {at}: {why}"))
            });
        }
    }
    if patterns.len() != elements.len() {
        return Err(format!(
            "{} elements in place of {}",
            elements.len(),
            patterns.len()
        ));
    }
    patterns
        .iter()
        .zip(elements)
        .try_for_each(|(pattern, element)| check(pattern, element, shapes))
}

fn named(name: &str, value: &Value, shapes: &Shapes) -> Result<(), String> {
    if let Some(shape) = shapes.get(name) {
        return check(shape, value, shapes);
    }
    let text = value.as_str();
    let fits = match name {
        "<any>" => true,
        "<text>" => text.is_some(),
        "<bool>" => value.is_boolean(),
        "<int>" => value.is_i64() || value.is_u64(),
        "<uuid>" => text.is_some_and(is_uuid),
        "<instant>" => text.is_some_and(is_instant),
        "<token>" => text.is_some_and(is_token),
        "<key>" => text.is_some_and(|text| text.len() == 48 && text.starts_with("fbk_")),
        "<prefix>" => text.is_some_and(|text| text.len() == 12 && text.starts_with("fbk_")),
        "<43 characters>" => text.is_some_and(|text| text.len() == 43),
        _ => return Err(format!("the contract has no shape {name}")),
    };
    fits.then_some(())
        .ok_or_else(|| format!("{} in place of {name}", kind(value)))
}

/// The members of a base, with those that replace or extend them.
fn extended(base: &Map<String, Value>, members: &Map<String, Value>) -> Map<String, Value> {
    let mut all = base.clone();
    for (name, pattern) in members.iter().filter(|(name, _)| *name != "...") {
        all.remove(&format!("{name}?"));
        all.insert(name.clone(), pattern.clone());
    }
    all
}

/// What a named shape stands for, with what it extends filled in.
fn resolve<'a>(pattern: &'a Value, shapes: &'a Shapes) -> Option<std::borrow::Cow<'a, Value>> {
    use std::borrow::Cow;

    match pattern {
        Value::String(name) => resolve(shapes.get(name)?, shapes),
        Value::Object(members) => match members.get("...") {
            Some(base) => {
                let base = resolve(base, shapes)?;
                Some(Cow::Owned(Value::Object(extended(
                    base.as_object()?,
                    members,
                ))))
            }
            None => Some(Cow::Borrowed(pattern)),
        },
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

fn is_instant(text: &str) -> bool {
    text.contains('T') && fluxbase_client_keys_ureq::Timestamp::parse(text).is_ok()
}

fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.split('.').count() == 3
}

/// What a value is, without the value, which may be a secret.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "another boolean",
        Value::Number(_) => "another number",
        Value::String(_) => "another text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn shown(pattern: &Value) -> String {
    match pattern {
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn held(pattern: &Value, value: &Value) -> Result<(), String> {
        let shapes = json!({
            "<thing>": {"id": "<uuid>", "note?": "<text>"},
            "<named thing>": {"...": "<thing>", "name": "<text>"},
        });
        check(pattern, value, shapes.as_object().unwrap())
    }

    const ID: &str = "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11";

    #[test]
    fn what_fits() {
        for (pattern, value) in [
            (json!(null), json!(null)),
            (json!("<any>"), json!([1])),
            (json!({"a": "<int>"}), json!({"a": 1})),
            (json!({"a?": "<int>"}), json!({})),
            (json!("<thing>"), json!({"id": ID})),
            (
                json!({"...": "<named thing>", "note": "x"}),
                json!({"id": ID, "name": "n", "note": "x"}),
            ),
            (json!(["<thing>", "..."]), json!([])),
            (
                json!(["<thing>", "..."]),
                json!([{"id": ID}, {"id": ID, "note": ""}]),
            ),
            (
                json!({"<some>": {"...": "<thing>", "id": ID}}),
                json!([{"id": ID}]),
            ),
            (
                json!({"<none>": {"...": "<thing>", "note": "x"}}),
                json!([{"id": ID, "note": "y"}]),
            ),
            (
                json!("<instant>"),
                json!("2026-11-23T10:30:36.072628542+01:00"),
            ),
        ] {
            assert_eq!(held(&pattern, &value), Ok(()), "{pattern} {value}");
        }
    }

    #[test]
    fn what_does_not_and_where() {
        for (pattern, value, why) in [
            (json!(null), json!([]), "an array in place of null"),
            (
                json!({"a": true}),
                json!({"a": false}),
                "`a`: another boolean in place of true",
            ),
            (json!({}), json!({"a": 1}), "`a` is new"),
            (json!("<thing>"), json!({}), "`id` is missing"),
            (
                json!({"...": "<thing>", "note": "x"}),
                json!({"id": ID}),
                "`note` is missing",
            ),
            (
                json!(["<thing>", "..."]),
                json!([{"id": ID}, null]),
                "element 1: null in place of an object",
            ),
            (json!([1]), json!([]), "0 elements in place of 1"),
            (
                json!({"<some>": "<thing>"}),
                json!([]),
                "it is not in the list",
            ),
            (
                json!({"<none>": "<thing>"}),
                json!([{"id": ID}]),
                "it is in the list",
            ),
            (
                json!("<int>"),
                json!(1.5),
                "another number in place of <int>",
            ),
            (
                json!("<uuid>"),
                json!("secret"),
                "another text in place of <uuid>",
            ),
            (
                json!("<nothing>"),
                json!(1),
                "the contract has no shape <nothing>",
            ),
        ] {
            assert_eq!(
                held(&pattern, &value),
                Err(why.to_owned()),
                "{pattern} {value}"
            );
        }
    }
}
