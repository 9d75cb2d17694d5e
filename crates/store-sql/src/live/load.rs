//! Reading live state back at the start: what is still alive, nothing else.

use super::counters::Counter;
use super::one_time::Value;
use super::rows::{self, counter_code, level_code};
use super::{Tables, lock};
use crate::sqlite::failed;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::login::{CounterKind, Destination, Evidence, Flow, FlowId, LocalPath, Proof};
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::session::{
    DeviceClass, Digest, Level, Participation, ParticipationHandle, Session,
};
use portique_store::live::AccessToken;
use portique_store::{Result, StoreError};
use rusqlite::{Connection, Row};
use uuid::Uuid;

/// A row, or the column that does not read back.
type Read<T> = rusqlite::Result<core::result::Result<T, &'static str>>;

/// Fills the tables and removes from the disk what ended while the process was down.
pub(super) fn load(conn: &Connection, now: Timestamp) -> Result<Tables> {
    rows::sweep(conn, now).map_err(failed)?;
    let tables = Tables::default();
    {
        let mut sessions = lock(&tables.sessions);
        for session in all(conn, "SELECT * FROM session", session)? {
            if session.is_over_at(now) {
                let gone = rows::Change::SessionGone(session.digest);
                rows::apply(conn, &gone).map_err(failed)?;
            } else {
                sessions.insert(session);
            }
        }
    }
    {
        let mut flows = lock(&tables.flows);
        for flow in all(conn, "SELECT * FROM flow", flow)? {
            flows.insert(flow);
        }
    }
    {
        let mut values = lock(&tables.one_time);
        for (kind, digest, value) in all(conn, "SELECT * FROM one_time", one_time)? {
            values.restore(kind, digest, value);
        }
    }
    {
        let mut counters = lock(&tables.counters);
        for (kind, key, counter) in all(conn, "SELECT * FROM counter", counter)? {
            counters.restore(kind, key, counter);
        }
    }
    {
        let mut participations = lock(&tables.participations);
        for participation in all(
            conn,
            "SELECT * FROM participation ORDER BY at",
            participation,
        )? {
            participations.insert(participation);
        }
    }
    {
        let mut tokens = lock(&tables.tokens);
        for (digest, token) in all(conn, "SELECT * FROM token", token)? {
            tokens.insert(digest, token);
        }
        for (family, until) in all(conn, "SELECT * FROM closed_family", closed_family)? {
            tokens.shut(family, until);
        }
    }
    Ok(tables)
}

