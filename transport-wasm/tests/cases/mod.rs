//! The tests, the same in every environment. `serve.mjs` starts the servers and says where they are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::option_env_unwrap,
    reason = "a panic is how a test fails, in its helpers too"
)]

mod conformance;
mod faults;
mod given;
mod host;
mod locks;
mod operations;
mod sharing;
mod stand_in;

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex},
    task::Poll,
};

use fluxbase_client_keys_wasm::{Event, EventKind, Observer};
use fluxbase_transport_conformance::{Peer, Seen, Site};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// An emulated server and who may sign in there.
pub(crate) struct Server {
    pub(crate) generation: &'static str,
    pub(crate) url: &'static str,
    pub(crate) user: (&'static str, &'static str),
    pub(crate) admin: (&'static str, &'static str),
}

/// The emulated servers.
pub(crate) fn servers() -> Vec<Server> {
    let listed = option_env!("FLUXBASE_TEST_SERVERS").expect("run these tests by test.sh");
    listed
        .split(';')
        .map(|line| {
            let mut words = line.split(' ');
            let mut word = || words.next().expect("six words for each server");
            Server {
                generation: word(),
                url: word(),
                user: (word(), word()),
                admin: (word(), word()),
            }
        })
        .collect()
}

/// The newest one.
pub(crate) fn server() -> Server {
    servers().pop().expect("at least one server")
}

/// The server of the transport suite, in another process.
pub(crate) struct Cases(Site);

impl Cases {
    pub(crate) fn new() -> Self {
        let site = option_env!("FLUXBASE_TEST_SITE").expect("run these tests by test.sh");
        Self(Site::parse(site).expect("where the server is"))
    }

    /// The base URL of a case.
    pub(crate) fn url(&self, case: &str) -> String {
        format!("{}/case/{case}", self.0.plain)
    }
}

impl Peer for Cases {
    fn site(&self) -> &Site {
        &self.0
    }

    async fn seen(&self, case: &str) -> Seen {
        let url = format!("{}/seen/{case}", self.0.desk);
        let text = "return fetch(argument).then((answer) => answer.text())";
        let text = script(text, &url).await.as_string().expect("text");
        Seen::from_json(&text).expect("what the server saw")
    }
}

/// Runs a function body of JavaScript, and waits for what it promises.
pub(crate) async fn script(body: &str, argument: &str) -> JsValue {
    let called = Function::new_with_args("argument", body).call1(&JsValue::NULL, &argument.into());
    let promise = Promise::resolve(&called.expect("the script throws nothing"));
    JsFuture::from(promise).await.expect("the script succeeds")
}

pub(crate) async fn pause(milliseconds: u32) {
    script(
        "return new Promise((end) => setTimeout(end, Number(argument)))",
        &milliseconds.to_string(),
    )
    .await;
}

/// Lets the call do what it can do now, which does not end it.
pub(crate) async fn go_on(call: &mut (impl Future + Unpin)) {
    poll_fn(|context| {
        assert!(Pin::new(&mut *call).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// Whether this is a browser, which has cross-origin rules.
pub(crate) fn is_browser() -> bool {
    let found = js_sys::Reflect::has(&js_sys::global(), &"location".into());
    found.unwrap_or(false)
}

/// Runs futures at the same time.
pub(crate) async fn join<'a, T>(
    calls: impl IntoIterator<Item = Pin<Box<dyn Future<Output = T> + 'a>>>,
) -> Vec<T> {
    let mut calls: Vec<_> = calls.into_iter().map(|call| (call, None)).collect();
    poll_fn(|context| {
        for (call, result) in &mut calls {
            if result.is_none() {
                if let Poll::Ready(value) = call.as_mut().poll(context) {
                    *result = Some(value);
                }
            }
        }
        if calls.iter().all(|(_, result)| result.is_some()) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    calls.into_iter().filter_map(|(_, result)| result).collect()
}

/// Remembers the requests that were sent.
#[derive(Default)]
pub(crate) struct Sent(Mutex<Vec<&'static str>>);

impl Sent {
    pub(crate) fn count(self: &Arc<Self>, name: &str) -> usize {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|sent| **sent == name)
            .count()
    }
}

impl Observer for Sent {
    fn event(&self, event: &Event<'_>) {
        if matches!(event.kind, EventKind::Sending) {
            self.0.lock().unwrap().push(event.request);
        }
    }
}
