//! `Batch`: the order of work on many keys, and its results. Pure: whoever drives it brings the workers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    ClientKey, ClientKeyId, DeleteClientKey, DeleteClientKeyResponse, Error, ErrorKind, Flow,
    Operation, Outcome, RevokeClientKey, RevokeClientKeyResponse, Single, UpdateClientKey, Updated,
};

/// One thing to do to one key, whose result may need the key to be read afterwards.
pub trait BatchItem {
    /// The operation.
    type Operation: Operation;
    /// The result.
    type Output;

    /// The key.
    fn id(&self) -> ClientKeyId;

    /// The operation.
    fn operation(&self) -> Self::Operation;

    /// The result, if the answer holds it; `None` where the key has to be read.
    fn read(&self, output: <Self::Operation as Operation>::Output) -> Option<Self::Output>;

    /// The result, from the key as it was read after a success.
    fn complete(&self, key: ClientKey) -> Option<Self::Output>;

    /// The result when the key is gone after an attempt whose answer was lost.
    fn gone(&self) -> Option<Self::Output> {
        None
    }
}

/// Work on many keys: the operation for each, then at most one list in place of a GET for each, then single GETs for
/// those that the list omits.
///
/// Results stand in the order of the input. One bad item does not stop the rest unless asked. Jobs of one phase may be
/// carried out at the same time; [`next_job`](Self::next_job) gives none of the next phase before all of this one have been
/// handed back.
#[derive(Debug)]
pub struct Batch<I: BatchItem> {
    items: Vec<I>,
    results: Vec<Option<Result<I::Output, Error>>>,
    first: VecDeque<usize>,
    unread: Vec<(usize, Unread)>,
    gets: VecDeque<(usize, Unread)>,
    under_way: usize,
    listed: bool,
    stop_on_error: bool,
    stopped: bool,
}

/// Why a key has to be read.
#[derive(Debug)]
enum Unread {
    /// It was changed, and the answer does not hold it.
    Changed,
    /// A 500 may mean that it does not exist.
    Failed(Error),
}

/// The next thing to be carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Job<O> {
    /// This item's operation; hand the result to [`Batch::operated`].
    Operate(usize, O),
    /// A list; hand the keys to [`Batch::listed`], also an empty lot when it failed.
    List,
    /// A GET for this item; hand the result to [`Batch::got`].
    Get(usize, ClientKeyId),
}

impl<I: BatchItem> Batch<I> {
    /// This work; with `stop_on_error` nothing new is begun after the first failure.
    #[must_use]
    pub fn new(items: Vec<I>, stop_on_error: bool) -> Self {
        Self {
            results: items.iter().map(|_| None).collect(),
            first: (0..items.len()).collect(),
            items,
            unread: Vec::new(),
            gets: VecDeque::new(),
            under_way: 0,
            listed: false,
            stop_on_error,
            stopped: false,
        }
    }

    /// The next job that may begin now; `None` when there is none before others have been handed back, or none at all.
    pub fn next_job(&mut self) -> Option<Job<I::Operation>> {
        let job = self.choose()?;
        self.under_way += 1;
        Some(job)
    }

    fn choose(&mut self) -> Option<Job<I::Operation>> {
        if !self.stopped {
            if let Some(at) = self.first.pop_front() {
                return self
                    .items
                    .get(at)
                    .map(|item| Job::Operate(at, item.operation()));
            }
        }
        if let Some((at, unread)) = self.gets.pop_front() {
            let id = self.items.get(at).map(I::id)?;
            self.unread.push((at, unread));
            return Some(Job::Get(at, id));
        }
        if self.under_way > 0 || self.unread.is_empty() {
            return None;
        }
        if !self.listed && self.unread.len() > 1 {
            return Some(Job::List);
        }
        self.gets = self.unread.drain(..).collect();
        self.choose()
    }

    /// The keys that the list is wanted for.
    #[must_use]
    pub fn unread_ids(&self) -> BTreeSet<ClientKeyId> {
        self.unread
            .iter()
            .filter_map(|(at, _)| self.items.get(*at).map(I::id))
            .collect()
    }

    /// Takes the result of an operation.
    pub fn operated(
        &mut self,
        at: usize,
        result: Result<<I::Operation as Operation>::Output, Error>,
    ) {
        self.under_way = self.under_way.saturating_sub(1);
        let Some(item) = self.items.get(at) else {
            return;
        };
        match result {
            Ok(output) => match item.read(output) {
                Some(output) => self.settle(at, Ok(output)),
                None => self.unread.push((at, Unread::Changed)),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let result = missing(item, error);
                self.settle(at, result);
            }
            Err(error) if error.status() == Some(500) && error.outcome() == Outcome::Unknown => {
                // Whatever the check finds out, it is a failure, unless a lost attempt may have done the work.
                self.stopped |=
                    self.stop_on_error && !(error.was_uncertain() && item.gone().is_some());
                self.unread.push((at, Unread::Failed(error)));
            }
            Err(error) => self.settle(at, Err(error)),
        }
    }

    /// Takes the keys of the list. What it omits is got one by one.
    pub fn listed(&mut self, keys: Vec<ClientKey>) {
        self.under_way = self.under_way.saturating_sub(1);
        self.listed = true;
        let found: BTreeMap<ClientKeyId, ClientKey> =
            keys.into_iter().map(|key| (key.id(), key)).collect();
        for (at, unread) in core::mem::take(&mut self.unread) {
            // An item may name a key that another one names too.
            let key = self
                .items
                .get(at)
                .and_then(|item| found.get(&item.id()))
                .cloned();
            match key {
                Some(key) => self.conclude(at, unread, Ok(key)),
                None => self.gets.push_back((at, unread)),
            }
        }
    }

