//! `Peer`: the script's other side in memory, for blocking and asynchronous drivers.

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use std::{collections::VecDeque, sync::Arc};

use fluxbase_client_keys::{
    AsyncResponseBody, AsyncTransport, Delivery, Error, FailureKind, Head, Limits, Now, Outgoing,
    ResponseBody, Transport, TransportFailure,
};

use crate::{
    stage::Stage,
    table::{Fail, Row},
};

/// The status of an answer to a request that the script does not know. It ends any call.
pub(crate) const UNEXPECTED: u16 = 418;

/// Answers as the script says. To be put into a [`Timed`](crate::Timed), which moves the script on.
#[derive(Debug)]
pub(crate) struct Peer {
    stage: Arc<Stage>,
}

impl Peer {
    /// The peer of this run.
    #[must_use]
    pub(crate) fn new(stage: Arc<Stage>) -> Self {
        Self { stage }
    }

    fn answer(&self) -> Result<(Head, Pieces), TransportFailure> {
        let Some(row) = self.stage.row() else {
            return Ok((Head::new(UNEXPECTED), Pieces::default()));
        };
        if let Some(fail) = row.fail {
            return Err(failure(fail));
        }
        let mut head = Head::new(row.answer.unwrap_or(UNEXPECTED));
        for (name, value) in row.answer_headers() {
            head.header(&name, value.as_bytes());
        }
        Ok((head, Pieces::of(row)))
    }
}

fn failure(fail: Fail) -> TransportFailure {
    let (kind, delivery) = match fail {
        Fail::Refused => (FailureKind::Connect, Delivery::NotSent),
        Fail::Tls => (FailureKind::Tls, Delivery::NotSent),
        Fail::Lost => (FailureKind::Closed, Delivery::Unknown),
        Fail::Stall => (FailureKind::Timeout, Delivery::Unknown),
        Fail::Garbage => (FailureKind::Protocol, Delivery::Unknown),
        Fail::Opaque => (FailureKind::Opaque, Delivery::Unknown),
    };
    TransportFailure::new(kind, delivery)
}

/// The body of a scripted answer.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    left: VecDeque<Vec<u8>>,
    current: Vec<u8>,
    broken: Option<FailureKind>,
}

impl Pieces {
    fn of(row: &Row) -> Self {
        let mut body = row.answer_body();
        let broken = match (row.cut, row.stall) {
            (Some(at), _) => {
                body.truncate(at);
                Some(FailureKind::Closed)
            }
            (None, Some(at)) => {
                body.truncate(at);
                Some(FailureKind::Timeout)
            }
            (None, None) => None,
        };
        let size = row.pieces.unwrap_or(body.len()).max(1);
        Self {
            left: body.chunks(size).map(<[u8]>::to_vec).collect(),
            current: Vec::new(),
            broken,
        }
    }

    fn next(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        match (self.left.pop_front(), self.broken) {
            (Some(piece), _) => {
                self.current = piece;
                Ok(Some(&self.current))
            }
            (None, Some(kind)) => Err(TransportFailure::new(kind, Delivery::Unknown)),
            (None, None) => Ok(None),
        }
    }
}

impl ResponseBody for Pieces {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        self.next()
    }
}

impl Transport for Peer {
    type Body = Pieces;

    fn send(&self, _: &Outgoing, _: &Limits) -> Result<(Head, Pieces), TransportFailure> {
        self.answer()
    }

    fn now(&self) -> Now {
        self.stage.now()
    }

    fn sleep(&self, duration: Duration) {
        self.stage.sleep(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.stage.fill_random(buffer);
        Ok(())
    }
}

/// The same body for an asynchronous driver.
#[derive(Debug)]
pub(crate) struct AsyncPieces(Pieces);

impl AsyncResponseBody for AsyncPieces {
    type Chunk = Vec<u8>;

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportFailure> {
        Yield::default().await;
        Ok(self.0.next()?.map(<[u8]>::to_vec))
    }
}

impl AsyncTransport for Peer {
    type Body = AsyncPieces;

    async fn send(
        &self,
        _: &Outgoing,
        _: &Limits,
    ) -> Result<(Head, AsyncPieces), TransportFailure> {
        Yield::default().await;
        let (head, pieces) = self.answer()?;
        Ok((head, AsyncPieces(pieces)))
    }

    fn now(&self) -> Now {
        self.stage.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.stage.sleep(duration);
    }
}

/// Is not ready the first time, so that a driver is really suspended.
#[derive(Debug, Default)]
struct Yield {
    passed: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.passed {
            return Poll::Ready(());
        }
        self.passed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
