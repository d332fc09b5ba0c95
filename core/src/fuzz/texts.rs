//! What callers pass and what headers hold: instants, retry hints, base URLs, ids, scopes, credentials.

use super::shown;
use crate::{
    BaseUrl, ClientKeyId, Credential, Error, GetClientKey, Head, IdempotencyKey, ListClientKeys,
    Operation, Refresh, Reply, Scope, Secret, Spelling, Timestamp, TokenPair, UserId,
    wire::refusal,
};

/// The first byte says what the rest is to be.
pub(super) fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    match kind % 7 {
        0 => instant(&text),
        1 => hint(&text),
        2 => base_url(&text),
        3 => id(&text),
        4 => scope(&text),
        5 => credential(&text),
        _ => tokens(&text),
    }
}

/// A refusal of an input is one short line that does not quote it.
fn refused(error: &Error, text: &str) {
    let shown = shown::error(error);
    let quoted = text.len() > 60 && shown.contains(text);
    assert!(!quoted, "an input is quoted");
}

fn instant(text: &str) {
    let theirs = cut_to_nanos(text).parse::<jiff::Timestamp>();
    let Ok(ours) = Timestamp::parse(text) else {
        // The other reader takes more forms, and instants beyond the year 9999 in UTC.
        let may_be_told = theirs.is_ok_and(|theirs| Timestamp::try_from(theirs).is_ok());
        assert!(!may_be_told || !is_rfc_3339(text), "an instant is not read");
        return;
    };
    let written = ours.to_rfc3339();
    assert_eq!(written, ours.to_string());
    assert_eq!(Timestamp::parse(&written), Ok(ours), "written differently");
    assert!(written.ends_with('Z') && !written.contains(".Z"));
    // The other reader ends a little earlier.
    let theirs = theirs.unwrap_or(jiff::Timestamp::MAX);
    assert_eq!(jiff::Timestamp::from(ours), theirs, "another instant");
}

/// The text with no more than nine digits of a fraction.
fn cut_to_nanos(text: &str) -> String {
    let Some((before, after)) = text.split_once('.') else {
        return text.to_owned();
    };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, zone) = after.split_at(digits);
    let kept = fraction.get(..9).unwrap_or(fraction);
    [before, ".", kept, zone].concat()
}

/// Whether the text has the form that RFC 3339 gives, with `T` between date and time.
fn is_rfc_3339(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                '0'
            } else {
                c.to_ascii_uppercase()
            }
        })
        .collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        Some(after) if after.starts_with('0') => after.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(zone, "Z" | "+00:00" | "-00:00")
        // The other reader knows zones that are further away.
        && (zone == "Z" || text.get(text.len() - 5..text.len() - 3).is_some_and(|hours| hours < "24"))
}

fn hint(text: &str) {
    let now = Timestamp::parse("2026-11-23T10:00:00Z").unwrap();
    let mut head = Head::new(429);
    head.header("retry-after", text.as_bytes());
    let error = refusal(&Reply::new(&head, b"{}"), Some(now));
    let ours = error.retry_after();
    let text = text.trim_ascii();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse().ok();
        assert_eq!(ours.map(|after| after.as_secs()), seconds, "other seconds");
        return;
    }
    let without = refusal(&Reply::new(&head, b"{}"), None);
    assert_eq!(
        without.retry_after(),
        None,
        "a date is a hint without a clock"
    );
    let Some(ours) = ours else { return };
    // Which day of the week it says does not matter.
    let date = text.get(5..).unwrap_or_default();
    let parser = jiff::fmt::rfc2822::DateTimeParser::new();
    let theirs = parser.parse_timestamp(date).unwrap();
    let theirs = Timestamp::try_from(theirs).unwrap();
    assert_eq!(
        Some(ours),
        Some(theirs.since(now).unwrap_or_default()),
        "another date"
    );
}

fn base_url(text: &str) {
    let token = Credential::bearer_token("t").unwrap();
    let read = [
        BaseUrl::parse(text),
        BaseUrl::parse_allowing_plain_http(text),
    ];
    if let [Ok(strict), _] = &read {
        let is_safe = strict.is_https() || strict.is_loopback();
        assert!(is_safe, "a credential would travel in clear");
        assert_eq!(read[1].as_ref().ok(), Some(strict));
    }
    for read in &read {
        let base = match read {
            Ok(base) => base,
            Err(error) => {
                refused(error, text);
                continue;
            }
        };
        let shown = base.as_str();
        assert!(!shown.contains(['?', '#', '\\']) && !shown.ends_with('/'));
        assert!(!shown.chars().any(|c| c.is_control() || c.is_whitespace()));
        let again = BaseUrl::parse_allowing_plain_http(shown).unwrap();
        assert_eq!(&again, base, "read differently a second time");
        let request = ListClientKeys::new().request(base, Some(&token)).unwrap();
        let uri = request.uri();
        let authority = uri.authority().unwrap().as_str();
        assert!(!authority.contains('@'), "user information");
        let (scheme, rest) = shown.split_once("://").unwrap();
        assert_eq!(uri.scheme_str(), Some(scheme));
        assert_eq!(rest.split('/').next(), Some(authority), "another host");
        assert!(uri.path().ends_with("/api/v1/client-keys") && uri.query().is_none());
        assert!(
            !uri.path()
                .split('/')
                .any(|part| part == "." || part == "..")
        );
        let host = uri.host().unwrap();
        let is_address = |host: &str| host.trim_matches(['[', ']']).parse::<core::net::IpAddr>();
        if let Ok(address) = is_address(host) {
            let expected = address.to_canonical().is_loopback();
            assert!(expected || !base.is_loopback(), "this machine is elsewhere");
        }
    }
}

