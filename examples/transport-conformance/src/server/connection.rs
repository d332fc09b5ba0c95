//! One connection: reads requests, does what their cases say.

use std::{
    io,
    net::TcpStream,
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use super::{
    Shared, Speech,
    request::{self, Head, Read},
    wire::{Wire, is_tick},
};
use crate::{
    Act, Ask, Copy, Cors, Deed, Then, When,
    act::{CORS, answer},
};

/// How soon the end of the server is noticed.
const TICK: Duration = Duration::from_millis(20);

/// No connection waits longer for its client: a transport without a limit on time is to be found out, not to wait for ever.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long the client's end of the connection is waited for.
const HELD: Duration = Duration::from_secs(5);

/// What a page of another origin asks first.
const METHODS: &str = "access-control-allow-methods: GET, POST, PATCH, DELETE\r\n";

pub(super) fn serve(stream: TcpStream, speech: &Speech, shared: &Shared) {
    // Without these a case takes longer, or not even that.
    let _ = stream.set_nodelay(true);
    let _ = stream.set_read_timeout(Some(TICK));
    let Some(wire) = Wire::new(stream, speech) else {
        return;
    };
    let mut connection = Connection {
        wire,
        bytes: Vec::new(),
        number: shared.connections.fetch_add(1, Ordering::Relaxed),
        shared,
        case: None,
    };
    match speech {
        Speech::Plain | Speech::Tls(_) => while connection.serve_one().is_some() {},
        Speech::Silent => drop(connection.hold()),
        Speech::Closing => drop(connection.more()),
    }
}

struct Connection<'a> {
    wire: Wire,
    /// What was read and not used.
    bytes: Vec<u8>,
    number: usize,
    shared: &'a Shared,
    /// The case of the last request.
    case: Option<String>,
}

/// There is nothing more to do on this connection.
type Ended = Option<()>;

