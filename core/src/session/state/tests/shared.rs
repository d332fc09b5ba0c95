//! What managers ask a session that others share: is it being renewed, is it older than what is stored, whose login is it.

use super::{REFUSED, at, error, lasting, pair, start, with_both, with_tokens};
use crate::{
    ErrorKind, RenewalPlan, Session, SessionState, TokenPair,
    session::state::{Generation, Login},
};

fn admin(pair: TokenPair) -> TokenPair {
    pair.admin()
}

#[test]
fn a_renewal_is_seen_while_it_lasts() {
    let (mut session, first) = with_tokens();
    assert!(!session.is_renewing());
    assert!(!session.is_renewing_from(&pair("1")));
    let plan = start(&mut session, first);
    assert!(session.is_renewing());
    assert!(session.is_renewing_from(&pair("1")));
    assert!(!session.is_renewing_from(&pair("2")));
    let _ = session.fail(&plan, &error(ErrorKind::Server));
    assert!(!session.is_renewing());
    // A sign-in renews from no pair.
    let mut session = Session::new().with_login(Login::new("a@b.c", "password", false));
    let _ = start(&mut session, Generation(0));
    assert!(session.is_renewing() && !session.is_renewing_from(&pair("1")));
}

#[test]
fn of_two_pairs_the_one_that_ends_earlier_is_older() {
    let session = |pair: TokenPair| {
        let mut session = Session::new();
        session.adopt(pair, at(0));
        session
    };
    assert!(Session::new().is_older_than(&pair("1")));
    let own = session(lasting("1", 100));
    assert!(own.is_older_than(&lasting("2", 101)));
    assert!(own.is_older_than(&lasting("2", 100)));
    assert!(!own.is_older_than(&lasting("2", 99)));
    // The same, whenever it is said to end.
    assert!(!own.is_older_than(&lasting("1", 200)));
    // Ends of pairs of two kinds say nothing, nor does one that is not known.
    assert!(own.is_older_than(&admin(lasting("2", 99))));
    assert!(own.is_older_than(&pair("2")));
    assert!(session(pair("1")).is_older_than(&lasting("2", 1)));
    assert!(session(admin(lasting("1", 100))).is_older_than(&admin(lasting("2", 100))));
    assert!(!session(admin(lasting("1", 100))).is_older_than(&admin(lasting("2", 99))));
    // Those who renew an administrator's pair keep its refresh token.
    let mut renewed = admin(lasting("2", 200));
    renewed.refresh_token = lasting("1", 100).refresh_token;
    assert!(session(admin(lasting("1", 100))).is_older_than(&renewed));
}

#[test]
fn a_login_stays_with_its_account() {
    let kept = |email: Option<&str>, admin| {
        let mut session = Session::new().with_login(Login::new("a@b.c", "password", false));
        session.keep_login_of(email, admin);
        session.login.is_some()
    };
    assert!(kept(Some("a@b.c"), false));
    assert!(kept(Some("A@B.C"), false));
    assert!(!kept(Some("x@b.c"), false));
    assert!(!kept(Some("a@b.c"), true));
    assert!(!kept(None, false));
}

#[test]
fn a_renewal_with_other_credentials_is_another_one() {
    let sign_in = |email: &str, password: &str, admin| {
        RenewalPlan::SignIn(Login::new(email, password, admin))
    };
    let own = sign_in("a@b.c", "password", false);
    assert!(own.is_same(&sign_in("a@b.c", "password", false)));
    assert!(!own.is_same(&sign_in("x@b.c", "password", false)));
    assert!(!own.is_same(&sign_in("a@b.c", "other", false)));
    assert!(!own.is_same(&sign_in("a@b.c", "password", true)));
    let refresh = RenewalPlan::Refresh(pair("1"));
    assert!(refresh.is_same(&RenewalPlan::Refresh(pair("1"))));
    assert!(!refresh.is_same(&RenewalPlan::Refresh(pair("2"))));
    assert!(!refresh.is_same(&own) && !own.is_same(&refresh));
}

#[test]
fn the_error_says_why_a_person_is_needed() {
    let needed = |session: &mut Session, stale| match session.renew(stale) {
        SessionState::SignInNeeded(error) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let (mut session, first) = with_tokens();
    let plan = start(&mut session, first);
    let refused = error(REFUSED);
    assert!(!session.fail(&plan, &refused));
    let text = needed(&mut session, first);
    assert!(
        text.contains("the tokens or the password were refused"),
        "{text}"
    );
    // After a refresh whose answer was lost.
    let (mut session, first) = with_tokens();
    let plan = start(&mut session, first);
    let lost = error(ErrorKind::Server).with_outcome(crate::Outcome::Unknown);
    assert!(!session.fail(&plan, &lost));
    let plan = start(&mut session, first);
    assert!(!session.fail(&plan, &refused));
    let text = needed(&mut session, first);
    assert!(text.contains("an earlier refresh was lost"), "{text}");
    // Without a refresh token.
    let mut session = Session::new();
    let only = session.adopt(TokenPair::new("access", None), at(0));
    let text = needed(&mut session, only);
    assert!(text.contains("there is no refresh token"), "{text}");
}

#[test]
fn there_is_something_to_send_or_there_is_not() {
    assert!(Session::new().is_empty());
    assert!(!with_tokens().0.is_empty());
    assert!(!with_both().0.is_empty());
    assert!(
        !Session::new()
            .with_login(Login::new("a@b.c", "password", false))
            .is_empty()
    );
    let (session, first) = with_tokens();
    assert_eq!(session.generation(), first);
    assert!(
        session
            .pair()
            .is_some_and(|own| own.has_tokens_of(&pair("1")))
    );
    let shown = format!("{:?}", with_both().0);
    assert!(shown.contains("has_pair: true, has_login: true"), "{shown}");
    assert_eq!(with_both().0.login.unwrap().email(), "a@b.c");
}
