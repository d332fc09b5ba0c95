//! An asynchronous host on one thread: requests wait until the test answers them, and time passes when the test says so.

pub mod executor;
pub mod store;

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    error::Error as StdError,
    future::{Future, poll_fn},
    rc::Rc,
    task::{Poll, Waker},
    time::Duration,
};

use fluxbase_client_keys::{
    AsyncClientKeysManager, AsyncHost, AsyncResponseBody, AsyncTransport, Authentication, BaseUrl,
    Delivery, Error, FailureKind, Head, Limits, Now, Outgoing, RenewalTask, Settings, Timestamp,
    TokenPair, TransportFailure,
};

use executor::Executor;
use store::{Held, Store};

pub const KEYS: &str = "/api/v1/client-keys";
pub const REFRESH: &str = "/api/v1/auth/refresh";
pub const SIGN_IN: &str = "/api/v1/auth/signin";
pub const SIGN_OUT: &str = "/api/v1/auth/signout";
pub const REFUSED: &str = r#"{"error":"Invalid or expired token"}"#;

pub type Manager = AsyncClientKeysManager<Tab>;

/// Where a tab of a browser runs, so to speak.
pub struct Tab {
    world: Rc<World>,
    store: Rc<Store>,
    cancelled: Rc<Cell<bool>>,
}

/// The server's side, the clock and the executor.
#[derive(Default)]
pub struct World {
    pub executor: Executor,
    requests: RefCell<VecDeque<Request>>,
    clock: Cell<Duration>,
    timers: RefCell<Vec<(Duration, Waker)>>,
    /// Renewals are dropped and not run.
    pub drops_renewals: Cell<bool>,
}

type Answer = Result<(u16, String), TransportFailure>;

/// One request as the server sees it, and how to answer it.
pub struct Request {
    pub outgoing: Outgoing,
    answer: Rc<Slot>,
}

#[derive(Default)]
struct Slot {
    answer: RefCell<Option<Answer>>,
    waker: RefCell<Option<Waker>>,
}

impl Request {
    pub fn path(&self) -> &str {
        self.outgoing.url().trim_start_matches("http://localhost")
    }

    pub fn bearer(&self) -> &str {
        let mut headers = self.outgoing.headers();
        let found = headers.find(|(name, _)| *name == "authorization");
        found.map_or("", |(_, value)| value.trim_start_matches("Bearer "))
    }

    pub fn body(&self) -> String {
        String::from_utf8(self.outgoing.body().unwrap_or_default().to_vec()).unwrap()
    }

    pub fn answer(self, status: u16, body: &str) {
        self.end(Ok((status, body.to_owned())));
    }

    pub fn grant(self, name: &str) {
        self.answer(
            200,
            &format!(
                r#"{{"access_token":"access-{name}","refresh_token":"refresh-of-a-session-{name}"}}"#
            ),
        );
    }

    /// The answer is lost on its way.
    pub fn lose(self) {
        let lost = TransportFailure::new(FailureKind::Closed, Delivery::Unknown);
        self.end(Err(lost));
    }

    fn end(self, answer: Answer) {
        *self.answer.answer.borrow_mut() = Some(answer);
        if let Some(waker) = self.answer.waker.take() {
            waker.wake();
        }
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_aborted(&self) -> bool {
        Rc::strong_count(&self.answer) == 1
    }
}

impl World {
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// A tab whose tokens are in this store.
    pub fn tab(self: &Rc<Self>, store: &Rc<Store>, authentication: Authentication) -> Manager {
        let mut settings = Settings::new(BaseUrl::parse("http://localhost").unwrap());
        settings.authentication = authentication;
        AsyncClientKeysManager::new(settings, self.host(store, &Rc::default()))
    }

    /// A host whose calls end when `cancelled` is set and [`pass`](Self::pass) wakes them.
    pub fn host(self: &Rc<Self>, store: &Rc<Store>, cancelled: &Rc<Cell<bool>>) -> Tab {
        Tab {
            world: Rc::clone(self),
            store: Rc::clone(store),
            cancelled: Rc::clone(cancelled),
        }
    }

