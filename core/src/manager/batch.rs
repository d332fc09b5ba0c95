//! Work on many keys at once.

use std::sync::{Mutex, PoisonError};

use super::ClientKeysManager;
use crate::{
    Batch, BatchItem, ClientKey, ClientKeyId, DeleteClientKey, DeleteClientKeyResponse, Error, Job,
    Operation, RevokeClientKey, RevokeClientKeyResponse, Transport, UpdateClientKey,
    UpdateClientKeyRequest, batch::IntoFlow,
};

/// How work on many keys is done.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct BatchOptions {
    /// Whether nothing new is begun after the first failure: no.
    pub stop_on_error: bool,
    /// Requests under way at the same time, at most: 4. What a transport cannot do at once it does one after the other.
    pub workers: usize,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self {
            stop_on_error: false,
            workers: 4,
        }
    }
}

impl BatchOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets [`stop_on_error`](Self#structfield.stop_on_error).
    #[must_use]
    pub fn stop_on_error(mut self, stop: bool) -> Self {
        self.stop_on_error = stop;
        self
    }

    /// Sets [`workers`](Self#structfield.workers).
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }
}

impl<T: Transport + Send + Sync> ClientKeysManager<T> {
    /// Changes many keys; the results stand in the order of the input. One list afterwards takes the place of a GET for
    /// each key.
    pub fn update_many(
        &self,
        updates: impl IntoIterator<Item = (ClientKeyId, UpdateClientKeyRequest)>,
        options: BatchOptions,
    ) -> Vec<Result<ClientKey, Error>> {
        self.run_batch(
            updates
                .into_iter()
                .map(|(id, updates)| UpdateClientKey::new(id, updates))
                .collect(),
            options,
        )
    }

    /// Revokes many keys; the results stand in the order of the input.
    pub fn revoke_many(
        &self,
        ids: impl IntoIterator<Item = ClientKeyId>,
        options: BatchOptions,
    ) -> Vec<Result<RevokeClientKeyResponse, Error>> {
        self.run_batch(ids.into_iter().map(RevokeClientKey::new).collect(), options)
    }

    /// Deletes many keys; the results stand in the order of the input.
    pub fn delete_many(
        &self,
        ids: impl IntoIterator<Item = ClientKeyId>,
        options: BatchOptions,
    ) -> Vec<Result<DeleteClientKeyResponse, Error>> {
        self.run_batch(ids.into_iter().map(DeleteClientKey::new).collect(), options)
    }

    fn run_batch<I>(&self, items: Vec<I>, options: BatchOptions) -> Vec<Result<I::Output, Error>>
    where
        I: BatchItem + Send,
        I::Output: Send,
        I::Operation: IntoFlow,
    {
        let count = items.len();
        let batch = Mutex::new(Batch::new(items, options.stop_on_error));
        let lock = || batch.lock().unwrap_or_else(PoisonError::into_inner);
        let next = || lock().next_job();
        // The first one alone: it renews the token and finds out how scopes are spelled, for all.
        if let Some(job) = next() {
            self.carry_out_job(job, &batch);
        }
        loop {
            self.transport
                .run_workers(options.workers.clamp(1, count.max(1)), &|| {
                    while let Some(job) = next() {
                        self.carry_out_job(job, &batch);
                    }
                });
            // A phase has ended; the next one begins with a job, if there is one.
            match next() {
                Some(job) => self.carry_out_job(job, &batch),
                None => break,
            }
        }
        batch
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .into_results()
    }

    fn carry_out_job<I>(&self, job: Job<I::Operation>, batch: &Mutex<Batch<I>>)
    where
        I: BatchItem,
        I::Operation: IntoFlow,
    {
        let lock = || batch.lock().unwrap_or_else(PoisonError::into_inner);
        match job {
            Job::Operate(at, operation) => {
                let (spelling, known) = self.common.spelling(&self.common.settings.policy);
                let result = self
                    .run(operation.into_flow(spelling, known))
                    .map(|answer| answer.value);
                lock().operated(
                    at,
                    result.map_err(|error| error.with_operation(I::Operation::NAME)),
                );
            }
            Job::List => {
                // Only the keys of this batch are kept of what may be a long list.
                let wanted = lock().unread_ids();
                let mut keys = Vec::new();
                let listed = self.list_each(|key| {
                    if wanted.contains(&key.id()) {
                        keys.push(key);
                    }
                    core::ops::ControlFlow::Continue(())
                });
                // A list that broke off proves what it showed; the rest is got one by one.
                drop(listed);
                lock().listed(keys);
            }
            Job::Get(at, id) => {
                let result = self.get(id);
                lock().got(at, result);
            }
        }
    }
}
