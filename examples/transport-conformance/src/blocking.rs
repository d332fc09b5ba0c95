//! Runs the suite against blocking transports.

use std::{
    future::Future as _,
    pin::pin,
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use fluxbase_client_keys::{
    AsyncResponseBody, AsyncTransport, Head, Limits, Now, Outgoing, ResponseBody, Transport,
    TransportFailure,
};

use crate::{Limitation, Peer, Report, Suite};

impl Suite {
    /// Runs the cases against a blocking transport, on this thread.
    pub fn run_blocking<T: Transport>(mut self, transport: &T, peer: &impl Peer) -> Report {
        self.limitations.push(Limitation::Blocking);
        let transport = Blocking(transport);
        let mut run = pin!(self.run(&transport, peer));
        loop {
            // Nothing in it waits but by holding the thread, unless the peer does.
            match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(report) => return report,
                Poll::Pending => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}

/// A blocking transport as one whose futures are ready at once.
struct Blocking<T>(T);

impl<T: Transport> AsyncTransport for Blocking<&T> {
    type Body = Blocking<T::Body>;

    async fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> Result<(Head, Self::Body), TransportFailure> {
        let (head, body) = self.0.send(request, limits)?;
        Ok((head, Blocking(body)))
    }

    fn now(&self) -> Now {
        self.0.now()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration);
    }
}

impl<B: ResponseBody> AsyncResponseBody for Blocking<B> {
    type Chunk = Vec<u8>;

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportFailure> {
        Ok(self.0.chunk()?.map(<[u8]>::to_vec))
    }
}
