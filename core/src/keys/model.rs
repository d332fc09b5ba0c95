//! `ClientKey`: what a server tells about a key, and its status at a given instant.

use core::fmt;

use crate::{
    ClientKeyId, Scope, Timestamp, UserId,
    text::{number, split_once},
};

/// A client key as the server describes it: everything but the key itself, which is shown once, at creation.
///
/// One allocation holds all texts, so that a list of many keys stays small. Members that a server may leave out are
/// `Option`s; unknown members are ignored.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientKey {
    pub(super) texts: String,
    pub(super) fields: Fields,
}

/// Where each text stands, and everything that is no text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) id: ClientKeyId,
    /// By [`Text`]. Of a list of texts, each element stands there as its length in bytes, a colon, and the text.
    pub(super) texts: [Span; 6],
    pub(super) rate_limit_per_minute: Option<i64>,
    /// By [`Instant`].
    pub(super) instants: [Option<Timestamp>; 5],
}

/// The members that are texts or lists of texts.
#[derive(Clone, Copy)]
pub(super) enum Text {
    Name,
    Description,
    KeyPrefix,
    UserId,
    Scopes,
    AllowedNamespaces,
}

/// The members that are instants.
#[derive(Clone, Copy)]
pub(super) enum Instant {
    LastUse,
    End,
    Revocation,
    Creation,
    Update,
}

/// A range of bytes in the texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// What is no range: that of a text which is not there.
    pub(super) const NONE: Self = Self { start: 1, end: 0 };

    pub(super) fn new(start: usize, end: usize) -> Self {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => Self::NONE,
        }
    }
}

impl Fields {
    pub(super) fn put_text(&mut self, member: Text, span: Span) {
        if let Some(slot) = self.texts.get_mut(member as usize) {
            *slot = span;
        }
    }

    pub(super) fn put_instant(&mut self, member: Instant, instant: Option<Timestamp>) {
        if let Some(slot) = self.instants.get_mut(member as usize) {
            *slot = instant;
        }
    }
}

/// Whether a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStatus {
    /// It works.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked, whatever its time.
    Revoked,
}

impl KeyStatus {
    /// `active`, `expired` or `revoked`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for KeyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl ClientKey {
    /// The id, by which the key is got, updated, revoked and deleted.
    #[must_use]
    pub fn id(&self) -> ClientKeyId {
        self.fields.id
    }

    /// The name. Not unique; may be empty after an update.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text(Text::Name).unwrap_or_default()
    }

    /// The description, if one was ever given. A server cannot take it away again, only make it empty.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.text(Text::Description)
    }

    /// The first twelve characters of the key, which are public.
    #[must_use]
    pub fn key_prefix(&self) -> &str {
        self.text(Text::KeyPrefix).unwrap_or_default()
    }

    /// The owner. Real servers store none for keys that a user or an administrator makes.
    #[must_use]
    pub fn user_id(&self) -> Option<UserId> {
        UserId::read(self.text(Text::UserId)?)
    }

    /// The scopes in the order in which they were given, in the spelling in which the server stores them.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        Texts(self.text(Text::Scopes).unwrap_or_default())
    }

    /// Whether the key has this scope, in either spelling, or all of them.
    #[must_use]
    pub fn has_scope(&self, scope: &Scope) -> bool {
        let spellings = [
            scope.clone(),
            scope.spelled(crate::Spelling::New),
            scope.spelled(crate::Spelling::Old),
        ];
        self.scopes()
            .any(|own| own == "*" || spellings.iter().any(|wanted| wanted.as_str() == own))
    }

    /// The namespaces that the key is limited to (newest servers, list and get only; cannot be set here).
    pub fn allowed_namespaces(&self) -> impl Iterator<Item = &str> {
        Texts(self.text(Text::AllowedNamespaces).unwrap_or_default())
    }

    /// Requests a minute. Stored and returned by every server, enforced by none of the known ones.
    #[must_use]
    pub fn rate_limit_per_minute(&self) -> Option<i64> {
        self.fields.rate_limit_per_minute
    }

    /// When it was last used; `None` when never.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Timestamp> {
        self.instant(Instant::LastUse)
    }

    /// When its time is over; `None` when never.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.instant(Instant::End)
    }

    /// When it was revoked, the last time; `None` when it was not.
    #[must_use]
    pub fn revoked_at(&self) -> Option<Timestamp> {
        self.instant(Instant::Revocation)
    }

    /// When it was made.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.instant(Instant::Creation)
    }

    /// When the row last changed, which every use of the key does too: not when somebody last edited it.
    #[must_use]
    pub fn updated_at(&self) -> Option<Timestamp> {
        self.instant(Instant::Update)
    }

    /// Whether it works at `now`: revoked before expired before active. Servers send no such member.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> KeyStatus {
        match (self.revoked_at(), self.expires_at()) {
            (Some(_), _) => KeyStatus::Revoked,
            (None, Some(end)) if end <= now => KeyStatus::Expired,
            _ => KeyStatus::Active,
        }
    }

    /// The bytes of memory that it takes.
    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>().saturating_add(self.texts.len())
    }

    fn text(&self, member: Text) -> Option<&str> {
        let span = self.fields.texts.get(member as usize)?;
        self.texts.get(span.start as usize..span.end as usize)
    }

    fn instant(&self, member: Instant) -> Option<Timestamp> {
        *self.fields.instants.get(member as usize)?
    }
}

/// Texts one after the other, each after its length and a colon.
struct Texts<'a>(&'a str);

impl<'a> Iterator for Texts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (length, rest) = split_once(self.0, b':')?;
        let (text, rest) =
            rest.split_at_checked(usize::try_from(number(length.as_bytes())?).ok()?)?;
        self.0 = rest;
        Some(text)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey")
            .field("id", &self.id().as_str())
            .field("name", &self.name())
            .field("key_prefix", &self.key_prefix())
            .field("scopes", &self.scopes().collect::<Vec<_>>())
            .field("expires_at", &self.expires_at())
            .field("revoked_at", &self.revoked_at())
            .finish_non_exhaustive()
    }
}