    /// Takes the result of a GET.
    pub fn got(&mut self, at: usize, result: Result<ClientKey, Error>) {
        self.under_way = self.under_way.saturating_sub(1);
        if let Some(position) = self.unread.iter().position(|(other, _)| *other == at) {
            let (_, unread) = self.unread.swap_remove(position);
            self.conclude(at, unread, result);
        }
    }

    fn conclude(&mut self, at: usize, unread: Unread, key: Result<ClientKey, Error>) {
        let Some(item) = self.items.get(at) else {
            return;
        };
        let name = I::Operation::NAME;
        let result = match (unread, key) {
            (Unread::Changed, Ok(key)) => item.complete(key).ok_or_else(|| {
                Error::new(ErrorKind::UnexpectedResponse)
                    .with_operation(name)
                    .with_outcome(Outcome::Applied)
            }),
            (Unread::Changed, Err(error)) => Err(error
                .with_operation(name)
                .with_outcome(Outcome::Applied)
                .with_detail("the change was made; reading the key afterwards failed")),
            (Unread::Failed(first), Err(error)) if error.kind() == ErrorKind::NotFound => {
                missing(item, first.with_kind(ErrorKind::NotFound))
            }
            (Unread::Failed(first), Ok(_)) => Err(first.with_detail("the key exists")),
            (Unread::Failed(first), Err(_)) => Err(first),
        };
        self.settle(at, result);
    }

    fn settle(&mut self, at: usize, result: Result<I::Output, Error>) {
        self.stopped |= self.stop_on_error && result.is_err();
        if let Some(place) = self.results.get_mut(at) {
            *place = Some(result);
        }
    }

    /// The results, in the order of the input. What was not begun is an error of kind `Cancelled`.
    #[must_use]
    pub fn into_results(self) -> Vec<Result<I::Output, Error>> {
        let not_begun = || {
            Err(Error::new(ErrorKind::Cancelled)
                .with_operation(I::Operation::NAME)
                .with_detail("not begun, because an earlier item failed"))
        };
        self.results
            .into_iter()
            .map(|result| result.unwrap_or_else(not_begun))
            .collect()
    }
}

/// A key that does not exist: for a deletion after a lost attempt, a success.
fn missing<I: BatchItem>(item: &I, error: Error) -> Result<I::Output, Error> {
    match item.gone() {
        Some(output) if error.was_uncertain() => Ok(output),
        _ => Err(error.with_outcome(Outcome::NotApplied)),
    }
}

impl BatchItem for UpdateClientKey {
    type Operation = Self;
    type Output = ClientKey;

    fn id(&self) -> ClientKeyId {
        Self::id(self)
    }

    fn operation(&self) -> Self {
        self.clone()
    }

    fn read(&self, output: Updated) -> Option<ClientKey> {
        output.key
    }

    fn complete(&self, key: ClientKey) -> Option<ClientKey> {
        Some(key)
    }
}

impl BatchItem for RevokeClientKey {
    type Operation = Self;
    type Output = RevokeClientKeyResponse;

    fn id(&self) -> ClientKeyId {
        Self::id(*self)
    }

    fn operation(&self) -> Self {
        *self
    }

    fn read(&self, output: RevokeClientKeyResponse) -> Option<RevokeClientKeyResponse> {
        Some(output)
    }

    fn complete(&self, _: ClientKey) -> Option<RevokeClientKeyResponse> {
        None
    }
}

impl BatchItem for DeleteClientKey {
    type Operation = Self;
    type Output = DeleteClientKeyResponse;

    fn id(&self) -> ClientKeyId {
        Self::id(*self)
    }

    fn operation(&self) -> Self {
        *self
    }

    fn read(&self, output: DeleteClientKeyResponse) -> Option<DeleteClientKeyResponse> {
        Some(output)
    }

    fn complete(&self, _: ClientKey) -> Option<DeleteClientKeyResponse> {
        None
    }

    fn gone(&self) -> Option<DeleteClientKeyResponse> {
        Some(DeleteClientKeyResponse::gone())
    }
}

/// A batch item's operation as a flow; updates get their scopes spelled.
pub(crate) trait IntoFlow: Operation + Sized {
    type Flow: Flow<Output = Self::Output, Item = core::convert::Infallible>;

    fn into_flow(self, spelling: crate::Spelling, known: Option<crate::Spelling>) -> Self::Flow;
}

impl IntoFlow for UpdateClientKey {
    type Flow = crate::WithSpelling<Single<Self>>;

    fn into_flow(self, spelling: crate::Spelling, known: Option<crate::Spelling>) -> Self::Flow {
        crate::WithSpelling::new(Single(self), spelling, known)
    }
}

macro_rules! plain {
    ($($operation:ty),*) => {
        $(impl IntoFlow for $operation {
            type Flow = Single<Self>;

            fn into_flow(self, _: crate::Spelling, _: Option<crate::Spelling>) -> Self::Flow {
                Single(self)
            }
        })*
    };
}

plain!(RevokeClientKey, DeleteClientKey);

#[cfg(test)]
mod tests;
