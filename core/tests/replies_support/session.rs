//! Answers to sign-in, two-factor, refresh, sign-out, their twins for administrators, and health.

use std::time::Duration;

use fluxbase_client_keys::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ErrorKind, Health, HealthStatus, Refresh,
    SignIn, SignInResponse, SignOut, SignedIn, UserId, VerifyTwoFactor,
};

use super::{
    every_refusal,
    replies_support::{CANARY, deep, error, json, never_a_success, unexpected, value},
};

const TOKEN: &str = "eyJCanary.eyJCanary.Canary-access";
const SIGNED_IN: &str = r#"{"user":{"id":"70b56f62-4ab6-4ec5-b1e6-ba6a1d36e861","email":"a@b.c","email_verified":true,"role":"authenticated","user_metadata":{},"created_at":"2026-05-01T09:30:00.1Z"},"access_token":"eyJCanary.eyJCanary.Canary-access","refresh_token":"eyJCanary.eyJCanary.Canary-refresh","expires_in":900}"#;
const GRANTED: &str = r#"{"access_token":"eyJCanary.eyJCanary.Canary-access","refresh_token":"eyJCanary.eyJCanary.Canary-refresh","expires_in":900}"#;
const TWO_FACTOR: &str = r#"{"message":"2FA verification required. Please provide your 2FA code.","requires_2fa":true,"user_id":"u1"}"#;

fn sign_in() -> SignIn {
    SignIn::new("a@b.c", CANARY)
}

fn admin() -> AdminSignIn {
    AdminSignIn::new("a@b.c", CANARY)
}

fn verify() -> VerifyTwoFactor {
    VerifyTwoFactor::new(UserId::parse("u1").unwrap(), "123456")
}

fn check_signed_in(signed_in: &SignedIn) {
    assert_eq!(signed_in.grant.access_token.expose(), TOKEN);
    assert!(signed_in.grant.refresh_token.is_some());
    assert_eq!(signed_in.grant.expires_in, Some(Duration::from_secs(900)));
    assert_eq!(signed_in.user.email.as_deref(), Some("a@b.c"));
    assert_eq!(signed_in.user.role.as_deref(), Some("authenticated"));
    assert!(signed_in.user.id.is_some());
    assert!(!format!("{signed_in:?}").contains("Canary"));
}

