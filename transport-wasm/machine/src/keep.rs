//! Storing tokens: before they are in force, and when nobody else does.

use fluxbase_client_keys::{Generation, JsonText, Now, TokenPair};

use crate::{
    call::{Call, Stage},
    client::Client,
    command,
};

/// What is to be stored, and what happens then.
pub(crate) enum Keep {
    /// New tokens of whoever signed in, in force when they are stored.
    SignedIn(TokenPair),
    /// New tokens of the same account.
    Renewed(TokenPair),
    /// Those that were put in force meanwhile.
    Current,
    /// The tokens of this generation, if they are still in force.
    Restored(Generation),
    /// No tokens any more, unless somebody signed in meanwhile.
    Forgotten,
}

impl Call {
    /// Stores what there is to be stored, when nobody else does.
    pub(crate) fn keep(&mut self, keep: Keep, client: &mut Client) -> JsonText {
        if client.shares_store && !matches!(keep, Keep::Renewed(..)) {
            self.stage = Stage::LockingToStore(keep);
            return command::named("lock");
        }
        self.store(keep, client)
    }

    pub(crate) fn store(&mut self, keep: Keep, client: &mut Client) -> JsonText {
        let session = client.state.session();
        let pair = match &keep {
            Keep::Renewed(_) if self.is_overtaken(client) => return self.done(client),
            Keep::SignedIn(pair) | Keep::Renewed(pair) => Some(pair),
            Keep::Restored(generation) if session.generation() != *generation => {
                return self.done(client);
            }
            Keep::Forgotten if session.pair().is_some() => return self.done(client),
            Keep::Current | Keep::Restored(_) | Keep::Forgotten => session.pair(),
        };
        let command = command::store(pair);
        let new = pair.is_some();
        client.state.storing(new);
        self.stage = Stage::Storing(keep, client.state.session().generation());
        command
    }

    pub(crate) fn kept(
        &mut self,
        keep: Keep,
        begun: Generation,
        client: &mut Client,
        now: Now,
    ) -> JsonText {
        match keep {
            Keep::SignedIn(pair) => {
                let overtaken = client.state.session().generation() != begun;
                // Whose they are matters to none: here nobody signs in by themselves.
                client.state.adopt_signed_in(pair, None, now.wall);
                // Where nobody takes turns others have stored theirs after this, or taken it away.
                if overtaken {
                    return self.store(Keep::Current, client);
                }
            }
            Keep::Renewed(pair) => {
                // The last pair that is stored is to be the one in force.
                if self.is_overtaken(client) {
                    return self.store(Keep::Current, client);
                }
                if let Some(renewal) = &self.renewal {
                    renewal.planned.adopt(&mut client.state, pair, now.wall);
                }
            }
            Keep::Current | Keep::Restored(_) | Keep::Forgotten => {}
        }
        self.done(client)
    }

    /// Whether others have signed in, restored tokens or forgotten them since the renewal began.
    fn is_overtaken(&self, client: &Client) -> bool {
        let renewal = self.renewal.as_ref();
        renewal.is_some_and(|renewal| renewal.planned.is_overtaken(&client.state))
    }
}