    /// Starts a call, and lets everything go on as far as it can.
    pub fn start<T: 'static>(&self, call: impl Future<Output = T> + 'static) -> executor::Call<T> {
        let call = self.executor.spawn(call);
        self.executor.settle();
        call
    }

    /// The next request that the server has not answered yet.
    pub fn next(&self, path: &str) -> Request {
        let request = self.request().expect("no request is under way");
        assert_eq!(request.path(), path, "{}", request.body());
        request
    }

    pub fn request(&self) -> Option<Request> {
        self.executor.settle();
        self.requests.borrow_mut().pop_front()
    }

    pub fn is_idle(&self) -> bool {
        self.executor.settle();
        self.requests.borrow().is_empty()
    }

    /// Lets time pass, and wakes everybody who waits for that or has been cancelled.
    pub fn pass(&self, time: Duration) {
        self.clock.set(self.clock.get() + time);
        for (_, waker) in self.timers.take() {
            waker.wake();
        }
        self.executor.settle();
    }

    pub fn wall(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH.saturating_add(self.clock.get())
    }
}

pub struct Body(Option<String>);

impl AsyncResponseBody for Body {
    type Chunk = String;

    async fn chunk(&mut self) -> Result<Option<String>, TransportFailure> {
        Ok(self.0.take())
    }
}

impl AsyncTransport for Tab {
    type Body = Body;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Body), TransportFailure> {
        let answer = Rc::<Slot>::default();
        self.world.requests.borrow_mut().push_back(Request {
            outgoing: request.clone(),
            answer: Rc::clone(&answer),
        });
        let (status, body) = poll_fn(|context| {
            if self.cancelled.get() && limits.interruptible {
                let failure = TransportFailure::new(FailureKind::Cancelled, Delivery::Unknown);
                return Poll::Ready(Err(failure));
            }
            let answered = answer.answer.take();
            if answered.is_none() {
                *answer.waker.borrow_mut() = Some(context.waker().clone());
            }
            answered.map_or(Poll::Pending, Poll::Ready)
        })
        .await?;
        Ok((Head::new(status), Body(Some(body))))
    }

    fn now(&self) -> Now {
        Now::new(self.world.wall(), self.world.clock.get(), 0)
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.world.clock.get() + duration;
        poll_fn(|context| {
            if self.world.clock.get() >= until || self.cancelled.get() {
                return Poll::Ready(());
            }
            let timer = (until, context.waker().clone());
            self.world.timers.borrow_mut().push(timer);
            Poll::Pending
        })
        .await;
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }
}

impl AsyncHost for Tab {
    type Lock = Held;

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        buffer.fill(7);
        Ok(())
    }

    fn spawn(&self, renewal: RenewalTask<Self>) {
        if !self.world.drops_renewals.get() {
            self.world.executor.spawn(renewal.run()).detach();
        }
    }

    async fn lock_tokens(&self) -> Held {
        self.store.lock().await
    }

    async fn load_tokens(&self) -> Option<TokenPair> {
        self.store.load()
    }

    async fn store_tokens(
        &self,
        pair: Option<&TokenPair>,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        self.store.store(pair).await
    }
}

pub fn pair(name: &str) -> TokenPair {
    TokenPair::new(
        format!("access-{name}"),
        Some(format!("refresh-of-a-session-{name}").into()),
    )
}

pub fn tokens(name: &str) -> Authentication {
    Authentication::Tokens(pair(name))
}

/// The access token of a manager.
pub fn access(manager: &Manager) -> Option<String> {
    let pair = manager.export_tokens()?;
    Some(pair.access_token.expose().to_owned())
}

/// A list call that has just had its token refused and is refreshing: the call, and the refresh.
pub fn refreshing(
    world: &World,
    manager: &Manager,
) -> (executor::Call<Result<(), Error>>, Request) {
    let call = world.start(list(manager));
    world.next(KEYS).answer(401, REFUSED);
    (call, world.next(REFRESH))
}

/// A call that lists.
pub fn list(manager: &Manager) -> impl Future<Output = Result<(), Error>> + use<> {
    let manager = manager.clone();
    async move { manager.list().await.map(drop) }
}
