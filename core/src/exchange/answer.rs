//! What a finished exchange gives, and what it tells on the way.

use core::time::Duration;

use crate::{
    Delivery, FailureKind, Health, Outcome, Scope, Spelling,
    text::{decimal, push_all},
};

/// A value and how it was come by.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer<T> {
    /// The value.
    pub value: T,
    /// The status of the answer that it was read from.
    pub status: u16,
    /// The server's id of that request.
    pub request_id: Option<String>,
    /// How many requests the call has sent, follow-up requests included.
    pub attempts: u32,
    /// What the caller may want to know although the call succeeded.
    pub warnings: Vec<Warning>,
}

/// Something worth knowing about a call that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No known server knows this scope, and yet it was sent and accepted.
    UnknownScope(Scope),
    /// A scope was sent in the spelling that the server wants.
    ScopeRespelled {
        /// As the caller gave it.
        given: Scope,
        /// As it was sent.
        sent: Scope,
    },
    /// Elements of a list were left out because they could not be read.
    ElementsSkipped(u64),
    /// A member of the new key is in a form that makes no sense, and reads as absent.
    MemberUnreadable(&'static str),
    /// The server answered 400 and did what was asked.
    AppliedDespiteStatus(u16),
    /// The key was already gone when it was to be deleted again, after an attempt whose answer was lost.
    AlreadyGone,
    /// The answer is a stored one, given again to the same idempotency key.
    Replayed,
    /// New tokens are in use and could not be stored: after a restart a new sign-in is needed.
    TokensNotStored,
    /// Tokens were forgotten here and could not be taken out of the store.
    TokensNotRemoved,
}

impl Warning {
    /// Adds what `Display` shows to a text, without the standard library's formatting.
    pub fn write_to(&self, text: &mut String) {
        let end = match self {
            Self::UnknownScope(scope) => {
                let words = ["no known server knows the scope ", scope.as_str()];
                return push_all(text, &words);
            }
            Self::ScopeRespelled { given, sent } => {
                let (given, sent) = (given.as_str(), sent.as_str());
                let words = [
                    "the scope ",
                    given,
                    " was sent as ",
                    sent,
                    ", as this server spells it",
                ];
                return push_all(text, &words);
            }
            Self::ElementsSkipped(count) => {
                text.push_str(&decimal(*count));
                " elements of the list could not be read and are left out"
            }
            Self::MemberUnreadable(member) => {
                push_all(text, &["the member ", member]);
                " could not be read and is left out"
            }
            Self::AppliedDespiteStatus(status) => {
                push_all(text, &["the server answered ", &decimal((*status).into())]);
                " and yet did what was asked"
            }
            Self::AlreadyGone => "the key was already gone, after an attempt whose answer was lost",
            Self::Replayed => {
                "the answer is the one that the server stored for this idempotency key"
            }
            Self::TokensNotStored => "new tokens are in use and could not be stored",
            Self::TokensNotRemoved => {
                "the tokens that were signed out could not be taken out of the store"
            }
        };
        text.push_str(end);
    }
}

impl core::fmt::Display for Warning {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut text = String::new();
        self.write_to(&mut text);
        f.write_str(&text)
    }
}

/// What an exchange found out about the server, whether it succeeded or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Learned {
    /// Which spelling of scopes it wants; the last evidence counts.
    pub spelling: Option<Spelling>,
    /// What it said of itself; `None` when it was not asked or gave no clear answer.
    pub health: Option<Health>,
}

/// Is told what happens in a call, never a secret. Called on the thread that drives the call, so it must not block.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event<'_>);
}

/// Something that happened in a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The operation that the caller asked for.
    pub operation: &'static str,
    /// The request that is being sent for it: the same, or a follow-up or a check.
    pub request: &'static str,
    /// The number of requests of this call so far.
    pub attempt: u32,
    /// What happened.
    pub kind: EventKind<'a>,
}

/// What happened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum EventKind<'a> {
    /// A request is handed to the transport.
    Sending,
    /// A whole answer came.
    Answered {
        /// Its status.
        status: u16,
        /// The server's id of the request.
        request_id: Option<&'a str>,
    },
    /// No whole answer came.
    Failed {
        /// What failed.
        kind: FailureKind,
        /// Whether the request may have arrived.
        delivery: Delivery,
    },
    /// The next attempt waits.
    Waiting(Duration),
    /// The access token is renewed.
    Renewing,
    /// The call ended well.
    Succeeded,
    /// The call ended with an error.
    GaveUp {
        /// What is known about its effect.
        outcome: Outcome,
    },
}
