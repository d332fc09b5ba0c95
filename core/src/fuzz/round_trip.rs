//! Any sequence of operations on client keys, held against what was meant: by what the emulator keeps afterwards, and by
//! what its answers are read as.

use core::time::Duration;

use super::{input::Input, server::Server};
use crate::{
    AdminSignIn, ClientKey, ClientKeyId, CreateClientKey, CreateClientKeyRequest, Credential,
    DeleteClientKey, Error, ErrorKind, GetClientKey, KeyStatus, ListClientKeys, Outcome,
    RevokeClientKey, Scope, Spelling, Timestamp, UpdateClientKey, UpdateClientKeyRequest,
    emulator::{KeyRecord, Profile},
};

/// What a client key should be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meant {
    id: String,
    name: String,
    description: Option<String>,
    scopes: Vec<String>,
    rate_limit: i64,
    expires_at: Option<Timestamp>,
    is_revoked: bool,
}

/// As many operations as a day of an administrator's token has room for.
const MOST: usize = 60;

/// A server, the zone that it runs in, and operations until the input ends.
pub(super) fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let profile = *input.one_of(&Profile::ALL);
    let mut server = Server::new(profile);
    let zone = (i32::from(input.byte()) - 128) * 15 * 60;
    server.emulator.set_utc_offset(zone);
    let admin = &server.emulator.admins()[0];
    let sign_in = AdminSignIn::new(admin.email.clone(), admin.password.clone());
    let token = server.run(&sign_in, None).unwrap().grant.access_token;
    let mut trip = Trip {
        server,
        spelling: match profile {
            Profile::V2026_1 | Profile::V2026_3_6 => Spelling::Old,
            Profile::V2026_3_7 => Spelling::New,
            Profile::Documented => Spelling::AsGiven,
        },
        knows_all_scopes: profile == Profile::Documented,
        token: Credential::bearer_token(token).unwrap(),
        keys: Vec::new(),
    };
    for _ in 0..MOST {
        if input.is_empty() {
            break;
        }
        trip.go(&mut input);
        trip.compare();
    }
}

struct Trip {
    server: Server,
    spelling: Spelling,
    knows_all_scopes: bool,
    token: Credential,
    /// What there should be, oldest first, and the plaintext of each.
    keys: Vec<(Meant, Credential)>,
}

impl Trip {
    fn go(&mut self, input: &mut Input<'_>) {
        match input.byte() % 8 {
            0 | 1 => self.create(input),
            2 => self.update(input),
            3 => self.revoke(input),
            4 => self.delete(input),
            5 => self.get(input),
            6 => self.use_key(input),
            _ => self.server.wait(Duration::from_secs(input.byte().into())),
        }
    }

    /// Some key that there is, or one that is not.
    fn some_id(&self, input: &mut Input<'_>) -> (Option<usize>, ClientKeyId) {
        let at = usize::from(input.byte()) % (self.keys.len() + 1);
        let none = "00000000-0000-4000-8000-000000000000";
        let found = self.keys.get(at);
        let id = found.map_or(none, |(meant, _)| &meant.id);
        (found.map(|_| at), ClientKeyId::parse(id).unwrap())
    }

    /// Scopes as they will be sent, and whether the server knows all of them.
    fn scopes(&self, input: &mut Input<'_>) -> (Vec<Scope>, bool) {
        let mut scopes = Vec::new();
        let mut known = true;
        for _ in 0..input.byte() % 4 {
            let scope = match input.byte() {
                255 => Scope::new(text(input)).ok(),
                at => Scope::KNOWN
                    .get(usize::from(at) % Scope::KNOWN.len())
                    .cloned(),
            };
            if let Some(scope) = scope {
                let sent = scope.spelled(self.spelling);
                known &= self.knows_all_scopes || sent.is_known();
                scopes.push(sent);
            }
        }
        (scopes, known)
    }

    fn create(&mut self, input: &mut Input<'_>) {
        let name = text(input);
        let (scopes, known) = self.scopes(input);
        let mut request = CreateClientKeyRequest::new(name.clone(), scopes.clone());
        let mut meant = Meant {
            id: String::new(),
            name,
            description: None,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            rate_limit: 100,
            expires_at: None,
            is_revoked: false,
        };
        let has = input.byte();
        if has & 1 != 0 {
            let text = text(input);
            request = request.description(text.clone());
            meant.description = Some(text);
        }
        if has & 2 != 0 {
            let limit = rate_limit(input);
            request = request.rate_limit_per_minute(limit);
            meant.rate_limit = if limit == 0 { 100 } else { limit.into() };
        }
        if has & 4 != 0 {
            let end = self.some_end(input);
            request = request.expires_at(end);
            meant.expires_at = Some(end.truncated_to_micros());
        }
        let is_sound = !meant.name.is_empty() && !scopes.is_empty() && is_sound(&meant);
        match self
            .server
            .run(&CreateClientKey::new(request), Some(&self.token))
        {
            Ok(made) => {
                assert!(
                    is_sound && known,
                    "it was made, and should have been refused"
                );
                assert!(made.unreadable.is_empty());
                meant.id = made.client_key.id().to_string();
                same(&made.client_key, &meant);
                let shown = made.client_key.key_prefix();
                assert!(made.key.expose().starts_with(shown) && shown.len() == 12);
                let key = Credential::client_key(made.key).unwrap();
                self.keys.push((meant, key));
            }
            Err(error) => refused(&error, is_sound, known),
        }
    }

