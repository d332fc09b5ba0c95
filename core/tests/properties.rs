//! What holds for every input.

// Helpers outside of test functions: a panic there is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "properties_support/inputs.rs"]
mod inputs;
#[path = "properties_support/lists.rs"]
mod lists;
mod properties_support;

use fluxbase_client_keys::{
    AdminRefresh, AdminSignIn, AdminSignOut, CheckHealth, ClientKeyId, CreateClientKey,
    CreateClientKeyRequest, DeleteClientKey, GetClientKey, ListClientKeys, Operation, Refresh,
    RevokeClientKey, Scope, Secret, SignIn, SignOut, TokenPair, UpdateClientKey,
    UpdateClientKeyRequest, UserId, VerifyTwoFactor,
};
use http::Response;
use properties_support::{answer, body, check, config, read};
use proptest::prelude::*;

/// Reads the answer with every operation.
fn read_all(response: &Response<Vec<u8>>) {
    let id = ClientKeyId::parse("k1").unwrap();
    let user = UserId::parse("u1").unwrap();
    read(
        &CreateClientKey::new(CreateClientKeyRequest::new("n", [Scope::ALL])),
        response,
    );
    read(&ListClientKeys::new(), response);
    read(&GetClientKey::new(id), response);
    read(
        &UpdateClientKey::new(id, UpdateClientKeyRequest::new()),
        response,
    );
    read(&RevokeClientKey::new(id), response);
    read(&DeleteClientKey::new(id), response);
    read(&SignIn::new("a", "b"), response);
    read(&VerifyTwoFactor::new(user, "c"), response);
    read(&Refresh::new("r"), response);
    read(&SignOut, response);
    read(&AdminSignIn::new("a", "b"), response);
    read(&AdminRefresh::new("r"), response);
    read(&AdminSignOut, response);
    read(&CheckHealth, response);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_answer_panics_and_no_error_quotes_it(response in answer()) {
        read_all(&response);
    }

    #[test]
    fn a_success_is_the_same_whatever_else_is_in_it(name in "[a-z_]{1,12}", other in properties_support::json()) {
        let known = ["id", "name", "key", "client_key", "description", "user_id", "scopes", "expires_at"];
        prop_assume!(!known.contains(&name.as_str()) && !name.ends_with("_at"));
        let get = GetClientKey::new(ClientKeyId::parse("k1").unwrap());
        let plain = get.read(&Response::new(r#"{"id":"k1","name":"n"}"#)).unwrap();
        for body in [format!(r#"{{"id":"k1","{name}":{other},"name":"n"}}"#), format!(r#"{{"client_key":{{"name":"n","id":"k1"}},"{name}":{other}}}"#)] {
            let read = get.read(&Response::new(body)).unwrap();
            prop_assert_eq!((read.id(), read.name()), (plain.id(), plain.name()));
        }
    }

    #[test]
    fn exported_tokens_are_restored(access in "[!-~]{1,60}", refresh in prop::option::of("[!-~]{1,60}"), admin: bool) {
        let mut pair = TokenPair::new(access.as_str(), refresh.as_deref().map(Into::into));
        if admin {
            pair = pair.admin();
        }
        let restored = TokenPair::restore(&pair.export()).unwrap();
        prop_assert_eq!(restored.access_token.expose(), access.as_str());
        prop_assert_eq!(restored.refresh_token.as_ref().map(Secret::expose), refresh.as_deref());
        prop_assert_eq!(restored.admin, admin);
    }

    #[test]
    fn what_is_no_export_is_refused_without_a_quotation(bytes in body()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Err(error) = TokenPair::restore(&text.into()) {
            check(&error);
        }
    }
}

/// A mebibyte that opens and never closes ends every reading, by no recursion.
#[test]
fn a_mebibyte_of_malice_is_refused() {
    for (start, piece) in [
        ("", "["),
        ("", r#"{"a":"#),
        ("", r#"{"id":"k","x":"#),
        ("", r#"{"client_key":"#),
        ("{\"error\":\"", r"\"),
        ("{\"message\":", "[{\"a\":"),
        ("{\"user\":", "{\"user\":"),
        ("{\"services\":", "[["),
        ("{\"expires_in\":", "9"),
        ("", " "),
    ] {
        let mut body = start.as_bytes().to_vec();
        body.extend(piece.bytes().cycle().take(1 << 20));
        let answer = |status: u16| {
            Response::builder()
                .status(status)
                .body(body.clone())
                .unwrap()
        };
        read_all(&answer(200));
        // Every refusal is read alike.
        let get = GetClientKey::new(ClientKeyId::parse("k1").unwrap());
        for status in [200, 400, 500] {
            assert!(get.read(&answer(status)).is_err());
        }
    }
}
