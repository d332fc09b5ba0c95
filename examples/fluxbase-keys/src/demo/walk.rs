//! The walk itself: each statement of the reference, what it prints, and what it cannot do on this server.

use fluxbase_client_keys_ureq::{
    ClientKey, ClientKeyId, ClientKeysManager, CreateClientKeyRequest, CreateClientKeyResponse,
    ErrorKind, KeyStatus, Scope, Secret, Timestamp, UpdateClientKeyRequest, Warning,
};

use super::{made::Made, session::Session, stage::Stage, statements};
use crate::{output::printable, problem::Problem};

/// Walks, then deletes what was made, however the walk ended.
pub(super) fn all(stage: &mut Stage<'_>, session: &Session<'_>) -> Result<(), Problem> {
    stage.print(format_args!(
        "Server {}, as {}",
        session.title, session.role
    ))?;
    stage.quote(statements::LOGIN)?;
    match session.sign_in()? {
        Some(user) => {
            let email = user.email.unwrap_or_default();
            stage.remark(format_args!("signed in as {}", printable(&email)))?;
        }
        None => stage.remark("signed in with the credential of the environment")?,
    }
    let mut walk = Walk {
        stage,
        session,
        manager: &session.manager,
        made: Made::new(&session.manager),
        scopes: vec![Scope::new("read:users")?, Scope::new("write:users")?],
    };
    let walked = walk.keys();
    let cleaned = walk.clean_up();
    let left = walk.sign_out();
    match (walked, cleaned) {
        // What is left behind must be said in any case.
        (Err(problem), Err(left)) => Err(Problem::failed(format!("{problem}; {left}"))),
        (walked, cleaned) => walked.and(cleaned).and(left),
    }
}

struct Walk<'w, 'a> {
    stage: &'w mut Stage<'a>,
    session: &'w Session<'w>,
    manager: &'w ClientKeysManager,
    made: Made<'w>,
    /// Those of the reference, until the server refuses them.
    scopes: Vec<Scope>,
}

impl Walk<'_, '_> {
    fn keys(&mut self) -> Result<(), Problem> {
        let first = self.create_first()?;
        let id = first.client_key.id();
        self.stage.quote(statements::FIRST_LIST)?;
        self.list(|_, _| Ok(()))?;
        self.create()?;
        self.stage.quote(statements::LIST)?;
        self.list(print_listed)?;
        self.get(id)?;
        self.use_key(&first.key)?;
        self.get(id)?;
        self.update(id)?;
        self.revoke(id, &first.key)?;
        self.delete(id)
    }

    fn create_first(&mut self) -> Result<CreateClientKeyResponse, Problem> {
        self.stage.quote(statements::FIRST_CREATE)?;
        let request = CreateClientKeyRequest::new("Production Service", self.scopes.clone())
            .rate_limit_per_minute(100);
        let made = match self.manager.create_answer(&request) {
            Err(error) if error.status() == Some(500) => {
                self.stage.broken(
                    "no real server knows the scopes read:users and write:users: this one answers 500 and makes nothing; on with tables:read",
                )?;
                self.scopes = vec![Scope::TABLES_READ];
                let request =
                    CreateClientKeyRequest::new("Production Service", self.scopes.clone())
                        .rate_limit_per_minute(100);
                self.manager.create_answer(&request)?
            }
            answer => answer?,
        };
        self.made.add(made.value.client_key.id());
        for warning in &made.warnings {
            if let Warning::ScopeRespelled { .. } = warning {
                self.stage.remark(warning)?;
            }
        }
        let shown = self.stage.key(&made.value);
        self.stage
            .remark(format_args!("made: Production Service, {shown}"))?;
        Ok(made.value)
    }

    fn create(&mut self) -> Result<(), Problem> {
        self.stage.quote(statements::CREATE)?;
        let request = CreateClientKeyRequest::new("Production Service", self.scopes.clone())
            .description("Client key for production service")
            .rate_limit_per_minute(100)
            .expires_at(Timestamp::parse("2025-12-31T23:59:59Z")?);
        let made = self.manager.create(&request)?;
        self.made.add(made.client_key.id());
        let shown = self.stage.key(&made);
        self.stage.print(format_args!("Client Key: {shown}"))?;
        if made.client_key.status(self.session.now()) == KeyStatus::Expired {
            self.stage
                .remark("that instant has passed: the key is made all the same, and never works")?;
        }
        Ok(())
    }

