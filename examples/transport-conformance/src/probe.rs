//! `Probe`: a transport that keeps what another one tells.

use std::{cell::RefCell, future::Future, rc::Rc, time::Duration};

use fluxbase_client_keys::{
    AsyncResponseBody, AsyncTransport, Head, Limits, Method, Now, Outgoing, TransportFailure,
};

/// As much of a body is kept for comparison.
const KEPT: usize = 256 * 1024;

/// What a transport was given, and what it told.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) sent: Option<Sent>,
    pub(crate) status: Option<u16>,
    /// The body, as far as it is kept.
    pub(crate) body: Vec<u8>,
    pub(crate) length: u64,
    pub(crate) largest: u64,
    pub(crate) is_complete: bool,
    pub(crate) failure: Option<TransportFailure>,
    /// A transport is to be asked once.
    pub(crate) sends: usize,
}

/// What was to be sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// Hands everything on to another transport, and keeps what was told.
pub(crate) struct Probe<'a, T> {
    transport: &'a T,
    told: Rc<RefCell<Record>>,
}

impl<'a, T> Probe<'a, T> {
    pub(crate) fn new(transport: &'a T) -> Self {
        let told = Rc::default();
        Self { transport, told }
    }

    /// What was told so far.
    pub(crate) fn take(&self) -> Record {
        self.told.take()
    }
}

impl<T: AsyncTransport> AsyncTransport for Probe<'_, T> {
    type Body = ProbedBody<T::Body>;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Self::Body), TransportFailure> {
        {
            let mut told = self.told.borrow_mut();
            told.sends += 1;
            told.sent = Some(Sent {
                method: request.method(),
                url: request.url().to_owned(),
                headers: request
                    .headers()
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
                body: request.body().map(<[u8]>::to_vec),
            });
        }
        let sent = self.transport.send(request, limits).await;
        let mut told = self.told.borrow_mut();
        match sent {
            Ok((head, body)) => {
                told.status = Some(head.status());
                let told = Rc::clone(&self.told);
                Ok((head, ProbedBody { body, told }))
            }
            Err(failure) => {
                told.failure = Some(failure.clone());
                Err(failure)
            }
        }
    }

    fn now(&self) -> Now {
        self.transport.now()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.transport.sleep(duration)
    }
}

pub(crate) struct ProbedBody<B> {
    body: B,
    told: Rc<RefCell<Record>>,
}

impl<B: AsyncResponseBody> AsyncResponseBody for ProbedBody<B> {
    type Chunk = B::Chunk;

    async fn chunk(&mut self) -> Result<Option<B::Chunk>, TransportFailure> {
        let chunk = self.body.chunk().await;
        let mut told = self.told.borrow_mut();
        match &chunk {
            Ok(Some(chunk)) => {
                let chunk = chunk.as_ref();
                let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                told.length = told.length.saturating_add(length);
                told.largest = told.largest.max(length);
                let room = KEPT.saturating_sub(told.body.len());
                let kept = chunk.get(..room).unwrap_or(chunk);
                told.body.extend_from_slice(kept);
            }
            Ok(None) => told.is_complete = true,
            Err(failure) => told.failure = Some(failure.clone()),
        }
        chunk
    }
}
