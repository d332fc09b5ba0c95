//! `Host`: what the client core wants done, as commands to JavaScript.

use core::{cell::Cell, fmt, time::Duration};
use std::{error::Error as StdError, rc::Rc};

use fluxbase_client_keys::{
    AsyncHost, AsyncResponseBody, AsyncTransport, Delivery, Error, FailureKind, Head, Limits, Now,
    Outgoing, RenewalTask, Secret, TokenPair, TransportFailure,
};
use zeroize::Zeroizing;

use crate::{
    failure,
    fields::Fields,
    shared::{Answer, Command, Kind, Shared},
};

/// The longest time that JavaScript's timers take; beyond it they fire at once.
const LONGEST: u64 = 0x7fff_ffff;

/// Does for one call what the client core wants done.
#[derive(Clone)]
pub(crate) struct Host {
    shared: Rc<Shared>,
    call: u32,
    is_cancelled: Rc<Cell<bool>>,
}

impl Host {
    /// For the call of this number.
    pub(crate) fn new(shared: &Rc<Shared>, call: u32) -> Self {
        Self {
            shared: Rc::clone(shared),
            call,
            is_cancelled: Rc::default(),
        }
    }

    /// What all calls share.
    pub(crate) fn shared(&self) -> Rc<Shared> {
        Rc::clone(&self.shared)
    }

    /// What is set when the call is cancelled.
    pub(crate) fn cancellation(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.is_cancelled)
    }
}

impl AsyncTransport for Host {
    type Body = Body;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Body), TransportFailure> {
        let command = Command::give(&self.shared, "fetch", Some("abort"), &|text| {
            text.number("call", self.call.into());
            text.text("method", Some(request.method().as_str()));
            text.text("url", Some(request.url()));
            text.json("headers", "[");
            for (name, value) in request.headers() {
                text.item("[");
                text.quoted(name);
                text.quoted(value);
                text.raw("]");
            }
            text.raw("]");
            // Every body of this client is JSON, so it is text.
            let body = request.body().map(core::str::from_utf8);
            text.text("body", body.and_then(Result::ok));
            text.number("timeout", milliseconds(limits.timeout));
            text.number("limit", limits.body_limit);
            text.flag("interruptible", limits.interruptible);
        });
        let mut body = Body {
            command,
            is_cancelled: limits.interruptible.then(|| self.cancellation()),
        };
        let (kind, input) = body.answer(Kind::HEAD.or(Kind::FAILURE)).await?;
        if kind == Kind::FAILURE {
            body.ended();
            return Err(failure::explained(failure::read(&input), request));
        }
        match head(&input) {
            Some(head) => Ok((head, body)),
            None => Err(TransportFailure::new(
                FailureKind::Protocol,
                Delivery::Unknown,
            )),
        }
    }

    fn now(&self) -> Now {
        self.shared.now.get()
    }

    async fn sleep(&self, duration: Duration) {
        let mut command = Command::give(&self.shared, "sleep", Some("unsleep"), &|text| {
            text.number("call", self.call.into());
            text.number("ms", milliseconds(duration));
        });
        if command
            .answer(Kind::DONE, &|| self.is_cancelled.get())
            .await
            .is_some()
        {
            command.undo = None;
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled.get()
    }
}

impl AsyncHost for Host {
    fn fill_random(&self, _: &mut [u8]) -> Result<(), Error> {
        Err(Error::invalid_input(
            "random numbers come with the call that needs them",
        ))
    }

    fn spawn(&self, renewal: RenewalTask<Self>) {
        self.shared
            .spawned
            .borrow_mut()
            .push(Box::pin(renewal.run()));
    }

    type Lock = Option<Command>;

    async fn lock_tokens(&self) -> Option<Command> {
        if !self.shared.shares_store.get() {
            return None;
        }
        let command = Command::give(&self.shared, "lock", Some("unlock"), &|_| {});
        command.answer(Kind::DONE, &|| false).await;
        Some(command)
    }

    async fn load_tokens(&self) -> Option<TokenPair> {
        if !self.shared.shares_store.get() {
            return None;
        }
        let command = Command::give(&self.shared, "load", None, &|_| {});
        let (_, input) = command.answer(Kind::LOADED, &|| false).await?;
        // What is none of our exports is as good as nothing: a sign-in will replace it.
        TokenPair::restore(&Secret::new(core::str::from_utf8(&input).ok()?)).ok()
    }

    async fn store_tokens(
        &self,
        pair: Option<&TokenPair>,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let command = Command::give(&self.shared, "store", None, &|text| {
            let exported = pair.map(TokenPair::export);
            let exported = exported.as_ref().map(Secret::expose);
            text.json("tokens", exported.unwrap_or("null"));
            text.text("text", exported);
        });
        let answer = command
            .answer(Kind::DONE.or(Kind::NOT_STORED), &|| false)
            .await;
        match answer {
            Some((Kind::DONE, _)) => Ok(()),
            _ => Err(Box::new(failure::NotStored)),
        }
    }
}

/// The body of an answer, asked for piece by piece.
pub(crate) struct Body {
    command: Command,
    /// Absent where a cancellation must not cut it.
    is_cancelled: Option<Rc<Cell<bool>>>,
}

impl Body {
    async fn answer(&self, takes: Kind) -> Result<Answer, TransportFailure> {
        let is_cancelled = || self.is_cancelled.as_ref().is_some_and(|flag| flag.get());
        self.command
            .answer(takes, &is_cancelled)
            .await
            .ok_or_else(|| TransportFailure::new(FailureKind::Cancelled, Delivery::Unknown))
    }

    /// There is nothing more to come, nor to take back.
    fn ended(&mut self) {
        self.command.undo = None;
    }
}

impl AsyncResponseBody for Body {
    type Chunk = Zeroizing<Vec<u8>>;

    async fn chunk(&mut self) -> Result<Option<Self::Chunk>, TransportFailure> {
        if self.command.undo.is_none() {
            return Ok(None);
        }
        self.command.and("read");
        let (kind, input) = self
            .answer(Kind::CHUNK.or(Kind::END).or(Kind::FAILURE))
            .await?;
        if kind == Kind::CHUNK {
            return Ok(Some(input));
        }
        self.ended();
        if kind == Kind::END {
            Ok(None)
        } else {
            Err(failure::read(&input))
        }
    }
}

/// The head of an answer: its status, then names and values of headers in turn. Status 0 is a redirect of which the browser
/// tells no more.
fn head(input: &[u8]) -> Option<Head> {
    let fields = Fields::read(input).ok()?;
    let status = u16::try_from(fields.number(0, "").ok()??).ok()?;
    if status == 0 {
        return Some(Head::opaque_redirect());
    }
    let mut head = Head::new(status);
    let mut at = 1;
    while let (Some(name), Some(value)) = (fields.get(at), fields.get(at + 1)) {
        head.header(name, value.as_bytes());
        at += 2;
    }
    Some(head)
}

/// In whole milliseconds, rounded up: a wait must not end early.
fn milliseconds(duration: Duration) -> u64 {
    let whole = duration.as_nanos().div_ceil(1_000_000);
    u64::try_from(whole).map_or(LONGEST, |whole| whole.min(LONGEST))
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("command", &self.command)
            .finish_non_exhaustive()
    }
}
