//! The list reader: chunks make no difference, what was written is read, and the work is linear.

use fluxbase_client_keys::{ListReadError, ListReader, ListSummary, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::properties_support::{body, config, json};

type Read = (Vec<String>, Result<ListSummary, ListReadError>);

/// Reads pieces whose ends stand at these places.
fn read(bytes: &[u8], ends: &[prop::sample::Index]) -> Read {
    let mut ends: Vec<usize> = ends.iter().map(|end| end.index(bytes.len() + 1)).collect();
    ends.sort_unstable();
    ends.push(bytes.len());
    let mut reader = ListReader::new(usize::MAX);
    let (mut ids, mut at) = (Vec::new(), 0);
    for end in ends {
        let piece = &bytes[at..end];
        at = end;
        if let Err(error) = reader.feed(piece, |key| ids.push(format!("{key:?}"))) {
            return (ids, Err(error));
        }
    }
    (ids, reader.finish())
}

/// Bytes that are likely to be a list.
fn list() -> impl Strategy<Value = Vec<u8>> {
    let key = (r"[a-z]{1,3}", any::<String>(), json())
        .prop_map(|(id, name, rest)| json!({"id": id, "name": name, "x": rest}).to_string());
    let element = prop_oneof![3 => key, 1 => json().prop_map(|json| json.to_string())];
    let elements =
        prop::collection::vec(element, 0..6).prop_map(|all| format!("[{}]", all.join(" ,\n")));
    prop_oneof![
        elements.clone().prop_map(String::into_bytes),
        elements.prop_map(|list| format!(
            r#" {{"x":{{"client_keys":[]}},"client_keys" : {list} ,"total":9}}"#
        )
        .into_bytes()),
        body(),
    ]
}

/// What a key may have, and its text.
type Made = (
    String,
    String,
    Option<String>,
    Vec<String>,
    Option<i32>,
    Option<i64>,
);

fn made() -> impl Strategy<Value = Made> {
    (
        "[a-z0-9][a-z0-9-]{0,40}",
        any::<String>(),
        any::<Option<String>>(),
        prop::collection::vec(any::<String>(), 0..4),
        any::<Option<i32>>(),
        prop::option::of(-62_135_596_800_i64..253_402_300_799),
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_cut_into_chunks_reads_the_same(bytes in list(), ends in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let whole = read(&bytes, &[]);
        prop_assert_eq!(&read(&bytes, &ends), &whole);
        let mut reader = ListReader::new(usize::MAX);
        let mut ids = Vec::new();
        let fed = bytes.iter().try_for_each(|byte| reader.feed(&[*byte], |key| ids.push(format!("{key:?}"))));
        prop_assert_eq!((ids, fed.and_then(|()| reader.finish())), whole);
    }

    #[test]
    fn keys_that_were_written_are_read(all in prop::collection::vec(made(), 0..8), wrapped: bool, ends in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let instant = |seconds: i64| Timestamp::from_unix_seconds(seconds).unwrap();
        let keys: Vec<_> = all
            .iter()
            .map(|(id, name, description, scopes, rate, end)| json!({
                "id": id,
                "name": name,
                "description": description,
                "scopes": scopes,
                "rate_limit_per_minute": rate,
                "expires_at": end.map(|end| instant(end).to_string()),
            }))
            .collect();
        let body = if wrapped { json!({"client_keys": keys, "total": keys.len()}) } else { json!(keys) };
        let body = body.to_string().into_bytes();
        let mut reader = ListReader::new(usize::MAX);
        let mut read = Vec::new();
        let mut at = 0;
        let mut ends: Vec<usize> = ends.iter().map(|end| end.index(body.len())).collect();
        ends.sort_unstable();
        ends.push(body.len());
        for end in ends {
            reader.feed(&body[at..end], |key| read.push(key)).unwrap();
            at = end;
        }
        let summary = reader.finish().unwrap();
        prop_assert_eq!((summary.total, summary.skipped), (all.len() as u64, 0));
        prop_assert_eq!(read.len(), all.len());
        for (key, (id, name, description, scopes, rate, end)) in read.iter().zip(&all) {
            prop_assert_eq!(key.id().to_string(), id.clone());
            prop_assert_eq!(key.name(), name.as_str());
            prop_assert_eq!(key.description(), description.as_deref());
            prop_assert_eq!(key.scopes().map(str::to_owned).collect::<Vec<_>>(), scopes.clone());
            prop_assert_eq!(key.rate_limit_per_minute(), rate.map(i64::from));
            prop_assert_eq!(key.expires_at(), end.map(instant));
        }
    }

    #[test]
    fn an_element_is_never_larger_than_the_limit(bytes in list(), limit in 0_usize..200, chunk in 1_usize..50) {
        let mut reader = ListReader::new(limit);
        let fed = bytes.chunks(chunk).try_for_each(|piece| reader.feed(piece, drop));
        let whole = read(&bytes, &[]).1;
        // Where the limit is not reached it changes nothing.
        if fed != Err(ListReadError::ElementTooLarge) {
            prop_assert_eq!(fed.and_then(|()| reader.finish()), whole);
        }
    }
}

/// A mebibyte that opens and never closes, fed in pieces of several sizes: were the work more than linear, reading it
/// byte by byte would not end in the life of a test.
#[test]
fn a_mebibyte_of_malice_is_read_to_its_end() {
    const SIZE: usize = 1 << 20;
    let inputs: [(&str, &str, ListReadError); 9] = [
        ("", "[", ListReadError::CutShort),
        ("[\"", r"\", ListReadError::CutShort),
        ("[\"", r#"\""#, ListReadError::CutShort),
        ("[", r#"{"a":"#, ListReadError::CutShort),
        ("[", r#"{"id":"k","client_key":"#, ListReadError::CutShort),
        ("{", r#""a":{},"#, ListReadError::CutShort),
        ("{\"", "a", ListReadError::CutShort),
        ("{\"total\":", "9", ListReadError::CutShort),
        ("[", "9,", ListReadError::CutShort),
    ];
    for (start, piece, expected) in inputs {
        let mut input = start.as_bytes().to_vec();
        input.extend(piece.bytes().cycle().take(SIZE));
        for chunk in [1, 7, 4096, input.len()] {
            let mut reader = ListReader::new(usize::MAX);
            let mut handled = 0;
            for bytes in input.chunks(chunk) {
                reader.feed(bytes, drop).unwrap();
                handled += bytes.len();
            }
            assert_eq!(handled, input.len());
            assert_eq!(reader.finish(), Err(expected), "{start}{piece}… in {chunk}");
        }
    }
    // With a limit it does not even get so far.
    let mut reader = ListReader::new(1000);
    let input = [b'['; 4096];
    assert_eq!(
        reader.feed(&input, drop),
        Err(ListReadError::ElementTooLarge)
    );
}
