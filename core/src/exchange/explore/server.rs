//! The model of a server: what stands on it, what can happen to a request, and what really happened.

use core::time::Duration;

use super::{
    Kind, Request,
    catalogue::{self, Answer, Did, IN_PROGRESS, When},
    event::{AGES, Event, Fate, Made, Reading},
};
use crate::FailureKind;

/// What a server stores under an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Record {
    None,
    Processing,
    Completed(&'static Answer),
}

/// What stands on the server, and what the call has done to it.
///
/// Four things are left out, since no client can see them: a database that comes back for the question about the
/// server's health and is away again for the repetition; one that comes back between the refusal of a password and that
/// question; an answer 5xx to a create with an idempotency key that is lost on the way, after which the server executes
/// the next one unprotected; and a 500 to a deletion that was made, which reads as that to a key that never was.
#[derive(Debug, Clone, Copy, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one thing that was seen or is so"
)]
pub(crate) struct World {
    /// What the caller asked for.
    main: Kind,
    /// The credential of the next request, or the password, code or refresh token in its body, is good.
    pub(crate) good: bool,
    /// The client key that it is about exists.
    pub(crate) exists: bool,
    /// How often what the caller asked for was carried out.
    pub(crate) effects: u32,
    /// A good credential was refused, for want of a database.
    pub(crate) away: bool,
    /// The server has said that all is well after that.
    steady: bool,
    /// Something before the server took a credential away, or asked for one of its own.
    pub(crate) stripped: bool,
    /// Under the first idempotency key, and under the spare.
    records: [Record; 2],
}

impl World {
    pub(crate) fn new(main: Kind, good: bool, exists: bool) -> Self {
        Self {
            main,
            good,
            exists,
            effects: 0,
            away: false,
            steady: false,
            stripped: false,
            records: [Record::None; 2],
        }
    }

    /// Everything that can happen to this request.
    pub(crate) fn menu(&self, request: &Request) -> Vec<Event> {
        let mut menu = vec![Event::Withdrawn];
        let kinds = [FailureKind::Connect, FailureKind::Timeout, FailureKind::Tls];
        menu.extend(kinds.map(Event::NotSent));
        for fate in self.fates(request) {
            let kinds = [
                FailureKind::Closed,
                FailureKind::Timeout,
                FailureKind::Protocol,
            ];
            menu.extend(kinds.map(|kind| Event::Lost(kind, fate)));
            menu.push(Event::CancelledSending(fate));
        }
        let record = self.record(request);
        match record {
            Record::None => {}
            Record::Processing => {
                readings(&IN_PROGRESS, Made::Nothing, &mut menu);
                // By now it has been carried out.
                readings(catalogue::success(request.kind), Made::Record, &mut menu);
            }
            Record::Completed(answer) => readings(answer, Made::Record, &mut menu),
        }
        for answer in catalogue::answers(request.kind) {
            // What stands before the server answers as ever, and a server without a database looks at no key.
            let possible = record == Record::None
                || match answer.when {
                    When::Before => true,
                    When::RefusesUnseen => self.may_refuse(request),
                    When::Server => answer.status >= 500,
                    When::Works | When::Missing | When::Refuses => false,
                };
            if possible {
                for made in self.ways(answer, request) {
                    readings(answer, *made, &mut menu);
                }
            }
        }
        menu
    }

