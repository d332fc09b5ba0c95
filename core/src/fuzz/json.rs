//! The reader and the writer of JSON, held against `serde_json`.

use serde::de::IgnoredAny;
use serde_json::Value as Theirs;

use crate::wire::{
    ObjectWriter,
    json::{Scan, Value, read_object},
};

/// Any text, as a value of a member and as a text to be written.
pub(super) fn run(data: &[u8]) {
    let text = core::str::from_utf8(data);
    let is_json = text.is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let body = [b"{\"v\":", data, b"}"].concat();
    let mut seen = 0;
    let read = read_object(&body, &mut |_: &str, _: &Value<'_>| seen += 1);
    // What closes the object early and opens it again is no value, and yet makes an object.
    assert!(read.is_some() || !is_json, "JSON is not read");
    assert!(seen == 1 || !is_json, "a member is lost");
    let is_read = read.is_some() && seen == 1;
    assert!(is_json || !is_read, "what is no JSON is read");
    let Ok(text) = text else {
        assert!(read.is_none(), "what is no UTF-8 is read");
        return;
    };
    if is_json {
        let value = text.trim_matches([' ', '\t', '\r', '\n']);
        ends(value);
        exactly(&body, value);
        if let Ok(theirs) = serde_json::from_str::<Theirs>(text) {
            let shown = read_object(&body, &mut |_: &str, ours: &Value<'_>| same(ours, &theirs));
            assert_eq!(shown, Some(()));
        }
    }
    written(text);
}

/// The end of a value is found, in chunks too.
fn ends(value: &str) {
    let follows = [value, ",\"]}"].concat();
    for size in [1, 3, follows.len()] {
        let mut scan = Scan::default();
        let mut before = 0;
        let mut end = None;
        for chunk in follows.as_bytes().chunks(size) {
            if let Some(at) = scan.end(chunk) {
                end = Some(before + at);
                break;
            }
            before += chunk.len();
        }
        assert_eq!(end, Some(value.len()), "the end of a value is elsewhere");
    }
}

fn same(ours: &Value<'_>, theirs: &Theirs) {
    let theirs_text = theirs.as_str();
    assert_eq!(ours.text(), theirs_text, "another text");
    assert_eq!(ours.flag(), theirs.as_bool());
    assert_eq!(ours.is_null(), theirs.is_null());
    number(ours.integer(), theirs);
    let mut elements = theirs.as_array().into_iter().flatten();
    ours.elements(&mut |_: &str, element: &Value<'_>| same(element, elements.next().unwrap()));
    assert!(elements.next().is_none(), "an element is lost");
    members(ours, theirs);
}

fn number(ours: Option<i64>, theirs: &Theirs) {
    match (ours, theirs.as_i64(), theirs.as_f64()) {
        (ours, Some(whole), _) => assert_eq!(ours, Some(whole), "another number"),
        // The other reader is off by a little where there is a fraction or a power.
        (Some(ours), None, Some(theirs)) => {
            let apart = (nearest(ours) - theirs).abs();
            assert!(apart <= theirs.abs() * 1e-15, "another number");
        }
        (Some(ours), None, None) => panic!("{ours} is no number"),
        (None, None, _) => {}
    }
}

/// A number alone, held against the standard library, which is exact.
fn exactly(body: &[u8], value: &str) {
    let Ok(theirs) = value.parse::<f64>() else {
        return;
    };
    let read = read_object(body, &mut |_: &str, ours: &Value<'_>| {
        let Some(ours) = ours.integer() else { return };
        #[expect(clippy::float_cmp, reason = "both are the nearest to one number")]
        let same = nearest(ours) == theirs;
        assert!(same, "another number");
    });
    assert_eq!(read, Some(()));
}

#[expect(clippy::cast_precision_loss, reason = "the nearest is what is wanted")]
fn nearest(number: i64) -> f64 {
    number as f64
}

/// Of members with one name the last one counts.
fn members(ours: &Value<'_>, theirs: &Theirs) {
    let mut names = Vec::new();
    ours.members(&mut |name: &str, _: &Value<'_>| names.push(name.to_owned()));
    let known = theirs.as_object().map_or(0, serde_json::Map::len);
    let mut compared = 0;
    let mut at = 0;
    ours.members(&mut |name: &str, value: &Value<'_>| {
        at += 1;
        if !names[at..].iter().any(|later| later == name) {
            compared += 1;
            same(value, &theirs[name]);
        }
    });
    assert_eq!(compared, known, "a member is lost");
}

fn written(text: &str) {
    let ours = ObjectWriter::new()
        .text("a", text)
        .texts("b", [text, ""])
        .finish_text();
    let theirs = serde_json::to_string(text).unwrap();
    assert_eq!(
        ours.expose(),
        format!("{{\"a\":{theirs},\"b\":[{theirs},\"\"]}}"),
        "written differently"
    );
}
