//! JSON with other texts in it, byte for byte the same otherwise.

/// What is open around the place.
enum Open {
    Array,
    /// With the name of the member that is being read, and whether a name comes next.
    Object {
        name: String,
        wants_name: bool,
    },
}

/// Gives each text that is a value, with the names of the members around it, to `give`, and puts what comes back in its
/// place. `None` for what is no JSON.
pub(super) fn rewrite(json: &str, give: &mut dyn FnMut(&[&str], &str) -> String) -> Option<String> {
    serde_json::from_str::<serde::de::IgnoredAny>(json).ok()?;
    let mut shown = String::with_capacity(json.len());
    let mut open: Vec<Open> = Vec::new();
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let (literal, after) = rest.split_at(literal_length(rest)?);
            let text: String = serde_json::from_str(literal).ok()?;
            match open.last_mut() {
                Some(Open::Object { name, wants_name }) if *wants_name => {
                    *wants_name = false;
                    *name = text;
                    shown.push_str(literal);
                }
                _ => {
                    let path: Vec<&str> = open
                        .iter()
                        .filter_map(|open| match open {
                            Open::Object { name, .. } => Some(name.as_str()),
                            Open::Array => None,
                        })
                        .collect();
                    let given = give(&path, &text);
                    if given == text {
                        // As it was escaped.
                        shown.push_str(literal);
                    } else {
                        shown.push_str(&serde_json::to_string(&given).ok()?);
                    }
                }
            }
            rest = after;
            continue;
        }
        match c {
            '{' => open.push(Open::Object {
                name: String::new(),
                wants_name: true,
            }),
            '[' => open.push(Open::Array),
            '}' | ']' => drop(open.pop()),
            ',' => {
                if let Some(Open::Object { wants_name, .. }) = open.last_mut() {
                    *wants_name = true;
                }
            }
            _ => {}
        }
        shown.push(c);
        rest = rest.get(c.len_utf8()..)?;
    }
    Some(shown)
}

/// The length of the literal at the beginning, with its quotation marks.
fn literal_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    let mut bytes = text.bytes().enumerate().skip(1);
    let (end, _) = bytes.find(|(_, byte)| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_are_given_and_all_else_stays() {
        let json =
            "{ \"a\":\"x\\u003cy\",\n\"b\" : [\"x\", {\"c\\\"\":\"x\"}, 1.50e1, null], \"x\":true}";
        let mut paths = Vec::new();
        let same = rewrite(json, &mut |path, text| {
            paths.push((path.join("/"), text.to_owned()));
            text.to_owned()
        });
        assert_eq!(same.as_deref(), Some(json));
        let expected = [("a", "x<y"), ("b", "x"), ("b/c\"", "x")]
            .map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(paths, expected);
        let other = rewrite(json, &mut |_, _| "\"z\"".to_owned()).unwrap();
        assert_eq!(
            other,
            "{ \"a\":\"\\\"z\\\"\",\n\"b\" : [\"\\\"z\\\"\", {\"c\\\"\":\"\\\"z\\\"\"}, 1.50e1, null], \"x\":true}"
        );
        assert_eq!(
            rewrite("\"x\"", &mut |_, _| "y".to_owned()).as_deref(),
            Some("\"y\"")
        );
        assert_eq!(rewrite("<html>", &mut |_, _| String::new()), None);
    }
}
