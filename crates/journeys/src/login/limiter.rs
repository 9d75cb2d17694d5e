//! The limiter that every credential path shares (T-53). It counts failures; success costs nothing;
//! nobody is locked by a stranger.

use crate::journal::About;
use crate::keyring::DEVICE_LIFETIME;
use crate::ports::Entropy;
use crate::{Journeys, Trouble, Visit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::net::IpAddr;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::account::Account;
use portique_domain::identity::{Login, PersonId};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::{CounterKind, Verdict};
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_jose::mac::MacKey;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard};
use unicode_normalization::UnicodeNormalization as _;

/// Failures of an account or device are forgotten after a day without one.
const DAY: Duration = Duration::from_hours(24);
/// Failures of a network count for ten minutes.
const NETWORK_WINDOW: Duration = Duration::from_mins(10);
/// So many distinct accounts have to fail from one network before it waits.
const NETWORK_ACCOUNTS: usize = 200;
/// One password failing on so many accounts is spraying.
const SPRAYED_ACCOUNTS: usize = 10;
/// Fingerprints live for an hour, in memory, under a key that dies with the process.
const SPRAY_WINDOW: Duration = Duration::from_hours(1);
/// What a network or a fingerprint waits.
const SOFT_WAIT: Duration = Duration::from_mins(1);
/// Keys held in memory at most; beyond, the oldest windows go first.
const MEMORY: usize = 100_000;

/// So many flows may be parked from one network in ten minutes: a large school at eight o'clock parks
/// some thousands; a robot that fills the memory parks more.
const FLOWS_A_NETWORK: usize = 20_000;
/// So many error pages an hour get a number and a line in the access log on one node: beyond, a robot
/// that collects missing pages would fill the disk.
const NUMBERED_FAULTS: usize = 3_600;

#[derive(Debug, Default)]
struct Window {
    began: i64,
    failed: HashSet<[u8; 8]>,
    passed: usize,
}

/// Soft signals of this node, and one lane an account so that parallel guesses queue (T-53).
pub struct Limiter {
    lanes: Vec<AsyncMutex<()>>,
    volatile: MacKey,
    networks: Mutex<HashMap<[u8; 16], Window>>,
    sprays: Mutex<HashMap<[u8; 16], Window>>,
    flows: Mutex<HashMap<[u8; 16], Window>>,
    faults: Mutex<Window>,
}

impl core::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Limiter(…)")
    }
}

/// One attempt: who is tried, from where, and the lane it holds until it ends.
pub(crate) struct Attempt<'a> {
    kind: CounterKind,
    key: Digest,
    network: [u8; 16],
    fingerprint: Option<[u8; 16]>,
    member: [u8; 8],
    _lane: MutexGuard<'a, ()>,
}

/// Whom an attempt is about: an account, or a login that no account has, which is counted alike.
pub(crate) enum Tried<'a> {
    Person(PersonId),
    Nobody(&'a str),
    /// The second factor of somebody whose password held: counted apart, so that a right password
    /// clears nothing of it.
    Factor(PersonId),
}

