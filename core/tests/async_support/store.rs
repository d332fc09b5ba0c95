//! A store for tokens that several managers share, with a lock.

use std::{
    cell::{Cell, RefCell},
    error::Error as StdError,
    future::poll_fn,
    rc::Rc,
    task::{Poll, Waker},
};

use fluxbase_client_keys::TokenPair;

#[derive(Default)]
pub struct Store {
    pair: RefCell<Option<TokenPair>>,
    locked: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
    /// Storing fails.
    pub full: Cell<bool>,
    /// Storing takes until this is unset and [`go_on`](Self::go_on) is called.
    pub slow: Cell<bool>,
    /// What was done with it, in order.
    pub log: RefCell<Vec<String>>,
}

/// The lock, while it is held.
pub struct Held(Rc<Store>);

impl Store {
    pub fn with(pair: Option<TokenPair>) -> Rc<Self> {
        Rc::new(Self {
            pair: RefCell::new(pair),
            ..Self::default()
        })
    }

    pub fn note(&self, what: impl Into<String>) {
        self.log.borrow_mut().push(what.into());
    }

    /// The access token that is stored.
    pub fn access(&self) -> Option<String> {
        let pair = self.pair.borrow();
        Some(pair.as_ref()?.access_token.expose().to_owned())
    }

    /// Another tab's tokens are there.
    pub fn put(&self, pair: TokenPair) {
        *self.pair.borrow_mut() = Some(pair);
    }

    pub fn is_locked(&self) -> bool {
        self.locked.get()
    }

    pub async fn lock(self: &Rc<Self>) -> Held {
        poll_fn(|context| {
            if !self.locked.replace(true) {
                return Poll::Ready(());
            }
            self.waiting.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await;
        self.note("lock");
        Held(Rc::clone(self))
    }

    pub fn load(&self) -> Option<TokenPair> {
        self.note("load");
        self.pair.borrow().clone()
    }

    pub async fn store(
        &self,
        pair: Option<&TokenPair>,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        poll_fn(|context| {
            if self.slow.get() {
                self.waiting.borrow_mut().push(context.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
        if self.full.get() {
            return Err("the disk is full".into());
        }
        self.note(match pair {
            Some(pair) => format!("store {}", pair.access_token.expose()),
            None => "remove".to_owned(),
        });
        *self.pair.borrow_mut() = pair.cloned();
        Ok(())
    }

    pub fn go_on(&self) {
        self.slow.set(false);
        for waker in self.waiting.take() {
            waker.wake();
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.note("unlock");
        self.0.locked.set(false);
        for waker in self.0.waiting.take() {
            waker.wake();
        }
    }
}
