//! `/api/v1/client-keys`: the six operations as the real servers have them.

use super::answer::Answer;
use super::auth::Caller;
use super::exchange::Exchange;
use super::json::Writer;
use super::profile::Profile;
use super::uuid;

/// What is asked of the key routes; identifiers as they were sent.
pub(super) enum Operation {
    Create,
    List,
    Get(String),
    Update(String),
    Revoke(String),
    Delete(String),
}

impl Exchange<'_, '_> {
    /// The checks in their order, then the operation.
    pub(super) fn keys(&mut self, operation: &Operation) -> Answer {
        let profile = self.server.profile;
        let gate = self.server.settings.only_admins;
        if gate && profile.gates_before_authentication() {
            return self.gate();
        }
        self.tenanted(|exchange| match exchange.authenticate() {
            Err(refusal) => refusal,
            Ok(caller) if gate && !caller.passes_gate(profile) => exchange.gate(),
            Ok(caller) => exchange.operate(operation, &caller),
        })
    }

    fn gate(&self) -> Answer {
        let role = self.server.profile.admin_role();
        Answer::bare(
            403,
            &format!(
                "Admin access required. Only service_role and {role} can access this endpoint."
            ),
        )
    }

    fn operate(&mut self, operation: &Operation, caller: &Caller) -> Answer {
        let profile = self.server.profile;
        let scope = match operation {
            Operation::List | Operation::Get(_) => profile.read_scope(),
            _ => profile.write_scope(),
        };
        if !caller.may(scope) {
            return Answer::json(403, |json| {
                json.text("error", "Insufficient permissions");
                json.text("required_scope", scope);
            });
        }
        if profile == Profile::Documented {
            return self.documented(operation, caller);
        }
        let id = match operation {
            Operation::Create => return self.create(caller),
            Operation::List => return self.list(caller),
            Operation::Get(id)
            | Operation::Update(id)
            | Operation::Revoke(id)
            | Operation::Delete(id) => id,
        };
        let Some(id) = uuid::parse(id) else {
            return self.error(400, "Invalid client key ID", "INVALID_ID");
        };
        match operation {
            Operation::Get(_) => self.get(&id, caller),
            Operation::Update(_) => self.update(&id),
            Operation::Revoke(_) => self.revoke(&id),
            _ => self.delete(&id),
        }
    }

    fn create(&mut self, caller: &Caller) -> Answer {
        let Ok(new) = self.read_new_key() else {
            return self.unreadable();
        };
        if new.name.is_empty() {
            return self.error(400, "Name is required", "MISSING_REQUIRED_FIELD");
        }
        let text = "Failed to create client key";
        if new.scopes.is_empty() {
            return self.failure(text, "invalid scopes: at least one scope must be specified");
        }
        if let Err(cause) = self.check_scopes(&new.scopes) {
            return self.failure(text, &cause);
        }
        let rate_limit = if new.rate_limit == 0 {
            100
        } else {
            new.rate_limit
        };
        let texts = [Some(&new.name), new.description.as_ref()];
        let rate_limit = match self.check_row(rate_limit, 6, texts) {
            Ok(rate_limit) => rate_limit,
            Err(cause) => {
                return self.failure(text, &format!("failed to create client key: {cause}"));
            }
        };
        // The newest server stores no owner at all, the older ones that of the client key that makes another.
        let owner = caller
            .key_owner
            .clone()
            .filter(|_| !self.server.profile.is_newest());
        let key = self.store(new, rate_limit, owner);
        let mut json = Writer::new();
        json.open();
        self.write_members(&mut json, &key);
        json.text("key", &key.plaintext);
        json.close();
        Answer::raw(201, json.finish())
    }