    /// What may have been done when this answer comes; empty when it cannot come.
    fn ways(&self, answer: &Answer, request: &Request) -> &'static [Made] {
        let possible = match answer.when {
            When::Before | When::Server => true,
            When::Works if request.kind == Kind::Health => self.can_say(answer),
            When::Works => self.works(request),
            When::Refuses => self.may_refuse(request),
            When::RefusesUnseen => request.key.is_some() && self.may_refuse(request),
            When::Missing => !self.exists && self.good,
        };
        let untold = request.kind == Kind::Delete && answer.when == When::Server;
        let both = self.works(request)
            && !untold
            && self.record(request) == Record::None
            && request.kind == self.main
            && request.kind.changes();
        match (possible, answer.did) {
            (false, _) => &[],
            (true, Did::Yes) => &[Made::Effect],
            (true, Did::Either) if both => &[Made::Nothing, Made::Effect],
            (true, Did::No | Did::Either) => &[Made::Nothing],
        }
    }

    fn works(&self, request: &Request) -> bool {
        self.good && (self.exists || !request.kind.is_about_one())
    }

    /// A server without a database refuses all but access tokens, which it can judge by themselves; and those run out.
    fn may_refuse(&self, request: &Request) -> bool {
        !self.good || request.bearer || !self.steady
    }

    /// The credential is refused.
    fn refuse(&mut self, request: &Request) {
        if request.bearer {
            self.good = false;
        } else {
            self.away |= self.good;
        }
    }

    /// What a server may say of itself.
    fn can_say(&self, answer: &Answer) -> bool {
        !(self.away && self.main.counts() && catalogue::says_well(answer))
    }

    fn fates(&self, request: &Request) -> Vec<Fate> {
        let mut fates = vec![Fate::Vanished];
        let own = request.kind == self.main && request.kind.changes();
        if !own || self.record(request) != Record::None {
            return fates;
        }
        if self.works(request) {
            fates.push(Fate::Done);
            if request.key.is_some() {
                fates.push(Fate::UnderWay);
            }
        }
        if request.key.is_some() && self.may_refuse(request) {
            fates.push(Fate::Refused);
        }
        fates
    }

    fn record(&self, request: &Request) -> Record {
        request
            .key
            .and_then(|key| self.records.get(key))
            .map_or(Record::None, |record| *record)
    }

    fn store(&mut self, request: &Request, record: Record) {
        if let Some(own) = request.key.and_then(|key| self.records.get_mut(key)) {
            *own = record;
        }
    }

    fn carry_out(&mut self, request: &Request) {
        if request.kind == self.main && request.kind.changes() {
            self.effects += 1;
            if request.kind == Kind::Delete {
                self.exists = false;
            }
        }
    }

    /// It happens to this request.
    pub(crate) fn take(&mut self, request: &Request, event: Event) {
        let answered = Record::Completed(catalogue::success(request.kind));
        match event {
            Event::Lost(_, fate) | Event::CancelledSending(fate) => match fate {
                Fate::Vanished => {}
                Fate::Done => {
                    self.carry_out(request);
                    self.store(request, answered);
                }
                Fate::UnderWay => {
                    self.carry_out(request);
                    self.store(request, Record::Processing);
                }
                Fate::Refused => {
                    self.refuse(request);
                    self.store(request, Record::Completed(catalogue::refusal()));
                }
            },
            Event::Answered(answer, _, made) => {
                self.answer(request, answer, made);
                match (self.record(request), made) {
                    (Record::Processing, Made::Record) => self.store(request, answered),
                    (Record::None, _) if answer.is_stored() => {
                        self.store(request, Record::Completed(answer));
                    }
                    // The server was at work when something before it lost patience.
                    (Record::None, Made::Effect) if answer.when == When::Before => {
                        self.store(request, answered);
                    }
                    _ => {}
                }
            }
            Event::NotSent(_)
            | Event::Withdrawn
            | Event::Elapsed(_)
            | Event::CancelledWaiting
            | Event::Granted(..)
            | Event::Denied
            | Event::CancelledRenewing => {}
        }
    }

    fn answer(&mut self, request: &Request, answer: &'static Answer, made: Made) {
        if request.kind == Kind::Health {
            self.steady |= catalogue::says_well(answer);
        }
        self.stripped |= catalogue::strips(answer);
        if answer.refuses() && made != Made::Record {
            self.refuse(request);
        }
        if made == Made::Effect {
            self.carry_out(request);
        }
    }

    /// A renewal ended with another token.
    pub(crate) fn renew(&mut self, good: bool) {
        self.good = good;
    }
}

/// Everything that can happen to a wait.
pub(crate) fn menu_of_wait() -> Vec<Event> {
    vec![
        Event::Elapsed(Duration::ZERO),
        Event::Elapsed(AGES),
        Event::CancelledWaiting,
    ]
}

/// Everything that can happen to a renewal.
pub(crate) fn menu_of_renewal() -> Vec<Event> {
    let mut menu = vec![Event::Denied, Event::CancelledRenewing];
    for took in [Duration::ZERO, AGES] {
        menu.extend([true, false].map(|good| Event::Granted(took, good)));
    }
    menu
}

/// The ways in which an answer comes.
fn readings(answer: &'static Answer, made: Made, menu: &mut Vec<Event>) {
    let mut add = |reading| menu.push(Event::Answered(answer, reading, made));
    add(Reading::Whole { slow: false });
    if answer.slow {
        add(Reading::Whole { slow: true });
    }
    if answer.is_success() {
        add(Reading::TooLarge);
    }
    if !answer.body.is_empty() {
        add(Reading::Cut);
    }
    add(Reading::Cancelled);
}
