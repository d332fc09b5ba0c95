//! What a window, a worker and Node have in common: the functions of the global object.

use core::time::Duration;

use fluxbase_client_keys::{Error, Now, Timestamp};
use js_sys::{Date, Function, Math, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::RequestInit;

#[wasm_bindgen]
extern "C" {
    /// `fetch`, whatever it gives: a page may have put its own in its place.
    #[wasm_bindgen(catch)]
    pub(crate) fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    pub(crate) fn set_timeout(callback: &Function, milliseconds: i32) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    pub(crate) fn clear_timeout(id: &JsValue);

    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn performance_now() -> Result<f64, JsValue>;

    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(buffer: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// A member of an object; nothing where there is none, or where it may not be looked at.
pub(crate) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &name.into()).ok()?;
    (!value.is_null() && !value.is_undefined()).then_some(value)
}

/// A global object by its name.
pub(crate) fn global(name: &str) -> Option<JsValue> {
    member(&js_sys::global(), name)
}

/// The origin of the page or worker; none in Node.
pub(crate) fn own_origin() -> Option<String> {
    member(&global("location")?, "origin")?.as_string()
}

/// The time, and random bits for jitter.
pub(crate) fn now() -> Now {
    let milliseconds = |count: f64| Duration::try_from_secs_f64(count / 1000.0).unwrap_or_default();
    let wall = Timestamp::UNIX_EPOCH.saturating_add(milliseconds(Date::now()));
    let monotonic = performance_now().unwrap_or_else(|_| Date::now());
    let bits = Duration::try_from_secs_f64(Math::random() * f64::from(u32::MAX));
    let jitter = u32::try_from(bits.unwrap_or_default().as_secs()).unwrap_or_default();
    Now::new(wall, milliseconds(monotonic), jitter)
}

/// Fills the buffer from the browser's secure source.
pub(crate) fn fill_random(buffer: &mut [u8]) -> Result<(), Error> {
    // It gives no more than 65536 bytes at once.
    for piece in buffer.chunks_mut(65536) {
        let random = Uint8Array::new_with_length(u32::try_from(piece.len()).unwrap_or_default());
        get_random_values(&random)
            .map_err(|_| Error::invalid_input("there is no secure source of random numbers"))?;
        random.copy_to(piece);
    }
    Ok(())
}
