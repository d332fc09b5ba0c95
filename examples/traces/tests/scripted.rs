//! The scripted server that is told what to do: what it says to what it is told.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, which fail by panicking"
)]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use fluxbase_key_traces::ScriptedServer;
use serde_json::{Value, json};

fn tell(server: &mut ScriptedServer, message: &Value) -> Value {
    serde_json::from_str(&server.reply(&message.to_string()).unwrap()).unwrap()
}

fn start(server: &mut ScriptedServer) -> String {
    let started = tell(server, &json!({"do": "start", "origin": null}));
    let url = started["url"].as_str().unwrap();
    url.strip_prefix("http://").unwrap().to_owned()
}

#[test]
fn it_answers_by_the_row_and_tells_what_arrived() {
    let mut server = ScriptedServer::default();
    let address = start(&mut server);
    let row = json!({"send": "GET /", "as": "none", "answer": 200, "json": null});
    tell(
        &mut server,
        &json!({"do": "prepare", "row": row, "next": null}),
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /here HTTP/1.1\r\nx: y\r\n\r\n")
        .unwrap();
    let mut answer = [0; 256];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.ends_with("\r\n\r\nnull"), "{answer}");
    let stopped = tell(&mut server, &json!({"do": "stop"}));
    let expected =
        json!([{"method": "GET", "target": "/here", "headers": [["x", "y"]], "body": []}]);
    assert_eq!(stopped, json!({"arrived": expected, "oddities": []}));
}

#[test]
fn one_that_was_left_behind_is_stopped() {
    let mut server = ScriptedServer::default();
    let left = start(&mut server);
    start(&mut server);
    assert!(TcpStream::connect(left).is_err());
}

#[test]
fn messages_that_make_no_sense() {
    let mut server = ScriptedServer::default();
    let sing = r#"{"do":"sing"}"#;
    for message in ["", "{}", sing, r#"{"do":"prepare"}"#, r#"{"do":"stop"}"#] {
        assert!(server.reply(message).is_err(), "{message}");
    }
}
