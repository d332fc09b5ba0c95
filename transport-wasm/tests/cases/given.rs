//! What `fetch` is given, and what becomes of whatever it gives: with another `fetch` in the place of the global one.

use std::time::Duration;

use fluxbase_client_keys_wasm::{
    AsyncTransport, BaseUrl, CheckHealth, ClientKeysManager, Context, ErrorKind, FailureKind,
    FetchBody, FetchTransport, Head, Limits, NoRenewal, Now, Outcome, Outgoing, Policy, Single,
    Step, TransportFailure, drive_async,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{
    script,
    stand_in::{advance, with_fetch},
};

/// Of the global object, what the `fetch` of these tests notes.
const GIVEN: &str = "Object.assign(globalThis.given, { url, settings });";

fn manager() -> ClientKeysManager {
    let policy = Policy::new()
        .attempts(1)
        .attempt_timeout(Duration::from_secs(20));
    fluxbase_client_keys_wasm::builder("https://server.example")
        .bearer_token("eyJhbGciOiJIUzI1NiJ9.e30.c2ln")
        .policy(policy)
        .build()
        .unwrap()
}

async fn text(expression: &str) -> String {
    let value = script(&format!("return String({expression})"), "").await;
    value.as_string().unwrap()
}

/// A function body that gives an answer with this stream; each piece is what a statement over `to` does.
fn streamed(statements: &str) -> String {
    format!(
        "{GIVEN} const bytes = (text) => new TextEncoder().encode(text); \
         const body = new ReadableStream({{ start(to) {{ {statements} }} }}); \
         return Promise.resolve(new Response(body, {{ headers: {{ 'content-type': 'application/json' }} }}))"
    )
}

#[wasm_bindgen_test]
async fn no_redirect_no_credentials_no_cache() {
    let answer = streamed(r#"to.enqueue(bytes('{"message":"done"}')); to.close();"#);
    let revoked = with_fetch(&answer, manager().revoke("key-1")).await;
    assert_eq!(revoked.unwrap().message, "done");
    let settings = "((given) => JSON.stringify([given.url, Object.entries(given.settings).sort()\
         .map(([name, value]) => [name, value instanceof Headers ? [...value] \
         : value instanceof Uint8Array ? new TextDecoder().decode(value) : value])]))(globalThis.given)";
    let expected = [
        r#"["https://server.example/api/v1/client-keys/key-1/revoke","#,
        r#"[["body","{}"],["cache","no-store"],["credentials","omit"],["headers",["#,
        r#"["accept","application/json"],"#,
        r#"["authorization","Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln"],["content-type","application/json"]]],"#,
        r#"["method","POST"],["redirect","manual"],["signal",{}]]]"#,
    ];
    assert_eq!(text(settings).await, expected.concat());
    assert_eq!(
        text("globalThis.given.settings.signal.aborted").await,
        "false"
    );
}

/// A transport that may read less than the machine would.
struct Tight(FetchTransport);

impl AsyncTransport for Tight {
    type Body = FetchBody;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, FetchBody), TransportFailure> {
        let mut tight = *limits;
        tight.body_limit = 40;
        self.0.send(request, &tight).await
    }

    fn now(&self) -> Now {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

#[wasm_bindgen_test]
async fn the_transport_counts_a_body_piece_by_piece() {
    for (length, fits) in [(40, true), (41, false)] {
        let answer = streamed(&format!(
            r#"const all = '{{"status":"ok"}}'.padEnd({length}); for (const one of all) to.enqueue(bytes(one)); to.close();"#
        ));
        let transport = Tight(FetchTransport::new());
        let context = Context::new(BaseUrl::parse("https://server.example").unwrap());
        let step = Step::start(Single(CheckHealth), context, transport.now());
        let driven = drive_async(&transport, &NoRenewal, step, |never| match never {});
        let kind = with_fetch(&answer, driven).await.into_result();
        let kind = kind.map(drop).map_err(|error| error.kind());
        let expected = if fits {
            Ok(())
        } else {
            Err(ErrorKind::ResponseTooLarge)
        };
        assert_eq!(kind, expected, "{length} bytes");
        let aborted = text("globalThis.given.settings.signal.aborted").await;
        assert_eq!(aborted, (!fits).to_string());
    }
}

#[wasm_bindgen_test]
async fn whatever_comes_as_a_body_is_a_body_or_a_failure() {
    let broken = [
        ("to.error('hunter2')", FailureKind::Closed),
        ("to.error(undefined)", FailureKind::Closed),
        ("to.enqueue('text')", FailureKind::Protocol),
        ("to.enqueue(undefined); to.close()", FailureKind::Protocol),
        ("to.enqueue({ length: 4 })", FailureKind::Protocol),
    ];
    for (statements, kind) in broken {
        let error = with_fetch(&streamed(statements), manager().revoke("key-1"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport(kind), "{statements}");
        assert_eq!(
            error.outcome(),
            Outcome::Applied,
            "{statements}: a 200 was seen"
        );
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    let unreadable = [
        (
            "const read = new Response('{}'); return read.text().then(() => read)",
            FailureKind::Other,
        ),
        (
            "return Promise.resolve(Response.error())",
            FailureKind::Opaque,
        ),
    ];
    for (answer, kind) in unreadable {
        let error = with_fetch(answer, manager().revoke("key-1"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport(kind), "{answer}");
        assert_eq!(error.outcome(), Outcome::Unknown, "{answer}");
    }
}

#[wasm_bindgen_test]
async fn a_call_that_is_dropped_aborts_whatever_is_under_way() {
    let silent = format!("{GIVEN} return new Promise(() => {{}})");
    let half = streamed("to.enqueue(bytes('{'))")
        .replace("start(to)", "pull() { given.asked = true }, start(to)");
    for (answer, far_enough) in [
        (silent, "return 'settings' in globalThis.given"),
        (half, "return globalThis.given.asked"),
    ] {
        let manager = manager();
        with_fetch(&answer, async {
            let mut call = Box::pin(manager.revoke("key-1"));
            advance(&mut call, far_enough).await;
            let aborted = "globalThis.given.settings.signal.aborted";
            assert_eq!(text(aborted).await, "false", "{far_enough}");
            drop(call);
            assert_eq!(text(aborted).await, "true", "{far_enough}");
        })
        .await;
    }
}
