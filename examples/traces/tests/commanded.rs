//! The table for a driver elsewhere: what it is told, and how what it does is judged.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use fluxbase_key_traces::{Commanded, Environment, Trace, all};
use serde_json::{Value, json};

const ORIGIN: &str = "http://pages.example";

fn commanded(name: &str, environment: Environment) -> Commanded {
    let table: Vec<Trace> = all()
        .unwrap()
        .into_iter()
        .filter(|trace| trace.name == name)
        .collect();
    assert_eq!(table.len(), 1, "{name}");
    Commanded::new(table, environment, Some(ORIGIN.to_owned()))
}

fn tell(commanded: &mut Commanded, message: &Value) -> Value {
    serde_json::from_str(&commanded.reply(&message.to_string()).unwrap()).unwrap()
}

fn exchange(url: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Gets the key that the trace is about, as a browser does, and ends with this status.
fn get(commanded: &mut Commanded, status: u16) -> Value {
    let brief = tell(commanded, &json!({"do": "next"}));
    let url = brief["url"].as_str().unwrap();
    assert_eq!(brief["call"]["do"], "get");
    assert_eq!(brief["credential"], json!({"access_token": "token-0"}));

    let preflight =
        "OPTIONS /api/v1/client-keys/key-1 HTTP/1.1\r\norigin: http://pages.example\r\n\r\n";
    assert!(exchange(url, preflight).contains("access-control-allow-headers: Authorization"));
    let request_told = json!({
        "do": "send", "method": "GET", "url": format!("{url}/api/v1/client-keys/key-1"),
        "headers": [["accept", "application/json"], ["authorization", "Bearer token-0"]],
        "timeout": 30_000.0, "limit": 65_536, "interruptible": true,
    });
    tell(commanded, &request_told);
    let request = "GET /api/v1/client-keys/key-1 HTTP/1.1\r\naccept: application/json\r\n\
                   accept-encoding: br\r\nauthorization: Bearer token-0\r\n\r\n";
    let answer = exchange(url, request);
    assert!(answer.contains("access-control-allow-origin: http://pages.example"));
    let after = tell(commanded, &json!({"do": "sent"}));
    assert_eq!(
        (&after["cut"], &after["cancelled"]),
        (&json!(false), &json!(false))
    );
    let ended = json!({
        "do": "ended", "value": {"id": "key-1", "name": "ci"}, "status": status, "attempts": 1,
    });
    tell(commanded, &ended)
}

#[test]
fn what_goes_as_the_table_says_is_found_sound() {
    let mut commanded = commanded("shapes: get", Environment::Browser);
    assert_eq!(get(&mut commanded, 200)["failed"], Value::Null);
    let end = tell(&mut commanded, &json!({"do": "next"}));
    assert_eq!(end["end"], "1 traces ran, 0 failed, 0 not run");
}

#[test]
fn what_does_not_is_found_out() {
    let mut wrong_end = commanded("shapes: get", Environment::Browser);
    let told = get(&mut wrong_end, 201);
    let told = told["failed"].as_str().unwrap();
    assert!(told.contains("\n+  status 201, 1 requests"), "{told}");

    let mut nothing_sent = commanded("shapes: get", Environment::Node);
    tell(&mut nothing_sent, &json!({"do": "next"}));
    let ended = tell(
        &mut nothing_sent,
        &json!({"do": "ended", "value": {}, "status": 200, "attempts": 1}),
    );
    let told = ended["failed"].as_str().unwrap();
    assert!(
        told.contains("\n-send GET /api/v1/client-keys/key-1"),
        "{told}"
    );
    assert_eq!(nothing_sent.summary().failed.len(), 1);
}

#[test]
fn what_is_impossible_is_counted_with_its_reason() {
    let mut table = Commanded::new(all().unwrap(), Environment::Browser, None);
    let mut ran = 0;
    while tell(&mut table, &json!({"do": "next"}))["end"].is_null() {
        tell(&mut table, &json!({"do": "unable", "why": "not tried"}));
        ran += 1;
    }
    let summary = table.summary();
    assert_eq!((summary.ran, summary.failed.len()), (ran, ran));
    assert_eq!(ran + summary.skipped.len(), all().unwrap().len());
    assert!(ran > 220, "{summary}");
}

#[test]
fn messages_that_make_no_sense() {
    let mut commanded = commanded("shapes: get", Environment::Node);
    for message in [
        "",
        "{}",
        r#"{"do":"sing"}"#,
        r#"{"do":"sent"}"#,
        r#"{"do":"ended"}"#,
    ] {
        assert!(commanded.reply(message).is_err(), "{message}");
    }
    tell(&mut commanded, &json!({"do": "next"}));
    assert!(commanded.reply(r#"{"do":"next"}"#).is_err());
}
