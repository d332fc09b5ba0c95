//! `Case`: one thing that happens on a socket, and what has to be told of it.

use std::{ops::RangeInclusive, time::Duration};

use fluxbase_client_keys::{Delivery, FailureKind};

use crate::{Act, Limitation};

/// The body limit of every call of the suite.
pub const BODY_LIMIT: u64 = 100_000;

/// The time of a call in which nothing is to run out.
const LONG: Duration = Duration::from_secs(10);

/// One thing that happens on a socket, and what has to be told of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Case {
    /// Its name: lower-case words with hyphens, the first part of the path on the server.
    pub name: &'static str,
    /// Where the requests go.
    pub place: Place,
    /// What is asked, one after the other.
    pub asks: Vec<Ask>,
    /// What the server does with the first request, the second and so on; the last act also serves all further ones.
    pub acts: Vec<Act>,
    /// What is told of the last request; any of these. The reason for each but the first.
    pub told: Vec<(Told, &'static str)>,
    /// The body that an answer has to give, decompressed.
    pub body: Vec<u8>,
    /// How many requests have arrived at the end, all together.
    pub copies: usize,
    /// How many more may arrive under [`Limitation::Resends`].
    pub resent: usize,
    /// The hint when to come back that the last error has to give.
    pub retry_after: Option<Duration>,
    /// The time for each request.
    pub timeout: Duration,
    /// What is particular to it.
    pub marks: Vec<Mark>,
    /// What pages of other origins may do.
    pub cors: Cors,
    /// Another case whose path must never be asked for.
    pub untouched: Option<&'static str>,
}

/// Where the requests of a case go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The server, without TLS.
    Plain,
    /// A port at which nobody listens.
    Refused,
    /// A name that has no address.
    Nowhere,
    /// The server, with a certificate that the test's authority has signed.
    Trusted,
    /// The server, with a certificate of an authority that nobody knows.
    UnknownAuthority,
    /// The server, with the trusted authority's certificate for another name.
    WrongName,
    /// The server, with the trusted authority's certificate of a time long past.
    Expired,
    /// The server without TLS, to which TLS is spoken.
    TlsToPlain,
    /// A port that takes connections and says nothing, to which TLS is spoken.
    TlsToSilent,
    /// A port that closes each connection at the first byte, to which TLS is spoken.
    TlsToClosing,
}

impl Place {
    /// Whether the URL is an https one.
    #[must_use]
    pub fn is_https(self) -> bool {
        !matches!(self, Self::Plain | Self::Refused | Self::Nowhere)
    }
}

/// What is particular to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mark {
    /// The answer is compressed.
    Gzip,
    /// The answer begins with a 100 that was not asked for.
    Continued,
    /// The length that is told is none.
    NoLength,
    /// All requests have to come on one connection.
    Race,
    /// The headers are such that the machine can make use of the answer.
    Usable,
    /// The client has to end the connection, since nothing is left to read for it.
    Aborted,
}

/// What pages of other origins may do. It concerns only what runs in a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cors {
    /// Send what the case asks for, and read the answer.
    Everything,
    /// Send it, and not read the answer.
    Sending,
    /// Neither.
    Nothing,
}

/// What is asked of the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// `POST` with a body, never to be sent twice.
    Create,
    /// `POST` with an idempotency key, which asks for no compression.
    CreateOnce,
    /// `POST` with a body of at least so many bytes.
    CreateLarge(usize),
    /// `POST` with a client key as the credential.
    CreateByKey,
    /// `GET` without a body.
    Get,
    /// `GET` of all keys.
    List,
    /// `PATCH` with a body.
    Update,
    /// `POST` with the body `{}`.
    Revoke,
    /// `DELETE` without a body.
    Delete,
    /// `POST` that is given up after this time, while the answer is waited for.
    CreateAndDrop(Duration),
    /// Nothing but that time passes.
    Sleep(Duration),
}

