//! How fast answers are read: ratios against `serde_json` into a struct of `String`s, measured in the same run.
//!
//! `cargo bench -p fluxbase-client-keys`

use std::{fmt::Write as _, hint::black_box};

use divan::{Bencher, counter::BytesCount};
use fluxbase_client_keys::{ClientKey, Head, ListClientKeys, ListReader, Operation, Reply};
use serde::Deserialize;

fn main() {
    divan::main();
}

/// What a straightforward client would read into.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, and then dropped")]
struct Plain {
    id: String,
    name: String,
    description: Option<String>,
    key_prefix: String,
    user_id: Option<String>,
    scopes: Vec<String>,
    rate_limit_per_minute: i64,
    last_used_at: Option<String>,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    created_at: String,
    updated_at: String,
}

/// 10,000 keys as the newest server lists them, 3.4 MB.
fn list() -> Vec<u8> {
    let mut body = String::from("[");
    for number in 0..10_000 {
        if number > 0 {
            body.push(',');
        }
        let _ = write!(
            body,
            r#"{{"id":"5b0c2d5e-8f43-4f0e-9a57-{number:012x}","name":"service {number}","description":"deploys","key_prefix":"fbk_Zm9vYmFy","scopes":["tables:read","clientkeys:read"],"rate_limit_per_minute":100,"last_used_at":"2026-05-01T09:30:00.123456Z","expires_at":"2027-01-01T00:00:00Z","created_at":"2026-05-01T09:30:00.123456Z","updated_at":"2026-05-01T09:30:00.123456Z"}}"#
        );
    }
    body.push(']');
    body.into_bytes()
}

#[divan::bench]
fn baseline_strings(bencher: Bencher<'_, '_>) {
    let body = list();
    bencher
        .counter(BytesCount::new(body.len()))
        .bench(|| serde_json::from_slice::<Vec<Plain>>(black_box(&body)).map(|keys| keys.len()));
}

#[divan::bench]
fn list_whole(bencher: Bencher<'_, '_>) {
    let body = list();
    let head = Head::new(200);
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        ListClientKeys::new()
            .output(&Reply::new(&head, black_box(&body)))
            .map(|list| list.client_keys.len())
    });
}

#[divan::bench(args = [1024, 65_536])]
fn list_in_chunks(bencher: Bencher<'_, '_>, chunk: usize) {
    let body = list();
    bencher.counter(BytesCount::new(body.len())).bench(|| {
        let mut reader = ListReader::new(1 << 20);
        let mut count = 0_usize;
        for piece in body.chunks(chunk) {
            let _ = reader.feed(black_box(piece), |key: ClientKey| {
                count += usize::from(!key.name().is_empty());
            });
        }
        count
    });
}
