//! What goes over the wire, beyond what every transport has to keep to.

use fluxbase_client_keys_ureq::{BatchOptions, ClientKeyId, ErrorKind};

use crate::{
    quick,
    scripted::{Act, Server, answer},
};

const KEY: &str = r#"{"id":"key-1","name":"ci","scopes":["clientkeys:read"]}"#;

/// A request's line and its headers, sorted, without the one that differs from run to run.
fn head(request: &str) -> Vec<&str> {
    let (head, _) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let mut lines: Vec<_> = head
        .lines()
        .filter(|line| !line.starts_with("host: "))
        .collect();
    lines[1..].sort_unstable();
    lines
}

#[test]
fn a_request_without_a_body_announces_none() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    quick(&server.url())
        .user_agent("script/1 (test)")
        .build()
        .unwrap()
        .get("key-1")
        .unwrap();
    assert_eq!(
        head(&server.requests()[0]),
        [
            "GET /api/v1/client-keys/key-1 HTTP/1.1",
            "accept-encoding: gzip",
            "accept: application/json",
            "authorization: Bearer eyJ.access.token",
            "user-agent: script/1 (test)",
        ]
    );
}

#[test]
fn connections_are_used_again() {
    let server = Server::start([
        Act::answer("200 OK", KEY),
        Act::answer("404 Not Found", r#"{"error":"Client key not found"}"#),
        Act::answer("200 OK", "[]"),
    ]);
    let manager = quick(&server.url()).build().unwrap();
    manager.get("key-1").unwrap();
    assert_eq!(
        manager.get("key-2").unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(manager.list().unwrap().total, 0);
    assert_eq!((server.copies(), server.connections()), (3, 1));
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used() {
    let server = Server::start([Act::SendAndClose(answer("200 OK", "", KEY.as_bytes()))]);
    let manager = quick(&server.url()).build().unwrap();
    for _ in 0..3 {
        // One request for each call: nothing was written to the dead connection.
        let answer = manager.get_answer("key-1").unwrap();
        assert_eq!(answer.attempts, 1);
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    assert_eq!((server.copies(), server.connections()), (3, 3));
}

#[test]
fn work_on_many_keys_is_done_at_once() {
    let server = Server::start([Act::answer("200 OK", r#"{"message":"revoked"}"#)]);
    let manager = quick(&server.url()).build().unwrap();
    let ids = (0..12).map(|number| ClientKeyId::parse(&format!("key-{number}")).unwrap());
    let results = manager.revoke_many(ids, BatchOptions::new().workers(4));
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 12);
    assert_eq!(server.copies(), 12);
    assert!(server.connections() <= 4, "{}", server.connections());
}

#[test]
fn answers_are_read_in_chunks_and_decompressed() {
    use std::io::Write as _;

    let keys: Vec<_> = (0..5000)
        .map(|number| format!(r#"{{"id":"key-{number}","name":"ci"}}"#))
        .collect();
    let list = format!("[{}]", keys.join(","));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(list.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let server = Server::start([
        Act::Send(answer("200 OK", "content-encoding: gzip\r\n", &packed)),
        Act::answer("200 OK", &list),
    ]);
    let manager = quick(&server.url()).build().unwrap();
    for _ in 0..2 {
        let mut seen = 0;
        let summary = manager
            .list_each(|_| {
                seen += 1;
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!((seen, summary.total), (5000, 5000));
    }
    // Both were read to the end.
    assert_eq!(server.connections(), 1);
}