impl Limiter {
    /// With a fresh volatile key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self {
            lanes: (0..256).map(|_| AsyncMutex::new(())).collect(),
            volatile: MacKey::new(&entropy.bytes()),
            networks: Mutex::default(),
            sprays: Mutex::default(),
            flows: Mutex::default(),
            faults: Mutex::default(),
        }
    }

    fn short(&self, label: &str, data: &[u8]) -> [u8; 16] {
        let mut out = [0; 16];
        for (to, from) in out.iter_mut().zip(self.volatile.mac(label, data)) {
            *to = from;
        }
        out
    }

    /// Whether one more flow may be parked from this address (house §4.5: a cap a source).
    pub(crate) fn admits_flow(&self, address: IpAddr, now: Timestamp) -> bool {
        let key = self.short("flows", &network_of(address));
        let mut flows = self.flows.lock().unwrap_or_else(PoisonError::into_inner);
        note_in(&mut flows, key, NETWORK_WINDOW, [0; 8], true, now);
        flows
            .get(&key)
            .is_none_or(|window| window.passed <= FLOWS_A_NETWORK)
    }

    /// Whether one more error page gets a number that can be looked up.
    pub(crate) fn admits_fault(&self, now: Timestamp) -> bool {
        let mut window = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if now.since(Timestamp::from_millis(window.began)) >= SPRAY_WINDOW {
            *window = Window {
                began: now.millis(),
                ..Window::default()
            };
        }
        window.passed += 1;
        window.passed <= NUMBERED_FAULTS
    }

    /// The same password written otherwise is the same password, as for the hash (T-52).
    fn fingerprint(&self, secret: &str) -> [u8; 16] {
        let normal = zeroize::Zeroizing::new(secret.nfkc().collect::<String>());
        self.short("secret", normal.as_bytes())
    }

    /// What network and fingerprint say. A device that was let in before has its own counter and is
    /// asked nothing here: a neighbour cannot shut it out (T-55). An attempt that may go on counts
    /// against its fingerprint at once, so that sixteen in parallel see each other (T-53).
    fn soft_verdict(&self, attempt: &Attempt<'_>, now: Timestamp) -> Verdict {
        if attempt.kind == CounterKind::Device {
            return Verdict::Go;
        }
        let fresh = |window: &Window, length: Duration| {
            now.since(Timestamp::from_millis(window.began)) < length
        };
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        let crowded = networks.get(&attempt.network).is_some_and(|window| {
            let (failed, passed) = (window.failed.len(), window.passed);
            fresh(window, NETWORK_WINDOW)
                && failed > NETWORK_ACCOUNTS
                && passed * 5 < failed + passed
        });
        drop(networks);
        let Some(key) = attempt.fingerprint.filter(|_| !crowded) else {
            return if crowded {
                Verdict::Wait(SOFT_WAIT)
            } else {
                Verdict::Go
            };
        };
        let mut sprays = self.sprays.lock().unwrap_or_else(PoisonError::into_inner);
        let sprayed = sprays.get(&key).is_some_and(|window| {
            fresh(window, SPRAY_WINDOW)
                && window.failed.len() >= SPRAYED_ACCOUNTS
                && !window.failed.contains(&attempt.member)
        });
        if sprayed {
            return Verdict::Wait(SOFT_WAIT);
        }
        note_in(&mut sprays, key, SPRAY_WINDOW, attempt.member, false, now);
        Verdict::Go
    }

    fn note(&self, attempt: &Attempt<'_>, passed: bool, now: Timestamp) {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        note_in(
            &mut networks,
            attempt.network,
            NETWORK_WINDOW,
            attempt.member,
            passed,
            now,
        );
        drop(networks);
        if let Some(key) = attempt.fingerprint.filter(|_| passed) {
            let mut sprays = self.sprays.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(window) = sprays.get_mut(&key) {
                window.failed.remove(&attempt.member);
            }
        }
    }
}

fn note_in(
    table: &mut HashMap<[u8; 16], Window>,
    key: [u8; 16],
    length: Duration,
    member: [u8; 8],
    passed: bool,
    now: Timestamp,
) {
    if table.len() >= MEMORY {
        table.retain(|_, window| now.since(Timestamp::from_millis(window.began)) < length);
        if table.len() >= MEMORY {
            table.clear();
        }
    }
    let window = table.entry(key).or_default();
    if now.since(Timestamp::from_millis(window.began)) >= length {
        *window = Window {
            began: now.millis(),
            ..Window::default()
        };
    }
    if passed {
        window.passed += 1;
    } else if window.failed.len() <= NETWORK_ACCOUNTS * 5 {
        window.failed.insert(member);
    }
}

/// An IPv4 address, or the /64 of an IPv6 one: what one household or school is seen by.
pub(crate) fn network_of(address: IpAddr) -> [u8; 8] {
    let mut out = [0; 8];
    let bytes: Vec<u8> = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().iter().take(8).copied().collect(),
    };
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = from;
    }
    out
}

/// Whom a typed login names, what the log notes about it, and the attempt at its secret: `Err(wait)`
/// when it is not looked at.
pub(crate) struct Named<'a> {
    pub(crate) account: Option<Account>,
    pub(crate) about: About,
    pub(crate) attempt: Result<Attempt<'a>, Duration>,
}

