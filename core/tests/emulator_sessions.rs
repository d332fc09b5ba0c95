//! Sessions beyond what was recorded: what the clock does, cookies, locks, and release 2026.3.6.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "emulator_support/client.rs"]
mod client;
mod emulator_support;

use std::time::Duration;

use client::{KEYS, server};
use fluxbase_client_keys::emulator::Profile;

const REAL: [Profile; 3] = [Profile::V2026_1, Profile::V2026_3_6, Profile::V2026_3_7];

#[test]
fn access_tokens_end() {
    for profile in Profile::ALL {
        let mut server = server(profile);
        let token = server.token(0);
        server.wait(899);
        assert_eq!(
            server.bear(&token, "GET", KEYS, "").status,
            200,
            "{profile}"
        );
        server.wait(1);
        let answer = server.bear(&token, "GET", KEYS, "");
        assert_eq!(
            answer.error(),
            (401, "Invalid or expired Bearer token"),
            "{profile}"
        );
    }
}

#[test]
fn their_lifetime_can_be_set() {
    let mut server = server(Profile::V2026_3_7);
    server
        .emulator
        .set_access_token_lifetime(Duration::from_secs(2));
    let answer = server.sign_in(0);
    assert_eq!(answer.json["expires_in"], 2);
    assert!(answer.header("set-cookie").contains("max-age=2;"));
    let token = answer.text("access_token").to_owned();
    server.wait(2);
    assert_eq!(server.bear(&token, "GET", KEYS, "").status, 401);
}

#[test]
fn refresh_tokens_rotate_and_end_after_a_week() {
    for profile in Profile::ALL {
        let mut server = server(profile);
        let first = server.sign_in(0).text("refresh_token").to_owned();
        let second = server.refresh(&first).text("refresh_token").to_owned();
        assert_ne!(first, second, "{profile}");
        assert_eq!(server.refresh(&first).status, 401, "{profile}");
        server.wait(168 * 60 * 60 - 1);
        let third = server.refresh(&second).text("refresh_token").to_owned();
        assert!(!third.is_empty(), "{profile}");
        server.wait(168 * 60 * 60);
        let answer = server.refresh(&third);
        assert_eq!(
            answer.error(),
            (401, "Invalid or expired refresh token"),
            "{profile}"
        );
    }
}

#[test]
fn an_access_token_refreshes_nothing() {
    let mut server = server(Profile::V2026_3_7);
    let token = server.token(0);
    assert_eq!(server.refresh(&token).status, 401);
}

#[test]
fn a_cookie_stands_in_for_a_missing_refresh_token() {
    let mut server = server(Profile::V2026_3_7);
    let refresh = server.sign_in(0).text("refresh_token").to_owned();
    let cookie = format!("other=1; fluxbase_refresh_token={refresh}");
    let answer = server.send("POST", "/api/v1/auth/refresh", &[("cookie", &cookie)], "{}");
    assert_eq!(answer.status, 200);
    let answer = server.send("POST", "/api/v1/auth/refresh", &[("cookie", &cookie)], "");
    assert_eq!(answer.error(), (401, "Invalid or expired refresh token"));
}

#[test]
fn a_cookie_wins_over_the_header_at_sign_out() {
    let mut server = server(Profile::V2026_3_7);
    let first = server.sign_in(0);
    let second = server.sign_in(1);
    let cookie = format!("fluxbase_access_token={}", first.text("access_token"));
    let header = format!("Bearer {}", second.text("access_token"));
    let headers = [
        ("cookie", cookie.as_str()),
        ("authorization", header.as_str()),
    ];
    assert_eq!(
        server
            .send("POST", "/api/v1/auth/signout", &headers, "{}")
            .status,
        200
    );
    assert_eq!(server.refresh(first.text("refresh_token")).status, 401);
    assert_eq!(server.refresh(second.text("refresh_token")).status, 200);
    let headers = [
        ("cookie", "fluxbase_access_token=rubbish"),
        ("authorization", header.as_str()),
    ];
    let answer = server.send("POST", "/api/v1/auth/signout", &headers, "{}");
    assert_eq!((answer.status, answer.text("code")), (401, "INVALID_TOKEN"));
}

#[test]
fn signing_out_with_an_older_token_leaves_the_session() {
    for profile in REAL {
        let mut server = server(profile);
        let signed_in = server.sign_in(0);
        let renewed = server.refresh(signed_in.text("refresh_token"));
        let answer = server.bear(
            signed_in.text("access_token"),
            "POST",
            "/api/v1/auth/signout",
            "",
        );
        assert_eq!(answer.status, 200, "{profile}");
        assert_eq!(
            server.refresh(renewed.text("refresh_token")).status,
            200,
            "{profile}"
        );
    }
}

#[test]
fn an_account_opens_again_after_a_quarter_of_an_hour() {
    for profile in REAL {
        let mut server = server(profile);
        let password = server.emulator.users()[1].password.clone();
        for _ in 0..5 {
            assert_eq!(
                server.sign_in_with("user2@example.com", "wrong").status,
                401,
                "{profile}"
            );
        }
        assert_eq!(
            server.sign_in_with("user2@example.com", &password).status,
            403,
            "{profile}"
        );
        server.wait(901);
        assert_eq!(
            server.sign_in_with("user2@example.com", &password).status,
            200,
            "{profile}"
        );
        let answer = server.sign_in_with("user2@example.com", "wrong");
        assert_eq!(
            answer.error(),
            (401, "Invalid email or password"),
            "{profile}"
        );
    }
}

