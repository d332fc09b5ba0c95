//! `FetchTransport`: carries out requests with the global `fetch`.

use core::{fmt, future::Future, time::Duration};
use std::error::Error as StdError;

use fluxbase_client_keys::{
    AsyncHost, AsyncTransport, Delivery, Error, FailureKind, Head, Limits, Now, Outgoing,
    RenewalTask, TokenPair, TransportFailure,
};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response, ResponseType,
};

use crate::{
    TokenLock, TokenStore,
    alarm::sleep,
    body::{FetchBody, UnderWay},
    failure::{before_head, unknown},
    global,
};

/// Carries out requests with the global `fetch` of a window, a worker or Node.
///
/// It follows no redirect, sends and keeps no cookies, uses no cache, turns no status into a failure and sends nothing
/// twice. Renewals run as tasks of the page. Made by [`Builder::build`](crate::Builder::build); a program that drives flows by
/// itself passes one to [`drive_async`](crate::drive_async).
#[derive(Default)]
pub struct FetchTransport {
    store: Option<Box<dyn TokenStore>>,
}

impl FetchTransport {
    /// Without a store: tokens are kept in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With tokens in this store.
    #[must_use]
    pub fn with_store(store: impl TokenStore + 'static) -> Self {
        Self {
            store: Some(Box::new(store)),
        }
    }
}

impl AsyncTransport for FetchTransport {
    type Body = FetchBody;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, FetchBody), TransportFailure> {
        let unsendable = |_| TransportFailure::new(FailureKind::Unsendable, Delivery::NotSent);
        let mut under_way = UnderWay::new(limits).map_err(unsendable)?;
        let init = init(request, &under_way).map_err(unsendable)?;
        let failed = |thrown: &JsValue| before_head(thrown, request);
        let promised = global::fetch(request.url(), &init).map_err(|thrown| failed(&thrown))?;
        let response: Response = under_way
            .wait(promised, failed)
            .await?
            .dyn_into()
            .map_err(|_| unknown(FailureKind::Other))?;
        let head = head(&response)?;
        let body = FetchBody::new(under_way, &response, limits)?;
        Ok((head, body))
    }

    fn now(&self) -> Now {
        global::now()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        sleep(duration)
    }
}

/// The request in the form that `fetch` takes.
fn init(request: &Outgoing, under_way: &UnderWay) -> Result<RequestInit, JsValue> {
    let init = RequestInit::new();
    init.set_method(request.method().as_str());
    init.set_redirect(RequestRedirect::Manual);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&under_way.signal()));
    let headers = Headers::new()?;
    for (name, value) in request.headers() {
        headers.append(name, value)?;
    }
    init.set_headers(&headers);
    if let Some(body) = request.body() {
        init.set_body(&Uint8Array::from(body).into());
    }
    Ok(init)
}

fn head(response: &Response) -> Result<Head, TransportFailure> {
    if response.type_() == ResponseType::Opaqueredirect {
        return Ok(Head::opaque_redirect());
    }
    // So a `fetch` that the page has put in place of the browser's may say that it failed, or give what no page may read.
    if response.status() == 0 {
        return Err(unknown(FailureKind::Opaque));
    }
    let mut head = Head::new(response.status());
    let entries = js_sys::try_iter(&response.headers()).ok().flatten();
    for entry in entries.into_iter().flatten().flatten() {
        let entry = Array::from(&entry);
        if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
            head.header(&name, value.as_bytes());
        }
    }
    Ok(head)
}

impl AsyncHost for FetchTransport {
    type Lock = TokenLock;

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        global::fill_random(buffer)
    }

    fn spawn(&self, renewal: RenewalTask<Self>) {
        wasm_bindgen_futures::spawn_local(renewal.run());
    }

    async fn lock_tokens(&self) -> TokenLock {
        match &self.store {
            Some(store) => TokenLock::take(&**store).await,
            None => TokenLock::default(),
        }
    }

    async fn load_tokens(&self) -> Option<TokenPair> {
        match &self.store {
            Some(store) => store.load().await,
            None => None,
        }
    }

    async fn store_tokens(
        &self,
        pair: Option<&TokenPair>,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        match &self.store {
            Some(store) => store.store(pair).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for FetchTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchTransport")
            .field("has_store", &self.store.is_some())
            .finish()
    }
}