    /// Shows the listed keys that the walk made; those of others are counted.
    fn list(
        &mut self,
        show: fn(&mut Stage<'_>, &ClientKey) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let list = self.manager.list()?;
        let (own, others): (Vec<_>, Vec<_>) =
            (list.client_keys.iter()).partition(|key| self.made.contains(key.id()));
        for key in &own {
            show(self.stage, key)?;
        }
        let count = own.len();
        self.stage.remark(format_args!(
            "{count} of the keys made here, {} others",
            others.len()
        ))?;
        if own.is_empty() {
            self.stage.broken(
                "the list is to have the keys of the authenticated user: this server stores no owner for a key that a user makes, so only administrators see it in lists; by id it is found",
            )?;
        }
        Ok(())
    }

    fn get(&mut self, id: ClientKeyId) -> Result<(), Problem> {
        self.stage.quote(statements::GET)?;
        let key = self.manager.get(id)?;
        let last = key.last_used_at().map(|instant| instant.to_string());
        self.stage.print(format_args!(
            "Last used: {}",
            last.as_deref().unwrap_or("never")
        ))?;
        Ok(())
    }

    /// The key is shown to the server, by somebody who has nothing else.
    fn use_key(&mut self, key: &Secret) -> Result<(), Problem> {
        let service = self.session.with_key(key)?;
        match service.list() {
            Err(error) if error.required_scope().is_some() => Ok(self.stage.remark(
                "a service uses the key: it is known, and may not list keys, as its scopes say",
            )?),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Problem::failed(
                "a key without the scope for it listed keys",
            )),
        }
    }

    fn update(&mut self, id: ClientKeyId) -> Result<(), Problem> {
        self.stage.quote(statements::UPDATE)?;
        let updates = UpdateClientKeyRequest::new()
            .name("Updated Name")
            .rate_limit_per_minute(200);
        let key = self.manager.update(id, &updates)?;
        let limit = key.rate_limit_per_minute().unwrap_or_default();
        let name = printable(key.name());
        Ok(self
            .stage
            .remark(format_args!("updated: {name}, {limit} requests a minute"))?)
    }

    fn revoke(&mut self, id: ClientKeyId, key: &Secret) -> Result<(), Problem> {
        self.stage.quote(statements::REVOKE)?;
        self.manager.revoke(id)?;
        self.stage.print("Client key revoked")?;
        match self.session.with_key(key)?.list() {
            Err(error) if matches!(error.kind(), ErrorKind::Refused { .. }) => {
                Ok(self.stage.remark("the service is refused from now on")?)
            }
            Err(error) if error.required_scope().is_none() => Err(error.into()),
            _ => Err(Problem::failed("a revoked key was let in")),
        }
    }

    fn delete(&mut self, id: ClientKeyId) -> Result<(), Problem> {
        self.stage.quote(statements::DELETE)?;
        self.manager.delete(id)?;
        self.made.remove(id);
        self.stage.print("Client key deleted")?;
        match self.manager.get(id) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(self
                .stage
                .remark("to get it now is answered: there is no such client key")?),
            Err(error) => Err(error.into()),
            Ok(_) => Err(Problem::failed("a deleted key is still there")),
        }
    }

    fn sign_out(&mut self) -> Result<(), Problem> {
        if self.session.login.is_some() {
            self.manager.sign_out()?;
            self.stage.remark("signed out")?;
        }
        Ok(self.stage.flush()?)
    }

    fn clean_up(&mut self) -> Result<(), Problem> {
        let (deleted, left) = self.made.clean_up();
        self.stage.gap()?;
        self.stage
            .remark(format_args!("deleted what else was made: {deleted}"))?;
        if left.is_empty() {
            return Ok(());
        }
        let left: Vec<_> = left.iter().map(ToString::to_string).collect();
        Err(Problem::failed(format!(
            "these keys are left, delete them: {}",
            left.join(", ")
        )))
    }
}

fn print_listed(stage: &mut Stage<'_>, key: &ClientKey) -> Result<(), Problem> {
    let [name, prefix] = [key.name(), key.key_prefix()].map(printable);
    let end = key.expires_at().map(|end| end.to_string());
    let end = end.as_deref().unwrap_or("never");
    Ok(stage.print(format_args!("{name}: {prefix}... (expires: {end})"))?)
}
