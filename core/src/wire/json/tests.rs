//! Held against `serde_json`: what is JSON, what its values are, and how it is written.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What stands between quotation marks, mostly right.
fn quoted() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[^\"\\\\\u{0}-\u{1f}]{0,4}",
        2 => r#"\\["\\/bfnrt]"#,
        2 => r"\\u[0-9a-fA-F]{4}",
        2 => r"\\u[dD][89abAB][0-9a-f]{2}\\u[dD][c-fC-F][0-9a-f]{2}",
        1 => r"\\u[dD][89abAB][0-9a-f]{2}",
        1 => r"\\u?[0-9a-fx]{0,3}|[\t\n]",
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

/// The text of a value, mostly right, with white space in every place that may have some.
fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("null".to_owned()),
        4 => Just("true".to_owned()),
        4 => Just("false".to_owned()),
        8 => r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?",
        8 => quoted(),
        1 => r#"[-+.0-9eE]{1,6}|nul|True|[\[\]{}:,"]{0,3}"#,
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let space = prop::sample::select(vec!["", "", " ", "\r\n\t "]);
        let element = (space.clone(), inner.clone(), space.clone())
            .prop_map(|(before, value, after)| format!("{before}{value}{after}"));
        let name = prop_oneof![4 => Just("\"a\"".to_owned()), 2 => quoted()];
        let member = (space.clone(), name, space, element.clone())
            .prop_map(|(before, name, after, value)| format!("{before}{name}{after}:{value}"));
        prop_oneof![
            prop::collection::vec(element, 0..5).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec(member, 0..5).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

/// Shows the one value that a text is.
fn read(text: &str, show: &mut dyn FnMut(&Value<'_>)) -> Option<()> {
    let mut cursor = Cursor::new(text);
    show(&cursor.value(&mut Zeroizing::default())?);
    cursor.ends().then_some(())
}

/// The same value as the other library has it; of numbers only the whole ones.
fn tree(value: &Value<'_>) -> serde_json::Value {
    use serde_json::Value as Tree;

    if let Some(text) = value.text() {
        Tree::from(text)
    } else if value.json.starts_with('{') {
        let mut members = serde_json::Map::new();
        value.members(&mut |name: &str, value: &Value<'_>| {
            _ = members.insert(name.to_owned(), tree(value));
        });
        Tree::Object(members)
    } else if value.json.starts_with('[') {
        let mut elements = Vec::new();
        value.elements(&mut |_: &str, value: &Value<'_>| elements.push(tree(value)));
        Tree::Array(elements)
    } else {
        let flag = value.flag().map(Tree::from);
        flag.unwrap_or_else(|| value.integer().map_or(Tree::Null, Tree::from))
    }
}

/// Every number that is not written as a whole one taken for nothing.
fn without_fractions(tree: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Tree;

    match tree {
        Tree::Number(number) if !number.is_i64() => Tree::Null,
        Tree::Array(all) => all.into_iter().map(without_fractions).collect(),
        Tree::Object(all) => all
            .into_iter()
            .map(|(name, value)| (name, without_fractions(value)))
            .collect(),
        tree => tree,
    }
}

fn is_json(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// A body that is not UTF-8 is none; the other library minds only in texts that it is asked for.
fn is_read(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok_and(|text| read(text, &mut |_| {}).is_some())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_same_is_json(mut text in text().prop_map(String::into_bytes), at: prop::sample::Index, byte: Option<u8>) {
        prop_assert_eq!(is_read(&text), is_json(&text));
        if !text.is_empty() {
            let at = at.index(text.len());
            match byte {
                Some(byte) => text[at] = byte,
                None => text.truncate(at),
            }
            prop_assert_eq!(is_read(&text), is_json(&text));
        }
    }

    #[test]
    fn rubbish_is_judged_alike(text in r#"[\[\]{}:,"\\a0-9.eE+\- \ntrufalsn]{0,12}"#, other in any::<Vec<u8>>()) {
        prop_assert_eq!(is_read(text.as_bytes()), is_json(text.as_bytes()));
        prop_assert_eq!(is_read(&other), is_json(&other));
    }

    #[test]
    fn values_are_the_same(text in text()) {
        if let Ok(expected) = serde_json::from_str::<serde_json::Value>(&text) {
            let mut ours = None;
            read(&text, &mut |value| ours = Some(tree(value)));
            let read = ours.unwrap();
            // Whole numbers are read from fractions and powers too, which a test of their own shows.
            prop_assert_eq!(without_powers(&text, read), without_powers(&text, without_fractions(expected)));
        }
    }

    #[test]
    fn texts_are_the_same(text in quoted(), bytes in prop::collection::vec(any::<u8>(), 0..8)) {
        for json in [text.into_bytes(), [b"\"", bytes.as_slice(), b"\""].concat()] {
            let mut ours = None;
            if let Ok(json) = core::str::from_utf8(&json) {
                let whole = read(json, &mut |value| ours = value.text().map(str::to_owned));
                ours = whole.and(ours);
            }
            prop_assert_eq!(ours, serde_json::from_slice(&json).ok());
        }
    }

    #[test]
    fn it_is_written_the_same(name in any::<String>(), texts in any::<Vec<String>>(), number: u32, flag: bool) {
        let written = ObjectWriter::new()
            .text("name", &name)
            .optional_text("left_out", None)
            .texts("texts", texts.iter().map(String::as_str))
            .optional_number("number", Some(number))
            .flag("flag", flag)
            .finish();
        let members = [
            ("name", serde_json::json!(name)),
            ("texts", serde_json::json!(texts)),
            ("number", serde_json::json!(number)),
            ("flag", serde_json::json!(flag)),
        ];
        let members = members.map(|(name, value)| format!("\"{name}\":{value}"));
        let expected = format!("{{{}}}", members.join(","));
        prop_assert_eq!(core::str::from_utf8(written.as_ref()).unwrap(), expected);
    }
}

/// Nothing is compared where a number has a fraction or a power.
fn without_powers(text: &str, tree: serde_json::Value) -> serde_json::Value {
    let has_any = |bytes: &[u8]| matches!(bytes, [b'0'..=b'9', b'.' | b'e' | b'E'] | [b'-', b'0']);
    if text.as_bytes().windows(2).any(has_any) {
        serde_json::Value::Null
    } else {
        tree
    }
}

#[test]
fn a_value_that_says_nothing_costs_nothing_beside_it() {
    let body =
        br#"{"a":1e999,"b":"x\ud800y","\udc00":1,"c":[1,[],{"d":2}],"\u0065":"\ud83d\udd11"}"#;
    let mut seen = Vec::new();
    let read = read_object(body, &mut |name: &str, value: &Value<'_>| {
        let (mut elements, mut members) = (0, 0);
        value.elements(&mut |_: &str, _: &Value<'_>| elements += 1);
        value.members(&mut |_: &str, _: &Value<'_>| members += 1);
        assert_eq!(members, 0);
        let text = value.text().unwrap_or_default();
        seen.push((name.to_owned(), value.integer(), elements, text.to_owned()));
    });
    assert_eq!(read, Some(()));
    let seen: Vec<_> = seen
        .iter()
        .map(|(a, b, c, d)| (a.as_str(), *b, *c, d.as_str()))
        .collect();
    let expected = [
        ("a", None, 0, ""),
        ("b", None, 0, ""),
        ("", Some(1), 0, ""),
        ("c", None, 3, ""),
        ("e", None, 0, "\u{1f511}"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn what_is_not_utf_8_is_no_json() {
    for body in [&b"{\"a\":\"\xff\"}"[..], b"{\"\xff\":1}", b"{}\xff"] {
        assert_eq!(
            read_object(body, &mut |_: &str, _: &Value<'_>| {}),
            None,
            "{body:?}"
        );
    }
}

#[test]
fn what_needs_no_copy_is_not_copied() {
    let mut own = Zeroizing::default();
    let value = Cursor::new(r#""ключ""#).value(&mut own);
    assert_eq!(value.and_then(|value| value.text()), Some("ключ"));
    assert_eq!(own.capacity(), 0);
}

#[test]
fn any_depth_is_read_without_recursion() {
    let deep = ["[".repeat(1 << 20), "]".repeat(1 << 20)].concat();
    assert!(read(&deep, &mut |_| {}).is_some());
    assert!(read(&deep[1..], &mut |_| {}).is_none());
    let body = format!(r#"{{"a":{deep},"b":7}}"#);
    let mut last = None;
    let read = read_object(body.as_bytes(), &mut |_: &str, value: &Value<'_>| {
        last = value.integer();
    });
    assert_eq!((read, last), (Some(()), Some(7)));
}
