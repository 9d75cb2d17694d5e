//! What partners were given, a hash a session.

use crate::keys::{self, hashed};
use crate::rows::{self, Bytes};
use crate::{RedisLive, millis};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::session::{Participation, ParticipationHandle};
use portique_store::Result;
use portique_store::live::Participations;
use redis::cmd;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

const TABLE: &str = "participation";

/// How long they stay after the last of them: the longest session (twelve hours), and a day more for
/// the logout engine.
const STAY: Duration = Duration::from_hours(36);

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(rename = "p")]
    partner: String,
    #[serde(rename = "n")]
    partner_name: String,
    #[serde(rename = "h")]
    handle: HandleRow,
    #[serde(rename = "a")]
    at: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HandleRow {
    Oidc(String),
    Saml(String, String),
    Cas(String, Bytes),
}

/// What tells one from another under the same session.
fn name(participation: &Participation) -> String {
    let partner = participation.partner.as_bytes();
    match &participation.handle {
        ParticipationHandle::Oidc { sid } => hashed(&[partner, b"oidc", sid.as_bytes()]),
        ParticipationHandle::Saml {
            name_id,
            session_index,
        } => hashed(&[
            partner,
            b"saml",
            name_id.as_bytes(),
            session_index.as_bytes(),
        ]),
        ParticipationHandle::Cas { service, ticket } => {
            hashed(&[partner, b"cas", service.as_bytes(), ticket])
        }
    }
}

fn write(participation: &Participation) -> Result<Vec<u8>> {
    rows::write(&Row {
        partner: participation.partner.clone(),
        partner_name: participation.partner_name.clone(),
        handle: match participation.handle.clone() {
            ParticipationHandle::Oidc { sid } => HandleRow::Oidc(sid),
            ParticipationHandle::Saml {
                name_id,
                session_index,
            } => HandleRow::Saml(name_id, session_index),
            ParticipationHandle::Cas { service, ticket } => HandleRow::Cas(service, Bytes(ticket)),
        },
        at: participation.at.millis(),
    })
}

fn read(session: Uuid, bytes: &[u8]) -> Result<Participation> {
    let row: Row = rows::read(TABLE, bytes)?;
    Ok(Participation {
        session,
        partner: row.partner,
        partner_name: row.partner_name,
        handle: match row.handle {
            HandleRow::Oidc(sid) => ParticipationHandle::Oidc { sid },
            HandleRow::Saml(name_id, session_index) => ParticipationHandle::Saml {
                name_id,
                session_index,
            },
            HandleRow::Cas(service, ticket) => ParticipationHandle::Cas {
                service,
                ticket: ticket.0,
            },
        },
        at: Timestamp::from_millis(row.at),
    })
}

impl RedisLive {
    fn participations_key(&self, session: Uuid) -> String {
        self.keys.name('g', &keys::session(session))
    }
}

#[async_trait]
impl Participations for RedisLive {
    async fn record(&self, participation: &Participation) -> Result<()> {
        let mut ask = self.scripts.participation_record.prepare_invoke();
        ask.key(self.participations_key(participation.session))
            .arg(name(participation))
            .arg(write(participation)?)
            .arg(millis(STAY));
        let _: u8 = self.link.twice(TABLE, &ask).await?;
        Ok(())
    }

    async fn of_session(&self, session: Uuid) -> Result<Vec<Participation>> {
        let mut ask = cmd("HGETALL");
        ask.arg(self.participations_key(session));
        let found: BTreeMap<String, Vec<u8>> = self.link.twice(TABLE, ask).await?;
        let given: Result<Vec<_>> = found.values().map(|bytes| read(session, bytes)).collect();
        let mut given = given?;
        given.sort_by_key(|participation| participation.at);
        Ok(given)
    }

    async fn forget(&self, session: Uuid) -> Result<()> {
        let mut ask = cmd("DEL");
        ask.arg(self.participations_key(session));
        let _: u64 = self.link.twice(TABLE, ask).await?;
        Ok(())
    }
}
