//! Every recorded answer, read by the operation whose request it answers.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "recordings_support/expected.rs"]
mod expected;
mod recordings_support;
#[path = "recordings_support/secrets.rs"]
mod secrets;
#[path = "recordings_support/values.rs"]
mod values;

use std::{collections::BTreeSet, error::Error as _, fmt::Debug};

use fluxbase_client_keys::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ClientKeyId, CreateClientKey,
    CreateClientKeyRequest, DeleteClientKey, GetClientKey, ListClientKeys, Operation, Refresh,
    Replay, RevokeClientKey, Scope, SignIn, SignOut, UpdateClientKey, UpdateClientKeyRequest,
    UserId, VerifyTwoFactor,
};
use recordings_support::{FILES, Recorded};
use serde_json::Value;

/// What a reading came to.
enum Reading {
    Value,
    /// The place of its row in the table.
    Error(usize),
}

/// Reads an answer by the operation whose request it answers; requests that no operation makes, by the closest one.
fn read(recorded: &Recorded) -> Reading {
    let path = recorded.target.split('?').next().unwrap();
    let path = path.trim_end_matches('/');
    match (recorded.method.as_str(), path) {
        ("POST", "/api/v1/auth/signin") => by(&SignIn::new("a", "b"), recorded, values::sign_in),
        ("POST", "/api/v1/auth/2fa/verify") => {
            let verify = VerifyTwoFactor::new(UserId::parse("a").unwrap(), "000000");
            by(&verify, recorded, values::signed_in)
        }
        ("POST", "/api/v1/auth/refresh") => by(&Refresh::new("a"), recorded, values::grant),
        ("POST", "/api/v1/auth/signout") => by(&SignOut, recorded, |value, json| {
            values::message(&value.message, json, "");
        }),
        // The dashboard's own route, which no operation uses, is a sign-in of an administrator.
        ("POST", "/api/v1/admin/login" | "/dashboard/auth/login") => {
            by(&AdminSignIn::new("a", "b"), recorded, values::signed_in)
        }
        ("POST", "/api/v1/admin/refresh") => by(&AdminRefresh::new("a"), recorded, values::grant),
        ("POST", "/api/v1/admin/logout") => by(&AdminSignOut, recorded, |value, json| {
            values::message(&value.message, json, "");
        }),
        // `/` says what `/health` says, in fewer words.
        ("GET", "/health" | "") => by(&CheckHealth, recorded, |value, json| {
            values::health(*value, json);
        }),
        _ => match path.strip_prefix("/api/v1/client-keys") {
            Some(rest) => by_key_operation(rest.trim_start_matches('/'), recorded),
            None => by(&ListClientKeys::new(), recorded, values::list),
        },
    }
}

/// `rest` is the path below that of the client keys.
fn by_key_operation(rest: &str, recorded: &Recorded) -> Reading {
    let (id, action) = rest.split_once('/').unwrap_or((rest, ""));
    let id = ClientKeyId::parse(id).ok();
    match (recorded.method.as_str(), id, action) {
        ("POST", None, "") => {
            let request = CreateClientKeyRequest::new("a", [Scope::ALL]);
            by(&CreateClientKey::new(request), recorded, values::created)
        }
        ("GET" | "HEAD", Some(id), "") => by(&GetClientKey::new(id), recorded, |value, json| {
            values::key(value, json, &[]);
        }),
        // There is no PUT; who sends one wants to update.
        ("PATCH" | "PUT", Some(id), "") => {
            let update = UpdateClientKey::new(id, UpdateClientKeyRequest::new());
            by(&update, recorded, values::updated)
        }
        ("POST", Some(id), "revoke") => by(&RevokeClientKey::new(id), recorded, |value, json| {
            values::message(&value.message, json, "");
        }),
        ("DELETE", Some(id), "") => by(&DeleteClientKey::new(id), recorded, |value, json| {
            values::message(&value.message, json, "Client key deleted");
        }),
        // Preflights and a made-up verb: no operation reads them, so the list does, which accepts the least.
        ("GET" | "OPTIONS" | "BREW", _, "") => by(&ListClientKeys::new(), recorded, values::list),
        (method, ..) => panic!("no operation for {method} {}", recorded.target),
    }
}

fn by<O: Operation<Output: Debug>>(
    operation: &O,
    recorded: &Recorded,
    check: impl Fn(&O::Output, &Value),
) -> Reading {
    let (reading, printed) = match operation.read(&recorded.response()) {
        Ok(output) => {
            assert!(is_success(recorded), "{output:?}");
            check(&output, &recorded.json().unwrap_or_default());
            (Reading::Value, format!("{output:?} {output:#?}"))
        }
        Err(error) => {
            assert!(!is_success(recorded), "{error}");
            let changes = operation.replay() != Replay::Safe;
            let row = expected::check(recorded, &error, O::NAME, changes);
            assert!(error.source().is_none());
            (Reading::Error(row), format!("{error} {error:?} {error:#?}"))
        }
    };
    for secret in secrets::of(recorded) {
        assert!(!printed.contains(&secret), "{secret} is in {printed}");
    }
    reading
}

/// Which answers give a value, by the facts of the recordings.
fn is_success(recorded: &Recorded) -> bool {
    let json = recorded.json();
    let is_health = matches!(recorded.target.as_str(), "/health" | "/");
    match recorded.status {
        200 | 201 => json.is_some(),
        204 => recorded.method == "DELETE",
        // A body nested deeper than 64 levels is applied and answered so.
        400 => json.is_some_and(|json| json["success"] == true),
        503 => is_health && json.is_some(),
        _ => false,
    }
}

#[test]
fn every_recorded_answer_is_read() {
    let mut used = BTreeSet::new();
    let mut all = 0;
    for (file, text) in FILES {
        let (mut values, mut errors) = (0, 0);
        for (at, recorded) in Recorded::all(text).iter().enumerate() {
            // Shown when the next assertion fails.
            println!("{file}:{} {}", at + 1, recorded.case);
            match read(recorded) {
                Reading::Value => values += 1,
                Reading::Error(row) => {
                    used.insert(row);
                    errors += 1;
                }
            }
        }
        println!("{file}: {values} values, {errors} errors");
        assert_eq!(values + errors, text.lines().count(), "{file}");
        all += values + errors;
    }
    assert_eq!(all, 548, "exchanges in all");
    let unused: Vec<usize> = (0..expected::ROWS.len())
        .filter(|row| !used.contains(row))
        .collect();
    assert!(
        unused.is_empty(),
        "rows that no recording needs: {unused:?}"
    );
}

#[test]
fn the_search_for_secrets_finds_them() {
    let mut found = 0;
    for (_, text) in FILES {
        for recorded in Recorded::all(text) {
            let bodies = format!(
                "{:?} {} {}",
                recorded.request_headers, recorded.request_body, recorded.body
            );
            for secret in secrets::of(&recorded) {
                assert!(bodies.contains(&secret), "{}", recorded.case);
                found += 1;
            }
        }
    }
    assert!(found > 500, "only {found} secrets");
}