    fn some_end(&self, input: &mut Input<'_>) -> Timestamp {
        let nanos = Duration::from_nanos(u64::from(input.number()) * 12_345);
        let end = match input.byte() {
            // In the last year its local time may have five digits.
            255 => Timestamp::from_unix_seconds(253_370_764_799).unwrap(),
            254 => Timestamp::from_unix_seconds(-62_135_596_800).unwrap(),
            seconds if seconds < 128 => self
                .server
                .now
                .saturating_sub(Duration::from_secs(seconds.into())),
            seconds => self
                .server
                .now
                .saturating_add(Duration::from_secs(seconds.into())),
        };
        end.saturating_add(nanos)
    }

    fn update(&mut self, input: &mut Input<'_>) {
        let (at, id) = self.some_id(input);
        let mut meant = at.map(|at| self.keys[at].0.clone());
        let mut request = UpdateClientKeyRequest::new();
        let (mut sound, mut known) = (true, true);
        let has = input.byte();
        let mut set = |change: &dyn Fn(&mut Meant)| meant.iter_mut().for_each(change);
        if has & 1 != 0 {
            let name = text(input);
            sound &= !name.is_empty() && !name.contains('\0');
            request = request.name(name.clone());
            set(&|meant| meant.name.clone_from(&name));
        }
        if has & 2 != 0 {
            let text = text(input);
            sound &= !text.contains('\0');
            request = request.description(text.clone());
            set(&|meant| meant.description = Some(text.clone()));
        }
        if has & 4 != 0 {
            let limit = rate_limit(input);
            sound &= i32::try_from(limit).is_ok();
            request = request.rate_limit_per_minute(limit);
            set(&|meant| meant.rate_limit = limit.into());
        }
        if has & 8 != 0 {
            let scopes;
            (scopes, known) = self.scopes(input);
            sound &= !scopes.is_empty();
            request = request.scopes(scopes.clone());
            set(&|meant| meant.scopes = scopes.iter().map(ToString::to_string).collect());
        }
        sound &= !request.is_empty();
        let updated = self
            .server
            .run(&UpdateClientKey::new(id, request), Some(&self.token));
        match (updated, at, meant) {
            (Ok(updated), Some(at), Some(meant)) => {
                assert!(
                    sound && known,
                    "it was changed, and should have been refused"
                );
                if let Some(key) = updated.key {
                    same(&key, &meant);
                }
                self.keys[at].0 = meant;
            }
            (Ok(_), ..) => panic!("what is not there was changed"),
            (Err(error), Some(_), _) => refused(&error, sound, known),
            (Err(error), None, _) if sound && known => self.missing(&error),
            (Err(_), None, _) => {}
        }
    }

    fn revoke(&mut self, input: &mut Input<'_>) {
        let (at, id) = self.some_id(input);
        match (
            self.server
                .run(&RevokeClientKey::new(id), Some(&self.token)),
            at,
        ) {
            (Ok(_), Some(at)) => self.keys[at].0.is_revoked = true,
            (Err(error), None) => self.missing(&error),
            (answer, at) => panic!("{answer:?} for {at:?}"),
        }
    }

    fn delete(&mut self, input: &mut Input<'_>) {
        let (at, id) = self.some_id(input);
        match (
            self.server
                .run(&DeleteClientKey::new(id), Some(&self.token)),
            at,
        ) {
            (Ok(_), Some(at)) => _ = self.keys.remove(at),
            (Err(error), None) => self.missing(&error),
            (answer, at) => panic!("{answer:?} for {at:?}"),
        }
    }

    fn get(&mut self, input: &mut Input<'_>) {
        let (at, id) = self.some_id(input);
        match (
            self.server.run(&GetClientKey::new(id), Some(&self.token)),
            at,
        ) {
            (Ok(key), Some(at)) => same(&key, &self.keys[at].0),
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
            (answer, at) => panic!("{answer:?} for {at:?}"),
        }
    }

