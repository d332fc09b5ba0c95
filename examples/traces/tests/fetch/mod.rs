//! The table through `FetchTransport`, the same in every environment. `serve.mjs` starts the scripted server and says where
//! it is told what to do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::option_env_unwrap,
    reason = "a panic is how a test fails, in its helpers too"
)]

#[path = "../judge/mod.rs"]
mod judge;

use fluxbase_client_keys_wasm::FetchTransport;
use fluxbase_key_traces::{Door, Environment, Summary, Trace, all, run_all_over_fetch};
use js_sys::{Function, Promise};
use judge::judge;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// A function of JavaScript with this parameter and body.
fn function(parameter: &str, body: &str) -> Function {
    Function::new_with_args(parameter, body)
}

/// Posts messages to where `serve.mjs` passes them on, whatever becomes of the global `fetch` later.
struct Post(Function);

impl Post {
    fn new() -> Self {
        let url =
            option_env!("FLUXBASE_TEST_DOOR").expect("run these tests by transport-wasm/test.sh");
        let post = format!(
            "const own = fetch; return (body) => own('{url}', {{ method: 'POST', body }}).then((reply) => reply.text())"
        );
        let made = function("", &post).call0(&JsValue::NULL).unwrap();
        Self(made.into())
    }

    async fn post(&self, message: String) -> Result<JsValue, JsValue> {
        let promised = self.0.call1(&JsValue::NULL, &message.into())?;
        JsFuture::from(Promise::resolve(&promised)).await
    }
}

impl Door for Post {
    async fn tell(&self, message: String) -> Result<String, String> {
        let reply = self.post(message).await;
        let text = reply.map_err(|thrown| format!("{thrown:?}"))?;
        text.as_string().ok_or_else(|| "no text".to_owned())
    }
}

fn environment() -> Environment {
    let found = js_sys::Reflect::has(&js_sys::global(), &"location".into());
    if found.unwrap_or(false) {
        Environment::Browser
    } else {
        Environment::Node
    }
}

async fn run(table: &[Trace], post: &Post) -> Summary {
    run_all_over_fetch(table, environment(), post, FetchTransport::new).await
}

#[wasm_bindgen_test]
async fn through_the_fetch_transport() {
    let summary = run(&all().unwrap(), &Post::new()).await;
    judge(&format!("fetch ({})", environment()), &summary);
    // As many ran when this was written, so that none is left out unnoticed.
    assert!(summary.ran >= 247, "only {} traces ran", summary.ran);
}

/// What a faulty `fetch` does, on which trace, and what is found out.
const FAULTS: [(&str, &str, &str, &str); 3] = [
    (
        "sends twice",
        "return own(url, settings).then(() => own(url, settings))",
        "shapes: get",
        "\n+GET /api/v1/client-keys/key-1\n",
    ),
    (
        "follows redirects",
        "return own(url, { ...settings, redirect: 'follow' })",
        "limits: a redirect of a GET is not followed",
        "\n+GET /elsewhere\n",
    ),
    (
        "loses a header",
        "settings.headers.delete('accept'); return own(url, settings)",
        "shapes: get",
        "\n-  accept: application/json\n",
    ),
];

#[wasm_bindgen_test]
async fn a_fetch_that_does_not_do_as_it_is_told_is_found_out() {
    let table = all().unwrap();
    let post = Post::new();
    for (fault, body, name, found) in FAULTS {
        let trace: Vec<Trace> = table
            .iter()
            .filter(|trace| trace.name == name)
            .cloned()
            .collect();
        assert_eq!(run(&trace, &post).await.failed, [""; 0], "{fault}");
        let install = format!(
            "const own = globalThis.own = fetch; globalThis.fetch = (url, settings) => {{ {body} }}"
        );
        function("", &install).call0(&JsValue::NULL).unwrap();
        let summary = run(&trace, &post).await;
        function("", "globalThis.fetch = own")
            .call0(&JsValue::NULL)
            .unwrap();
        assert_eq!(summary.ran, 1, "{fault}: there is no trace {name:?}");
        let told = summary.failed.concat();
        assert!(told.contains(found), "{fault}: {told}");
    }
}