#[test]
fn sign_in_answers() {
    match value(&sign_in(), &json(200, SIGNED_IN)) {
        SignInResponse::SignedIn(signed_in) => check_signed_in(&signed_in),
        other => panic!("{other:?}"),
    }
    match value(&sign_in(), &json(200, TWO_FACTOR)) {
        SignInResponse::TwoFactorNeeded { user_id } => assert_eq!(user_id.as_str(), "u1"),
        other => panic!("{other:?}"),
    }
    never_a_success(&sign_in(), 200, SIGNED_IN, false);
    never_a_success(&sign_in(), 200, TWO_FACTOR, false);
    every_refusal(&sign_in(), &[]);
    for body in [
        r#"{"requires_2fa":true}"#,
        r#"{"requires_2fa":true,"user_id":"../Canary"}"#,
        r#"{"requires_2fa":true,"user_id":5}"#,
    ] {
        unexpected(&sign_in(), &json(200, body), "`user_id`");
    }
    // A token beside the question for a code is not one to use.
    let both = format!(r#"{{"requires_2fa":true,"user_id":"u1","access_token":"{TOKEN}"}}"#);
    assert!(matches!(
        value(&sign_in(), &json(200, both)),
        SignInResponse::TwoFactorNeeded { .. }
    ));
}

#[test]
fn two_factor_and_admin_sign_in_answers() {
    check_signed_in(&value(&verify(), &json(200, SIGNED_IN)));
    check_signed_in(&value(&admin(), &json(200, SIGNED_IN)));
    never_a_success(&verify(), 200, SIGNED_IN, false);
    never_a_success(&admin(), 200, SIGNED_IN, false);
    every_refusal(&verify(), &[]);
    every_refusal(&admin(), &[]);
    for body in [
        TWO_FACTOR,
        "{}",
        r#"{"access_token":""}"#,
        r#"{"access_token":null,"user":{"id":"u1"}}"#,
    ] {
        unexpected(&verify(), &json(200, body), "`access_token`");
        unexpected(&admin(), &json(200, body), "`access_token`");
    }
    // With its database away a server refuses right codes and passwords so.
    let refused = error(
        &verify(),
        &json(
            400,
            r#"{"error":"Invalid 2FA code","code":"INVALID_CREDENTIALS"}"#,
        ),
    );
    assert_eq!(refused.kind(), ErrorKind::Refused { confirmed: false });
    assert!(refused.is_retryable());
}

#[test]
fn who_signed_in_may_be_told_in_any_form() {
    let user = |user: &str| {
        let body = format!(r#"{{"access_token":"{TOKEN}","user":{user}}}"#);
        value(&admin(), &json(200, body)).user
    };
    for odd in [
        "null",
        "5",
        "\"x\"",
        "[1]",
        "{}",
        r#"{"id":5,"email":[],"role":{}}"#,
        r#"{"id":"a b"}"#,
        &deep("[", "]"),
    ] {
        let user = user(odd);
        assert!(user.id.is_none() && user.email.is_none() && user.role.is_none());
    }
    let full = user(
        r#"{"full_name":"A","id":"U1","email":"a\n@b.c","role":"instance_admin","locked_until":null}"#,
    );
    assert_eq!(full.id.unwrap().as_str(), "U1");
    assert_eq!(full.email.as_deref(), Some("a\\n@b.c"));
    assert_eq!(full.role.as_deref(), Some("instance_admin"));
}

#[test]
fn refresh_answers() {
    let (refresh, admin) = (Refresh::new(CANARY), AdminRefresh::new(CANARY));
    for body in [GRANTED, SIGNED_IN] {
        for grant in [
            value(&refresh, &json(200, body)),
            value(&admin, &json(200, body)),
        ] {
            assert_eq!(grant.access_token.expose(), TOKEN);
            assert!(grant.refresh_token.is_some());
            assert_eq!(grant.expires_in, Some(Duration::from_secs(900)));
        }
    }
    // What may be missing, or make no sense, is absent.
    for (rest, lifetime) in [
        ("", None),
        (r#","refresh_token":null,"expires_in":null"#, None),
        (r#","refresh_token":"","expires_in":"900""#, None),
        (r#","refresh_token":5,"expires_in":-1"#, None),
        (r#","expires_in":900.0"#, Some(900)),
        (r#","expires_in":900.5"#, None),
        (r#","expires_in":18446744073709551615"#, None),
        (
            r#","expires_in":9223372036854775807"#,
            Some(i64::MAX.unsigned_abs()),
        ),
    ] {
        let grant = value(
            &refresh,
            &json(200, format!(r#"{{"access_token":"{TOKEN}"{rest}}}"#)),
        );
        assert!(grant.refresh_token.is_none(), "{rest}");
        assert_eq!(
            grant.expires_in,
            lifetime.map(Duration::from_secs),
            "{rest}"
        );
    }
    never_a_success(&refresh, 200, GRANTED, false);
    never_a_success(&admin, 200, GRANTED, false);
    every_refusal(&refresh, &[]);
    every_refusal(&admin, &[]);
    for body in [
        "{}",
        r#"{"token":"eyJCanary.a.b"}"#,
        r#"{"access_token":["eyJCanary.a.b"]}"#,
    ] {
        unexpected(&refresh, &json(200, body), "`access_token`");
        unexpected(&admin, &json(200, body), "`access_token`");
    }
}

#[test]
fn sign_out_answers() {
    for (status, body, words) in [
        (
            200,
            r#"{"message":"Successfully signed out"}"#,
            "Successfully signed out",
        ),
        (
            200,
            r#"{"message":"m","saml_logout":true,"slo_url":"https://x"}"#,
            "m",
        ),
        (
            200,
            r#"{"message":"Logged out successfully","success":true}"#,
            "Logged out successfully",
        ),
        (200, "{}", "Signed out"),
        (204, "", "Signed out"),
    ] {
        assert_eq!(
            value(&SignOut, &json(status, body)).message,
            words,
            "{body}"
        );
        assert_eq!(
            value(&AdminSignOut, &json(status, body)).message,
            words,
            "{body}"
        );
    }
    never_a_success(&SignOut, 200, r#"{"message":"m"}"#, true);
    never_a_success(&AdminSignOut, 200, r#"{"message":"m"}"#, true);
    every_refusal(&SignOut, &[]);
    every_refusal(&AdminSignOut, &[]);
}

#[test]
fn health_answers() {
    use HealthStatus::{Degraded, Ok, Other};

    let health = |status: u16, body: &str| -> Health { value(&CheckHealth, &json(status, body)) };
    for (status, body, word, database, has) in [
        (200, r#"{"status":"ok","timestamp":"t"}"#, Ok, None, true),
        (
            200,
            r#"{"services":{"database":true,"realtime":true},"status":"ok"}"#,
            Ok,
            Some(true),
            true,
        ),
        (503, r#"{"status":"degraded"}"#, Degraded, None, false),
        (
            503,
            r#"{"services":{"database":false},"status":"degraded"}"#,
            Degraded,
            Some(false),
            false,
        ),
        (
            503,
            r#"{"services":{"database":true,"realtime":false},"status":"degraded"}"#,
            Degraded,
            Some(true),
            true,
        ),
        (200, r#"{"status":"starting"}"#, Other, None, false),
        (
            200,
            r#"{"status":"ok","services":{"database":"yes"}}"#,
            Ok,
            None,
            true,
        ),
        (200, r#"{"status":"ok","services":[true]}"#, Ok, None, true),
        (200, r#"{"status":"ok","services":null}"#, Ok, None, true),
    ] {
        let read = health(status, body);
        assert_eq!(
            (read.status, read.database, read.has_database()),
            (word, database, has),
            "{body}"
        );
    }
    never_a_success(&CheckHealth, 200, r#"{"status":"ok"}"#, false);
    never_a_success(&CheckHealth, 503, r#"{"status":"degraded"}"#, false);
    every_refusal(&CheckHealth, &[503]);
    for body in [
        "{}",
        r#"{"status":null}"#,
        r#"{"status":true}"#,
        r#"{"error":"service_unavailable"}"#,
    ] {
        unexpected(&CheckHealth, &json(503, body), "`status`");
    }
}
