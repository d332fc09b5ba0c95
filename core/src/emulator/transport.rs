//! `EmulatorTransport`: the emulator in process, for a user's own tests.

use core::{fmt, time::Duration};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Emulator, Profile, State};
use crate::{
    Delivery, Error, FailureKind, Head, Limits, Now, Outgoing, ResponseBody, Timestamp, Transport,
    TransportFailure,
};

/// Carries requests to an [`Emulator`] in the same process: no socket, no real time, the same random numbers each run.
///
/// The clock starts at a fixed instant and moves only by [`advance`](Self::advance) and by the waits of the client, so a
/// test that waits out a rate limit takes no time. Clones share clock and emulator. An asynchronous manager takes it too, as
/// its host; its futures are ready at once.
///
/// ```
/// use fluxbase_client_keys::{
///     BaseUrl, ClientKeysManager, CreateClientKeyRequest, Scope, Settings,
///     emulator::{EmulatorTransport, Profile},
/// };
///
/// let transport = EmulatorTransport::new(Profile::V2026_3_7);
/// let (email, password) = transport.user();
/// let manager = ClientKeysManager::new(Settings::new(BaseUrl::parse("http://localhost:8080")?), transport.clone());
///
/// manager.sign_in(&email, password)?;
/// let created = manager.create(&CreateClientKeyRequest::new("ci", [Scope::TABLES_READ]))?;
/// assert_eq!(manager.get(created.client_key.id())?.name(), "ci");
/// assert_eq!(transport.with(|emulator| emulator.client_keys().count()), 1);
/// # Ok::<_, fluxbase_client_keys::Error>(())
/// ```
#[derive(Clone)]
pub struct EmulatorTransport {
    world: Arc<Mutex<World>>,
}

struct World {
    emulator: Emulator,
    entropy: Entropy,
    wall: Timestamp,
    monotonic: Duration,
    sent: u64,
    failures: Vec<Fault>,
}

/// What becomes of a request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No connection: certainly not sent.
    Refused,
    /// Lost before the server acts; the client cannot tell.
    LostBefore,
    /// The server acts, and its answer is lost.
    LostAfter,
    /// The server acts, and half of its answer's body arrives.
    CutBody,
}

impl EmulatorTransport {
    /// An emulator of this generation with two users, an administrator, a service key and an anonymous token.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        let mut entropy = Entropy(0x9e37_79b9_7f4a_7c15);
        let state = State::sample(&mut |buffer| entropy.fill(buffer));
        Self::with_state(profile, state)
    }

    /// An emulator of this generation that starts in this state.
    #[must_use]
    pub fn with_state(profile: Profile, state: State) -> Self {
        Self {
            world: Arc::new(Mutex::new(World {
                emulator: Emulator::new(profile, state),
                entropy: Entropy(0x2545_f491_4f6c_dd1d),
                wall: START.parse().unwrap_or(Timestamp::UNIX_EPOCH),
                monotonic: Duration::ZERO,
                sent: 0,
                failures: Vec::new(),
            })),
        }
    }

    /// Looks at the emulator, or changes it.
    pub fn with<R>(&self, act: impl FnOnce(&mut Emulator) -> R) -> R {
        act(&mut self.world().emulator)
    }

    /// The first user's e-mail address and password; empty where the state has none.
    #[must_use]
    pub fn user(&self) -> (String, String) {
        self.with(|emulator| {
            emulator
                .users()
                .first()
                .map(|user| (user.email.clone(), user.password.clone()))
        })
        .unwrap_or_default()
    }

    /// The first administrator's e-mail address and password; empty where the state has none.
    #[must_use]
    pub fn admin(&self) -> (String, String) {
        self.with(|emulator| {
            emulator
                .admins()
                .first()
                .map(|admin| (admin.email.clone(), admin.password.clone()))
        })
        .unwrap_or_default()
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let mut world = self.world();
        world.wall = world.wall.saturating_add(duration);
        world.monotonic = world.monotonic.saturating_add(duration);
    }

    /// How many requests have been sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.world().sent
    }

    /// Lets the next requests meet these fates, one each, in this order.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        let mut faults: Vec<Fault> = faults.into_iter().collect();
        faults.reverse();
        self.world().failures = faults;
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const START: &str = "2026-11-23T12:00:00Z";

/// What a request and its answer take.
const ROUND_TRIP: Duration = Duration::from_millis(5);

impl Transport for EmulatorTransport {
    type Body = EmulatorBody;

    fn send(
        &self,
        request: &Outgoing,
        _: &Limits,
    ) -> Result<(Head, EmulatorBody), TransportFailure> {
        let unsendable = |_| TransportFailure::new(FailureKind::Unsendable, Delivery::NotSent);
        let request = request.clone().into_http().map_err(unsendable)?;
        self.advance(ROUND_TRIP);
        let mut world = self.world();
        world.sent += 1;
        let fault = world.failures.pop();
        match fault {
            Some(Fault::Refused) => {
                return Err(TransportFailure::new(
                    FailureKind::Connect,
                    Delivery::NotSent,
                ));
            }
            Some(Fault::LostBefore) => {
                return Err(TransportFailure::new(
                    FailureKind::Closed,
                    Delivery::Unknown,
                ));
            }
            _ => {}
        }
        let World {
            emulator,
            entropy,
            wall,
            ..
        } = &mut *world;
        let response = emulator.handle(&request, *wall, &mut |buffer| entropy.fill(buffer));
        if fault == Some(Fault::LostAfter) {
            return Err(TransportFailure::new(
                FailureKind::Closed,
                Delivery::Unknown,
            ));
        }
        let head = Head::from(&response);
        let mut bytes = response.into_body();
        let cut = fault == Some(Fault::CutBody);
        if cut {
            bytes.truncate(bytes.len() / 2);
        }
        Ok((head, EmulatorBody { bytes, at: 0, cut }))
    }

    fn now(&self) -> Now {
        let mut world = self.world();
        let mut jitter = [0; 4];
        world.entropy.fill(&mut jitter);
        Now::new(world.wall, world.monotonic, u32::from_le_bytes(jitter))
    }

    fn sleep(&self, duration: Duration) {
        self.advance(duration);
    }

    fn fill_random(&self, buffer: &mut [u8]) -> Result<(), Error> {
        self.world().entropy.fill(buffer);
        Ok(())
    }
}

impl fmt::Debug for EmulatorTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = self.world();
        f.debug_struct("EmulatorTransport")
            .field("wall", &world.wall)
            .field("sent", &world.sent)
            .finish_non_exhaustive()
    }
}

/// The body of an emulated answer, given in several pieces, so that nothing comes to rely on one.
pub struct EmulatorBody {
    bytes: Vec<u8>,
    at: usize,
    cut: bool,
}

impl ResponseBody for EmulatorBody {
    fn chunk(&mut self) -> Result<Option<&[u8]>, TransportFailure> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            let failure = TransportFailure::new(FailureKind::Closed, Delivery::Unknown);
            return if self.cut { Err(failure) } else { Ok(None) };
        }
        let piece = rest.get(..rest.len().div_ceil(2)).unwrap_or(rest);
        self.at += piece.len();
        Ok(Some(piece))
    }
}

impl fmt::Debug for EmulatorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmulatorBody({} bytes)", self.bytes.len())
    }
}

/// Numbers that look random and are the same each run (`SplitMix64`): no secret depends on them.
struct Entropy(u64);

impl Entropy {
    fn fill(&mut self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut number = self.0;
            number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            number ^= number >> 31;
            for (byte, random) in chunk.iter_mut().zip(number.to_le_bytes()) {
                *byte = random;
            }
        }
    }
}
