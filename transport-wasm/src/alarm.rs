//! `Alarm`: a timer as a future.

use core::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::global::{clear_timeout, set_timeout};

/// The longest time that `setTimeout` takes; with a longer one it fires at once.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// Ready when its time has passed, at most 24 days. Dropped, it never rings.
pub(crate) struct Alarm {
    id: JsValue,
    bell: Rc<Bell>,
    /// What JavaScript calls; kept for as long as it may.
    _ring: Closure<dyn FnMut()>,
}

#[derive(Default)]
struct Bell {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Alarm {
    pub(crate) fn new(time: Duration) -> Self {
        let bell = Rc::<Bell>::default();
        let own = Rc::clone(&bell);
        let ring = Closure::<dyn FnMut()>::new(move || {
            own.rung.set(true);
            if let Some(waker) = own.waker.take() {
                waker.wake();
            }
        });
        // Rounded up: an alarm must not ring before its time.
        let milliseconds = time.min(LONGEST).as_nanos().div_ceil(1_000_000);
        let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        Self {
            id: set_timeout(ring.as_ref().unchecked_ref(), milliseconds),
            bell,
            _ring: ring,
        }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.bell.rung.get() {
            return Poll::Ready(());
        }
        *self.bell.waker.borrow_mut() = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Lets any time pass.
pub(crate) async fn sleep(mut time: Duration) {
    while !time.is_zero() {
        let piece = time.min(LONGEST);
        Alarm::new(piece).await;
        time = time.saturating_sub(piece);
    }
}
