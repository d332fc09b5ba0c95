//! Whom and what the server starts with.

use fluxbase_client_keys::{Scope, Spelling, Timestamp};
use fluxbase_emulator::{Profile, State};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The second user's code: the page can be tried with a second factor too. It guards nothing.
const TWO_FACTOR_CODE: &str = "246810";

/// The server could not be given its users and keys.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SampleError {
    #[error("no entropy from the operating system")]
    Entropy,
    #[error("the machine's clock cannot be read")]
    Clock,
    #[error("the sample keys are not what the emulator reads")]
    Keys(#[from] fluxbase_client_keys::emulator::StateError),
}

/// Two users, the second of them with a second factor, and an administrator, all with random passwords; and, unless
/// `empty`, keys in every state, which the first user owns and an administrator sees too.
pub(crate) fn state(profile: Profile, empty: bool) -> Result<State, SampleError> {
    let mut failed = false;
    let mut state = State::sample(&mut |bytes| failed |= getrandom::fill(bytes).is_err());
    if let Some(second) = state.users.get_mut(1) {
        second.two_factor_code = Some(TWO_FACTOR_CODE.to_owned());
    }
    if let (false, Some(first)) = (empty, state.users.first()) {
        let now = Timestamp::try_from(SystemTime::now()).map_err(|_| SampleError::Clock)?;
        let mut entropy = |bytes: &mut [u8]| failed |= getrandom::fill(bytes).is_err();
        let keys = keys(profile, &first.id, now, &mut entropy);
        state.client_keys = State::from_json(keys.to_string().as_bytes())?.client_keys;
    }
    if failed {
        return Err(SampleError::Entropy);
    }
    Ok(state)
}

/// A sample key; times are in days from now, the past below zero.
struct Sample {
    name: &'static str,
    description: &'static str,
    scopes: &'static [Scope],
    made: i64,
    used: Option<i64>,
    ends: Option<i64>,
    revoked: Option<i64>,
    rate_limit: u32,
}

const SAMPLES: [Sample; 7] = [
    Sample {
        name: "Production API",
        description: "Order service, eu-central",
        scopes: &[Scope::TABLES_READ, Scope::TABLES_WRITE, Scope::STORAGE_READ],
        made: -200,
        used: Some(0),
        ends: Some(165),
        revoked: None,
        rate_limit: 1000,
    },
    Sample {
        name: "Nightly backup",
        description: "Reads everything at 02:00 UTC",
        scopes: &[
            Scope::TABLES_READ,
            Scope::STORAGE_READ,
            Scope::MIGRATIONS_READ,
        ],
        made: -320,
        used: Some(-1),
        ends: Some(45),
        revoked: None,
        rate_limit: 100,
    },
    Sample {
        name: "CI deploy",
        description: "",
        scopes: &[
            Scope::FUNCTIONS_READ,
            Scope::FUNCTIONS_EXECUTE,
            Scope::MIGRATIONS_EXECUTE,
        ],
        made: -84,
        used: Some(-2),
        ends: Some(6),
        revoked: None,
        rate_limit: 60,
    },
    Sample {
        name: "Metrics scraper",
        description: "Prometheus, once a minute",
        scopes: &[Scope::MONITORING_READ],
        made: -400,
        used: Some(0),
        ends: None,
        revoked: None,
        rate_limit: 120,
    },
    Sample {
        name: "Partner webhook relay",
        description: "Contract ended with the quarter",
        scopes: &[Scope::WEBHOOKS_READ, Scope::WEBHOOKS_WRITE],
        made: -370,
        used: Some(-19),
        ends: Some(-5),
        revoked: None,
        rate_limit: 100,
    },
    Sample {
        name: "Laptop of a former colleague",
        description: "",
        scopes: &[Scope::ALL],
        made: -150,
        used: Some(-62),
        ends: Some(215),
        revoked: Some(-60),
        rate_limit: 100,
    },
    Sample {
        name: "Staging",
        description: "Never used so far",
        scopes: &[
            Scope::TABLES_READ,
            Scope::REALTIME_CONNECT,
            Scope::CLIENTKEYS_READ,
        ],
        made: -3,
        used: None,
        ends: Some(87),
        revoked: None,
        rate_limit: 100,
    },
];

