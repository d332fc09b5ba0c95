//! From a request to what is sent back.

use crate::body::{Body, Cut};
use crate::shared::Shared;
use crate::{What, control};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use fluxbase_client_keys::emulator::ContentCoding;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_ENCODING,
    CONTENT_LENGTH, CONTENT_TYPE, ORIGIN, SERVER,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The longest request body that is read, in bytes; well above every limit of the server itself.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// As the only allowed origin: all of them, without credentials.
const ANY_ORIGIN: &str = "*";

/// Answers one request; an error closes the connection.
pub(crate) async fn answer(
    shared: &Shared,
    stopping: &AtomicBool,
    request: Request<Incoming>,
) -> Result<Response<Body>, Cut> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let request = Request::from_parts(parts, body.map_err(|_| Cut)?.to_bytes());
    let method = request.method().clone();
    if shared.control && control::is_meant(request.uri().path()) {
        let (answer, stop) = control::control(shared, &request);
        stopping.fetch_or(stop, Ordering::Relaxed);
        return Ok(finish(answer, &method)?.map(Body::whole));
    }
    let what = shared.arrive(&request);
    let latency = shared.desk().latency;
    // Before any wait: a client that gives up waiting has been served all the same.
    let answer = act(shared, &request, what);
    wait(latency).await;
    if let Some(What::Stall(time)) = what {
        wait(time).await;
    }
    let answer = finish(answer?, &method)?;
    match what {
        Some(What::CutBody) if answer.body().is_empty() => Err(Cut),
        Some(What::CutBody) => Ok(answer.map(Body::cut)),
        Some(What::StallBody(time)) => Ok(answer.map(|body| Body::stalled(body, time))),
        _ => Ok(answer.map(Body::whole)),
    }
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

fn act(
    shared: &Shared,
    request: &Request<Bytes>,
    what: Option<What>,
) -> Result<Response<Vec<u8>>, Cut> {
    let act = || shared.act(request).ok_or(Cut);
    match what {
        Some(What::LoseBefore) => Err(Cut),
        Some(What::LoseAfter) => act().and(Err(Cut)),
        Some(What::Status(status)) => Ok(error(status, shared, request)),
        Some(What::StatusAfter(status)) => act().map(|_| error(status, shared, request)),
        Some(What::Html(status)) => Ok(page(status)),
        Some(What::HtmlAfter(status)) => act().map(|_| page(status)),
        Some(What::CutBody | What::Stall(_) | What::StallBody(_)) | None => act(),
    }
}

/// The server's own failure: for 503 the answer that real servers were seen to give, else the shape of their older errors.
fn error(status: StatusCode, shared: &Shared, request: &Request<Bytes>) -> Response<Vec<u8>> {
    let text = match status {
        StatusCode::SERVICE_UNAVAILABLE => {
            r#"{"error":"service_unavailable","message":"Unable to verify token status"}"#
                .to_owned()
        }
        _ => {
            serde_json::json!({ "error": status.canonical_reason().unwrap_or("Error") }).to_string()
        }
    };
    let mut answer = Response::new(text.into_bytes());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(SERVER, HeaderValue::from_static("Fluxbase"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    // Without these a browser shows a failed connection, and no status.
    if let Some(origin) = allowed_origin(shared, request) {
        if origin != ANY_ORIGIN {
            let yes = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    answer
}

/// A proxy's page, in the words of nginx.
fn page(status: StatusCode) -> Response<Vec<u8>> {
    let reason = match status {
        StatusCode::GATEWAY_TIMEOUT => "Gateway Time-out",
        StatusCode::SERVICE_UNAVAILABLE => "Service Temporarily Unavailable",
        _ => status.canonical_reason().unwrap_or("Error"),
    };
    let title = format!("{} {reason}", status.as_u16());
    let text = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
    );
    let mut answer = Response::new(text.into_bytes());
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(SERVER, HeaderValue::from_static("nginx/1.22.1"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    answer
}

/// What a page may be told that it may read: its own origin, or `*`; `None` for one that may not, or for no page.
pub(crate) fn allowed_origin(shared: &Shared, request: &Request<Bytes>) -> Option<HeaderValue> {
    let origin = request.headers().get(ORIGIN)?;
    if shared.origins == [ANY_ORIGIN] {
        return Some(HeaderValue::from_static(ANY_ORIGIN));
    }
    let mut allowed = shared.origins.iter().map(String::as_bytes);
    allowed
        .any(|known| known == origin.as_bytes())
        .then(|| origin.clone())
}

/// Compresses when the emulator says so, and makes length and body what HTTP asks for.
fn finish(mut answer: Response<Vec<u8>>, method: &Method) -> Result<Response<Vec<u8>>, Cut> {
    let coding = answer.extensions_mut().remove::<ContentCoding>();
    if coding == Some(ContentCoding::Gzip) && !answer.body().is_empty() {
        let compressed = gzip(answer.body())?;
        *answer.body_mut() = compressed;
        let coding = HeaderValue::from_static("gzip");
        answer.headers_mut().insert(CONTENT_ENCODING, coding);
    }
    let length = answer.body().len();
    if matches!(
        answer.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    ) {
        answer.headers_mut().remove(CONTENT_LENGTH);
        answer.body_mut().clear();
    } else if *method == Method::HEAD {
        // The emulator may give no body here, and the length that a GET would have had.
        if length > 0 {
            answer.headers_mut().insert(CONTENT_LENGTH, length.into());
        }
        answer.body_mut().clear();
    } else {
        answer.headers_mut().insert(CONTENT_LENGTH, length.into());
    }
    Ok(answer)
}

fn gzip(body: &[u8]) -> Result<Vec<u8>, Cut> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(body)
        .and_then(|()| encoder.finish())
        .map_err(|_| Cut)
}
