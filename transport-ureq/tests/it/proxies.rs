//! Proxies: which are used, what they are told, and what their failures mean.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use fluxbase_client_keys_ureq::{Builder, ErrorKind, FailureKind, Outcome, Proxy};

use crate::{
    a_key, quick,
    scripted::{Act, Server},
};

const KEY: &str = r#"{"id":"key-1","name":"ci"}"#;

/// Connects whoever asks to one server, or refuses with a status. Runs until it is dropped.
struct Tunnel {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Tunnel {
    fn to(server: &Server) -> Self {
        let target = server.url().replace("http://", "");
        Self::start(move |mut client| {
            let mut server = TcpStream::connect(&target).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from_server, mut to_client) =
                (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _ = std::io::copy(&mut from_server, &mut to_client);
                    let _ = to_client.shutdown(Shutdown::Both);
                });
                let _ = std::io::copy(&mut client, &mut server);
                let _ = server.shutdown(Shutdown::Both);
            });
        })
    }

    fn refusing(status: &'static str) -> Self {
        Self::start(move |mut client| {
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            let _ = client.write_all(head.as_bytes());
        })
    }

    fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, ended) = (
            Arc::<Mutex<Vec<_>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (shared_asked, shared_ended) = (Arc::clone(&asked), Arc::clone(&ended));
        let thread = thread::spawn(move || {
            thread::scope(|scope| {
                for client in listener.incoming() {
                    if shared_ended.load(Ordering::SeqCst) {
                        return;
                    }
                    let (asked, serve) = (&shared_asked, &serve);
                    scope.spawn(move || {
                        let client = client.unwrap();
                        asked.lock().unwrap().push(read_head(&client));
                        serve(client);
                    });
                }
            });
        });
        Self {
            address,
            asked,
            ended,
            thread: Some(thread),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// Byte by byte, so that nothing of what follows is taken.
fn read_head(client: &TcpStream) -> String {
    let mut reader = BufReader::with_capacity(1, client);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
    head
}

/// What a program with these variables makes.
fn from_vars(set: &[(&str, &str)]) -> Builder {
    let set: Vec<_> = set
        .iter()
        .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
        .chain([("FLUXBASE_TOKEN".to_owned(), "eyJ.access.token".into())])
        .collect();
    let policy = fluxbase_client_keys_ureq::Policy::new()
        .attempts(1)
        .attempt_timeout(Duration::from_secs(5));
    Builder::from_vars(move |name| {
        let found = set.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.clone())
    })
    .unwrap()
    .policy(policy)
    .allow_plain_http(true)
}

#[test]
fn a_proxy_is_asked_to_connect_and_told_nothing_else() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let tunnel = Tunnel::to(&server);
    let proxy = format!("http://deploy:hunt%65r2@{}", tunnel.address);
    let manager = quick("http://fluxbase.test:8080")
        .allow_plain_http(true)
        .user_agent("script/1")
        .proxy(Proxy::Url(proxy))
        .build()
        .unwrap();
    assert_eq!(manager.get("key-1").unwrap().name(), "ci");
    assert_eq!(server.copies(), 1);
    let asked = tunnel.asked().join("");
    assert!(asked.starts_with("CONNECT fluxbase.test:8080 HTTP/1.1\r\n"));
    // deploy:hunter2
    assert!(asked.contains("\r\nProxy-Authorization: Basic ZGVwbG95Omh1bnRlcjI=\r\n"));
    assert!(!asked.contains("eyJ"), "{asked}");
    let printed = format!("{:?} {:?}", manager, manager.transport());
    assert!(
        printed.contains("has_proxy: true") && !printed.contains("hunt"),
        "{printed}"
    );
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let tunnel = Tunnel::to(&server);
    let proxy = format!("http://{}", tunnel.address);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let builder = from_vars(&[("FLUXBASE_URL", "http://fluxbase.test"), (variable, &proxy)]);
        assert_eq!(builder.build().unwrap().get("key-1").unwrap().name(), "ci");
    }
    assert_eq!((server.copies(), tunnel.asked().len()), (3, 3));
}

#[test]
fn the_proxy_of_the_environment_is_not_used_where_it_should_not_be() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let tunnel = Tunnel::to(&server);
    let proxy = format!("http://{}", tunnel.address);
    let get = |builder: Builder| builder.build().unwrap().get("key-1");

    // This machine is reached directly.
    let here = from_vars(&[("FLUXBASE_URL", &server.url()), ("ALL_PROXY", &proxy)]);
    assert!(get(here).is_ok());
    // The proxy was switched off.
    let set = [
        ("FLUXBASE_URL", "http://nonexistent.invalid"),
        ("HTTP_PROXY", &proxy),
    ];
    let error = get(from_vars(&set).proxy(Proxy::None)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Resolve));
    // The server is one of the exceptions.
    let set = [set[0], set[1], ("NO_PROXY", "other.test, .invalid")];
    let error = get(from_vars(&set)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport(FailureKind::Resolve));

    assert_eq!(tunnel.asked(), Vec::<String>::new());
    assert_eq!(server.copies(), 1);
}

#[test]
fn a_proxy_that_gives_no_connection_has_passed_nothing_on() {
    let server = Server::start([Act::answer("200 OK", KEY)]);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = gone.local_addr().unwrap();
    drop(gone);
    let denying = Tunnel::refusing("407 Proxy Authentication Required");
    let failing = Tunnel::refusing("502 Bad Gateway");
    for address in [nobody, denying.address, failing.address] {
        let manager = quick(&server.url())
            .proxy(Proxy::Url(format!("http://deploy:hunter2@{address}")))
            .build()
            .unwrap();
        let error = manager.create(&a_key()).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.attempts()),
            (
                ErrorKind::Transport(FailureKind::Connect),
                Outcome::NotApplied,
                2
            ),
            "{error}"
        );
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            cause = error.source();
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_when_the_manager_is_made() {
    for url in ["socks5://127.0.0.1:1080", "not a url", ""] {
        let error = quick("https://fluxbase.test")
            .proxy(Proxy::Url(url.to_owned()))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
    }
}