    /// A client key reads its own record, if it may.
    fn use_key(&mut self, input: &mut Input<'_>) {
        let (Some(at), id) = self.some_id(input) else {
            return;
        };
        let (meant, key) = self.keys[at].clone();
        let record = self.server.run(&GetClientKey::new(id), Some(&self.token));
        let status = record.unwrap().status(self.server.now);
        let answer = self.server.run(&GetClientKey::new(id), Some(&key));
        let may_read = meant.scopes.iter().any(|scope| {
            let scope = Scope::new(scope.as_str()).unwrap();
            let spelling = if self.knows_all_scopes {
                Spelling::AsGiven
            } else {
                Spelling::New
            };
            [Scope::ALL, Scope::CLIENTKEYS_READ].contains(&scope.spelled(spelling))
        });
        match (answer, status) {
            (Ok(read), KeyStatus::Active) => {
                assert!(may_read, "it reads what it may not");
                same(&read, &meant);
            }
            (Err(error), KeyStatus::Active) => {
                assert_eq!(error.kind(), ErrorKind::Forbidden);
                assert!(!may_read, "it may not read what it should");
                assert!(error.required_scope().is_some());
            }
            (Err(error), _) => {
                assert_eq!(error.kind(), ErrorKind::Refused { confirmed: false });
            }
            (Ok(_), status) => panic!("it is {status}, and used"),
        }
    }

    /// A change of what is not there: on the newest server a failure that says nothing, which a flow looks into.
    fn missing(&self, error: &Error) {
        let expected = match self.server.emulator.profile() {
            Profile::V2026_3_7 => (ErrorKind::Server, Outcome::Unknown),
            _ => (ErrorKind::NotFound, Outcome::NotApplied),
        };
        assert_eq!((error.kind(), error.outcome()), expected, "{error}");
    }

    /// Nothing but what was meant has happened, and a list tells all of it.
    fn compare(&mut self) {
        let kept: Vec<_> = self.server.emulator.client_keys().map(as_kept).collect();
        let meant = || self.keys.iter().rev().map(|(meant, _)| meant);
        assert!(kept.iter().eq(meant()), "{kept:#?} is not what was meant");
        let list = self.server.run(&ListClientKeys::new(), Some(&self.token));
        let list = list.unwrap();
        assert_eq!((list.total, list.skipped), (self.keys.len() as u64, 0));
        assert_eq!(list.client_keys.len(), self.keys.len());
        for (key, (meant, _)) in list.client_keys.iter().zip(self.keys.iter().rev()) {
            same(key, meant);
        }
    }
}

fn text(input: &mut Input<'_>) -> String {
    String::from_utf8_lossy(input.piece()).into_owned()
}

fn rate_limit(input: &mut Input<'_>) -> u32 {
    match input.byte() {
        255 => u32::MAX,
        254 => 0x7fff_ffff,
        253 => 0x8000_0000,
        small => small.into(),
    }
}

fn is_sound(meant: &Meant) -> bool {
    let texts = [Some(&meant.name), meant.description.as_ref()];
    !texts.into_iter().flatten().any(|text| text.contains('\0'))
        && i32::try_from(meant.rate_limit).is_ok()
}

fn as_kept(record: &KeyRecord) -> Meant {
    Meant {
        id: record.id().to_owned(),
        name: record.name().to_owned(),
        description: record.description().map(str::to_owned),
        scopes: record.scopes().to_vec(),
        rate_limit: record.rate_limit_per_minute().into(),
        expires_at: record.expires_at(),
        is_revoked: record.revoked_at().is_some(),
    }
}

/// What was read of a key is what was meant.
fn same(key: &ClientKey, meant: &Meant) {
    let read = Meant {
        id: key.id().to_string(),
        name: key.name().to_owned(),
        description: key.description().map(str::to_owned),
        scopes: key.scopes().map(str::to_owned).collect(),
        rate_limit: key.rate_limit_per_minute().unwrap_or_default(),
        expires_at: key.expires_at(),
        is_revoked: key.revoked_at().is_some(),
    };
    assert_eq!(&read, meant, "what was read is not what was meant");
}

/// What is not sound is not sent; a scope that the server does not know is refused by it, in words that say nothing on the
/// newest server.
fn refused(error: &Error, is_sound: bool, known: bool) {
    let by_us = error.kind() == ErrorKind::InvalidInput;
    assert!(by_us != is_sound, "{error}");
    assert!(by_us || !known, "{error}");
    assert_ne!(error.outcome(), Outcome::Applied, "{error}");
    assert!(!by_us || error.outcome() == Outcome::NotApplied, "{error}");
}