/// The keys in the form that the emulator reads.
fn keys(
    profile: Profile,
    owner: &str,
    now: Timestamp,
    entropy: &mut dyn FnMut(&mut [u8]),
) -> Value {
    let spelling = match profile {
        Profile::V2026_1 | Profile::V2026_3_6 => Spelling::Old,
        _ => Spelling::New,
    };
    // Some hours off the full day, as real ones are.
    let at = |days: i64| {
        let distance = DAY.saturating_mul(u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX));
        let small = Duration::from_secs(3 * 60 * 60);
        let time = SystemTime::from(now);
        let time = match days {
            0 => time.checked_sub(small / 30),
            1.. => time.checked_add(distance.saturating_add(small)),
            _ => time.checked_sub(distance.saturating_add(small)),
        };
        time.and_then(|time| Timestamp::try_from(time).ok())
            .map(|time| time.to_string())
    };
    let keys = SAMPLES.iter().map(|sample| {
        let scopes = sample.scopes.iter();
        let scopes: Vec<_> = scopes.map(|scope| scope.spelled(spelling)).collect();
        json!({
            "id": uuid(entropy),
            "name": sample.name,
            "description": sample.description,
            "key": plaintext(entropy),
            "user_id": owner,
            "scopes": scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
            "rate_limit_per_minute": sample.rate_limit,
            "created_at": at(sample.made),
            "last_used_at": sample.used.and_then(at),
            "expires_at": sample.ends.and_then(at),
            "revoked_at": sample.revoked.and_then(at),
        })
    });
    json!({ "client_keys": keys.collect::<Vec<_>>() })
}

/// A random UUID of version 4.
fn uuid(entropy: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0; 16];
    entropy(&mut bytes);
    let number =
        u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{number:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in digits.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// A key that looks like one. Nobody is told it, so nobody can use it.
fn plaintext(entropy: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0; 32];
    entropy(&mut bytes);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let letters = bytes.iter().filter_map(|byte| {
        alphabet
            .get(usize::from(byte & 63))
            .copied()
            .map(char::from)
    });
    letters.fold("fbk_".to_owned(), |mut key, letter| {
        key.push(letter);
        key
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluxbase_client_keys::emulator::KeyRecord;
    use std::collections::BTreeSet;

    #[test]
    fn has_keys_in_every_state_in_the_servers_spelling() {
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        for (profile, scope) in [
            (Profile::V2026_1, "read:tables"),
            (Profile::V2026_3_7, "tables:read"),
        ] {
            let state = state(profile, false).unwrap();
            assert_eq!(
                state.users[1].two_factor_code.as_deref(),
                Some(TWO_FACTOR_CODE)
            );
            let keys = &state.client_keys;
            assert_eq!(keys.len(), SAMPLES.len());
            assert!(
                keys.iter()
                    .all(|key| key.owner() == Some(state.users[0].id.as_str()))
            );
            assert!(
                keys.iter()
                    .any(|key| key.scopes().iter().any(|own| own == scope))
            );
            assert!(keys.iter().any(|key| key.revoked_at().is_some()));
            assert!(keys.iter().any(|key| key.last_used_at().is_none()));
            assert!(keys.iter().any(|key| key.expires_at().is_none()));
            assert!(
                keys.iter()
                    .any(|key| key.expires_at().is_some_and(|end| end < now))
            );
            assert!(
                keys.iter()
                    .any(|key| key.expires_at().is_some_and(|end| end > now))
            );
            let prefixes: BTreeSet<_> = keys.iter().map(KeyRecord::key_prefix).collect();
            assert_eq!(prefixes.len(), keys.len(), "random");
        }
        assert!(
            state(Profile::Documented, true)
                .unwrap()
                .client_keys
                .is_empty()
        );
    }

    #[test]
    fn a_uuid_is_one_of_version_4() {
        let all = uuid(&mut |bytes| bytes.fill(0xff));
        assert_eq!(all, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let none = uuid(&mut |bytes| bytes.fill(0));
        assert_eq!(none, "00000000-0000-4000-8000-000000000000");
    }
}