impl Journeys {
    /// Finds whom a typed login names and begins an attempt; a login that nobody has is counted alike.
    pub(crate) async fn attempt_at(
        &self,
        username: &str,
        secret: Option<&str>,
        visit: &Visit,
    ) -> Result<Named<'_>, Trouble> {
        let folded = fold(username.get(..256).unwrap_or(username).trim());
        let account = match username.parse::<Login>() {
            Ok(login) => self.stores.accounts.account_by_login(&login).await?,
            Err(_) => None,
        };
        let (tried, about) = match &account {
            Some(account) => (Tried::Person(account.person), About::person(account.person)),
            None => (Tried::Nobody(&folded), About::default()),
        };
        let attempt = self.begin_attempt(tried, secret, visit).await?;
        if attempt.is_err() {
            let why = Some(ReasonCode::TooManyTries);
            self.fact(
                EventCode::Throttled,
                about.clone(),
                visit,
                ResultCode::Refused,
                why,
            );
        }
        Ok(Named {
            account,
            about,
            attempt,
        })
    }

    /// Begins an attempt at somebody's secret: takes the lane and asks every counter. `Err(wait)` means
    /// that it is not looked at.
    pub(crate) async fn begin_attempt(
        &self,
        tried: Tried<'_>,
        secret: Option<&str>,
        visit: &Visit,
    ) -> Result<Result<Attempt<'_>, Duration>, Trouble> {
        let keys = &self.keys.device;
        let account = match &tried {
            Tried::Person(person) => keys.mac("throttle-person", person.0.as_bytes()),
            Tried::Nobody(text) => keys.mac("throttle-login", text.as_bytes()),
            Tried::Factor(person) => keys.mac("throttle-factor", person.0.as_bytes()),
        };
        let known_device = match &tried {
            Tried::Person(person) => self.device_of(*person, visit),
            Tried::Nobody(_) | Tried::Factor(_) => None,
        };
        let unknown = match &tried {
            Tried::Person(_) | Tried::Nobody(_) => CounterKind::Account,
            Tried::Factor(_) => CounterKind::SecondFactor,
        };
        let (kind, key) =
            known_device.map_or((unknown, account), |device| (CounterKind::Device, device));
        let lane_index = usize::from(key.first().copied().unwrap_or(0));
        let lane = match self.limiter.lanes.get(lane_index) {
            Some(lane) => lane.lock().await,
            None => return Err(Trouble::Internal("a lane is missing")),
        };
        let mut member = [0; 8];
        for (to, from) in member.iter_mut().zip(account) {
            *to = from;
        }
        let attempt = Attempt {
            kind,
            key: Digest(key),
            network: self.limiter.short("network", &network_of(visit.address)),
            fingerprint: secret.map(|secret| self.limiter.fingerprint(secret)),
            member,
            _lane: lane,
        };
        let tally = self
            .stores
            .counters
            .tally(kind, &attempt.key, DAY, visit.now)
            .await?;
        let verdict = match tally.verdict_at(visit.now) {
            Verdict::Go => self.limiter.soft_verdict(&attempt, visit.now),
            wait @ Verdict::Wait(_) => wait,
        };
        match verdict {
            Verdict::Go => Ok(Ok(attempt)),
            Verdict::Wait(wait) => {
                metrics::counter!("portique_attempts_throttled_total").increment(1);
                Ok(Err(wait))
            }
        }
    }

    /// The attempt failed: counts it, durably, and says how many tries are left before a wait.
    pub(crate) async fn attempt_failed(
        &self,
        attempt: Attempt<'_>,
        visit: &Visit,
    ) -> Result<u32, Trouble> {
        self.limiter.note(&attempt, false, visit.now);
        let tally = self
            .stores
            .counters
            .add(attempt.kind, &attempt.key, DAY, visit.now)
            .await?;
        Ok(5_u32.saturating_sub(tally.count))
    }

    /// The proof held: only that forgets failures (T-54).
    pub(crate) async fn attempt_passed(
        &self,
        attempt: Attempt<'_>,
        visit: &Visit,
    ) -> Result<(), Trouble> {
        self.limiter.note(&attempt, true, visit.now);
        Ok(self
            .stores
            .counters
            .clear(attempt.kind, &attempt.key)
            .await?)
    }

    /// The value of a device cookie: who was let in on this device, when, and a MAC.
    pub(crate) fn device_cookie(&self, person: PersonId, now: Timestamp) -> String {
        let mut body = person.0.as_bytes().to_vec();
        body.extend(now.millis().to_be_bytes());
        body.extend(self.entropy.bytes::<8>());
        body.extend(self.keys.device.mac("device", &body));
        URL_SAFE_NO_PAD.encode(body)
    }

    /// The counter key of this device when its cookie is ours, of this person, and young enough.
    fn device_of(&self, person: PersonId, visit: &Visit) -> Option<[u8; 32]> {
        let bytes = URL_SAFE_NO_PAD
            .decode(visit.device_cookie.as_deref()?)
            .ok()?;
        let (body, tag) = bytes.split_at_checked(32)?;
        let (whose, rest) = body.split_at_checked(16)?;
        let issued = i64::from_be_bytes(rest.first_chunk::<8>().copied()?);
        let young = visit.now.since(Timestamp::from_millis(issued)) < DEVICE_LIFETIME;
        let ours = self.keys.device.verifies("device", body, tag);
        (ours && young && whose == person.0.as_bytes())
            .then(|| self.keys.device.mac("throttle-device", body))
    }
}
