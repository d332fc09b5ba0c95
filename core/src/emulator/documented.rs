//! `/api/v1/client-keys` as the published reference promises it.

use super::answer::Answer;
use super::auth::Caller;
use super::exchange::Exchange;
use super::json::Writer;
use super::keys::Operation;
use super::profile::Profile;
use super::record::KeyRecord;
use super::uuid;

/// Whose keys a caller may see and touch.
enum Reach {
    All,
    Own(String),
}

impl Exchange<'_, '_> {
    pub(super) fn documented(&mut self, operation: &Operation, caller: &Caller) -> Answer {
        let owner = caller
            .key_owner
            .clone()
            .unwrap_or_else(|| caller.user_id.clone());
        let reach = if caller.is_service_key || caller.is_admin(Profile::Documented) {
            Reach::All
        } else if owner.is_empty() {
            return self.coded(403, "A signed-in user is required", "ACCESS_DENIED");
        } else {
            Reach::Own(owner.clone())
        };
        if let Err(cause) = self.database() {
            return self.failure("The database cannot be reached", &cause);
        }
        let id = match operation {
            Operation::Create => {
                return self.create_documented(Some(owner).filter(|id| !id.is_empty()));
            }
            Operation::List => return self.list_documented(&reach),
            Operation::Get(id)
            | Operation::Update(id)
            | Operation::Revoke(id)
            | Operation::Delete(id) => uuid::parse(id).unwrap_or_else(|| id.clone()),
        };
        let found = self
            .server
            .state
            .client_keys
            .iter()
            .find(|key| key.id == id && reach.covers(key));
        let Some(key) = found else {
            return self.coded(404, "Client key not found", "NOT_FOUND");
        };
        match operation {
            Operation::Update(_) => self.update_documented(&id),
            Operation::Revoke(_) => {
                self.mark_revoked(&id);
                message("Client key revoked successfully")
            }
            Operation::Delete(_) => {
                self.remove(&id);
                message("Client key deleted successfully")
            }
            _ => self.key_answer(key),
        }
    }

    fn create_documented(&mut self, owner: Option<String>) -> Answer {
        let Ok(new) = self.read_new_key() else {
            return self.unreadable();
        };
        if new.name.is_empty() {
            return self.coded(400, "Name is required", "MISSING_REQUIRED_FIELD");
        }
        let texts = [Some(&new.name), new.description.as_ref()];
        let (Ok(rate_limit), false) = (i32::try_from(new.rate_limit), has_nul(texts)) else {
            return self.unreadable();
        };
        let key = self.store(new, if rate_limit == 0 { 100 } else { rate_limit }, owner);
        let mut json = Writer::new();
        json.open();
        json.member("client_key");
        self.write_key(&mut json, &key);
        json.text("key", &key.plaintext);
        json.close();
        Answer::raw(201, json.finish())
    }

    fn list_documented(&self, reach: &Reach) -> Answer {
        let found: Vec<&KeyRecord> = self
            .server
            .client_keys()
            .filter(|key| reach.covers(key))
            .collect();
        let mut json = Writer::new();
        json.open();
        json.member("client_keys");
        json.open_array();
        for key in &found {
            self.write_key(&mut json, key);
        }
        json.close_array();
        json.number("total", i64::try_from(found.len()).unwrap_or(i64::MAX));
        json.close();
        Answer::raw(200, json.finish())
    }

    fn update_documented(&mut self, id: &str) -> Answer {
        let Ok(changes) = self.read_changes() else {
            return self.unreadable();
        };
        let narrow = changes
            .rate_limit
            .is_none_or(|limit| i32::try_from(limit).is_ok());
        if !narrow || has_nul([changes.name.as_ref(), changes.description.as_ref()]) {
            return self.unreadable();
        }
        match self.apply(id, changes) {
            Some(key) => self.key_answer(&key),
            None => self.coded(404, "Client key not found", "NOT_FOUND"),
        }
    }

    fn key_answer(&self, key: &KeyRecord) -> Answer {
        let mut json = Writer::new();
        self.write_key(&mut json, key);
        Answer::raw(200, json.finish())
    }
}

impl Reach {
    fn covers(&self, key: &KeyRecord) -> bool {
        match self {
            Reach::All => true,
            Reach::Own(user) => key.owner() == Some(user),
        }
    }
}

fn has_nul(texts: [Option<&String>; 2]) -> bool {
    texts.into_iter().flatten().any(|text| text.contains('\0'))
}

fn message(text: &str) -> Answer {
    Answer::json(200, |json| json.text("message", text))
}