/// What a transport tells of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Told {
    /// A head with this status, and the whole body.
    Answer(u16),
    /// A head with this status and a part of the body, then this failure. The request has arrived, so its delivery is unknown.
    Cut(u16, FailureKind),
    /// A head with this status, and a part of the body as if it were the whole.
    Part(u16),
    /// A head with this status, and more than the limit: a failure that says so, or so many bytes that the machine stops.
    TooLarge(u16),
    /// A redirect of which nothing more is known.
    OpaqueRedirect,
    /// No head.
    Failed(FailureKind, Delivery),
    /// Nothing: it was dropped, or nothing was sent.
    Nothing,
}

impl Case {
    /// A creation on the plain server.
    pub(crate) fn new(name: &'static str, act: Act, told: Told) -> Self {
        Self {
            name,
            place: Place::Plain,
            asks: vec![Ask::Create],
            acts: vec![act],
            told: vec![(told, "")],
            body: crate::table::CREATED.into(),
            copies: 1,
            resent: 0,
            retry_after: None,
            timeout: LONG,
            marks: Vec::new(),
            cors: Cors::Everything,
            untouched: None,
        }
    }

    /// The same at another place, where no request arrives.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = place;
        if place != Place::Trusted {
            self.copies = 0;
        }
        self
    }

    /// Asks this instead; a request for each arrives.
    pub(crate) fn asks(mut self, asks: impl IntoIterator<Item = Ask>) -> Self {
        self.asks = asks.into_iter().collect();
        let sends = |ask: &&Ask| !matches!(ask, Ask::Sleep(_));
        self.copies = self.asks.iter().filter(sends).count();
        self
    }

    /// Before this case's act comes that one.
    pub(crate) fn after(mut self, act: Act) -> Self {
        self.acts.insert(0, act);
        self
    }

    /// This may be told as well.
    pub(crate) fn or(mut self, told: Told, why: &'static str) -> Self {
        self.told.push((told, why));
        self
    }

    /// This is told, and nothing else.
    pub(crate) fn tells(mut self, told: Told) -> Self {
        self.told = vec![(told, "")];
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// A connection that a browser has used before ends without an answer: it may send again.
    pub(crate) fn resent(mut self) -> Self {
        self.resent = 1;
        self
    }

    pub(crate) fn mark(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }

    /// Whether this is particular to it.
    #[must_use]
    pub fn is(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }

    pub(crate) fn cors(mut self, cors: Cors) -> Self {
        self.cors = cors;
        self
    }

    pub(crate) fn retry_after(mut self, hint: Duration) -> Self {
        self.retry_after = Some(hint);
        self
    }

    pub(crate) fn untouched(mut self, name: &'static str) -> Self {
        self.untouched = Some(name);
        self
    }

    pub(crate) fn asks_for_identity(&self) -> bool {
        self.asks.contains(&Ask::CreateOnce)
    }

    pub(crate) fn drops(&self) -> bool {
        self.asks
            .iter()
            .any(|ask| matches!(ask, Ask::CreateAndDrop(_)))
    }

    /// How many requests arrive from a transport with these limitations.
    pub(crate) fn copies(&self, limitations: &[Limitation]) -> RangeInclusive<usize> {
        if self.cors == Cors::Nothing && limitations.contains(&Limitation::Cors) {
            return 0..=0;
        }
        let resends = limitations.contains(&Limitation::Resends);
        let more = if resends { self.resent } else { 0 };
        self.copies..=self.copies + more
    }

    /// What may be told by a transport with these limitations, and why.
    pub(crate) fn admitted(&self, limitations: &[Limitation]) -> Vec<(Told, &'static str)> {
        let mut admitted = Vec::new();
        for (told, why) in &self.told {
            let mut now = (*told, *why);
            for limitation in limitations {
                let instead = limitation.instead(self, now.0);
                if instead != now.0 {
                    now = (instead, limitation.reason());
                }
            }
            admitted.push(now);
        }
        admitted
    }
}
