//! `TokenLock`: one tab at a time renews the tokens that several share.

use core::{
    cell::{Cell, RefCell},
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    task::{Poll, Waker},
    time::Duration,
};
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::{
    alarm::Alarm,
    global::{global, member},
};

/// The longest that is waited for another tab: a little more than a renewal takes at most. A tab that holds the lock longer
/// is stopped, and the session must not be.
const PATIENCE: Duration = Duration::from_secs(65);

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`.
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &JsValue,
    ) -> Result<JsValue, JsValue>;
}

/// A Web Lock that is held until this is dropped; none where the browser has no Web Locks.
#[derive(Default)]
pub struct TokenLock(Option<Held>);

/// Wants a lock, or has it.
struct Held {
    shared: Rc<Shared>,
    controller: AbortController,
    /// What JavaScript calls when the lock is granted; kept for as long as it may.
    granted: Closure<dyn FnMut(JsValue) -> Promise>,
}

#[derive(Default)]
struct Shared {
    granted: Cell<bool>,
    /// Ends the promise for as long as which the lock is held.
    release: RefCell<Option<Function>>,
    waker: RefCell<Option<Waker>>,
}

impl TokenLock {
    /// Waits for the lock of this name. Where it cannot be had, goes on without.
    pub(crate) async fn take(name: &str) -> Self {
        match Held::wait(name).await {
            Ok(held) => Self(held),
            Err(_) => Self(None),
        }
    }
}

impl Held {
    async fn wait(name: &str) -> Result<Option<Self>, JsValue> {
        let locks = global("navigator").and_then(|navigator| member(&navigator, "locks"));
        let Some(locks) = locks else { return Ok(None) };
        let controller = AbortController::new()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &controller.signal())?;
        let held = Self::new(controller);
        let requested =
            locks
                .unchecked_into::<LockManager>()
                .request(name, &options, held.granted.as_ref())?;
        // It is rejected when locks are forbidden here, and fulfilled only when the lock has been released.
        let mut ended = pin!(JsFuture::from(Promise::resolve(&requested)));
        let mut impatient = pin!(Alarm::new(PATIENCE));
        let shared = Rc::clone(&held.shared);
        let granted = poll_fn(|context| {
            if shared.granted.get() {
                return Poll::Ready(true);
            }
            *shared.waker.borrow_mut() = Some(context.waker().clone());
            let over = ended.as_mut().poll(context).is_ready()
                || impatient.as_mut().poll(context).is_ready();
            if over {
                Poll::Ready(false)
            } else {
                Poll::Pending
            }
        })
        .await;
        Ok(granted.then_some(held))
    }

    fn new(controller: AbortController) -> Self {
        let shared = Rc::<Shared>::default();
        let own = Rc::clone(&shared);
        let granted = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_lock| {
            let held = Promise::new(&mut |release, _| {
                *own.release.borrow_mut() = Some(release);
            });
            own.granted.set(true);
            if let Some(waker) = own.waker.take() {
                waker.wake();
            }
            held
        });
        Self {
            shared,
            controller,
            granted,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        match self.shared.release.take() {
            // It throws nothing.
            Some(release) => drop(release.call0(&JsValue::UNDEFINED)),
            // Not granted yet: no longer wanted.
            None => self.controller.abort(),
        }
    }
}

impl fmt::Debug for TokenLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenLock").field(&self.0.is_some()).finish()
    }
}
