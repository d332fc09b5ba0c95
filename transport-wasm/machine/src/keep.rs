//! Storing tokens: before they are in force, and when nobody else does.

use fluxbase_client_keys::{Generation, Now, PlannedRenewal, TokenPair};

use crate::{
    call::{Call, Stage},
    client::Client,
    command::Command,
};

/// What is to be stored, and what happens then.
pub(crate) enum Keep {
    /// New tokens of this account, in force when they are stored.
    SignedIn(TokenPair, Option<String>),
    /// New tokens of the same account.
    Renewed(TokenPair, PlannedRenewal),
    /// Those that were put in force meanwhile.
    Current,
    /// The tokens of this generation, if they are still in force.
    Restored(Generation),
    /// No tokens any more, unless somebody signed in meanwhile.
    Forgotten,
}

impl Call {
    /// Stores what there is to be stored, when nobody else does.
    pub(crate) fn keep(&mut self, keep: Keep, client: &mut Client) -> Command {
        if client.shares_store && !matches!(keep, Keep::Renewed(..)) {
            self.stage = Stage::LockingToStore(keep);
            return Command::named("lock");
        }
        self.store(keep, client)
    }

    pub(crate) fn store(&mut self, keep: Keep, client: &mut Client) -> Command {
        let current = client.state.session().pair();
        let pair = match &keep {
            Keep::Renewed(_, planned) if planned.is_overtaken(&client.state) => {
                return self.done(client);
            }
            Keep::SignedIn(pair, _) | Keep::Renewed(pair, _) => Some(pair),
            Keep::Restored(generation) if client.state.session().generation() != *generation => {
                return self.done(client);
            }
            Keep::Forgotten if current.is_some() => return self.done(client),
            Keep::Current | Keep::Restored(_) | Keep::Forgotten => current,
        };
        let command = Command::store(pair);
        let pair = pair.cloned();
        client.state.storing(pair.as_ref());
        self.stage = Stage::Storing(keep, client.state.session().generation());
        command
    }

    pub(crate) fn kept(
        &mut self,
        keep: Keep,
        begun: Generation,
        client: &mut Client,
        now: Now,
    ) -> Command {
        match keep {
            Keep::SignedIn(pair, email) => {
                let overtaken = client.state.session().generation() != begun;
                client
                    .state
                    .adopt_signed_in(pair, email.as_deref(), now.wall);
                // Where nobody takes turns others have stored theirs after this, or taken it away.
                if overtaken {
                    return self.store(Keep::Current, client);
                }
            }
            Keep::Renewed(pair, planned) => {
                // The last pair that is stored is to be the one in force.
                if planned.is_overtaken(&client.state) {
                    return self.store(Keep::Current, client);
                }
                planned.adopt(&mut client.state, pair, now.wall);
            }
            Keep::Current | Keep::Restored(_) | Keep::Forgotten => {}
        }
        self.done(client)
    }
}
