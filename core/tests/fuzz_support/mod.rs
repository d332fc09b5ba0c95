//! The inputs from which a fuzzer starts, by target.

mod chance;
mod recorded;

use std::collections::BTreeMap;

use fluxbase_client_keys::fuzz::{ECHO, GIVEN, encode};

/// Inputs by their names.
pub(crate) type Seeds = BTreeMap<String, Vec<u8>>;

/// The seeds of a target; none for one that has to begin with nothing.
pub(crate) fn seeds(target: &str) -> Seeds {
    match target {
        "read" => read(),
        "texts" => texts(),
        "list" => lists(),
        "json" => json(),
        "calls" => {
            let mut seeds = chance::seeds(target);
            seeds.extend(chance::successes());
            seeds
        }
        _ => chance::seeds(target),
    }
}

/// The recorded answers, and some with secrets in them.
fn read() -> Seeds {
    let mut seeds = recorded::answers();
    let echo = char::from(ECHO);
    let given = char::from(GIVEN);
    for (status, body) in [
        (201, format!(r#"{{"id":"k","name":"n","key":"{given}"}}"#)),
        (201, format!(r#"{{"name":"n","key":"{given}"}}"#)),
        (
            200,
            format!(r#"{{"access_token":"{given}","refresh_token":"{given}","expires_in":9}}"#),
        ),
        (
            401,
            format!(r#"{{"error":"no {echo}","code":"{echo}","request_id":"{echo}"}}"#),
        ),
        (
            403,
            format!(r#"{{"message":"x {echo}","required_scope":"{echo}"}}"#),
        ),
        (400, format!(r#"{{"success":true,"message":"{echo}"}}"#)),
        (500, format!(r#"{{"error":"{}{echo}"}}"#, "x ".repeat(90))),
        (500, format!(r#"{{"error":"{}"}}"#, "x ".repeat(9000))),
        (
            400,
            r#"{"error":"a\nb\tc\u001b\u202e","code":"A\nB"}"#.to_owned(),
        ),
    ] {
        // The marks stand for single bytes.
        let body: Vec<u8> = body.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let seed = encode(status, 0, "", &body);
        seeds.insert(format!("secret-{status}-{}", seeds.len()), seed);
    }
    seeds
}

fn texts() -> Seeds {
    let kinds: [&[&str]; 7] = [
        &[
            "2026-11-23T15:19:10.1500+05:30",
            "1969-12-31T23:59:59.999999999Z",
            "2024-02-29t00:00:60z",
            "9999-12-31T23:59:59-23:59",
            "0000-01-01T00:00:00Z",
            "2026-01-31T00:00:00.5Z",
            "2026-12-31T00:00:00.000000001-00:30",
        ],
        &[
            "120",
            "18446744073709551615",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Mon, 23 Nov 2026 10:01:00 GMT",
            "Fri, 01 Jan 2027 00:00:00 GMT",
        ],
        &[
            "https://example.com/fluxbase/",
            "http://localhost:8080",
            "HTTP://127.0.0.1",
            "http://[::ffff:127.0.0.1]:1/a%20b",
            "https://user@example.com",
            "https://example.com/a/../b/./c//",
            "https://example.com/a path that is much too long to be part of any sentence of an error, and has spaces",
            "http://112.0.0.1",
            "http://example.com",
        ],
        &[
            "5B0C2D5E-8F43-4F0E-9A57-0D7D2F1A9C11",
            "key-uuid",
            "..",
            "a/b?c#d%2f",
            "a/b",
            "fbk_Zm9v",
            "urn:uuid:5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11",
        ],
        &[
            "tables:read",
            "read:tables",
            "*",
            "tabels:read",
            "rpc:execute",
        ],
        &[
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=",
        ],
        &[
            r#"{"access_token":"a","refresh_token":"b","expires_at":"2026-11-23T10:00:00Z","admin":true}"#,
        ],
    ];
    let mut seeds = Seeds::new();
    for (kind, texts) in (0..).zip(kinds) {
        for (at, text) in texts.iter().enumerate() {
            let seed = [&[kind], text.as_bytes()].concat();
            seeds.insert(format!("{kind}-{at}"), seed);
        }
    }
    seeds
}

/// The recorded bodies, and what stands in none of them.
fn json() -> Seeds {
    let mut seeds = recorded::bodies();
    for text in [
        "01",
        "-0.0e+1",
        "[1e2,1500e-2,9007199254740993.0,-9223372036854775808,18446744073709551615]",
        "1500e-2",
        r#""\ud83d\udd11\u0041\/""#,
        r#"["\ud83d",1]"#,
        r#"["\u0065",{"a":"\t","a":"\n","\u0061":[]}]"#,
        " { } ",
        "[[],[1,]]",
        "\u{c}\u{8}\u{7f}\u{0}\\\"",
        "nul",
    ] {
        let name = format!("{:03}-{}", seeds.len(), text.len());
        seeds.insert(name, text.as_bytes().to_vec());
    }
    seeds
}

fn lists() -> Seeds {
    let mut bodies: Vec<Vec<u8>> = recorded::bodies()
        .into_values()
        .filter(|body| matches!(body.first(), Some(b'[' | b'n')) && body.len() < 4000)
        .collect();
    bodies.extend(
        [
            r#"{"client_keys":[{"id":"a","name":"]}\",{["}],"total":41}"#,
            r#"{"total":1,"x":{"client_keys":[{"id":"n"}]},"client_keys":[{"id":"a"}],"y":"}"}"#,
            r#"{"client_keys":null,"total":0}"#,
            r#"{"total":0}"#,
            r#"{"a name of more than sixty-four characters, which is more than is kept of any":{"x":["of a value, too, no more is kept than that"]},"client_keys":[]}"#,
            r#"[{"id":"a"},{"name":"x"},5,null,"t",[{}],{"id":"b","expires_at":"x"}]"#,
            r#" [ {"client_key":{"id":"a","scopes":["*"]}} , {"id":"\u0062"} ] "#,
        ]
        .map(|body| body.as_bytes().to_vec()),
    );
    let mut seeds = Seeds::new();
    for (at, body) in bodies.iter().enumerate() {
        for (limit, sizes) in [(0, &[7, 1, 30][..]), (2, &[]), (0, &[0]), (3, &[9])] {
            let length = u8::try_from(sizes.len()).unwrap();
            let seed = [&[limit, length], sizes, body].concat();
            seeds.insert(format!("{at}-{limit}-{length}"), seed);
        }
    }
    seeds
}
