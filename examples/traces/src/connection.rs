//! `Connection`: one connection to the scripted server, and as much HTTP/1.1 as a scripted peer needs.

use core::fmt::Write as _;
use std::{
    io::{self, Read, Write as _},
    net::{Shutdown, TcpStream},
    sync::Arc,
};

use crate::{
    memory::UNEXPECTED,
    observed::Request,
    server::Shared,
    table::{Fail, Row},
};

/// A connection that is being served.
pub(crate) struct Connection {
    shared: Arc<Shared>,
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(shared: Arc<Shared>, stream: TcpStream) -> Self {
        Self {
            shared,
            stream,
            unread: Vec::new(),
        }
    }

    /// Serves one request after the other until the connection has ended.
    pub(crate) fn serve(mut self) {
        while self.serve_one() {}
        // The peer may have closed it already.
        drop(self.stream.shutdown(Shutdown::Both));
    }

    /// Takes one request and answers it; whether another may follow.
    fn serve_one(&mut self) -> bool {
        let Some(request) = self.read_request() else {
            if !self.unread.is_empty() {
                self.shared.odd("bytes that are no whole request");
            }
            return false;
        };
        if let Some(origin) = self.shared.origin.clone()
            && request.method == "OPTIONS"
        {
            // The browser's own question, of which neither the driver nor the script knows.
            self.allow(&origin).unwrap_or_default();
            return false;
        }
        let (row, closes) = {
            let mut state = self.shared.state();
            state.requests.push(request);
            // A browser sends a request again by itself when a connection breaks that it has used before; on one of its own
            // each request arrives as often as the driver sends it.
            let browser = self.shared.origin.is_some();
            (state.row.clone(), state.closes || browser)
        };
        // What cannot be written is missed by the peer, which the comparison shows.
        self.answer(row.as_ref(), closes).unwrap_or(false)
    }

    /// Answers a preflight: all that a server can be set to allow.
    fn allow(&mut self, origin: &str) -> io::Result<()> {
        let answer = format!(
            "HTTP/1.1 204 No Content\r\n\
             access-control-allow-origin: {origin}\r\n\
             access-control-allow-methods: GET, POST, PATCH, DELETE\r\n\
             access-control-allow-headers: Authorization, Content-Type, X-Client-Key, X-Service-Key, Idempotency-Key\r\n\
             connection: close\r\n\r\n"
        );
        self.stream.write_all(answer.as_bytes())
    }

    fn read_request(&mut self) -> Option<Request> {
        loop {
            match parse(&self.unread) {
                Parsed::Whole(request, used) => {
                    self.unread.drain(..used);
                    return Some(request);
                }
                Parsed::Partial => {}
                Parsed::Nonsense(what) => {
                    self.shared.odd(what);
                    self.unread.clear();
                    return None;
                }
            }
            let mut buffer = [0; 4096];
            match self.stream.read(&mut buffer) {
                Ok(0) | Err(_) => return None,
                Ok(count) => self
                    .unread
                    .extend_from_slice(buffer.get(..count).unwrap_or_default()),
            }
        }
    }

    fn answer(&mut self, row: Option<&Row>, closes: bool) -> io::Result<bool> {
        let unexpected = Row {
            answer: Some(UNEXPECTED),
            ..Row::default()
        };
        let row = row.unwrap_or(&unexpected);
        match row.fail {
            Some(Fail::Stall) => {
                self.wait_for_the_end();
                return Ok(false);
            }
            Some(Fail::Garbage) => {
                self.stream.write_all(b"this is no HTTP\r\n\r\n")?;
                return Ok(false);
            }
            Some(Fail::Lost | Fail::Refused | Fail::Tls | Fail::Opaque) => return Ok(false),
            None => {}
        }
        let body = row.answer_body();
        let short = row.cut.or(row.stall);
        let status = row.answer.unwrap_or(UNEXPECTED);
        let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
        for (name, value) in row.answer_headers() {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if let Some(origin) = &self.shared.origin {
            let _ = write!(
                head,
                "access-control-allow-origin: {origin}\r\naccess-control-expose-headers: *\r\n"
            );
        }
        if row.pieces.is_some() {
            head += "transfer-encoding: chunked\r\n";
        } else if status != 204 {
            let _ = write!(head, "content-length: {}\r\n", body.len());
        }
        if closes || short.is_some() {
            head += "connection: close\r\n";
        }
        head += "\r\n";
        let sent = body
            .get(..short.unwrap_or(body.len()).min(body.len()))
            .unwrap_or_default();
        let mut message = head.into_bytes();
        match row.pieces {
            None => {
                message.extend_from_slice(sent);
                self.stream.write_all(&message)?;
            }
            Some(size) => {
                self.stream.write_all(&message)?;
                for piece in sent.chunks(size.max(1)) {
                    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
                    chunk.extend_from_slice(piece);
                    chunk.extend_from_slice(b"\r\n");
                    self.stream.write_all(&chunk)?;
                }
                if short.is_none() {
                    self.stream.write_all(b"0\r\n\r\n")?;
                }
            }
        }
        if row.stall.is_some() {
            self.wait_for_the_end();
        }
        Ok(!closes && short.is_none())
    }

    /// Says nothing until the peer has had enough.
    fn wait_for_the_end(&mut self) {
        let mut buffer = [0; 256];
        while let Ok(count) = self.stream.read(&mut buffer) {
            if count == 0 {
                return;
            }
            self.shared
                .odd("bytes after a request that was not answered");
        }
    }
}

enum Parsed {
    Whole(Request, usize),
    Partial,
    Nonsense(&'static str),
}

fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let head = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Nonsense("bytes that are no HTTP"),
    };
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|header| {
            let value = String::from_utf8_lossy(header.value).into_owned();
            (header.name.to_ascii_lowercase(), value)
        })
        .collect();
    let named = |name: &str| headers.iter().find(|(known, _)| known == name);
    if named("transfer-encoding").is_some() {
        return Parsed::Nonsense("a body without a length");
    }
    let length = match named("content-length") {
        None => 0,
        Some((_, text)) => match text.parse::<usize>() {
            Ok(length) => length,
            Err(_) => return Parsed::Nonsense("a length that is no number"),
        },
    };
    let end = head.saturating_add(length);
    let Some(body) = bytes.get(head..end) else {
        return Parsed::Partial;
    };
    let request = Request {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers,
        body: body.to_vec(),
    };
    Parsed::Whole(request, end)
}
