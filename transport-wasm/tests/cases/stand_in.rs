//! Another `fetch` in the place of the global one, for what no server does, or does only so often.

use std::future::Future;

use super::{go_on, pause, script};

/// Of a server: it signs in and renews as often as it is asked, and lists nothing.
pub(crate) const SERVER: &str = "
    const json = (status, body) => Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }));
    const granted = { access_token: 'renewed', refresh_token: 'the-refresh-token-after', expires_in: 900, user: { id: 'user-1', email: 'ada@example.com' } };
    if (url.includes('/auth/')) return json(200, granted);
    return settings.headers.get('authorization') === 'Bearer renewed' ? json(200, []) : json(401, { error: 'Invalid or expired token' });";

/// Makes a call while this is the body of `fetch(url, settings)`.
pub(crate) async fn with_fetch<T>(body: &str, call: impl Future<Output = T>) -> T {
    script(
        "globalThis.given = {}; globalThis.ownFetch = fetch; \
         globalThis.fetch = new Function('url', 'settings', argument)",
        body,
    )
    .await;
    let result = call.await;
    script("globalThis.fetch = globalThis.ownFetch", "").await;
    result
}

/// Goes on with the call until this function body returns something that is true; the call does not end before.
pub(crate) async fn advance(call: &mut (impl Future + Unpin), far_enough: &str) {
    for _ in 0..200 {
        go_on(call).await;
        if script(far_enough, "").await.is_truthy() {
            return;
        }
        pause(5).await;
    }
    panic!("it does not come so far: {far_enough}");
}
