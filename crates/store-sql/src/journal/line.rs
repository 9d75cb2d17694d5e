//! A line as it is stored: what identifies is sealed under the key of its day.

use super::opening::OpeningColumns;
use core::net::IpAddr;
use portique_domain::Timestamp;
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_domain::journal::{AccessEvent, EventCode, Opening, Phase, ReasonCode, ResultCode};
use portique_domain::rights::Actor;
use portique_domain::session::DeviceClass;
use portique_jose::seal::SealingKey;
use portique_store::{Result, StoreError};
use std::borrow::Cow;
use uuid::Uuid;

/// Purposes of the seals. Actor and target share one, so that one seal finds both.
pub(super) const PERSON: &str = "journal.person";
const OPERATOR: &str = "journal.operator";
const ADDRESS: &str = "journal.address";
const SESSION: &str = "journal.session";

type Code = Cow<'static, str>;

/// The columns of one line, but its place and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: [u8; 16],
    pub(super) at: i64,
    pub(super) correlation: [u8; 16],
    pub(super) phase: Code,
    pub(super) code: Code,
    pub(super) result: Code,
    pub(super) reason: Option<Code>,
    pub(super) actor_kind: Option<Code>,
    pub(super) actor: Option<Vec<u8>>,
    pub(super) profile: Option<Code>,
    pub(super) establishment: Option<[u8; 16]>,
    pub(super) target: Option<Vec<u8>>,
    pub(super) address: Option<Vec<u8>>,
    pub(super) session: Option<Vec<u8>>,
    pub(super) device: Option<Code>,
    pub(super) reference: Option<Code>,
    pub(super) opening: Option<OpeningColumns>,
}

impl Line {
    /// Seals an event under the key of its day.
    pub(super) fn seal(event: &AccessEvent, key: &SealingKey) -> Result<Self> {
        let seal = |purpose: &str, plain: &[u8]| {
            key.seal_equal(purpose, plain)
                .map_err(|error| StoreError::Unavailable(Box::new(error)))
        };
        let (actor_kind, actor) = match &event.actor {
            None => (None, None),
            Some(Actor::Person(person)) => {
                (Some("person"), Some(seal(PERSON, person.0.as_bytes())?))
            }
            Some(Actor::Operator(name)) => {
                (Some("operator"), Some(seal(OPERATOR, name.as_bytes())?))
            }
            Some(Actor::Gateway) => (Some("gateway"), None),
        };
        let target = event.target.as_ref();
        let target = target.map(|person| seal(PERSON, person.0.as_bytes()));
        let address = event.address.as_ref().map(|address| match address {
            IpAddr::V4(four) => seal(ADDRESS, &four.octets()),
            IpAddr::V6(six) => seal(ADDRESS, &six.octets()),
        });
        let session = event.session.as_ref();
        let session = session.map(|id| seal(SESSION, id.as_bytes()));
        Ok(Self {
            id: *event.id.as_bytes(),
            at: event.at.millis(),
            correlation: *event.correlation.as_bytes(),
            phase: event.phase.code().into(),
            code: event.code.code().into(),
            result: event.result.code().into(),
            reason: event.reason.map(|reason| reason.code().into()),
            actor_kind: actor_kind.map(Into::into),
            actor,
            profile: event.profile.map(|profile| profile.mnemonic().into()),
            establishment: event.establishment.map(|place| *place.0.as_bytes()),
            target: target.transpose()?,
            address: address.transpose()?,
            session: session.transpose()?,
            device: event.device.map(|device| device.code().into()),
            reference: event.reference.map(|shown| shown.compact().into()),
            opening: event.opening.as_deref().map(OpeningColumns::of),
        })
    }

