//! Parked flows, with an index by the person they speak of.

use crate::rows::{self, Bytes};
use crate::{RedisLive, keys};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::login::{Destination, Evidence, Flow, FlowId, LocalPath, Proof};
use portique_domain::session::Digest;
use portique_store::live::Flows;
use portique_store::{Result, StoreError};
use redis::cmd;
use serde::{Deserialize, Serialize};

const TABLE: &str = "flow";

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(rename = "b")]
    binding: Bytes,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    person: Option<Bytes>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    proof: Option<ProofRow>,
    #[serde(rename = "c")]
    confirmed: bool,
    #[serde(rename = "s")]
    password_saved: bool,
    #[serde(rename = "f")]
    second_factor: bool,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    enrolling: Option<Bytes>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ProofRow {
    Password,
    ActivationCode(Bytes),
    Invitation(Bytes),
    Recovery(Bytes),
}

fn bytes(digest: Digest) -> Bytes {
    Bytes(digest.0.to_vec())
}

fn digest(bytes: Bytes) -> Result<Digest> {
    let array = bytes.0.try_into();
    array.map(Digest).map_err(|_| StoreError::Corrupt(TABLE))
}

fn write(flow: &Flow) -> Result<Vec<u8>> {
    let evidence = &flow.evidence;
    let proof = evidence.proof.as_ref().map(|proof| match proof {
        Proof::Password => ProofRow::Password,
        Proof::ActivationCode(code) => ProofRow::ActivationCode(bytes(*code)),
        Proof::Invitation(secret) => ProofRow::Invitation(bytes(*secret)),
        Proof::Recovery(secret) => ProofRow::Recovery(bytes(*secret)),
    });
    rows::write(&Row {
        binding: bytes(flow.binding),
        page: match &flow.destination {
            Destination::Portal => None,
            Destination::Page(path) => Some(path.as_str().to_owned()),
        },
        person: evidence.person.map(Bytes::from),
        proof,
        confirmed: evidence.confirmed,
        password_saved: evidence.password_saved,
        second_factor: evidence.second_factor,
        enrolling: evidence.enrolling.clone().map(Bytes),
        since: evidence.since.map(Timestamp::millis),
    })
}

fn read(id: FlowId, row: &[u8], expires_at: i64) -> Result<Flow> {
    let row: Row = rows::read(TABLE, row)?;
    let corrupt = || StoreError::Corrupt(TABLE);
    let destination = match row.page {
        None => Destination::Portal,
        // What was safe to redirect to when it was parked is checked again when it comes back.
        Some(page) => Destination::Page(LocalPath::parse(&page).ok_or_else(corrupt)?),
    };
    let proof = match row.proof {
        None => None,
        Some(ProofRow::Password) => Some(Proof::Password),
        Some(ProofRow::ActivationCode(code)) => Some(Proof::ActivationCode(digest(code)?)),
        Some(ProofRow::Invitation(secret)) => Some(Proof::Invitation(digest(secret)?)),
        Some(ProofRow::Recovery(secret)) => Some(Proof::Recovery(digest(secret)?)),
    };
    let person = row.person.map(|bytes| bytes.person().ok_or_else(corrupt));
    Ok(Flow {
        id,
        binding: digest(row.binding)?,
        destination,
        evidence: Evidence {
            person: person.transpose()?,
            proof,
            confirmed: row.confirmed,
            password_saved: row.password_saved,
            second_factor: row.second_factor,
            enrolling: row.enrolling.map(|bytes| bytes.0),
            since: row.since.map(Timestamp::from_millis),
        },
        expires_at: Timestamp::from_millis(expires_at),
    })
}

impl RedisLive {
    async fn put_flow(&self, flow: &Flow, must_wait: bool) -> Result<bool> {
        let member = keys::flow(flow.id);
        let mut ask = self.scripts.flow_put.prepare_invoke();
        ask.key(self.keys.name('f', &member))
            .arg(self.keys.prefix())
            .arg(member)
            .arg(write(flow)?)
            .arg(flow.expires_at.millis())
            .arg(flow.evidence.person.map(keys::person).unwrap_or_default())
            .arg(self.stay_until(flow.expires_at))
            .arg(u8::from(must_wait))
            .arg(self.told().millis());
        self.link.once(TABLE, &ask).await
    }
}

#[async_trait]
impl Flows for RedisLive {
    async fn park(&self, flow: &Flow) -> Result<()> {
        self.put_flow(flow, false).await.map(drop)
    }

    async fn find(&self, id: FlowId, now: Timestamp) -> Result<Option<Flow>> {
        self.hear(now);
        let mut ask = cmd("HMGET");
        ask.arg(self.keys.name('f', &keys::flow(id)))
            .arg(&["r", "e"]);
        let (row, end): (Option<Vec<u8>>, Option<i64>) = self.link.twice(TABLE, ask).await?;
        let (Some(row), Some(end)) = (row, end) else {
            return Ok(None);
        };
        let flow = read(id, &row, end)?;
        Ok((now < flow.expires_at).then_some(flow))
    }

    async fn save(&self, flow: &Flow) -> Result<bool> {
        self.put_flow(flow, true).await
    }

    async fn end(&self, id: FlowId) -> Result<bool> {
        let member = keys::flow(id);
        let mut ask = self.scripts.flow_end.prepare_invoke();
        ask.key(self.keys.name('f', &member))
            .arg(self.keys.prefix())
            .arg(member)
            .arg(self.told().millis());
        self.link.once(TABLE, &ask).await
    }

    async fn end_all_of(&self, person: PersonId, but: Option<FlowId>) -> Result<u64> {
        let mut ask = self.scripts.flows_end.prepare_invoke();
        ask.key(self.keys.name('q', &keys::person(person)))
            .arg(self.keys.prefix())
            .arg(but.map(keys::flow).unwrap_or_default());
        self.link.once(TABLE, &ask).await
    }
}
