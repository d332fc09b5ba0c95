//! `CollectKeys` and `EachKey`: a list of any length, read in chunks.

use std::collections::VecDeque;

use super::{BodyLimit, Errand, Flow, Notes, Turn};
use crate::{
    ClientKey, Error, ErrorKind, Head, ListClientKeys, ListClientKeysResponse, ListReadError,
    ListReader, ListSummary, Operation, Replay, Reply, Warning, keys::list_error,
};

/// A list that is read in chunks, whatever becomes of its keys.
#[derive(Debug)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
struct Source {
    list: ListClientKeys,
    element_limit: usize,
    reading: Option<Reading>,
}

#[derive(Debug)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
struct Reading {
    reader: ListReader,
    /// The first bytes, which tell HTML from JSON.
    beginning: Vec<u8>,
}

impl Source {
    fn new(list: ListClientKeys, element_limit: usize) -> Self {
        Self {
            list,
            element_limit,
            reading: None,
        }
    }

    fn errand(&self) -> Result<Errand, Error> {
        let mut errand = Errand::of(&self.list)?;
        errand.limit = BodyLimit::List;
        Ok(errand)
    }

    fn begin(&mut self) {
        self.reading = Some(Reading {
            reader: ListReader::new(self.element_limit),
            beginning: Vec::new(),
        });
    }

    fn feed(
        &mut self,
        head: &Head,
        chunk: &[u8],
        give: &mut dyn FnMut(ClientKey),
    ) -> Result<(), Error> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let room = 16_usize.saturating_sub(reading.beginning.len());
        let start = chunk.get(..room).unwrap_or(chunk);
        reading.beginning.extend_from_slice(start);
        let read = reading.reader.feed_to(chunk, give);
        read.map_err(|error| list_error(error, head, &reading.beginning))
    }

    fn finish(&mut self, head: &Head, notes: &mut Notes<'_>) -> Result<ListSummary, Error> {
        let (read, beginning) = match &mut self.reading {
            Some(reading) => (reading.reader.finish(), reading.beginning.as_slice()),
            None => (Err(ListReadError::NotAList), [].as_slice()),
        };
        // Reading changes nothing.
        let summary =
            read.map_err(|error| Replay::Safe.settle(list_error(error, head, beginning)))?;
        if summary.skipped > 0 {
            notes
                .warnings
                .push(Warning::ElementsSkipped(summary.skipped));
        }
        Ok(summary)
    }
}

/// Reads a list and hands out each key as soon as it is complete; memory does not grow with the list.
///
/// Once a key has been handed out, nothing is sent again.
#[derive(Debug)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub struct EachKey {
    source: Source,
    ready: VecDeque<ClientKey>,
    /// Keys that have been handed out.
    given: u64,
}

impl EachKey {
    /// This list, no element of which may be larger than `element_limit` bytes.
    #[must_use]
    pub fn new(list: ListClientKeys, element_limit: usize) -> Self {
        Self {
            source: Source::new(list, element_limit),
            ready: VecDeque::new(),
            given: 0,
        }
    }
}

impl Flow for EachKey {
    type Output = ListSummary;
    type Item = ClientKey;

    fn name(&self) -> &'static str {
        ListClientKeys::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.source.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<ListSummary> {
        Turn::Done(self.source.finish(reply.head(), notes))
    }

    fn streams(&mut self, _: &Head) -> bool {
        self.ready.clear();
        self.source.begin();
        true
    }

    fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
        let ready = &mut self.ready;
        self.source
            .feed(head, chunk, &mut |key| ready.push_back(key))
    }

    fn stopped(&mut self) -> Option<ListSummary> {
        let read = self.source.reading.take()?.reader.so_far();
        // What was read depends on the size of the pieces in which a transport gives the body.
        Some(ListSummary {
            total: self.given,
            ..read
        })
    }

    fn next_item(&mut self) -> Option<ClientKey> {
        let key = self.ready.pop_front();
        self.given += u64::from(key.is_some());
        key
    }
}

/// Reads a list whole.
#[derive(Debug)]
#[cfg_attr(any(test, feature = "__fuzz"), derive(Clone))]
pub struct CollectKeys {
    source: Source,
    keys: Vec<ClientKey>,
    /// What the keys take, in bytes, and what they may take.
    memory: u64,
    memory_limit: u64,
}

impl CollectKeys {
    /// This list, no element of which may be larger than `element_limit` bytes.
    #[must_use]
    pub fn new(list: ListClientKeys, element_limit: usize) -> Self {
        Self {
            source: Source::new(list, element_limit),
            keys: Vec::new(),
            memory: 0,
            memory_limit: u64::MAX,
        }
    }

    /// Lets the keys take so many bytes of memory at most. A few bytes of JSON become a key of some hundred, so a limit on
    /// the body alone bounds little.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = bytes;
        self
    }
}

impl Flow for CollectKeys {
    type Output = ListClientKeysResponse;
    type Item = core::convert::Infallible;

    fn name(&self) -> &'static str {
        ListClientKeys::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.source.errand()
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<ListClientKeysResponse> {
        let client_keys = core::mem::take(&mut self.keys);
        Turn::Done(
            self.source
                .finish(reply.head(), notes)
                .map(|summary| ListClientKeysResponse {
                    client_keys,
                    total: summary.total,
                    skipped: summary.skipped,
                }),
        )
    }

    fn streams(&mut self, _: &Head) -> bool {
        self.keys.clear();
        self.memory = 0;
        self.source.begin();
        true
    }

    fn feed(&mut self, head: &Head, chunk: &[u8]) -> Result<(), Error> {
        let Self {
            source,
            keys,
            memory,
            ..
        } = self;
        source.feed(head, chunk, &mut |key| {
            let taken = u64::try_from(key.memory()).unwrap_or(u64::MAX);
            *memory = memory.saturating_add(taken);
            keys.push(key);
        })?;
        if self.memory > self.memory_limit {
            return Err(Error::new(ErrorKind::ResponseTooLarge));
        }
        Ok(())
    }
}
