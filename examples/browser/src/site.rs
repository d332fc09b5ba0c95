//! The page over HTTP: files and headers, no state.

use crate::files::Files;
use crate::policy;
use fluxbase_client_keys::BaseUrl;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, LOCATION};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// What the page asks for when it starts: the server that it proposes.
const SETTINGS: &str = "/settings.json";

/// What is served.
#[derive(Debug)]
pub(crate) struct Site {
    files: Files,
    settings: String,
}

impl Site {
    /// The files, and the server that the page proposes, if there is one.
    pub(crate) fn new(files: Files, server: Option<&str>) -> Self {
        let settings = serde_json::json!({ "server": server }).to_string();
        Self { files, settings }
    }

    /// Answers browsers until it is dropped.
    pub(crate) async fn serve(self, listener: TcpListener) {
        let site = Arc::new(self);
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(converse(stream, Arc::clone(&site)));
                }
                // Too many open files, or a browser that has gone: the next try may do better.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    fn answer<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut answer = plain(StatusCode::METHOD_NOT_ALLOWED);
            let allowed = HeaderValue::from_static("GET, HEAD");
            answer.headers_mut().insert(ALLOW, allowed);
            return answer;
        }
        match request.uri().path() {
            "/" => self.page(request),
            SETTINGS => content("application/json", self.settings.clone().into(), None),
            path => self.file(path, None),
        }
    }

    /// The page itself, which may talk to the server that its address names.
    ///
    /// A link on some other site could name a server that collects passwords; such a link leads to the page without it.
    fn page<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let server = request.uri().query().and_then(policy::chosen_server);
        if server.is_some() && is_foreign(request.headers()) {
            let mut answer = plain(StatusCode::SEE_OTHER);
            let page = HeaderValue::from_static("/");
            answer.headers_mut().insert(LOCATION, page);
            return answer;
        }
        self.file("/index.html", server.as_ref())
    }

    fn file(&self, path: &str, server: Option<&BaseUrl>) -> Response<Full<Bytes>> {
        match self.files.read(path) {
            Some(Ok((media_type, bytes))) => content(media_type, bytes, server),
            Some(Err(_)) => plain(StatusCode::INTERNAL_SERVER_ERROR),
            None => plain(StatusCode::NOT_FOUND),
        }
    }
}

/// Whether some other site made the browser ask; a person who types an address or follows a bookmark did not.
fn is_foreign(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site != "none" && site != "same-origin")
}

fn content(
    media_type: &'static str,
    bytes: Vec<u8>,
    server: Option<&BaseUrl>,
) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(bytes.into()));
    *answer.headers_mut() = policy::headers(server);
    let media_type = HeaderValue::from_static(media_type);
    answer.headers_mut().insert(CONTENT_TYPE, media_type);
    answer
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let text = status.canonical_reason().unwrap_or_default();
    let mut answer = content("text/plain; charset=utf-8", text.into(), None);
    *answer.status_mut() = status;
    answer
}

async fn converse(stream: TcpStream, site: Arc<Site>) {
    // Otherwise the second of two small writes waits for the browser's acknowledgement of the first.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let answer = service_fn(|request| {
        let answer = site.answer(&request);
        async { Ok::<_, Infallible>(answer) }
    });
    // An error here is a browser that has gone, or never said anything.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(30))
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::CONTENT_SECURITY_POLICY;
    use std::path::Path;

    fn site() -> Site {
        let mut files = Files::default();
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
        files.add_directory("/", &directory).unwrap();
        Site::new(files, Some("http://127.0.0.1:4000"))
    }

    fn get(target: &str, site_of_the_link: Option<&str>) -> Response<Full<Bytes>> {
        let mut request = Request::get(target);
        if let Some(value) = site_of_the_link {
            request = request.header("sec-fetch-site", value);
        }
        site().answer(&request.body(()).unwrap())
    }

    #[test]
    fn serves_the_page_with_its_policy() {
        let answer = get("/", None);
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.ends_with("connect-src 'self'"), "{policy}");
        let answer = get("/?server=https%3A%2F%2Fa.example", Some("same-origin"));
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.ends_with(" https://a.example"), "{policy}");
    }

    #[test]
    fn a_link_elsewhere_does_not_choose_the_server() {
        for site in ["cross-site", "same-site"] {
            let answer = get("/?server=https%3A%2F%2Fa.example", Some(site));
            assert_eq!(answer.status(), 303, "{site}");
            assert_eq!(answer.headers()[LOCATION], "/");
        }
        let answer = get("/?server=https%3A%2F%2Fa.example", Some("none"));
        assert_eq!(answer.status(), 200);
        assert_eq!(get("/", Some("cross-site")).status(), 200);
    }

    #[test]
    fn answers_reading_only() {
        let request = Request::post("/").body(()).unwrap();
        let answer = site().answer(&request);
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()[ALLOW], "GET, HEAD");
        assert!(answer.headers().contains_key(CONTENT_SECURITY_POLICY));
    }

    #[test]
    fn knows_nothing_else() {
        for target in [
            "/Cargo.toml",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
            "/page",
            "/src/main.rs",
        ] {
            assert_eq!(get(target, None).status(), 404, "{target}");
        }
        let answer = get(SETTINGS, None);
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/json");
        assert!(site().settings.contains("http://127.0.0.1:4000"));
    }
}
