//! What the machine tells JavaScript holds no secret outside the places that are for it.

use fluxbase_client_keys::emulator::Profile;
use fluxbase_secret_search::Secrets;
use serde_json::Value;

use crate::page::Page;

const DIGITS: &str = "c0ffee00deadbeef0123456789abcdef5eed5eed5eed5eed7a57ef1e7a57ef1e";

/// Takes the places out that are for secrets, and notes what stood there.
fn without_their_places(command: &mut Value, secrets: &mut Secrets) {
    for header in command["headers"].take().as_array().into_iter().flatten() {
        secrets.add_header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    secrets.add_body(
        command["body"]
            .take()
            .as_str()
            .unwrap_or_default()
            .as_bytes(),
    );
    secrets.add_members(&command["tokens"].take());
    command["text"].take();
    secrets.add_members(&command["value"]);
    for name in ["key", "access_token", "refresh_token"] {
        if let Some(place) = command.pointer_mut(&format!("/value/{name}")) {
            place.take();
        }
    }
}

fn assert_none(page: &Page, about: &str) {
    let mut secrets = Secrets::new();
    let mut commands = page.seen.clone();
    for command in &mut commands {
        without_their_places(command, &mut secrets);
    }
    assert!(
        secrets.count() > 2,
        "{about}: there are secrets to look for"
    );
    for shown in commands
        .iter()
        .map(Value::to_string)
        .chain([format!("{:?}", page.machine)])
    {
        assert_eq!(secrets.seen_in(&shown), None, "{about}: {shown}");
    }
}

#[test]
fn no_command_holds_a_secret_outside_its_place() {
    for profile in Profile::ALL {
        let mut page = Page::new(profile);
        page.sign_in();
        let arguments = [
            Some("ci"),
            None,
            None,
            None,
            Some(DIGITS),
            Some("tables:read"),
        ];
        let created = page.value("create", &arguments);
        let id = created["client_key"]["id"].as_str().unwrap().to_owned();
        page.value("list", &[]);
        page.value("update", &[Some(&id), Some("cd")]);
        page.clock += 3_600_000.0;
        page.value("get", &[Some(&id)]);
        page.value("tokens", &[]);
        page.value("revoke", &[Some(&id)]);
        page.value("delete", &[Some(&id)]);
        page.value("sign_out", &[]);
        assert_none(&page, "what goes well");
    }
}

#[test]
fn nor_does_any_error() {
    for profile in Profile::ALL {
        let mut page = Page::new(profile);
        let email = page.server.users()[0].email.clone();
        let refused = page.call("sign_in", &[Some(&email), Some("Qz7RkW3vXn9pLs2")]);
        assert!(refused["error"].is_object());
        page.sign_in();
        for failure in ["opaque", "closed", "timeout", "other"] {
            page.failures.extend([failure; 12]);
            let arguments = [Some("ci"), None, None, None, Some(DIGITS), Some("*")];
            assert!(page.call("create", &arguments)["error"].is_object());
            page.failures.clear();
        }
        assert!(page.call("get", &[Some("no-such-key")])["error"].is_object());
        let tokens = r#"{"access_token":"Jt4VbY8mKc1wHd6","refresh_token":"Gf5NxU0rEa3qZo9"}"#;
        page.call("restore", &[Some(tokens)]);
        assert!(page.call("list", &[])["error"].is_object());
        assert_none(&page, "what fails");
    }
}
