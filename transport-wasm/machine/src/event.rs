//! `Event`: what JavaScript tells about the command that it was given.

use fluxbase_client_keys::Head;

use crate::fields::Fields;

/// What happened to the last command of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The head of an answer came.
    Head,
    /// A piece of its body.
    Chunk,
    /// Its end.
    End,
    /// A request or the reading of its answer failed.
    Failure,
    /// It is done.
    Done,
    /// This is what is stored.
    Loaded,
    /// It was not stored.
    NotStored,
    /// The caller gave the call up while it was carried out.
    Cancelled,
    /// The caller had given the call up before.
    Withdrawn,
}

impl Kind {
    /// The kind with this number, if there is one.
    pub(crate) fn numbered(number: u32) -> Option<Self> {
        const ALL: [Kind; 9] = [
            Kind::Head,
            Kind::Chunk,
            Kind::End,
            Kind::Failure,
            Kind::Done,
            Kind::Loaded,
            Kind::NotStored,
            Kind::Cancelled,
            Kind::Withdrawn,
        ];
        ALL.get(usize::try_from(number).ok()?).copied()
    }

    /// Whether the caller gave the call up.
    pub(crate) fn is_cancellation(self) -> bool {
        matches!(self, Self::Cancelled | Self::Withdrawn)
    }
}

/// The head of an answer: its status, then names and values in turn. Status 0 is a redirect of which a browser tells no more.
pub(crate) fn head(kind: Kind, input: &[u8]) -> Option<Head> {
    if kind != Kind::Head {
        return None;
    }
    let mut fields = Fields::new(input);
    let status = u16::try_from(fields.number()?).ok()?;
    if status == 0 {
        return Some(Head::opaque_redirect());
    }
    let mut head = Head::new(status);
    while let Some(name) = fields.optional() {
        head.header(name, fields.text().as_bytes());
    }
    fields.check().ok()?;
    Some(head)
}