    /// Opens a line under the key of its day.
    pub(super) fn open(&self, key: &SealingKey) -> Result<AccessEvent> {
        Ok(AccessEvent {
            id: Uuid::from_bytes(self.id),
            at: Timestamp::from_millis(self.at),
            correlation: Uuid::from_bytes(self.correlation),
            phase: Phase::from_code(&self.phase).ok_or(StoreError::Corrupt("line.phase"))?,
            code: EventCode::from_code(&self.code).ok_or(StoreError::Corrupt("line.code"))?,
            result: ResultCode::from_code(&self.result)
                .ok_or(StoreError::Corrupt("line.result"))?,
            reason: coded(self.reason.as_ref(), ReasonCode::from_code, "line.reason")?,
            actor: self.open_actor(key)?,
            profile: coded(
                self.profile.as_ref(),
                |code| code.parse::<Profile>().ok(),
                "line.profile",
            )?,
            establishment: self
                .establishment
                .map(|id| EstablishmentId(Uuid::from_bytes(id))),
            target: sealed_id(key, PERSON, self.target.as_ref(), "line.target")?.map(PersonId),
            address: self.open_address(key)?,
            session: sealed_id(key, SESSION, self.session.as_ref(), "line.session")?,
            device: coded(self.device.as_ref(), device, "line.device")?,
            reference: coded(
                self.reference.as_ref(),
                |code| code.parse().ok(),
                "line.reference",
            )?,
            opening: self.open_opening()?.map(Box::new),
        })
    }

    fn open_actor(&self, key: &SealingKey) -> Result<Option<Actor>> {
        let corrupt = || StoreError::Corrupt("line.actor");
        match (self.actor_kind.as_deref(), &self.actor) {
            (None, None) => Ok(None),
            (Some("gateway"), None) => Ok(Some(Actor::Gateway)),
            (Some("person"), Some(_)) => {
                let id = sealed_id(key, PERSON, self.actor.as_ref(), "line.actor")?;
                Ok(id.map(|id| Actor::Person(PersonId(id))))
            }
            (Some("operator"), Some(sealed)) => {
                let name = key.open(OPERATOR, sealed).map_err(|_| corrupt())?;
                let name = String::from_utf8(name).map_err(|_| corrupt())?;
                Ok(Some(Actor::Operator(name)))
            }
            _ => Err(corrupt()),
        }
    }

    fn open_opening(&self) -> Result<Option<Opening>> {
        let columns = self.opening.as_ref();
        columns
            .map(|columns| columns.read().ok_or(StoreError::Corrupt("line.opening")))
            .transpose()
    }

    fn open_address(&self, key: &SealingKey) -> Result<Option<IpAddr>> {
        let corrupt = || StoreError::Corrupt("line.address");
        let Some(sealed) = &self.address else {
            return Ok(None);
        };
        let octets = key.open(ADDRESS, sealed).map_err(|_| corrupt())?;
        if let Ok(four) = <[u8; 4]>::try_from(octets.as_slice()) {
            return Ok(Some(IpAddr::from(four)));
        }
        let six = <[u8; 16]>::try_from(octets.as_slice()).map_err(|_| corrupt())?;
        Ok(Some(IpAddr::from(six)))
    }
}

fn coded<T>(
    code: Option<&Code>,
    read: impl Fn(&str) -> Option<T>,
    column: &'static str,
) -> Result<Option<T>> {
    code.map(|code| read(code).ok_or(StoreError::Corrupt(column)))
        .transpose()
}

fn sealed_id(
    key: &SealingKey,
    purpose: &str,
    sealed: Option<&Vec<u8>>,
    column: &'static str,
) -> Result<Option<Uuid>> {
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let plain = key.open(purpose, sealed).ok();
    plain
        .and_then(|plain| Uuid::from_slice(&plain).ok())
        .map(Some)
        .ok_or(StoreError::Corrupt(column))
}

fn device(code: &str) -> Option<DeviceClass> {
    [
        DeviceClass::Computer,
        DeviceClass::Phone,
        DeviceClass::Tablet,
        DeviceClass::Machine,
    ]
    .into_iter()
    .find(|device| device.code() == code)
}
