//! What a step says while nothing is sent.

use core::time::Duration;

use super::get;
use crate::{
    Access, Credential, Head, Session, Timestamp, TokenPair,
    exchange::{
        Now, Step,
        testing::{by_session, by_token, policy},
    },
};

fn at(seconds: u64) -> Now {
    Now::new(Timestamp::UNIX_EPOCH, Duration::from_secs(seconds), 0)
}

#[test]
fn a_wait_says_how_long() {
    let Step::Send(sending) = Step::start(get(), by_token(), at(0)) else {
        panic!("nothing is sent");
    };
    let Step::Receive(receiving) = sending.head(Head::new(429), at(0)) else {
        panic!("nothing is received");
    };
    let step = receiving.end(at(0));
    assert_eq!(format!("{step:?}"), "Waiting { duration: 1s, .. }");
}

#[test]
fn a_renewal_says_what_is_stale_and_how_long_there_is() {
    let mut session = Session::new();
    let pair = || TokenPair::new("eyJ.access", None);
    let _ = session.adopt(pair(), Timestamp::UNIX_EPOCH);
    let second = session.adopt(pair(), Timestamp::UNIX_EPOCH);
    let context = by_session()
        .access(Access::session_to_renew(second))
        .policy(policy().deadline(Duration::from_secs(60)));
    let Step::Renew(renewing) = Step::start(get(), context, at(10)) else {
        panic!("nothing is renewed");
    };
    assert_eq!(renewing.stale(), second);
    assert_eq!(renewing.time_left(at(15)), Duration::from_secs(55));
    assert_eq!(renewing.time_left(at(100)), Duration::ZERO);
    assert_eq!(
        format!("{renewing:?}"),
        format!("Renewing {{ stale: {second:?}, .. }}")
    );
    let token = Credential::bearer_token("eyJ.newer").unwrap();
    let step = renewing.renewed(token, second, at(20));
    assert!(matches!(step, Step::Send(_)), "{step:?}");
}
