//! `UpdateThenGet`: the documented result of an update, the key.

use core::convert::Infallible;

use super::{Checked, Errand, Flow, Notes, Turn};
use crate::{
    ClientKey, ClientKeyId, Error, GetClientKey, Operation, Outcome, Reply, UpdateClientKey,
};

/// An update, and a GET where the answer has no key, which is so on every real server.
///
/// The two are not one step: somebody else may change the key in between. When the GET fails, the error says that the
/// update was made.
#[derive(Debug, Clone)]
pub struct UpdateThenGet {
    update: UpdateClientKey,
    updated: bool,
}

impl UpdateThenGet {
    /// This update, then the key.
    #[must_use]
    pub fn new(update: UpdateClientKey) -> Self {
        Self {
            update,
            updated: false,
        }
    }

    pub(super) fn update_mut(&mut self) -> &mut UpdateClientKey {
        &mut self.update
    }

    fn get(&self) -> GetClientKey {
        GetClientKey::new(self.update.id())
    }
}

impl Flow for UpdateThenGet {
    type Output = ClientKey;
    type Item = Infallible;

    fn name(&self) -> &'static str {
        UpdateClientKey::NAME
    }

    fn errand(&self) -> Result<Errand, Error> {
        if self.updated {
            Errand::of(&self.get())
        } else {
            Errand::of(&self.update)
        }
    }

    fn reply(&mut self, reply: &Reply<'_>, notes: &mut Notes<'_>) -> Turn<ClientKey> {
        if self.updated {
            return match self.get().output(reply) {
                Ok(key) => Turn::Done(Ok(key)),
                Err(error) => self.failed(error, notes),
            };
        }
        match self.update.output(reply) {
            Ok(updated) => {
                if let Some(key) = updated.key {
                    Turn::Done(Ok(key))
                } else {
                    self.updated = true;
                    Turn::Next
                }
            }
            Err(error) => Turn::Done(Err(error)),
        }
    }

    fn failed(&mut self, error: Error, _: &mut Notes<'_>) -> Turn<ClientKey> {
        Turn::Done(Err(if self.updated {
            error
                .with_outcome(Outcome::Applied)
                .with_detail("the update was made; reading the key afterwards failed")
        } else {
            error
        }))
    }
}

impl Checked for UpdateThenGet {
    fn id(&self) -> ClientKeyId {
        self.update.id()
    }
}
