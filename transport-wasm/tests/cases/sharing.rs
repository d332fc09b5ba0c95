//! One session for many calls, and for many tabs.

use std::{
    cell::RefCell,
    future::{Future, ready},
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use fluxbase_client_keys_wasm::{
    Builder, ClientKeysManager, Error, ListClientKeysResponse, Loaded, LocalStorage, Stored,
    TokenPair, TokenStore, Warning,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Sent, go_on, join, pause, script, server};

type Listing<'a> = Pin<Box<dyn Future<Output = Result<ListClientKeysResponse, Error>> + 'a>>;

pub(crate) const REFRESH: &str = "refresh tokens";

/// Tokens of a session, the access token of which has ended.
async fn ended() -> TokenPair {
    let server = server();
    let (email, password) = server.user;
    let manager = fluxbase_client_keys_wasm::builder(server.url)
        .build()
        .unwrap();
    manager.sign_in(email, password).await.unwrap();
    let good = manager.export_tokens().unwrap();
    let ended = TokenPair::new("eyJhbGciOiJIUzI1NiJ9.e30.c2ln", good.refresh_token);
    assert!(ended.refresh_token.is_some());
    ended
}

/// A manager and what it sends.
pub(crate) fn observed(with: impl FnOnce(Builder) -> Builder) -> (ClientKeysManager, Arc<Sent>) {
    let sent = Arc::<Sent>::default();
    let builder = fluxbase_client_keys_wasm::builder(server().url).observer(sent.clone());
    (with(builder).build().unwrap(), sent)
}

#[wasm_bindgen_test]
async fn calls_at_the_same_time_share_one_refresh() {
    let ended = ended().await;
    let (manager, sent) = observed(|builder| builder.tokens(ended.clone()));
    let calls = (0..5).map(|_| -> Listing<'_> {
        let manager = manager.clone();
        Box::pin(async move { manager.list().await })
    });
    for listed in join(calls).await {
        listed.unwrap();
    }
    assert_eq!(sent.count(REFRESH), 1);
    let now = manager.export_tokens().unwrap();
    assert_ne!(now.access_token.expose(), ended.access_token.expose());
}

#[wasm_bindgen_test]
async fn a_refresh_goes_on_when_its_call_is_dropped() {
    let ended = ended().await;
    let (manager, sent) = observed(|builder| builder.tokens(ended));
    let mut call = Box::pin(manager.list());
    // Until the refresh is under way.
    while sent.count(REFRESH) == 0 {
        go_on(&mut call).await;
        pause(1).await;
    }
    drop(call);
    pause(300).await;
    manager.list().await.unwrap();
    assert_eq!(sent.count(REFRESH), 1);
}

/// Tokens in memory that several managers share, without a lock.
#[derive(Clone, Default)]
pub(crate) struct Shared(Rc<RefCell<Vec<Option<TokenPair>>>>);

impl TokenStore for Shared {
    fn load(&self) -> Loaded<'_> {
        Box::pin(ready(self.0.borrow().last().cloned().flatten()))
    }

    fn store<'a>(&'a self, pair: Option<&'a TokenPair>) -> Stored<'a> {
        self.0.borrow_mut().push(pair.cloned());
        Box::pin(ready(Ok(())))
    }
}

#[wasm_bindgen_test]
async fn a_store_of_ones_own_is_read_and_written() {
    let store = Shared::default();
    let ended = ended().await;
    store.0.borrow_mut().push(Some(ended));
    let (manager, sent) = observed(|builder| builder.store(store.clone()));
    manager.list().await.unwrap();
    let stored = store.0.borrow().last().cloned().flatten().unwrap();
    let own = manager.export_tokens().unwrap();
    assert_eq!(stored.access_token.expose(), own.access_token.expose());
    assert_eq!(sent.count(REFRESH), 1);
    manager.sign_out().await.unwrap();
    assert!(store.0.borrow().last().unwrap().is_none());
}

#[wasm_bindgen_test]
async fn tabs_share_one_refresh() {
    let local = LocalStorage::new("tabs");
    let (first, refreshed_by_first) = observed(|builder| builder.store(local.clone()));
    let warnings = first.restore_tokens(ended().await).await;
    if js_sys::Reflect::get(&js_sys::global(), &"localStorage".into())
        .unwrap()
        .is_undefined()
    {
        // Workers and Node have no local storage: that is told, and the session goes on.
        assert_eq!(warnings, [Warning::TokensNotStored]);
        let listed = first.list_answer().await.unwrap();
        assert_eq!(listed.warnings, [Warning::TokensNotStored]);
        return;
    }
    assert_eq!(warnings, []);
    let (second, refreshed_by_second) = observed(|builder| builder.store(local));
    let calls = [&first, &second].map(|manager| -> Listing<'_> { Box::pin(manager.list()) });
    for listed in join(calls).await {
        listed.unwrap();
    }
    assert_eq!(
        refreshed_by_first.count(REFRESH) + refreshed_by_second.count(REFRESH),
        1
    );
    let [first_has, second_has] = [&first, &second].map(|manager| manager.export_tokens().unwrap());
    assert_eq!(
        first_has.access_token.expose(),
        second_has.access_token.expose()
    );
    first.sign_out().await.unwrap();
    let (third, _) = observed(|builder| builder.store(LocalStorage::new("tabs")));
    third.load_tokens().await;
    assert!(third.export_tokens().is_none());
}

#[wasm_bindgen_test]
async fn what_is_stored_but_is_no_pair_is_no_session() {
    let put = "globalThis.localStorage?.setItem('not a pair', argument)";
    for text in ["", "null", "{}", r#"{"access_token":7}"#, "\u{0}"] {
        script(put, text).await;
        let (manager, _) = observed(|builder| builder.store(LocalStorage::new("not a pair")));
        manager.load_tokens().await;
        assert!(manager.export_tokens().is_none(), "{text:?}");
    }
}

#[wasm_bindgen_test]
async fn a_storage_that_is_full_costs_no_session() {
    script(
        "const all = globalThis.Storage?.prototype ?? {}; globalThis.ownSetItem = all.setItem; \
         all.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
        "",
    )
    .await;
    let (manager, _) = observed(|builder| builder.store(LocalStorage::new("full")));
    let pair = TokenPair::new("access", None);
    let warnings = manager.restore_tokens(pair).await;
    script(
        "const all = globalThis.Storage?.prototype ?? {}; all.setItem = globalThis.ownSetItem",
        "",
    )
    .await;
    assert_eq!(warnings, [Warning::TokensNotStored]);
    assert!(manager.export_tokens().is_some());
}
