//! Answers to the six operations on client keys.

use fluxbase_client_keys::{
    ClientKeyId, CreateClientKey, CreateClientKeyRequest, DeleteClientKey, ErrorKind, GetClientKey,
    ListClientKeys, Outcome, RevokeClientKey, Scope, UpdateClientKey, UpdateClientKeyRequest,
};

use super::{
    every_refusal,
    replies_support::{CANARY, deep, error, json, never_a_success, unexpected, value},
};

/// Every member that a key has, as the newest servers order them.
const MEMBERS: &str = r#""id":"5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11","name":"ci","description":"deploys","key_prefix":"fbk_Zm9vYmFy","user_id":"70b56f62-4ab6-4ec5-b1e6-ba6a1d36e861","scopes":["clientkeys:read","*"],"allowed_namespaces":["a","b"],"rate_limit_per_minute":100,"last_used_at":"2026-05-02T00:00:00+05:30","expires_at":"2027-01-01T00:00:00Z","revoked_at":"2026-06-01T00:00:00.5Z","created_at":"2026-05-01T09:30:00.123456Z","updated_at":"2026-05-01T09:30:00.1Z""#;

fn id() -> ClientKeyId {
    ClientKeyId::parse("key-uuid").unwrap()
}

fn create() -> CreateClientKey {
    CreateClientKey::new(CreateClientKeyRequest::new("ci", [Scope::ALL]))
}

fn get() -> GetClientKey {
    GetClientKey::new(id())
}

fn update() -> UpdateClientKey {
    UpdateClientKey::new(id(), UpdateClientKeyRequest::new().name("ci"))
}