    fn list(&self, caller: &Caller) -> Answer {
        let profile = self.server.profile;
        let wanted = self.request.query("user_id");
        let owner = if wanted.is_empty() {
            Some(caller.user_id.clone()).filter(|id| !id.is_empty() && !caller.is_admin(profile))
        } else {
            let Some(id) = uuid::parse(&wanted) else {
                return self.error(400, "Invalid user ID", "INVALID_ID");
            };
            if !caller.is_admin(profile) && wanted != caller.user_id {
                return self.error(403, "Cannot view other users' client keys", "ACCESS_DENIED");
            }
            Some(id)
        };
        if let Err(cause) = self.database() {
            return self.failure(
                "Failed to list client keys",
                &format!("failed to list client keys: {cause}"),
            );
        }
        let mut found = self
            .server
            .client_keys()
            .filter(|key| owner.is_none() || key.owner == owner)
            .peekable();
        let mut json = Writer::new();
        if found.peek().is_none() {
            json.null();
            return Answer::raw(200, json.finish());
        }
        json.open_array();
        for key in found {
            self.write_key(&mut json, key);
        }
        json.close_array();
        Answer::raw(200, json.finish())
    }

    fn get(&self, id: &str, caller: &Caller) -> Answer {
        if let Err(cause) = self.database() {
            return self.failure(
                "Failed to get client key",
                &format!("failed to list client keys: {cause}"),
            );
        }
        let Some(key) = self
            .server
            .state
            .client_keys
            .iter()
            .find(|key| key.id == id)
        else {
            return self.error(404, "Client key not found", "NOT_FOUND");
        };
        let foreign = key
            .owner
            .as_ref()
            .is_some_and(|owner| *owner != caller.user_id);
        if foreign && !caller.is_admin(self.server.profile) {
            return self.error(403, "Cannot view other users' client keys", "ACCESS_DENIED");
        }
        let mut json = Writer::new();
        self.write_key(&mut json, key);
        Answer::raw(200, json.finish())
    }

    fn update(&mut self, id: &str) -> Answer {
        let Ok(changes) = self.read_changes() else {
            return self.unreadable();
        };
        let text = "Failed to update client key";
        if let Err(cause) = self.check_scopes(changes.scopes.as_deref().unwrap_or_default()) {
            return self.failure(text, &cause);
        }
        let texts = [changes.name.as_ref(), changes.description.as_ref()];
        let rate_limit = changes.rate_limit.unwrap_or_default();
        if let Err(cause) = self.check_row(rate_limit, 4, texts) {
            return self.failure(text, &format!("failed to update client key: {cause}"));
        }
        match self.apply(id, changes) {
            Some(_) => done("Client key updated successfully"),
            None => self.failure(text, "client key not found"),
        }
    }

    fn revoke(&mut self, id: &str) -> Answer {
        let text = "Failed to revoke client key";
        if let Err(cause) = self.database() {
            return self.failure(text, &format!("failed to revoke client key: {cause}"));
        }
        match self.mark_revoked(id) {
            Some(()) => done("Client key revoked successfully"),
            None => self.failure(text, "client key not found"),
        }
    }

    fn delete(&mut self, id: &str) -> Answer {
        let text = "Failed to delete client key";
        if let Err(cause) = self.database() {
            return self.failure(text, &format!("failed to delete client key: {cause}"));
        }
        match self.remove(id) {
            Some(()) => Answer::nothing(),
            None => self.failure(text, "client key not found"),
        }
    }

    fn check_scopes(&self, scopes: &[String]) -> Result<(), String> {
        let unknown: Vec<&str> = scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| !self.server.profile.knows_scope(scope))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(format!(
            "invalid scopes: invalid scopes: {}",
            unknown.join(", ")
        ))
    }

    /// What the database would refuse in a row; `argument` is the place of the rate limit in the statement.
    fn check_row<const N: usize>(
        &self,
        rate_limit: i64,
        argument: usize,
        texts: [Option<&String>; N],
    ) -> Result<i32, String> {
        let narrow = i32::try_from(rate_limit).map_err(|_| {
            let side = if rate_limit < 0 { "less than minimum" } else { "greater than maximum" };
            format!(
                "failed to encode args[{argument}]: unable to encode {rate_limit} into binary format for int4 \
                 (OID 23): {rate_limit} is {side} value for int4"
            )
        })?;
        self.database()?;
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(
                "ERROR: invalid byte sequence for encoding \"UTF8\": 0x00 (SQLSTATE 22021)"
                    .to_owned(),
            );
        }
        Ok(narrow)
    }
}

fn done(message: &str) -> Answer {
    Answer::ok(|json| {
        json.text("message", message);
        json.flag("success", true);
    })
}
