//! One session in many hands: what a renewal does when others sign in, sign out or store tokens meanwhile.

// Threads wait for each other here, which wasm has not.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the transport of this test stands for a real one, which has a clock"
)]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its helpers too"
)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use fluxbase_client_keys::{
    Authentication, BaseUrl, ClientKeysManager, Error, ErrorKind, Head, Limits, Now, Outgoing,
    ResponseBody, Settings, Timestamp, TokenPair, Transport, TransportFailure, Warning,
};

/// One request as the server sees it, and how to answer it.
struct Request {
    path: String,
    bearer: String,
    body: String,
    answer: Sender<(u16, String)>,
}

impl Request {
    fn answer(self, status: u16, body: &str) {
        self.answer.send((status, body.to_owned())).unwrap();
    }

    fn grant(self, name: &str) {
        let body = format!(
            r#"{{"access_token":"access-{name}","refresh_token":"refresh-of-a-session-{name}"}}"#
        );
        self.answer(200, &body);
    }
}

/// Hands every request to the test, which answers when it likes.
struct Wire {
    requests: Mutex<Sender<Request>>,
    begun: Instant,
}

struct Whole(Option<String>, String);

impl ResponseBody for Whole {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        self.1 = match self.0.take() {
            Some(body) => body,
            None => return Ok(None),
        };
        Ok(Some(self.1.as_bytes()))
    }
}

impl Transport for Wire {
    type Body = Whole;

    fn send(&self, request: &Outgoing, _: &Limits) -> Result<(Head, Whole), TransportFailure> {
        let (answer, answered) = channel();
        let bearer = request
            .headers()
            .find(|(name, _)| *name == "authorization")
            .map_or(String::new(), |(_, value)| value.to_owned());
        let request = Request {
            path: request
                .url()
                .trim_start_matches("http://localhost")
                .to_owned(),
            bearer,
            body: String::from_utf8(request.body().unwrap_or_default().to_vec()).unwrap(),
            answer,
        };
        self.requests.lock().unwrap().send(request).unwrap();
        let (status, body) = answered.recv_timeout(Duration::from_secs(20)).unwrap();
        Ok((Head::new(status), Whole(Some(body), String::new())))
    }

    fn now(&self) -> Now {
        Now::new(Timestamp::UNIX_EPOCH, self.begun.elapsed(), 0)
    }

    fn sleep(&self, duration: Duration) {
        thread::sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        buffer.fill(7);
        Ok(())
    }
}

type Manager = ClientKeysManager<Wire>;

fn pair(name: &str) -> TokenPair {
    TokenPair::new(
        format!("access-{name}"),
        Some(format!("refresh-of-a-session-{name}").into()),
    )
}

/// What the test sees of the server's side.
struct Server(Receiver<Request>);

impl Server {
    fn next(&self, path: &str) -> Request {
        let request = self.0.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(request.path, path, "{}", request.body);
        request
    }

    fn is_idle_for(&self, time: Duration) -> bool {
        self.0.recv_timeout(time).is_err()
    }
}

const KEYS: &str = "/api/v1/client-keys";
const REFRESH: &str = "/api/v1/auth/refresh";
const SIGN_IN: &str = "/api/v1/auth/signin";
const SIGN_OUT: &str = "/api/v1/auth/signout";
const REFUSED: &str = r#"{"error":"Invalid or expired token"}"#;

type Stored = Arc<Mutex<Vec<String>>>;

/// A manager, its server, and the access tokens that were stored. `breaks` says whether storing panics.
fn manager(authentication: Authentication, breaks: &Arc<AtomicBool>) -> (Manager, Server, Stored) {
    let (requests, seen) = channel();
    let wire = Wire {
        requests: Mutex::new(requests),
        begun: Instant::now(),
    };
    let stored = Stored::default();
    let (sink, breaks) = (Arc::clone(&stored), Arc::clone(breaks));
    let mut settings = Settings::new(BaseUrl::parse("http://localhost").unwrap());
    settings.authentication = authentication;
    settings.store = Some(Arc::new(move |pair: &TokenPair| {
        assert!(!breaks.load(Ordering::SeqCst), "the disk is full");
        sink.lock()
            .unwrap()
            .push(pair.access_token.expose().to_owned());
        Ok(())
    }));
    (ClientKeysManager::new(settings, wire), Server(seen), stored)
}

fn access(manager: &Manager) -> Option<String> {
    let pair = manager.export_tokens()?;
    Some(pair.access_token.expose().to_owned())
}

/// A list call that has just had its token refused and is refreshing: its thread, and the refresh.
fn refreshing(
    manager: &Manager,
    server: &Server,
) -> (thread::JoinHandle<Result<(), Error>>, Request) {
    let own = manager.clone();
    let call = thread::spawn(move || own.list().map(drop));
    server.next(KEYS).answer(401, REFUSED);
    (call, server.next(REFRESH))
}