#[test]
fn five_wrong_codes_lock_the_right_one_out() {
    for (profile, refused) in [
        (
            Profile::V2026_1,
            "too many 2FA attempts, please try again later",
        ),
        (Profile::V2026_3_7, "Invalid 2FA code"),
    ] {
        let mut server = server(profile);
        let id = server.emulator.users()[2].id.clone();
        let right = format!(r#"{{"user_id":"{id}","code":"123456"}}"#);
        let wrong = format!(r#"{{"user_id":"{id}","code":"000000"}}"#);
        let answer = server.send("POST", "/api/v1/auth/2fa/verify", &[], &right);
        assert_eq!(answer.status, 200, "{profile}");
        assert!(!answer.headers.contains_key("set-cookie"));
        // Past the limiter's window, so that all five are looked at.
        server.wait(300);
        for _ in 0..5 {
            assert_eq!(
                server
                    .send("POST", "/api/v1/auth/2fa/verify", &[], &wrong)
                    .status,
                400
            );
        }
        server.wait(300);
        let answer = server.send("POST", "/api/v1/auth/2fa/verify", &[], &right);
        assert_eq!(answer.error(), (400, refused), "{profile}");
        server.wait(600);
        assert_eq!(
            server
                .send("POST", "/api/v1/auth/2fa/verify", &[], &right)
                .status,
            200,
            "{profile}"
        );
    }
}

#[test]
fn signing_out_is_remembered_by_the_oldest_server_only() {
    for (profile, again, used) in [
        (Profile::V2026_1, (401, "REVOKED_TOKEN"), 200),
        (Profile::V2026_3_6, (200, ""), 200),
        (Profile::V2026_3_7, (200, ""), 200),
        (Profile::Documented, (401, "REVOKED_TOKEN"), 401),
    ] {
        let mut server = server(profile);
        let token = server.token(0);
        assert_eq!(
            server
                .bear(&token, "POST", "/api/v1/auth/signout", "")
                .status,
            200
        );
        let answer = server.bear(&token, "POST", "/api/v1/auth/signout", "");
        assert_eq!((answer.status, answer.text("code")), again, "{profile}");
        assert_eq!(
            server.bear(&token, "GET", KEYS, "").status,
            used,
            "{profile}"
        );
    }
}

#[test]
fn the_limits_of_release_2026_3_6_are_the_newer_ones() {
    let mut server = server(Profile::V2026_3_6);
    let answer = server.sign_in_with("user1@example.com", "wrong");
    assert_eq!(answer.error(), (401, "Invalid email or password"));
    assert!(answer.json.get("code").is_none());
    assert_eq!(answer.header("x-ratelimit-reset"), "60");
    assert_eq!(
        answer.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(answer.header("vary"), "Origin, Accept-Encoding");
    let answer = server.refresh("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln");
    assert_eq!(
        (answer.status, answer.header("x-ratelimit-limit")),
        (401, "5")
    );
    assert!(answer.header("set-cookie").contains("max-age=0"));
    let answer = server.refresh("short");
    assert_eq!((answer.status, &answer.json["code"]), (500, &500.into()));
}

#[test]
fn admin_refresh_works_on_the_newest_server_only() {
    for (profile, status) in [
        (Profile::V2026_1, 401),
        (Profile::V2026_3_6, 401),
        (Profile::V2026_3_7, 200),
    ] {
        let mut server = server(profile);
        let admin = server.emulator.admins()[0].clone();
        let body = format!(
            r#"{{"email":"{}","password":"{}"}}"#,
            admin.email, admin.password
        );
        let signed_in = server.send("POST", "/api/v1/admin/login", &[], &body);
        let body = format!(
            r#"{{"refresh_token":"{}"}}"#,
            signed_in.text("refresh_token")
        );
        assert_eq!(
            server
                .send("POST", "/api/v1/admin/refresh", &[], &body)
                .status,
            status,
            "{profile}"
        );
        let own = server.sign_in(0);
        let body = format!(r#"{{"refresh_token":"{}"}}"#, own.text("refresh_token"));
        assert_eq!(
            server
                .send("POST", "/api/v1/admin/refresh", &[], &body)
                .status,
            401,
            "{profile}"
        );
    }
}

#[test]
fn the_dashboard_signs_administrators_in() {
    let mut server = server(Profile::V2026_3_7);
    let admin = server.emulator.admins()[0].clone();
    let body = format!(
        r#"{{"email":"{}","password":"{}"}}"#,
        admin.email, admin.password
    );
    let answer = server.send("POST", "/dashboard/auth/login", &[], &body);
    assert_eq!(
        (answer.status, answer.json["user"]["email"].as_str()),
        (200, Some("admin@example.com"))
    );
    let token = answer.text("access_token").to_owned();
    assert_eq!(
        server
            .bear(&token, "GET", KEYS, "")
            .json
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn an_unknown_tenant_is_refused_where_tenants_are_known() {
    for (profile, status) in [
        (Profile::V2026_1, 401),
        (Profile::V2026_3_6, 401),
        (Profile::V2026_3_7, 404),
    ] {
        let mut server = server(profile);
        let tenant = server.emulator.users()[0].tenant_id.clone().unwrap();
        let answer = server.send("GET", KEYS, &[("x-fb-tenant", "nobody")], "");
        assert_eq!(answer.status, status, "{profile}");
        let answer = server.send("GET", KEYS, &[("x-fb-tenant", &tenant)], "");
        assert_eq!(answer.status, 401, "{profile}");
    }
}