fn id(text: &str) {
    let base = BaseUrl::parse("https://example.com").unwrap();
    let token = Credential::bearer_token("t").unwrap();
    match ClientKeyId::parse(text) {
        Ok(id) => {
            assert!(id.as_str().eq_ignore_ascii_case(text), "another id");
            assert!(!text.starts_with("fbk_"), "a key is taken for an id");
            assert_eq!(ClientKeyId::parse(id.as_str()).ok(), Some(id));
            let request = GetClientKey::new(id).request(&base, Some(&token)).unwrap();
            let path = request.uri().path();
            assert_eq!(path, format!("/api/v1/client-keys/{id}"), "another path");
            let parts: Vec<_> = path.split('/').collect();
            assert!(parts.len() == 5 && !matches!(parts[4], "" | "." | ".."));
            assert_eq!(request.uri().query(), None);
        }
        Err(error) => refused(&error, text),
    }
    match UserId::parse(text) {
        Ok(user) => {
            let list = ListClientKeys::of_user(user).request(&base, Some(&token));
            let list = list.unwrap();
            assert_eq!(list.uri().path(), "/api/v1/client-keys");
            assert_eq!(list.uri().query(), Some(&*format!("user_id={user}")));
        }
        Err(error) => refused(&error, text),
    }
}

fn scope(text: &str) {
    let scope = match Scope::new(text) {
        Ok(scope) => scope,
        Err(error) => return refused(&error, text),
    };
    assert_eq!(scope.as_str(), text);
    let [old, new] = [Spelling::Old, Spelling::New].map(|spelling| scope.spelled(spelling));
    assert_eq!(old.spelled(Spelling::New), new, "spellings disagree");
    assert_eq!(new.spelled(Spelling::Old), old, "spellings disagree");
    assert_eq!(old == new, !scope.is_spelled_differently());
    assert!(scope == old || scope == new, "another scope");
    assert_eq!(scope.spelled(Spelling::AsGiven), scope);
    assert_eq!(scope.is_known(), Scope::KNOWN.contains(&new));
    assert_eq!(scope.suggestion().is_none(), scope.is_known());
    assert!(scope.suggestion().is_none_or(|nearest| nearest.is_known()));
}

fn credential(text: &str) {
    let base = BaseUrl::parse("https://example.com").unwrap();
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    for made in [
        Credential::client_key(text),
        Credential::service_key(text),
        Credential::bearer_token(text),
    ] {
        let credential = match made {
            Ok(credential) => credential,
            Err(error) => {
                assert!(!is_plain || text.len() > 8192 || text.starts_with("fbk_"));
                refused(&error, text);
                continue;
            }
        };
        assert!(is_plain);
        let request = ListClientKeys::new()
            .request(&base, Some(&credential))
            .unwrap();
        let mut sent = request
            .headers()
            .values()
            .filter(|value| value.is_sensitive());
        let sent = (sent.next().unwrap().to_str().unwrap(), sent.next());
        assert!(sent.0.ends_with(text) && sent.1.is_none(), "not one header");
        hidden(&shown::debug(&credential), text);
        hidden(&shown::debug(&request), text);
    }
    match IdempotencyKey::new(text) {
        Ok(key) => hidden(&shown::debug(&key), text),
        Err(error) => refused(&error, text),
    }
    let refresh = Refresh::new(text);
    hidden(&shown::debug(&refresh), text);
    if let Err(error) = refresh.request(&base, None) {
        refused(&error, text);
    }
}

/// Long enough to be no part of what is shown anyway.
fn hidden(shown: &str, secret: &str) {
    assert!(
        secret.len() < 40 || !shown.contains(secret),
        "a secret is shown"
    );
}

fn tokens(text: &str) {
    match TokenPair::restore(&Secret::new(text)) {
        Ok(pair) => {
            let exported = pair.export();
            let again = TokenPair::restore(&exported).unwrap();
            assert_eq!(
                again.export().expose(),
                exported.expose(),
                "restored differently"
            );
            for token in [Some(&again.access_token), again.refresh_token.as_ref()] {
                hidden(&shown::debug(&again), token.map_or("", Secret::expose));
            }
        }
        Err(error) => refused(&error, text),
    }
}
