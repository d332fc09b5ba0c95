//! `FetchBody`: the body of an answer, read from its stream and counted.

use core::{
    fmt,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::Poll,
};

use fluxbase_client_keys::{AsyncResponseBody, FailureKind, Limits, TransportFailure};
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, ReadableStream, ReadableStreamDefaultReader, Response,
};

use crate::{alarm::Alarm, failure::unknown, global::member};

/// A request that is under way; aborted when it is dropped before its end.
pub(crate) struct UnderWay {
    controller: AbortController,
    alarm: Alarm,
    ended: bool,
}

impl UnderWay {
    pub(crate) fn new(limits: &Limits) -> Result<Self, JsValue> {
        Ok(Self {
            controller: AbortController::new()?,
            alarm: Alarm::new(limits.timeout),
            ended: false,
        })
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Waits for what JavaScript promised, until the time is up.
    pub(crate) async fn wait(
        &mut self,
        promised: JsValue,
        failed: impl FnOnce(&JsValue) -> TransportFailure,
    ) -> Result<JsValue, TransportFailure> {
        let mut result = pin!(JsFuture::from(Promise::resolve(&promised)));
        let alarm = &mut self.alarm;
        poll_fn(|context| {
            if let Poll::Ready(result) = result.as_mut().poll(context) {
                return Poll::Ready(Some(result));
            }
            Pin::new(&mut *alarm).poll(context).map(|()| None)
        })
        .await
        .ok_or_else(|| unknown(FailureKind::Timeout))?
        .map_err(|thrown| failed(&thrown))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.ended {
            self.controller.abort();
        }
    }
}

/// The body of an answer that `fetch` gives; dropped before its end, it aborts the request.
pub struct FetchBody {
    under_way: UnderWay,
    reader: Option<ReadableStreamDefaultReader>,
    /// The bytes that may still come.
    left: u64,
}

impl FetchBody {
    pub(crate) fn new(
        under_way: UnderWay,
        response: &Response,
        limits: &Limits,
    ) -> Result<Self, TransportFailure> {
        let stream = response.body();
        // A `fetch` that the page has put in place of the browser's may have read it, or be about to.
        if response.body_used() || stream.as_ref().is_some_and(ReadableStream::locked) {
            return Err(unknown(FailureKind::Other));
        }
        Ok(Self {
            under_way,
            reader: stream.map(|stream| stream.get_reader().unchecked_into()),
            left: limits.body_limit,
        })
    }
}

impl AsyncResponseBody for FetchBody {
    type Chunk = Vec<u8>;

    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportFailure> {
        let Some(reader) = &self.reader else {
            self.under_way.ended = true;
            return Ok(None);
        };
        let promised = reader.read().into();
        let read = self
            .under_way
            .wait(promised, |_| unknown(FailureKind::Closed))
            .await?;
        if member(&read, "done").is_some_and(|done| done.is_truthy()) {
            self.under_way.ended = true;
            self.reader = None;
            return Ok(None);
        }
        let value = member(&read, "value").unwrap_or_default();
        let bytes: Uint8Array = value
            .dyn_into()
            .map_err(|_| unknown(FailureKind::Protocol))?;
        // Looked at before it is copied.
        self.left = self
            .left
            .checked_sub(bytes.length().into())
            .ok_or_else(|| unknown(FailureKind::TooLarge))?;
        Ok(Some(bytes.to_vec()))
    }
}

impl fmt::Debug for FetchBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchBody")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}
