//! What callers pass, and the small texts of an answer: ids, scopes, instants, URLs, credentials, retry hints.

use std::time::Duration;

use fluxbase_client_keys::{
    BaseUrl, ClientKeyId, Credential, GetClientKey, IdempotencyKey, ListClientKeys, Operation,
    Refresh, Scope, Spelling, Timestamp, UserId,
};
use http::Response;
use proptest::prelude::*;

use super::properties_support::{check, config};

/// Texts that come near to being an id, a scope or a URL.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9._~:/%?#@ -]{0,70}",
        "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        "(https?|HTTP|ftp)://[a-z0-9.:\\[\\]@-]{0,20}(/[a-zA-Z0-9._%~-]{0,5}){0,3}[?#/]?",
        "fbk_[A-Za-z0-9_-]{1,44}=?",
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_id_cannot_change_a_path(text in text()) {
        match ClientKeyId::parse(&text) {
            Ok(id) => {
                prop_assert!(id.as_str().eq_ignore_ascii_case(&text));
                prop_assert_eq!(ClientKeyId::parse(id.as_str()).unwrap(), id);
                prop_assert!(!text.starts_with('.') && !text.starts_with("fbk_"));
                let token = Credential::bearer_token("t").unwrap();
                let base = BaseUrl::parse("https://example.com").unwrap();
                let request = GetClientKey::new(id).request(&base, Some(&token)).unwrap();
                prop_assert_eq!(request.uri().path(), format!("/api/v1/client-keys/{id}"));
                prop_assert_eq!(request.uri().query(), None);
            }
            Err(error) => check(&error),
        }
        match UserId::parse(&text) {
            Ok(user) => {
                let token = Credential::bearer_token("t").unwrap();
                let base = BaseUrl::parse("https://example.com").unwrap();
                let request = ListClientKeys::of_user(user).request(&base, Some(&token)).unwrap();
                prop_assert_eq!(request.uri().query().unwrap(), format!("user_id={user}"));
            }
            Err(error) => check(&error),
        }
    }

    #[test]
    fn every_plain_token_is_an_id(text in "[A-Za-z0-9_~:-][A-Za-z0-9._~:-]{0,62}") {
        prop_assert_eq!(ClientKeyId::parse(&text).is_ok(), !text.starts_with("fbk_"));
    }

    #[test]
    fn a_scope_is_kept_and_its_spellings_agree(text in prop_oneof![text(), "(read|write|execute|tables|rpc|x):(read|tables|rpc|write|y)"]) {
        let scope = match Scope::new(text.as_str()) {
            Ok(scope) => scope,
            Err(error) => {
                check(&error);
                return Ok(());
            }
        };
        prop_assert_eq!(scope.as_str(), text.as_str());
        let [old, new] = [Spelling::Old, Spelling::New].map(|spelling| scope.spelled(spelling));
        prop_assert_eq!(old.spelled(Spelling::New), new.clone());
        prop_assert_eq!(new.spelled(Spelling::Old), old.clone());
        prop_assert_eq!(old == new, !scope.is_spelled_differently());
        prop_assert!(scope == old || scope == new);
        prop_assert_eq!(scope.spelled(Spelling::AsGiven), scope.clone());
        match scope.suggestion() {
            Some(nearest) => prop_assert!(nearest.is_known() && !scope.is_known()),
            None => prop_assert!(scope.is_known()),
        }
    }

    #[test]
    fn an_instant_is_written_as_it_was_read(text in prop_oneof![any::<String>(), "[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{0,12})?([Zz]|[+-][0-9]{2}:[0-9]{2})"]) {
        if let Ok(instant) = Timestamp::parse(&text) {
            let written = instant.to_string();
            prop_assert_eq!(Timestamp::parse(&written), Ok(instant));
            prop_assert!(written.ends_with('Z') && !written.contains(".0Z"), "{}", written);
        }
    }

    #[test]
    fn any_zone_and_fraction_is_the_same_instant(seconds in 0_i64..253_402_214_400, hours in -14_i64..=14, minutes in 0_i64..60, fraction in "[0-9]{0,15}") {
        let offset = hours * 3600 + hours.signum() * minutes * 60;
        let local = Timestamp::from_unix_seconds(seconds).unwrap().to_string();
        let point = if fraction.is_empty() { "" } else { "." };
        let sign = if offset < 0 { '-' } else { '+' };
        let shown = format!("{}{point}{fraction}{sign}{:02}:{:02}", local.trim_end_matches('Z'), offset.abs() / 3600, offset.abs() / 60 % 60);
        let read = Timestamp::parse(&shown).unwrap();
        let nanos: u64 = format!("{fraction:0<9}")[..9].parse().unwrap();
        let expected = Timestamp::from_unix_seconds(seconds - offset).unwrap().saturating_add(Duration::from_nanos(nanos));
        prop_assert_eq!(read, expected);
    }

    #[test]
    fn instants_never_overflow(seconds: i64, span: Duration) {
        if let Some(instant) = Timestamp::from_unix_seconds(seconds) {
            let (later, earlier) = (instant.saturating_add(span), instant.saturating_sub(span));
            prop_assert!(earlier <= instant && instant <= later);
            prop_assert!(later.since(instant).unwrap() <= span);
            prop_assert!(instant.truncated_to_micros().since(instant).is_none_or(|rest| rest.is_zero()) || seconds < 0);
            let system: std::time::SystemTime = later.into();
            let _ = Timestamp::try_from(system);
        }
    }

    #[test]
    fn a_base_url_is_a_place_and_nothing_else(text in text(), plain: bool) {
        let read = if plain { BaseUrl::parse_allowing_plain_http(&text) } else { BaseUrl::parse(&text) };
        match read {
            Ok(base) => {
                let shown = base.as_str();
                prop_assert!(!shown.contains(['?', '#', '@', ' ', '\\']) || shown.split_once("://").unwrap().1.contains('/'));
                prop_assert!(!shown.contains(['?', '#']) && !shown.ends_with('/'));
                prop_assert!(!shown.chars().any(|c| c.is_control() || c.is_whitespace()));
                prop_assert!(plain || base.is_https() || shown.contains("localhost") || shown.contains("127.") || shown.contains("::1") || shown.contains(":1]"));
                let again = BaseUrl::parse_allowing_plain_http(shown).unwrap();
                prop_assert_eq!(&again, &base);
                let token = Credential::bearer_token("t").unwrap();
                let request = ListClientKeys::new().request(&base, Some(&token)).unwrap();
                prop_assert!(request.uri().path().ends_with("/api/v1/client-keys"));
                prop_assert!(request.uri().authority().unwrap().as_str() == request.uri().host().unwrap() || request.uri().port().is_some());
            }
            Err(error) => {
                check(&error);
                prop_assert!(text.len() < 12 || !error.to_string().contains(&text));
            }
        }
    }

    #[test]
    fn a_credential_goes_into_one_header_and_is_not_printed(text in prop_oneof![any::<String>(), "[!-~]{1,60}"]) {
        let base = BaseUrl::parse("https://example.com").unwrap();
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        for made in [Credential::client_key(text.as_str()), Credential::service_key(text.as_str())] {
            prop_assert_eq!(made.is_ok(), plain);
            match made {
                Ok(credential) => {
                    let request = ListClientKeys::new().request(&base, Some(&credential)).unwrap();
                    let sent: Vec<_> = request.headers().values().filter(|value| value.is_sensitive()).collect();
                    prop_assert_eq!(sent.len(), 1);
                    prop_assert_eq!(sent[0].to_str().unwrap(), text.as_str());
                    let printed = format!("{credential:?} {request:?}");
                    prop_assert!(text.len() < 13 || !printed.contains(&text));
                }
                Err(error) => check(&error),
            }
        }
        let key = IdempotencyKey::new(text.as_str());
        prop_assert_eq!(key.is_ok(), plain && (22..=256).contains(&text.len()));
        let refresh = Refresh::new(text.as_str()).request(&base, None);
        prop_assert_eq!(refresh.is_ok(), plain && text.len() >= 20);
    }

    #[test]
    fn retry_hints_are_durations_or_nothing(header in prop::option::of(prop_oneof!["[ -~]{0,30}", "[0-9]{1,22}", "-?[0-9]{1,3}(\\.[0-9])?"]), seconds in prop::option::of(any::<i64>())) {
        let body = seconds.map_or_else(|| "{}".to_owned(), |seconds| format!(r#"{{"retry_after":{seconds}}}"#));
        let mut response = Response::builder().status(429);
        if let Some(header) = &header {
            response = response.header("Retry-After", header);
        }
        let error = ListClientKeys::new().read(&response.body(body).unwrap()).unwrap_err();
        let stated = header.as_deref().and_then(|text| text.trim_ascii().parse::<u64>().ok());
        let stated = stated.or_else(|| seconds.and_then(|seconds| u64::try_from(seconds).ok()));
        prop_assert_eq!(error.retry_after(), stated.map(Duration::from_secs));
    }
}