#[test]
fn a_sign_in_during_a_refresh_is_what_stays_stored() {
    let (manager, server, stored) = manager(Authentication::Tokens(pair("old")), &Arc::default());
    let (call, refresh) = refreshing(&manager, &server);
    let own = manager.clone();
    let sign_in = thread::spawn(move || own.sign_in("b@example.com", "password").map(drop));
    server.next(SIGN_IN).grant("of-b");
    sign_in.join().unwrap().unwrap();
    refresh.grant("late");
    let list = server.next(KEYS);
    assert_eq!(list.bearer, "Bearer access-of-b");
    list.answer(200, "[]");
    call.join().unwrap().unwrap();
    assert_eq!(access(&manager).as_deref(), Some("access-of-b"));
    assert_eq!(*stored.lock().unwrap(), ["access-of-b"]);
}

#[test]
fn tokens_forgotten_during_a_refresh_are_not_stored_again() {
    let (manager, server, stored) = manager(Authentication::Tokens(pair("old")), &Arc::default());
    let (call, refresh) = refreshing(&manager, &server);
    manager.forget();
    refresh.grant("late");
    assert!(call.join().unwrap().is_err());
    assert_eq!(access(&manager), None);
    assert_eq!(*stored.lock().unwrap(), [""; 0]);
}

#[test]
fn tokens_that_are_being_refreshed_may_be_restored() {
    let (manager, server, stored) = manager(Authentication::Tokens(pair("old")), &Arc::default());
    let (call, refresh) = refreshing(&manager, &server);
    // Read from the store again, as a program does that shares it with others.
    manager.restore_tokens(pair("old"));
    refresh.grant("new");
    let list = server.next(KEYS);
    assert_eq!(list.bearer, "Bearer access-new");
    list.answer(200, "[]");
    call.join().unwrap().unwrap();
    assert_eq!(access(&manager).as_deref(), Some("access-new"));
    assert_eq!(*stored.lock().unwrap(), ["access-new"]);
}

#[test]
fn a_store_that_panics_does_not_cost_the_session() {
    let breaks = Arc::new(AtomicBool::new(true));
    let (manager, server, _) = manager(Authentication::Tokens(pair("old")), &breaks);
    let (call, refresh) = refreshing(&manager, &server);
    refresh.grant("new");
    assert!(call.join().is_err(), "the panic is the caller's to see");
    // The old refresh token is dead, so the new pair is all that there is.
    assert_eq!(access(&manager).as_deref(), Some("access-new"));
    // The same of a sign-in.
    let own = manager.clone();
    let sign_in = thread::spawn(move || {
        catch_unwind(AssertUnwindSafe(|| {
            own.sign_in("b@example.com", "password")
        }))
        .is_err()
    });
    server.next(SIGN_IN).grant("of-b");
    assert!(sign_in.join().unwrap());
    assert_eq!(access(&manager).as_deref(), Some("access-of-b"));
}

#[test]
fn a_sign_out_waits_for_the_newest_token() {
    let (manager, server, _) = manager(Authentication::Tokens(pair("old")), &Arc::default());
    let (call, refresh) = refreshing(&manager, &server);
    let own = manager.clone();
    let sign_out = thread::spawn(move || own.sign_out().map(drop));
    // A server takes an older access token, answers 200, and leaves the session alive.
    assert!(server.is_idle_for(Duration::from_millis(300)));
    refresh.grant("new");
    // Both are sent before either is answered: a call whose thread is slow would find its session signed out.
    let sent = [(); 2].map(|()| server.0.recv_timeout(Duration::from_secs(20)).unwrap());
    for request in sent {
        assert_eq!(request.bearer, "Bearer access-new", "{}", request.path);
        let body = if request.path == SIGN_OUT { "{}" } else { "[]" };
        request.answer(200, body);
    }
    call.join().unwrap().unwrap();
    sign_out.join().unwrap().unwrap();
    assert_eq!(access(&manager), None);
}