impl Connection<'_> {
    /// Serves one request; nothing when that was the last one.
    fn serve_one(&mut self) -> Ended {
        self.refuse_to_read()?;
        let head = self.head()?;
        if head.copy.method == "OPTIONS" || head.copy.target.starts_with("/seen/") {
            return self.assist(&head);
        }
        let target = head.copy.target.strip_prefix("/case/").unwrap_or_default();
        let name = target.split('/').next().unwrap_or_default().to_owned();
        self.case = Some(name.clone());
        let act = self.next_act(&name);
        match act.as_ref().map(|act| act.when) {
            Some(When::Unread) => {
                self.note(Copy::default());
                return None;
            }
            Some(When::Head) => self.note(head.copy),
            Some(When::Request) | None => {
                let mut copy = head.copy;
                copy.body = self.body(head.length, head.body)?;
                copy.is_whole = true;
                self.note(copy);
            }
        }
        match act {
            Some(act) => self.perform(&act),
            None => self
                .wire
                .write(&answer("404 Not Found", "", b"{}"))
                .ok()
                .and(None),
        }
    }

    /// Ends the connection when the next request of its case is not to be read: as soon as there is something to read.
    fn refuse_to_read(&mut self) -> Ended {
        let name = self.case.clone().unwrap_or_default();
        let act = self.next_act(&name);
        if act.is_none_or(|act| act.when != When::Unread) || !self.bytes.is_empty() {
            return Some(());
        }
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && !self.shared.has_ended() {
            match self.wire.socket().peek(&mut [0; 8]) {
                Ok(0) => return None,
                Ok(_) => {
                    let mut start = [0; 8];
                    let length = self.wire.socket().peek(&mut start).ok()?;
                    if start.get(..length)?.starts_with(b"OPTIONS") {
                        return Some(());
                    }
                    self.note(Copy::default());
                    return None;
                }
                // The request came on another connection; this one is not to meet that of another case.
                Err(error) if is_tick(&error) && self.is_over(&name) => return None,
                Err(error) if is_tick(&error) => {}
                Err(_) => return None,
            }
        }
        None
    }

    /// Whether all requests of this case have come.
    fn is_over(&self, name: &str) -> bool {
        let seen = self.shared.seen();
        let came = seen.get(name).map_or(0, |seen| seen.copies.len());
        self.shared
            .case(name)
            .is_none_or(|case| came >= case.copies)
    }

    /// The act for the next request of this case.
    fn next_act(&self, name: &str) -> Option<Act> {
        let acts = &self.shared.case(name)?.acts;
        let number = self
            .shared
            .seen()
            .get(name)
            .map_or(0, |seen| seen.copies.len());
        acts.get(number).or(acts.last()).cloned()
    }

    fn note(&self, mut copy: Copy) {
        copy.connection = self.number;
        let name = self.case.clone().unwrap_or_default();
        self.shared
            .seen()
            .entry(name)
            .or_default()
            .copies
            .push(copy);
    }

    fn note_abort(&self) {
        let name = self.case.clone().unwrap_or_default();
        self.shared.seen().entry(name).or_default().aborted += 1;
    }

    /// Answers a preflight request, or what was seen of a case.
    fn assist(&mut self, head: &Head) -> Ended {
        self.bytes.drain(..head.length);
        let name = head.copy.target.strip_prefix("/seen/");
        if let (Some(name), true) = (name, head.copy.method != "OPTIONS") {
            let seen = self.shared.seen().get(name).cloned().unwrap_or_default();
            let headers = "cache-control: no-store\r\n";
            let bytes = answer("200 OK", headers, seen.to_json().as_bytes());
            return self.wire.write(&bytes).ok();
        }
        let name = head.copy.target.split('/').nth(2).unwrap_or_default();
        let case = self.shared.case(name);
        let bytes = match case {
            Some(case) if case.cors == Cors::Nothing => {
                "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
            }
            // What a usual server allows, and what else the case is about.
            _ => {
                let by_key = case.is_some_and(|case| case.asks.contains(&Ask::CreateByKey));
                let key = if by_key { ", x-client-key" } else { "" };
                let headers =
                    format!("access-control-allow-headers: authorization, content-type{key}\r\n");
                format!("HTTP/1.1 204 No Content\r\n{CORS}{headers}{METHODS}\r\n")
            }
        };
        self.wire.write(bytes.as_bytes()).ok()?;
        // Where connections are what the case is about, the request may follow on this one.
        case.filter(|case| case.acts.len() > 1).map(drop)
    }

    fn perform(&mut self, act: &Act) -> Ended {
        for deed in &act.deeds {
            if self.carry_out(deed).is_err() {
                self.note_abort();
                return None;
            }
        }
        match act.then {
            Then::Keep => return Some(()),
            Then::Reset => self.wire.reset(),
            Then::Close => self.wire.close(),
        }
        None
    }

    fn carry_out(&mut self, deed: &Deed) -> io::Result<()> {
        let repeat = |wire: &mut Wire, bytes: &[u8], pause| {
            wire.write(bytes)?;
            thread::sleep(pause);
            if self.shared.has_ended() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            Ok(())
        };
        match deed {
            Deed::Write(bytes) => self.wire.write(bytes),
            Deed::Pause(pause) => {
                thread::sleep(*pause);
                Ok(())
            }
            Deed::Repeat(bytes, times, pause) => {
                (0..*times).try_for_each(|_| repeat(&mut self.wire, bytes, *pause))
            }
            Deed::Drip(bytes, pause) => bytes
                .chunks(1)
                .try_for_each(|byte| repeat(&mut self.wire, byte, *pause)),
            Deed::Hold => self.hold(),
        }
    }

    /// Waits for the client to end the connection, which is an error as every end before its time is.
    fn hold(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < HELD && !self.shared.has_ended() {
            match self.wire.read(&mut [0; 1024]) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if is_tick(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn head(&mut self) -> Option<Head> {
        loop {
            match request::read(&self.bytes) {
                Read::Head(head) => return Some(head),
                Read::Part => self.more()?,
                Read::Other => {
                    let _ = self
                        .wire
                        .write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
                    return None;
                }
            }
        }
    }

    /// The body after a head, which is used up with it.
    fn body(&mut self, head: usize, length: usize) -> Option<String> {
        let end = head.saturating_add(length);
        while self.bytes.len() < end {
            self.more()?;
        }
        let request: Vec<_> = self.bytes.drain(..end).collect();
        let body = request.get(head..).unwrap_or_default();
        Some(String::from_utf8_lossy(body).into_owned())
    }

    /// Reads something; nothing when the connection or the server ends first, or time does.
    fn more(&mut self) -> Ended {
        let mut chunk = [0; 16 * 1024];
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE && !self.shared.has_ended() {
            match self.wire.read(&mut chunk) {
                Ok(0) => return None,
                Ok(length) => {
                    self.bytes.extend_from_slice(chunk.get(..length)?);
                    return Some(());
                }
                Err(error) if is_tick(&error) => {}
                Err(_) => return None,
            }
        }
        None
    }
}