fn all<T>(conn: &Connection, sql: &str, read: fn(&Row<'_>) -> Read<T>) -> Result<Vec<T>> {
    let mut statement = conn.prepare(sql).map_err(failed)?;
    let rows = statement.query_map([], read).map_err(failed)?;
    let mut out = Vec::new();
    for row in rows {
        out.push(row.map_err(failed)?.map_err(StoreError::Corrupt)?);
    }
    Ok(out)
}

fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

fn digest(row: &Row<'_>, column: &str) -> rusqlite::Result<Digest> {
    row.get(column).map(Digest)
}

fn uuid(row: &Row<'_>, column: &str) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}

fn session(row: &Row<'_>) -> Read<Session> {
    let profile: String = row.get("profile")?;
    let Ok(profile) = profile.parse() else {
        return Ok(Err("session.profile"));
    };
    let code: i64 = row.get("level")?;
    let Some(level) = [Level::One, Level::Two]
        .into_iter()
        .find(|level| level_code(*level) == code)
    else {
        return Ok(Err("session.level"));
    };
    let code: String = row.get("device")?;
    let Some(device) = [
        DeviceClass::Computer,
        DeviceClass::Phone,
        DeviceClass::Tablet,
        DeviceClass::Machine,
    ]
    .into_iter()
    .find(|device| device.code() == code) else {
        return Ok(Err("session.device"));
    };
    let idle: i64 = row.get("idle")?;
    Ok(Ok(Session {
        id: uuid(row, "id")?,
        digest: digest(row, "digest")?,
        person: PersonId(uuid(row, "person")?),
        profile,
        level,
        opened_at: instant(row, "opened_at")?,
        seen_at: instant(row, "seen_at")?,
        idle: Duration::from_millis(u64::try_from(idle).unwrap_or(0)),
        ends_at: instant(row, "ends_at")?,
        device,
    }))
}

fn flow(row: &Row<'_>) -> Read<Flow> {
    let destination = match row.get::<_, Option<String>>("page")? {
        None => Destination::Portal,
        // What was safe to redirect to when it was parked is checked again when it comes back.
        Some(page) => match LocalPath::parse(&page) {
            Some(path) => Destination::Page(path),
            None => return Ok(Err("flow.page")),
        },
    };
    let code: Option<String> = row.get("proof")?;
    let seen: Option<[u8; 32]> = row.get("proof_digest")?;
    let proof = match (code.as_deref(), seen.map(Digest)) {
        (None, None) => None,
        (Some("password"), None) => Some(Proof::Password),
        (Some("activation_code"), Some(digest)) => Some(Proof::ActivationCode(digest)),
        (Some("invitation"), Some(digest)) => Some(Proof::Invitation(digest)),
        (Some("recovery"), Some(digest)) => Some(Proof::Recovery(digest)),
        _ => return Ok(Err("flow.proof")),
    };
    let person: Option<[u8; 16]> = row.get("person")?;
    Ok(Ok(Flow {
        id: FlowId(row.get("id")?),
        binding: digest(row, "binding")?,
        destination,
        evidence: Evidence {
            person: person.map(|id| PersonId(Uuid::from_bytes(id))),
            proof,
            confirmed: row.get("confirmed")?,
            password_saved: row.get("password_saved")?,
            second_factor: row.get("second_factor")?,
            enrolling: row.get("enrolling")?,
            since: row
                .get::<_, Option<i64>>("since")?
                .map(Timestamp::from_millis),
        },
        expires_at: instant(row, "expires_at")?,
    }))
}

fn one_time(row: &Row<'_>) -> Read<(String, Digest, Value)> {
    let value = Value {
        unspent: row.get("value")?,
        expires_at: instant(row, "expires_at")?,
        written: true,
    };
    Ok(Ok((row.get("kind")?, digest(row, "digest")?, value)))
}

fn counter(row: &Row<'_>) -> Read<(CounterKind, Digest, Counter)> {
    let code: String = row.get("kind")?;
    let Some(kind) = [
        CounterKind::Account,
        CounterKind::Device,
        CounterKind::SecondFactor,
        CounterKind::Network,
        CounterKind::NetworkAccounts,
        CounterKind::Fingerprint,
        CounterKind::Flows,
        CounterKind::Mails,
        CounterKind::MailCode,
    ]
    .into_iter()
    .find(|kind| counter_code(*kind) == code) else {
        return Ok(Err("counter.kind"));
    };
    let counter = Counter {
        failures: row.get("failures")?,
        began_at: instant(row, "began_at")?,
        last_at: instant(row, "last_at")?,
        expires_at: instant(row, "expires_at")?,
    };
    Ok(Ok((kind, digest(row, "digest")?, counter)))
}

fn participation(row: &Row<'_>) -> Read<Participation> {
    let protocol: String = row.get("protocol")?;
    let known: String = row.get("handle")?;
    let detail: Vec<u8> = row.get("detail")?;
    let handle = match protocol.as_str() {
        "oidc" => ParticipationHandle::Oidc { sid: known },
        "saml" => match String::from_utf8(detail) {
            Ok(session_index) => ParticipationHandle::Saml {
                name_id: known,
                session_index,
            },
            Err(_) => return Ok(Err("participation.detail")),
        },
        "cas" => ParticipationHandle::Cas {
            service: known,
            ticket: detail,
        },
        _ => return Ok(Err("participation.protocol")),
    };
    Ok(Ok(Participation {
        session: uuid(row, "session")?,
        partner: row.get("partner")?,
        partner_name: row.get("partner_name")?,
        handle,
        at: instant(row, "at")?,
    }))
}

fn token(row: &Row<'_>) -> Read<(Digest, AccessToken)> {
    let child: Option<[u8; 16]> = row.get("child")?;
    let released: String = row.get("released")?;
    let released = released.split(' ').filter(|code| !code.is_empty());
    let Some(released) = released.map(Attribute::from_code).collect() else {
        return Ok(Err("token.released"));
    };
    let (resource, establishment): (Option<String>, Option<String>) =
        (row.get("resource")?, row.get("establishment")?);
    let resource = match resource.as_deref().map(ResourceId::parse) {
        None => None,
        Some(Some(id)) => Some(id),
        Some(None) => return Ok(Err("token.resource")),
    };
    let Ok(establishment) = establishment.map(|uai| uai.parse()).transpose() else {
        return Ok(Err("token.establishment"));
    };
    let token = AccessToken {
        session: uuid(row, "session")?,
        person: PersonId(uuid(row, "person")?),
        partner: row.get("partner")?,
        family: digest(row, "family")?,
        scope: row.get("scope")?,
        child: child.map(|id| PersonId(Uuid::from_bytes(id))),
        released,
        resource,
        establishment,
        expires_at: instant(row, "expires_at")?,
    };
    Ok(Ok((digest(row, "digest")?, token)))
}

fn closed_family(row: &Row<'_>) -> Read<(Digest, Timestamp)> {
    Ok(Ok((digest(row, "family")?, instant(row, "closed_until")?)))
}
