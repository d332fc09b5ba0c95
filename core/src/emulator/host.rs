//! `EmulatorTransport` as the host of an asynchronous manager: its futures are ready at once.

use core::{
    future::{Future, ready},
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};

use super::{EmulatorTransport, transport::EmulatorBody};
use crate::{
    AsyncHost, AsyncResponseBody, AsyncTransport, Error, Head, Limits, Now, Outgoing, RenewalTask,
    ResponseBody, Transport, TransportFailure,
};

impl AsyncTransport for EmulatorTransport {
    type Body = EmulatorBody;

    fn send(
        &self,
        request: &Outgoing,
        limits: &Limits,
    ) -> impl Future<Output = Result<(Head, EmulatorBody), TransportFailure>> {
        ready(Transport::send(self, request, limits))
    }

    fn now(&self) -> Now {
        Transport::now(self)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        self.advance(duration);
        ready(())
    }
}

impl AsyncResponseBody for EmulatorBody {
    type Chunk = Vec<u8>;

    fn chunk(&mut self) -> impl Future<Output = Result<Option<Vec<u8>>, TransportFailure>> {
        ready(ResponseBody::chunk(self).map(|piece| piece.map(<[u8]>::to_vec)))
    }
}

impl AsyncHost for EmulatorTransport {
    type Lock = ();

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        Transport::fill_random(self, buffer)
    }

    fn spawn(&self, renewal: RenewalTask<Self>) {
        // It waits for nothing, so it ends when it is polled for the first time.
        let _ = pin!(renewal.run()).poll(&mut Context::from_waker(Waker::noop()));
    }

    fn lock_tokens(&self) -> impl Future<Output = ()> {
        ready(())
    }
}
