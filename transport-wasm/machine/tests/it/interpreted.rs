//! The published SDK's fetch object: paths, and what its answers mean.

use fluxbase_client_keys_machine::Machine;
use serde_json::{Value, json};

use crate::page::{fields, json as parsed};

fn interpret(operation: &str, id: Option<&str>, answer: Option<&str>) -> Value {
    let machine = Machine::new();
    parsed(&machine.interpret(fields(&[Some(operation), id, answer])))
}

#[test]
fn ids_are_checked_and_stand_in_paths_as_given() {
    let uuid = "5B0C2D5E-8F43-4F0E-9A57-0D7D2F1A9C11";
    let path = "/api/v1/client-keys";
    assert_eq!(interpret("list", None, None), json!({ "path": path }));
    assert_eq!(interpret("create", None, None), json!({ "path": path }));
    for operation in ["get", "update", "delete"] {
        let expected = format!("{path}/{uuid}");
        assert_eq!(
            interpret(operation, Some(uuid), None),
            json!({ "path": expected })
        );
    }
    let revoked = interpret("revoke", Some("k"), None);
    assert_eq!(revoked, json!({ "path": format!("{path}/k/revoke") }));
    for id in [None, Some(""), Some(".."), Some("a/b"), Some("fbk_secret")] {
        let refused = interpret("get", id, None);
        assert_eq!(refused["error"]["kind"], "invalid_input");
        assert!(!refused.to_string().contains("secret"));
    }
    assert_eq!(
        interpret("sign_in", None, None)["error"]["kind"],
        "invalid_input"
    );
}

#[test]
fn answers_of_every_shape_give_the_documented_result() {
    let key = r#"{"id":"k","name":"ci","scopes":["*"]}"#;
    let made = json!({ "id": "k", "name": "ci", "key_prefix": "", "scopes": ["*"] });
    let flat = r#"{"id":"k","name":"ci","scopes":["*"],"key":"fbk_1"}"#;
    let nested = format!(r#"{{"client_key":{key},"key":"fbk_1"}}"#);
    for answer in [flat, &nested] {
        let created = interpret("create", None, Some(answer));
        assert_eq!(
            created["value"],
            json!({ "client_key": made, "key": "fbk_1" })
        );
    }
    let documented = format!(r#"{{"client_keys":[{key}],"total":1}}"#);
    let one = json!({ "client_keys": [made], "total": 1, "skipped": 0 });
    let none = json!({ "client_keys": [], "total": 0, "skipped": 0 });
    for (answer, expected) in [
        (documented.as_str(), &one),
        (&format!("[{key}]"), &one),
        ("[]", &none),
        ("null", &none),
        ("", &none),
    ] {
        assert_eq!(
            &interpret("list", None, Some(answer))["value"],
            expected,
            "{answer}"
        );
    }
    assert_eq!(interpret("get", Some("k"), Some(key))["value"], made);
    assert_eq!(interpret("update", Some("k"), Some(key))["value"], made);
    for answer in ["", r#"{"success":true,"message":"updated"}"#] {
        let again = interpret("update", Some("k"), Some(answer));
        assert_eq!(again, json!({ "get": "/api/v1/client-keys/k" }));
    }
    for operation in ["revoke", "delete"] {
        assert!(interpret(operation, Some("k"), Some(""))["value"]["message"].is_string());
        let said = interpret(operation, Some("k"), Some(r#"{"message":"gone"}"#));
        assert_eq!(said["value"]["message"], "gone");
    }
}

#[test]
fn answers_that_make_no_sense_are_errors() {
    for (operation, answer) in [
        ("create", ""),
        ("create", "{}"),
        ("get", ""),
        ("list", "5"),
        ("get", "["),
    ] {
        let error = interpret(operation, Some("k"), Some(answer))["error"].clone();
        assert_eq!(error["kind"], "unexpected_response", "{operation} {answer}");
        assert!(
            error["message"].as_str().unwrap().contains(operation),
            "{error}"
        );
    }
}
