//! The body of an answer, which may pause or break off.

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The connection is closed on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub(crate) struct Cut;

/// The body of an answer: bytes, and what happens between them.
#[derive(Debug)]
pub(crate) struct Body {
    pieces: VecDeque<Piece>,
    /// What is announced and not yet sent.
    left: u64,
}

#[derive(Debug)]
enum Piece {
    Data(Bytes),
    Pause(Pin<Box<Sleep>>),
    /// Gives the connection one turn, in which it writes out what it holds: it drops that when a body fails.
    Turn,
    Cut,
}

impl Body {
    /// All of it.
    pub(crate) fn whole(bytes: Vec<u8>) -> Self {
        Self::new(&Bytes::from(bytes), |all| vec![Piece::Data(all)])
    }

    /// Half of it, then the connection is closed.
    pub(crate) fn cut(bytes: Vec<u8>) -> Self {
        Self::new(&Bytes::from(bytes), |mut all| {
            let first = all.split_to(all.len() / 2);
            vec![Piece::Data(first), Piece::Turn, Piece::Cut]
        })
    }

    /// Half of it, and the rest after a pause.
    pub(crate) fn stalled(bytes: Vec<u8>, pause: Duration) -> Self {
        Self::new(&Bytes::from(bytes), |mut all| {
            let first = all.split_to(all.len() / 2);
            let pause = Piece::Pause(Box::pin(sleep(pause)));
            vec![Piece::Data(first), pause, Piece::Data(all)]
        })
    }

    fn new(bytes: &Bytes, pieces: impl FnOnce(Bytes) -> Vec<Piece>) -> Self {
        let mut pieces = pieces(bytes.clone());
        pieces.retain(|piece| !matches!(piece, Piece::Data(data) if data.is_empty()));
        Self {
            pieces: pieces.into(),
            left: bytes.len() as u64,
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        while let Some(piece) = self.pieces.pop_front() {
            match piece {
                Piece::Data(data) => {
                    self.left = self.left.saturating_sub(data.len() as u64);
                    return Poll::Ready(Some(Ok(Frame::data(data))));
                }
                Piece::Pause(mut pause) => {
                    if pause.as_mut().poll(context).is_pending() {
                        self.pieces.push_front(Piece::Pause(pause));
                        return Poll::Pending;
                    }
                }
                Piece::Turn => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Piece::Cut => return Poll::Ready(Some(Err(Cut))),
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
