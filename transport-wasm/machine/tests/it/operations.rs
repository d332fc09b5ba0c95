//! Every operation, on every server.

use fluxbase_client_keys::emulator::Profile;
use serde_json::json;

use crate::page::Page;

#[test]
fn all_operations_give_what_is_documented() {
    for profile in Profile::ALL {
        for as_admin in [false, true] {
            let mut page = Page::new(profile);
            if as_admin {
                let admin = page.server.admins()[0].clone();
                let signed_in = page.value(
                    "admin_sign_in",
                    &[Some(&admin.email), Some(&admin.password)],
                );
                assert_eq!(signed_in["user"]["email"], admin.email.as_str());
            } else {
                let signed_in = page.sign_in();
                assert_eq!(signed_in["user"]["email"], "user1@example.com");
            }
            let arguments = [
                Some("ci"),
                Some("for \"ci\""),
                Some("60"),
                Some("2031-12-31T23:59:59+01:00"),
                None,
                Some("tables:read"),
            ];
            let created = page.value("create", &arguments);
            assert!(
                created["key"].as_str().unwrap().starts_with("fbk_"),
                "{profile:?}"
            );
            let key = &created["client_key"];
            assert_eq!(
                (&key["name"], &key["description"]),
                (&json!("ci"), &json!("for \"ci\""))
            );
            assert_eq!(key["rate_limit_per_minute"], 60);
            assert_eq!(key["expires_at"], "2031-12-31T22:59:59Z");
            let id = key["id"].as_str().unwrap().to_owned();
            let got = page.value("get", &[Some(&id)]);
            assert_eq!(got["id"], id.as_str());
            let listed = page.value("list", &[]);
            assert!(listed["client_keys"].is_array() && listed["total"].is_u64());
            let updated = page.value("update", &[Some(&id), Some("cd"), None, Some("0")]);
            assert_eq!(
                (&updated["name"], &updated["id"]),
                (&json!("cd"), &json!(id))
            );
            let revoked = page.value("revoke", &[Some(&id)]);
            assert!(revoked["message"].is_string());
            assert!(page.value("get", &[Some(&id)])["revoked_at"].is_string());
            assert!(page.value("delete", &[Some(&id)])["message"].is_string());
            let missing = page.call("get", &[Some(&id)]);
            assert_eq!(missing["error"]["kind"], "not_found", "{missing}");
            assert_eq!(missing["error"]["outcome"], "not_applied");
            assert_eq!(page.value("health", &[])["status"], "ok");
            assert!(page.value("sign_out", &[])["message"].is_string());
            assert!(page.value("tokens", &[]).is_null());
            page.assert_idle();
        }
    }
}

#[test]
fn tokens_are_exported_and_restored() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    let tokens = page.value("tokens", &[]).to_string();
    page.value("forget", &[]);
    assert_eq!(page.call("list", &[])["error"]["kind"], "invalid_input");
    page.value("restore", &[Some(&tokens)]);
    page.value("list", &[]);
}

#[test]
fn a_lost_answer_to_an_idempotent_create_is_asked_for_again() {
    let mut page = Page::new(Profile::V2026_3_7);
    page.sign_in();
    page.failures.push_back("closed");
    let digits = "0123456789abcdef".repeat(4);
    let created = page.value(
        "create",
        &[Some("ci"), None, None, None, Some(&digits), Some("*")],
    );
    assert!(created["key"].is_string());
    let keys: Vec<_> = page
        .seen
        .iter()
        .filter(|command| {
            command["method"] == "POST" && command["url"].as_str().unwrap().ends_with("client-keys")
        })
        .map(|command| command["headers"].to_string())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0].contains(&digits[..32]));
}

#[test]
fn words_about_cors_name_the_header() {
    let url = Some("http://localhost:8080");
    let key = "fbk_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=";
    let mut page = Page::with(
        Profile::V2026_3_7,
        &[
            url,
            None,
            Some("clientKey"),
            None,
            Some(key),
            None,
            Some("1"),
        ],
    );
    page.failures.push_back("opaque");
    let error = page.call("list", &[])["error"].clone();
    assert_eq!(
        (&error["kind"], &error["retryable"]),
        (&json!("transport"), &json!(true))
    );
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("X-Client-Key") && message.contains("CORS"),
        "{message}"
    );
    assert!(!message.contains("Zm9v") && !format!("{:?}", page.machine).contains(key));
}
