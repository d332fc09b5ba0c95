use super::*;

fn read(body: &[u8], chunk: usize) -> Result<(Vec<String>, ListSummary), ListReadError> {
    let mut reader = ListReader::new(1024);
    let mut ids = Vec::new();
    for piece in body.chunks(chunk) {
        reader.feed(piece, |key| ids.push(key.id().to_string()))?;
    }
    reader.finish().map(|summary| (ids, summary))
}

#[test]
fn every_shape_in_chunks_of_every_size() {
    for (body, ids, total, skipped) in [
        ("null", vec![], 0, 0),
        (" null \n", vec![], 0, 0),
        ("[]", vec![], 0, 0),
        (r#"[{"id":"a"},{"id":"b"}]"#, vec!["a", "b"], 2, 0),
        (
            r#" [ {"id":"a","name":"]}\",{["} , {"id":"b"} ] "#,
            vec!["a", "b"],
            2,
            0,
        ),
        (
            r#"[{"id":"a"},{"name":"x"},5,null,"t",[{}],{"id":"b","expires_at":"x"}]"#,
            vec!["a"],
            7,
            6,
        ),
        (
            r#"{"client_keys":[{"id":"a"}],"total":41}"#,
            vec!["a"],
            41,
            0,
        ),
        (
            r#"{"total":1,"x":{"client_keys":[{"id":"n"}]},"client_keys":[{"id":"a"}],"y":"}"}"#,
            vec!["a"],
            1,
            0,
        ),
        (r#"{"client_keys":null,"total":0}"#, vec![], 0, 0),
        (r#"{"client_keys":[],"total":"many"}"#, vec![], 0, 0),
        (
            "[{\"id\":\"a\",\"name\":\"ключ \\u2028 🔑\"}]",
            vec!["a"],
            1,
            0,
        ),
    ] {
        for chunk in 1..=body.len() {
            let (read_ids, summary) =
                read(body.as_bytes(), chunk).unwrap_or_else(|e| panic!("{body} {chunk}: {e}"));
            assert_eq!(read_ids, ids, "{body} in {chunk}");
            assert_eq!(
                (summary.total, summary.skipped),
                (total, skipped),
                "{body} in {chunk}"
            );
        }
    }
}

#[test]
fn what_is_no_list() {
    for body in [
        "",
        " ",
        "{}",
        "<html>",
        "\"client_keys\"",
        "5",
        "nul",
        "nulll",
        "[,]",
        "[1,]",
        "[1 2]",
        "]",
        "[]]",
        "[]x",
        r#"{"client_keys":5}"#,
        r#"{"total":1}"#,
        r#"{"client_keys"[]}"#,
        r"{client_keys:[]}",
        r#"{"message":"x"}"#,
        r#"{"x":,"client_keys":[]}"#,
    ] {
        for chunk in 1..=body.len().max(1) {
            assert_eq!(
                read(body.as_bytes(), chunk).err(),
                Some(ListReadError::NotAList),
                "{body:?} in {chunk}"
            );
        }
    }
    for body in [
        "[",
        "[{",
        r#"[{"id":"a"}"#,
        r#"{"client_keys":[]"#,
        "{",
        r#"{"a"#,
    ] {
        assert_eq!(
            read(body.as_bytes(), 3).err(),
            Some(ListReadError::CutShort),
            "{body:?}"
        );
    }
}

#[test]
fn an_element_has_a_limit() {
    let body = format!(r#"[{{"id":"a","name":"{}"}}]"#, "x".repeat(2000));
    assert_eq!(
        read(body.as_bytes(), 7).err(),
        Some(ListReadError::ElementTooLarge)
    );
    assert_eq!(
        read(body.as_bytes(), 70_000).err(),
        Some(ListReadError::ElementTooLarge)
    );
}

#[test]
fn deep_nesting_costs_nothing() {
    let deep = format!("[{}{},{{\"id\":\"a\"}}]", "[".repeat(400), "]".repeat(400));
    assert_eq!(
        read(deep.as_bytes(), 64).unwrap().1,
        ListSummary {
            total: 2,
            skipped: 1
        }
    );
}
