//! A list of client keys in chunks of any sizes, held against the whole and against another reader of JSON.

use serde_json::Value;

use super::{input::Input, said::Said};
use crate::{ClientKey, GetClientKey, ListReadError, ListReader, ListSummary, Operation};

type Read = (Vec<ClientKey>, Result<ListSummary, ListReadError>);

const LIMITS: [usize; 4] = [usize::MAX, 4096, 64, 3];

/// The place of a limit in the table above, the sizes of chunks after their number, the body. When all sizes are used they
/// begin anew.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let limit = *input.one_of(&LIMITS);
    let sizes = input.piece();
    let body = input.rest();
    let whole = read(body, &[], limit);
    assert_eq!(read(body, sizes, limit), whole, "the cut matters");
    assert_eq!(read(body, &[1], limit), whole, "the cut matters");
    if limit != usize::MAX {
        let (_, unlimited) = read(body, &[], usize::MAX);
        let same = whole.1 == unlimited || whole.1 == Err(ListReadError::ElementTooLarge);
        assert!(same, "a limit that is not reached matters");
        return;
    }
    if let Ok(json) = serde_json::from_slice(body) {
        same_as(&whole, &json, body);
    }
}

fn read(body: &[u8], sizes: &[u8], limit: usize) -> Read {
    let mut reader = ListReader::new(limit);
    let mut keys = Vec::new();
    let mut rest = body;
    let mut sizes = sizes.iter().cycle();
    while !rest.is_empty() {
        // A chunk of no bytes is one, too; so the size 0 is followed by the rest.
        let size = sizes.next().map_or(rest.len(), |size| usize::from(*size));
        let (chunk, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        let given = keys.len();
        if let Err(error) = reader.feed(chunk, |key| keys.push(key)) {
            return (keys, Err(error));
        }
        assert!(
            reader.kept() <= limit.max(64).min(body.len()),
            "it keeps more than it may"
        );
        assert!(keys.len() - given <= chunk.len(), "more keys than bytes");
        if size == 0 {
            sizes = [].iter().cycle();
        }
    }
    let summary = reader.finish();
    (keys, summary)
}

/// Holds what was read against what the other reader says.
fn same_as((keys, summary): &Read, json: &Value, body: &[u8]) {
    let list = match json {
        Value::Null => Some(&[][..]),
        Value::Array(all) => Some(all.as_slice()),
        Value::Object(members) => match members.get("client_keys") {
            Some(Value::Array(all)) => Some(all.as_slice()),
            Some(Value::Null) => Some(&[][..]),
            _ => None,
        },
        _ => None,
    };
    let Some(list) = list else {
        assert!(summary.is_err(), "no list, and read as one");
        return;
    };
    if json.is_object() {
        // Of members with one name the other reader has the last one only.
        return;
    }
    let summary = summary.unwrap();
    assert_eq!(summary.total, list.len() as u64, "elements were lost");
    assert_eq!(summary.total, keys.len() as u64 + summary.skipped);
    if has_fractions(body) {
        return;
    }
    let get = GetClientKey::new(crate::ClientKeyId::parse("k").unwrap());
    let expected = list
        .iter()
        .filter(|element| element.is_object())
        .filter_map(|element| get.read(&http::Response::new(element.to_string())).ok());
    let expected: Vec<_> = expected.map(|key| key.body()).collect();
    // A key alone may be nested or a message may stand beside it; in a list as well.
    let keys: Vec<_> = keys.iter().map(Said::body).collect();
    assert_eq!(keys, expected, "a key reads differently in a list");
}

/// Whether some number may have a fraction or a power, which the other reader keeps less exactly.
fn has_fractions(body: &[u8]) -> bool {
    body.windows(2)
        .any(|two| matches!(two, [b'0'..=b'9', b'.' | b'e' | b'E'] | [b'-', b'0']))
}
