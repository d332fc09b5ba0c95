//! `Suite`: runs every case against a transport.

use std::{future::Future, time::Duration};

use fluxbase_client_keys::AsyncTransport;

use crate::{
    Ask, Case, Limitation, Mark, Report, Seen, Site, Verdict,
    ask::{Asked, ask},
    judge::judge,
    table::cases,
};

/// The pause between two requests of a case: some clients give a connection back a little later.
const BETWEEN: Duration = Duration::from_millis(40);

/// How long after a case a request that is one too many may still arrive.
const AFTERMATH: Duration = Duration::from_millis(40);

/// How much too early a timer may be that counts in milliseconds.
const TIMER: Duration = Duration::from_millis(2);

/// How long, in steps, what has to be seen is waited for.
const STEP: Duration = Duration::from_millis(20);
const STEPS: usize = 100;

/// The server of the cases, as the suite needs it: [`Server`](crate::Server), or one in another process.
pub trait Peer {
    /// Where it is.
    fn site(&self) -> &Site;

    /// What it saw of the case so far.
    fn seen(&self, case: &str) -> impl Future<Output = Seen>;
}

/// Runs every case against a transport.
///
/// A server serves one run: what it saw of a case is counted once.
#[derive(Debug, Clone)]
#[must_use = "a suite does nothing until it is run"]
pub struct Suite {
    name: String,
    pub(crate) limitations: Vec<Limitation>,
    only: Option<Vec<String>>,
}

impl Suite {
    /// For the transport of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            limitations: Vec::new(),
            only: None,
        }
    }

    /// The transport cannot do or tell this.
    pub fn limited_by(mut self, limitations: impl IntoIterator<Item = Limitation>) -> Self {
        self.limitations.extend(limitations);
        // In the order in which one comes after the other on the way to the caller.
        self.limitations.sort_unstable();
        self
    }

    /// Runs the cases of these names alone.
    pub fn only<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Runs the cases against an asynchronous transport, on whatever executor awaits this.
    pub async fn run<T: AsyncTransport>(&self, transport: &T, peer: &impl Peer) -> Report {
        let mut ran = Vec::new();
        for case in cases() {
            if self.skips(&case) {
                continue;
            }
            let prevented = self.limitations.iter().find(|it| it.prevents(&case));
            let result = match prevented {
                Some(limitation) => (Verdict::Inexpressible(limitation.reason()), 0),
                None => self.verdict(transport, peer, &case).await,
            };
            ran.push((case.name, result));
        }
        let mut report = Report::new(&self.name);
        for (name, (verdict, copies)) in ran {
            // What was sent once more, but not soon.
            let late = peer.seen(name).await.copies.len().saturating_sub(copies);
            let verdict = match late {
                0 => verdict,
                _ => Verdict::Failed(vec![format!("{late} more requests arrived later")]),
            };
            report.add(name, verdict);
        }
        report
    }

    fn skips(&self, case: &Case) -> bool {
        let only = self.only.as_ref();
        only.is_some_and(|names| names.iter().all(|name| name != case.name))
    }

    /// The verdict, and how many requests it counts.
    async fn verdict<T: AsyncTransport>(
        &self,
        transport: &T,
        peer: &impl Peer,
        case: &Case,
    ) -> (Verdict, usize) {
        let url = format!("{}/case/{}", peer.site().url(case.place), case.name);
        let mut asked: Vec<Asked> = Vec::new();
        for &wanted in &case.asks {
            if let Ask::Sleep(duration) = wanted {
                let begun = transport.now().monotonic;
                transport.sleep(duration).await;
                let passed = transport.now().monotonic.saturating_sub(begun);
                if passed + TIMER < duration {
                    let text = format!("slept {duration:?}, by its own clock {passed:?} passed");
                    return (Verdict::Failed(vec![text]), 0);
                }
                continue;
            }
            if !asked.is_empty() {
                transport.sleep(BETWEEN).await;
            }
            match ask(transport, case, wanted, &url).await {
                Ok(one) => asked.push(one),
                Err(error) => {
                    let text = format!("nothing was asked: {error}");
                    return (Verdict::Failed(vec![text]), 0);
                }
            }
        }
        transport.sleep(AFTERMATH).await;
        let mut seen = peer.seen(case.name).await;
        for _ in 0..STEPS {
            if seen.copies.len() >= *case.copies(&self.limitations).start()
                && (seen.aborted > 0 || !case.is(Mark::Aborted))
            {
                break;
            }
            transport.sleep(STEP).await;
            seen = peer.seen(case.name).await;
        }
        let elsewhere = match case.untouched {
            Some(name) => peer.seen(name).await.copies.len(),
            None => 0,
        };
        let verdict = judge(case, &self.limitations, &asked, &seen, elsewhere);
        (verdict, seen.copies.len())
    }
}
