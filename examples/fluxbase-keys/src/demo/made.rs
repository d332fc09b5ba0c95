//! The keys that the walk made and has not deleted yet.

use fluxbase_client_keys_ureq::{BatchOptions, ClientKeyId, ClientKeysManager, ErrorKind};

/// The keys that were made and have to go; whoever drops it deletes them, whatever happened.
pub(super) struct Made<'m> {
    manager: &'m ClientKeysManager,
    ids: Vec<ClientKeyId>,
}

impl<'m> Made<'m> {
    pub(super) fn new(manager: &'m ClientKeysManager) -> Self {
        Self {
            manager,
            ids: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, id: ClientKeyId) {
        self.ids.push(id);
    }

    pub(super) fn contains(&self, id: ClientKeyId) -> bool {
        self.ids.contains(&id)
    }

    /// The key was deleted on the way.
    pub(super) fn remove(&mut self, id: ClientKeyId) {
        self.ids.retain(|own| *own != id);
    }

    /// Deletes what there still is: those deleted, and those that are left because it did not work.
    pub(super) fn clean_up(&mut self) -> (usize, Vec<ClientKeyId>) {
        let ids = std::mem::take(&mut self.ids);
        let results = self
            .manager
            .delete_many(ids.iter().copied(), BatchOptions::new());
        let left: Vec<_> = ids
            .iter()
            .zip(results)
            .filter(|(_, result)| {
                // What is not there any more need not be deleted.
                (result.as_ref()).is_err_and(|error| error.kind() != ErrorKind::NotFound)
            })
            .map(|(id, _)| *id)
            .collect();
        (ids.len() - left.len(), left)
    }
}

impl Drop for Made<'_> {
    fn drop(&mut self) {
        self.clean_up();
    }
}
