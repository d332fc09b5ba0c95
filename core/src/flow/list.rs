//! `CollectKeys` and `EachKey`: a list of any length, read in chunks.

use std::collections::VecDeque;

use super::{BodyLimit, Errand, Flow, Notes, Turn};
use crate::{
    ClientKey, Error, ErrorKind, Head, ListClientKeys, ListClientKeysResponse, ListReader,
    ListSummary, Operation, Replay, Reply, Warning, keys::list_error, operation::settle,
};

/// Reads a list and hands out each key as soon as it is complete; memory does not grow with the list.
///
/// Once a key has been handed out, nothing is sent again.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub struct EachKey {
    list: ListClientKeys,
    element_limit: usize,
    reading: Option<Reading>,
    ready: VecDeque<ClientKey>,
    /// Keys that have been handed out.
    given: u64,
}

#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
struct Reading {
    reader: ListReader,
    head: Head,
    /// The first bytes, which tell HTML from JSON.
    beginning: Vec<u8>,
}

impl EachKey {
    /// This list, no element of which may be larger than `element_limit` bytes.
    #[must_use]
    pub fn new(list: ListClientKeys, element_limit: usize) -> Self {
        Self {
            list,
            element_limit,
            reading: None,
            ready: VecDeque::new(),
            given: 0,
        }
    }

    fn finish(&mut self, notes: &mut Notes<'_>) -> Result<ListSummary, Error> {
        let Some(mut reading) = self.reading.take() else {
            return Err(failure(
                crate::ListReadError::NotAList,
                &Head::new(200),
                b"",
            ));
        };
        let summary = reading
            .reader
            .finish()
            .map_err(|error| failure(error, &reading.head, &reading.beginning))?;
        if summary.skipped > 0 {
            notes
                .warnings
                .push(Warning::ElementsSkipped(summary.skipped));
        }
        Ok(summary)
    }
}

impl Flow for EachKey {
    type Output = ListSummary;
    type Item = ClientKey;

    fn name(&self) -> &'static str {
        ListClientKeys::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        let mut errand = Errand::of(&self.list)?;
        errand.limit = BodyLimit::List;
        Ok(errand)
    }

    fn reply(&mut self, _: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<ListSummary> {
        Turn::Done(self.finish(notes))
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.ready.clear();
        self.reading = Some(Reading {
            reader: ListReader::new(self.element_limit),
            head: head.clone(),
            beginning: Vec::new(),
        });
        true
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let Some(reading) = &mut self.reading else {
            return Ok(());
        };
        let room = 16_usize.saturating_sub(reading.beginning.len());
        reading.beginning.extend(chunk.iter().take(room));
        let ready = &mut self.ready;
        reading
            .reader
            .feed(chunk, |key| ready.push_back(key))
            .map_err(|error| failure(error, &reading.head, &reading.beginning))
    }

    fn stopped(&mut self) -> Option<ListSummary> {
        let read = self.reading.take()?.reader.so_far();
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

/// Reading changes nothing.
fn failure(error: crate::ListReadError, head: &Head, beginning: &[u8]) -> Error {
    settle(list_error(error, head, beginning), Replay::Safe)
}

/// Reads a list whole.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub struct CollectKeys {
    each: EachKey,
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
            each: EachKey::new(list, element_limit),
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
        self.each.name()
    }

    fn errand(&self) -> Result<Errand, Error> {
        self.each.errand()
    }

    fn reply(&mut self, _: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<ListClientKeysResponse> {
        let keys = core::mem::take(&mut self.keys);
        Turn::Done(
            self.each
                .finish(notes)
                .map(|summary| ListClientKeysResponse {
                    client_keys: keys,
                    total: summary.total,
                    skipped: summary.skipped,
                }),
        )
    }

    fn streams(&mut self, head: &Head) -> bool {
        self.keys.clear();
        self.memory = 0;
        self.each.streams(head)
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        self.each.feed(chunk)?;
        for key in self.each.ready.drain(..) {
            let taken = u64::try_from(key.memory()).unwrap_or(u64::MAX);
            self.memory = self.memory.saturating_add(taken);
            self.keys.push(key);
        }
        if self.memory > self.memory_limit {
            return Err(Error::new(ErrorKind::ResponseTooLarge));
        }
        Ok(())
    }
}