#[cfg(feature = "login")]
#[test]
fn who_signs_in_is_not_replaced_by_the_account_of_the_settings() {
    let login = Authentication::Login {
        login: fluxbase_client_keys::Login::new("robot@example.com", "password", false),
        tokens: None,
    };
    let (manager, server, _) = manager(login, &Arc::default());
    let own = manager.clone();
    let sign_in = thread::spawn(move || own.sign_in("person@example.com", "password").map(drop));
    server.next(SIGN_IN).grant("of-the-person");
    sign_in.join().unwrap().unwrap();
    let (call, refresh) = refreshing(&manager, &server);
    refresh.answer(401, REFUSED);
    server.next("/health").answer(200, r#"{"status":"ok"}"#);
    server.next(REFRESH).answer(401, REFUSED);
    // Not a sign-in as the robot, whose rights and whose traces are others.
    let error = call.join().unwrap().unwrap_err();
    assert!(
        matches!(
            error.kind(),
            ErrorKind::Refused { .. } | ErrorKind::SignInNeeded
        ),
        "{error}"
    );
}

#[cfg(feature = "login")]
#[test]
fn the_account_of_the_settings_may_sign_in_by_hand() {
    let login = Authentication::Login {
        login: fluxbase_client_keys::Login::new("Robot@example.com", "password", false),
        tokens: None,
    };
    let (manager, server, _) = manager(login, &Arc::default());
    let own = manager.clone();
    let sign_in = thread::spawn(move || own.sign_in("robot@example.com", "password").map(drop));
    server.next(SIGN_IN).grant("1");
    sign_in.join().unwrap().unwrap();
    let (call, refresh) = refreshing(&manager, &server);
    refresh.answer(401, REFUSED);
    server.next("/health").answer(200, r#"{"status":"ok"}"#);
    server.next(REFRESH).answer(401, REFUSED);
    server.next(SIGN_IN).grant("2");
    server.next(KEYS).answer(200, "[]");
    call.join().unwrap().unwrap();
}

#[test]
fn of_two_sign_ins_at_once_the_one_in_force_is_stored_last() {
    let (requests, seen) = channel();
    let (reached, storing) = channel();
    let (go_on, gate) = channel::<()>();
    let (sink, gate) = (Stored::default(), Mutex::new(gate));
    let stored = Arc::clone(&sink);
    let mut settings = Settings::new(BaseUrl::parse("http://localhost").unwrap());
    settings.store = Some(Arc::new(move |pair: &TokenPair| {
        let access = pair.access_token.expose().to_owned();
        let is_first = access == "access-of-a" && sink.lock().unwrap().is_empty();
        sink.lock().unwrap().push(access);
        if is_first {
            reached.send(()).unwrap();
            gate.lock().unwrap().recv().unwrap();
        }
        Ok(())
    }));
    let wire = Wire {
        requests: Mutex::new(requests),
        begun: Instant::now(),
    };
    let (manager, server) = (ClientKeysManager::new(settings, wire), Server(seen));
    let sign_in = |email: &'static str| {
        let own = manager.clone();
        thread::spawn(move || own.sign_in(email, "password").map(drop))
    };
    let first = sign_in("a@example.com");
    server.next(SIGN_IN).grant("of-a");
    storing.recv().unwrap();
    let second = sign_in("b@example.com");
    server.next(SIGN_IN).grant("of-b");
    second.join().unwrap().unwrap();
    go_on.send(()).unwrap();
    first.join().unwrap().unwrap();
    assert_eq!(access(&manager).as_deref(), Some("access-of-a"));
    assert_eq!(
        *stored.lock().unwrap(),
        ["access-of-a", "access-of-b", "access-of-a"]
    );
}

#[test]
fn tokens_that_were_not_stored_are_spoken_of_until_they_are() {
    let full = Arc::new(AtomicBool::new(true));
    let (requests, seen) = channel();
    let mut settings = Settings::new(BaseUrl::parse("http://localhost").unwrap());
    let disk = Arc::clone(&full);
    settings.store = Some(Arc::new(move |_: &TokenPair| {
        if disk.load(Ordering::SeqCst) {
            Err("the disk is full".into())
        } else {
            Ok(())
        }
    }));
    let wire = Wire {
        requests: Mutex::new(requests),
        begun: Instant::now(),
    };
    let (manager, server) = (ClientKeysManager::new(settings, wire), Server(seen));
    let own = manager.clone();
    let sign_in = thread::spawn(move || own.sign_in("a@example.com", "password").map(drop));
    server.next(SIGN_IN).grant("1");
    sign_in.join().unwrap().unwrap();
    let list = |first: (u16, &str)| {
        let own = manager.clone();
        let call = thread::spawn(move || own.list_answer());
        server.next(KEYS).answer(first.0, first.1);
        call
    };
    let listed = list((200, "[]")).join().unwrap().unwrap();
    assert_eq!(listed.warnings, [Warning::TokensNotStored]);
    // A call that renews and then fails cannot say it; the next one does.
    let call = list((401, REFUSED));
    server.next(REFRESH).grant("2");
    server.next(KEYS).answer(403, r#"{"error":"Forbidden"}"#);
    assert_eq!(
        call.join().unwrap().unwrap_err().kind(),
        ErrorKind::Forbidden
    );
    let listed = list((200, "[]")).join().unwrap().unwrap();
    assert_eq!(listed.warnings, [Warning::TokensNotStored]);
    full.store(false, Ordering::SeqCst);
    let call = list((401, REFUSED));
    server.next(REFRESH).grant("3");
    server.next(KEYS).answer(200, "[]");
    assert_eq!(call.join().unwrap().unwrap().warnings, []);
}