/// The key of an answer, whole.
fn read_whole(body: &str) {
    let key = value(&get(), &json(200, body));
    assert_eq!(key.id().as_str(), "5b0c2d5e-8f43-4f0e-9a57-0d7d2f1a9c11");
    assert_eq!((key.name(), key.description()), ("ci", Some("deploys")));
    assert_eq!(key.key_prefix(), "fbk_Zm9vYmFy");
    assert!(key.user_id().is_some());
    assert_eq!(key.scopes().collect::<Vec<_>>(), ["clientkeys:read", "*"]);
    assert_eq!(key.allowed_namespaces().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(key.rate_limit_per_minute(), Some(100));
    let shown = [
        key.last_used_at(),
        key.expires_at(),
        key.revoked_at(),
        key.created_at(),
        key.updated_at(),
    ]
    .map(|instant| instant.unwrap().to_string());
    assert_eq!(
        shown,
        [
            "2026-05-01T18:30:00Z",
            "2027-01-01T00:00:00Z",
            "2026-06-01T00:00:00.5Z",
            "2026-05-01T09:30:00.123456Z",
            "2026-05-01T09:30:00.1Z"
        ]
    );
}

#[test]
fn create_answers() {
    let create = create();
    let flat = format!(r#"{{{MEMBERS},"key":"{CANARY}"}}"#);
    let nested = format!(r#"{{"client_key":{{{MEMBERS}}},"key":"{CANARY}"}}"#);
    let reversed =
        format!(r#"{{"key":"{CANARY}","x":[{{"id":"n"}}],"client_key":{{{MEMBERS},"key":"k"}}}}"#);
    let twice = format!(r#"{{"key":"old","key":"{CANARY}",{MEMBERS}}}"#);
    for body in [&flat, &nested, &reversed, &twice] {
        for status in [200, 201] {
            let made = value(&create, &json(status, body.as_str()));
            assert_eq!(made.key.expose(), CANARY);
            assert_eq!(made.client_key.name(), "ci");
            assert!(made.unreadable.is_empty());
            assert!(!format!("{made:?}").contains("Canary"));
        }
    }
    never_a_success(&create, 201, &flat, false);
    never_a_success(&create, 201, &nested, false);
    every_refusal(&create, &[]);

    // The member that is missing is named.
    for (body, member) in [
        ("{}".to_owned(), "`id`"),
        (format!(r#"{{"name":"{CANARY}","key":"{CANARY}"}}"#), "`id`"),
        (
            format!(r#"{{"client_key":{{"name":"{CANARY}"}},"key":"{CANARY}"}}"#),
            "`id`",
        ),
        (format!(r#"{{"client_key":null,"key":"{CANARY}"}}"#), "`id`"),
        (format!(r#"{{"id":"{CANARY}","key":"{CANARY}"}}"#), "`id`"),
        (format!(r#"{{"id":"../{CANARY}","key":"k"}}"#), "`id`"),
        (format!("{{{MEMBERS}}}"), "`key`"),
        (format!(r#"{{{MEMBERS},"key":""}}"#), "`key`"),
        (format!(r#"{{{MEMBERS},"key":["{CANARY}"]}}"#), "`key`"),
        (
            format!(r#"{{"client_key":{{{MEMBERS},"key":"{CANARY}"}}}}"#),
            "`key`",
        ),
    ] {
        unexpected(&create, &json(201, body), member);
    }
    // An instant that cannot be read must not cost the plaintext.
    let odd = format!(r#"{{"id":"k1","key":"{CANARY}","expires_at":"{CANARY}","created_at":5}}"#);
    let made = value(&create, &json(201, odd));
    assert_eq!(made.unreadable, ["expires_at", "created_at"]);
    assert_eq!(
        (made.key.expose(), made.client_key.expires_at()),
        (CANARY, None)
    );
}

#[test]
fn list_answers() {
    let list = ListClientKeys::new();
    let key = format!("{{{MEMBERS}}}");
    for (body, ids, total, skipped) in [
        ("null".to_owned(), 0, 0, 0),
        ("[]".to_owned(), 0, 0, 0),
        (format!("[{key},{key}]"), 2, 2, 0),
        (format!(r#"{{"client_keys":[{key}],"total":7}}"#), 1, 7, 0),
        (
            format!(r#"{{"total":1,"page":{{"a":[1]}},"client_keys":[{key}]}}"#),
            1,
            1,
            0,
        ),
        (r#"{"client_keys":null,"total":0}"#.to_owned(), 0, 0, 0),
        // One unusable element does not cost the whole list.
        (
            format!(r#"[{key},{{"name":"no id"}},null,5,{{"id":"k","expires_at":"never"}}]"#),
            1,
            5,
            4,
        ),
        (format!("[{},{key}]", deep("[", "]")), 1, 2, 1),
        (
            format!(r#"[{{"id":"k","x":{}}},{key}]"#, deep(r#"{"a":"#, "}")),
            2,
            2,
            0,
        ),
        (
            format!(r#"{{"client_keys":[{key}],"total":1e999}}"#),
            1,
            1,
            0,
        ),
        (format!(r#"{{"client_keys":[{key}],"total":-1}}"#), 1, 1, 0),
    ] {
        let read = value(&list, &json(200, body));
        assert_eq!(
            (read.client_keys.len(), read.total, read.skipped),
            (ids, total, skipped)
        );
    }
    never_a_success(&list, 200, &format!("[{key}]"), false);
    never_a_success(
        &list,
        200,
        &format!(r#"{{"client_keys":[{key}],"total":1}}"#),
        false,
    );
    never_a_success(&list, 200, "null", false);
    every_refusal(&list, &[]);
    for body in [
        r#"{"message":"x"}"#,
        r#"{"client_keys":{}}"#,
        r#"{"total":5}"#,
        "{}",
        &key,
    ] {
        unexpected(&list, &json(200, body), "list of client keys");
    }
}

#[test]
fn get_answers() {
    let get = get();
    let key = format!("{{{MEMBERS}}}");
    read_whole(&key);
    read_whole(&format!(r#"{{"client_key":{key}}}"#));
    read_whole(&format!(
        r#"{{"new":{{"deep":[1]}},{MEMBERS},"is_active":true}}"#
    ));
    read_whole(&format!(
        r#"{{"new":{},{MEMBERS}}}"#,
        deep(r#"[{"a":"#, "}]")
    ));
    let least = value(&get, &json(200, r#"{"id":"k1"}"#));
    assert_eq!((least.name(), least.key_prefix()), ("", ""));
    assert_eq!(
        (
            least.description(),
            least.user_id(),
            least.rate_limit_per_minute()
        ),
        (None, None, None)
    );
    assert_eq!(
        least.scopes().count() + least.allowed_namespaces().count(),
        0
    );
    assert_eq!(
        (least.created_at(), least.updated_at(), least.expires_at()),
        (None, None, None)
    );
    never_a_success(&get, 200, &key, false);
    every_refusal(&get, &[]);
    for body in [
        r#"{"message":"Client key updated successfully","success":true}"#,
        "{}",
    ] {
        unexpected(&get, &json(200, body), "`id`");
    }
    for member in [
        "last_used_at",
        "expires_at",
        "revoked_at",
        "created_at",
        "updated_at",
    ] {
        for odd in [
            &format!("\"{CANARY}\""),
            "5",
            "true",
            "[]",
            "{}",
            "\"2026-05-01\"",
            "1e300",
        ] {
            let body = format!(r#"{{"id":"k1","{member}":{odd}}}"#);
            unexpected(&get, &json(200, body), &format!("`{member}`"));
        }
        for none in ["null", "\"\""] {
            value(
                &get,
                &json(200, format!(r#"{{"id":"k1","{member}":{none}}}"#)),
            );
        }
    }
}

#[test]
fn members_of_a_wrong_type_read_as_absent() {
    let odd = [
        "null",
        "true",
        "-5",
        "1.5",
        "99999999999999999999999",
        "\"text\"",
        "[]",
        "{}",
        r#"[null,1,{"a":[2]}]"#,
        r#"{"a":[1]}"#,
    ];
    for value_of in odd {
        for member in [
            "name",
            "description",
            "key_prefix",
            "user_id",
            "scopes",
            "allowed_namespaces",
            "rate_limit_per_minute",
        ] {
            let key = value(
                &get(),
                &json(200, format!(r#"{{"id":"k1","{member}":{value_of},"x":1}}"#)),
            );
            let is_text = value_of == "\"text\"";
            let is_integer = value_of == "-5";
            assert_eq!(key.name() == "text", is_text && member == "name");
            assert_eq!(
                key.description() == Some("text"),
                is_text && member == "description"
            );
            assert_eq!(
                key.key_prefix() == "text",
                is_text && member == "key_prefix"
            );
            assert_eq!(key.user_id().is_some(), is_text && member == "user_id");
            assert_eq!(key.scopes().count() + key.allowed_namespaces().count(), 0);
            assert_eq!(
                key.rate_limit_per_minute() == Some(-5),
                is_integer && member == "rate_limit_per_minute"
            );
        }
        unexpected(
            &get(),
            &json(
                200,
                format!(
                    r#"{{"name":"{CANARY}","id":{}}}"#,
                    value_of.replace("\"text\"", "\"a/b\"")
                ),
            ),
            "`id`",
        );
    }
    // Beyond what a number can be here: it says nothing, and costs nothing else.
    let beyond = r#"{"rate_limit_per_minute":1e999,"id":"k1"}"#;
    let key = value(&get(), &json(200, beyond));
    assert_eq!(
        (key.id().as_str(), key.rate_limit_per_minute()),
        ("k1", None)
    );
    let list = value(&ListClientKeys::new(), &json(200, format!("[{beyond}]")));
    assert_eq!((list.client_keys.len(), list.skipped), (1, 0));
}

#[test]
fn update_answers() {
    let update = update();
    let message = r#"{"message":"Client key updated successfully","success":true}"#;
    let key = format!("{{{MEMBERS}}}");
    for status in [200, 400] {
        let updated = value(&update, &json(status, message));
        assert!(updated.key.is_none());
        assert_eq!(
            updated.message.as_deref(),
            Some("Client key updated successfully")
        );
    }
    for body in [key.clone(), format!(r#"{{"client_key":{key}}}"#)] {
        assert_eq!(value(&update, &json(200, body)).key.unwrap().name(), "ci");
    }
    for body in [
        "{}",
        r#"{"success":true}"#,
        r#"{"id":"k1","expires_at":"never"}"#,
        r#"{"message":5}"#,
    ] {
        let updated = value(&update, &json(200, body));
        assert!(updated.key.is_none() && updated.message.is_none(), "{body}");
    }
    let none = value(&update, &json(204, ""));
    assert!(none.key.is_none() && none.message.is_none());
    never_a_success(&update, 200, message, true);
    never_a_success(&update, 200, &key, true);
    every_refusal(&update, &[]);
}

#[test]
fn revoke_and_delete_answers() {
    let (revoke, delete) = (RevokeClientKey::new(id()), DeleteClientKey::new(id()));
    let message = r#"{"message":"Client key revoked successfully","success":true}"#;
    for (status, body, words) in [
        (200, message, "Client key revoked successfully"),
        (
            200,
            r#"{"message":"Client key revoked successfully"}"#,
            "Client key revoked successfully",
        ),
        (400, message, "Client key revoked successfully"),
        (200, r#"{"id":"k1","name":"ci"}"#, ""),
        (200, "{}", ""),
        (200, r#"{"message":["x"]}"#, ""),
        (204, "", ""),
        (200, "", ""),
    ] {
        let otherwise = |own: &'static str| if words.is_empty() { own } else { words };
        let revoked = value(&revoke, &json(status, body));
        assert_eq!(revoked.message, otherwise("Client key revoked"), "{body}");
        let deleted = value(&delete, &json(status, body));
        assert_eq!(deleted.message, otherwise("Client key deleted"), "{body}");
    }
    // What a server says is cleaned before it is shown.
    let said = value(
        &delete,
        &json(200, format!(r#"{{"message":"gone\u001b[0m {CANARY}"}}"#)),
    );
    assert_eq!(said.message, r"gone\u{1b}[0m [redacted]=");
    never_a_success(&revoke, 200, message, true);
    never_a_success(&delete, 200, message, true);
    every_refusal(&revoke, &[]);
    every_refusal(&delete, &[]);
}

#[test]
fn a_400_is_applied_only_if_it_says_so() {
    for body in [
        r#"{"success":"true"}"#,
        r#"{"success":false}"#,
        r#"{"success":1}"#,
        r#"{"data":{"success":true}}"#,
        r#"{"success":true"#,
    ] {
        let refused = error(&update(), &json(400, body));
        assert_eq!(
            (refused.kind(), refused.outcome()),
            (ErrorKind::Rejected, Outcome::NotApplied),
            "{body}"
        );
    }
    // Of a create that was applied the plaintext is lost.
    unexpected(&create(), &json(400, r#"{"success":true}"#), "`id`");
}
