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

use fluxbase_client_keys::Secret;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortController;

use crate::{
    TokenStore,
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

/// How often a store is looked at for what the last holder of the lock has stored, and the time in between.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(25);

/// A Web Lock that is held until this is dropped; none where the browser has no Web Locks.
#[derive(Default)]
pub struct TokenLock(Option<Held>);

/// What became of a request for a lock.
enum Asked {
    Granted(Held),
    /// Somebody else has it.
    Elsewhere,
    /// It cannot be had.
    Without,
}

/// Wants a lock, or has it.
struct Held {
    shared: Rc<Shared>,
    controller: AbortController,
}

#[derive(Default)]
struct Shared {
    /// Whether the lock was granted, once that is known.
    granted: Cell<Option<bool>>,
    /// Nobody wants the lock any more.
    given_up: Cell<bool>,
    /// Ends the promise for as long as which the lock is held.
    release: RefCell<Option<Function>>,
    waker: RefCell<Option<Waker>>,
}

impl TokenLock {
    /// Waits for the lock of this store, and for what its last holder has stored. Where it cannot be had, goes on without.
    pub(crate) async fn take(store: &dyn TokenStore) -> Self {
        let Some(name) = store.lock_name() else {
            return Self::default();
        };
        match Held::ask(name, true).await {
            Ok(Asked::Granted(held)) => return Self(Some(held)),
            Ok(Asked::Elsewhere) => {}
            Ok(Asked::Without) | Err(_) => return Self::default(),
        }
        let before = stored(store).await;
        let Ok(Asked::Granted(held)) = Held::ask(name, false).await else {
            return Self::default();
        };
        // The lock of another tab may arrive before what that tab has stored: Chromium brings the two on different ways.
        for _ in 0..LOOKS {
            let now = stored(store).await;
            if now.as_ref().map(Secret::expose) != before.as_ref().map(Secret::expose) {
                break;
            }
            Alarm::new(PAUSE).await;
        }
        Self(Some(held))
    }
}

/// What is stored, to be compared.
async fn stored(store: &dyn TokenStore) -> Option<Secret> {
    store.load().await.map(|pair| pair.export())
}

impl Held {
    /// Asks for the lock of this name: for now, or waits for it.
    async fn ask(name: &str, if_available: bool) -> Result<Asked, JsValue> {
        let locks = global("navigator").and_then(|navigator| member(&navigator, "locks"));
        let Some(locks) = locks else {
            return Ok(Asked::Without);
        };
        let controller = AbortController::new()?;
        let options = Object::new();
        // The two exclude each other.
        if if_available {
            Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE)?;
        } else {
            Reflect::set(&options, &"signal".into(), &controller.signal())?;
        }
        let shared = Rc::<Shared>::default();
        let held = Self {
            shared: Rc::clone(&shared),
            controller,
        };
        let requested = locks.unchecked_into::<LockManager>().request(
            name,
            &options,
            &answered(Rc::clone(&shared)),
        )?;
        // It is rejected when locks are forbidden here, and fulfilled only when the lock has been released.
        let mut ended = pin!(JsFuture::from(Promise::resolve(&requested)));
        let mut impatient = pin!(Alarm::new(PATIENCE));
        let granted = poll_fn(|context| {
            if let Some(granted) = shared.granted.get() {
                return Poll::Ready(Some(granted));
            }
            *shared.waker.borrow_mut() = Some(context.waker().clone());
            let over = ended.as_mut().poll(context).is_ready()
                || impatient.as_mut().poll(context).is_ready();
            if over {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        })
        .await;
        Ok(match granted {
            Some(true) => Asked::Granted(held),
            Some(false) => Asked::Elsewhere,
            None => Asked::Without,
        })
    }
}

/// What JavaScript calls when the lock is granted, or with `null` when somebody else has it: what it returns is for how long
/// the lock is held. The garbage collector of JavaScript frees it, since it may be called when nobody waits any more.
fn answered(shared: Rc<Shared>) -> JsValue {
    Closure::<dyn FnMut(JsValue) -> Promise>::new(move |lock: JsValue| {
        let granted = !lock.is_null();
        let held = if granted && !shared.given_up.get() {
            Promise::new(&mut |release, _| {
                *shared.release.borrow_mut() = Some(release);
            })
        } else {
            Promise::resolve(&JsValue::UNDEFINED)
        };
        shared.granted.set(Some(granted));
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
        held
    })
    .into_js_value()
}

impl Drop for Held {
    fn drop(&mut self) {
        self.shared.given_up.set(true);
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
