//! The changes that reach the disk, and their row types: private, one table each.

use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::login::{CounterKind, Destination, Flow, FlowId, Proof};
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::session::{Digest, Level, Participation, ParticipationHandle, Session};
use portique_store::live::AccessToken;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// One change of one row, or of a handful.
#[derive(Clone)]
pub(super) enum Change {
    /// A session opened.
    SessionPut(Session),
    /// A session was used.
    SessionSeen(Digest, Timestamp),
    /// A session closed.
    SessionGone(Digest),
    /// A flow was parked, or holds new evidence.
    FlowPut(Box<Flow>),
    /// A flow ended.
    FlowGone(FlowId),
    /// A one-time value came in.
    OneTimePut {
        kind: String,
        digest: Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    },
    /// A one-time value was spent.
    OneTimeSpent {
        kind: String,
        digest: Digest,
        expires_at: Timestamp,
    },
    /// A counter stands so.
    CounterPut {
        kind: CounterKind,
        key: Digest,
        failures: u32,
        began_at: Timestamp,
        last_at: Timestamp,
        expires_at: Timestamp,
    },
    /// A counter was forgotten.
    CounterGone(CounterKind, Digest),
    /// A partner was given something under a session.
    ParticipationPut(Box<Participation>),
    /// All that partners were given under a session is forgotten.
    ParticipationsGone(Uuid),
    /// An access token was given.
    TokenPut(Digest, Box<AccessToken>),
    /// An access token closed.
    TokenGone(Digest),
    /// A family of access tokens takes in no more until then.
    FamilyClosed(Digest, Timestamp),
    /// Flows, one-time values, counters and access tokens that are too old then.
    Swept(Timestamp),
}

impl Change {
    /// Whether the disk must learn of it even if it refuses at first: what a restart would otherwise
    /// bring back. A counter heals with its next failure, which writes the whole of it.
    pub(super) fn closes(&self) -> bool {
        match self {
            Self::SessionGone(_)
            | Self::FlowGone(_)
            | Self::OneTimeSpent { .. }
            | Self::ParticipationsGone(_)
            | Self::TokenGone(_)
            | Self::FamilyClosed(..) => true,
            Self::SessionPut(_)
            | Self::SessionSeen(..)
            | Self::FlowPut(_)
            | Self::OneTimePut { .. }
            | Self::CounterPut { .. }
            | Self::CounterGone(..)
            | Self::ParticipationPut(_)
            | Self::TokenPut(..)
            | Self::Swept(_) => false,
        }
    }
}

/// The stable code of a level.
pub(super) const fn level_code(level: Level) -> i64 {
    match level {
        Level::One => 1,
        Level::Two => 2,
    }
}

/// The stable code of a kind of counter.
pub(super) const fn counter_code(kind: CounterKind) -> &'static str {
    match kind {
        CounterKind::Account => "account",
        CounterKind::Device => "device",
        CounterKind::SecondFactor => "second_factor",
        CounterKind::Network => "network",
        CounterKind::NetworkAccounts => "network_accounts",
        CounterKind::Fingerprint => "fingerprint",
        CounterKind::Flows => "flows",
        CounterKind::Mails => "mails",
        CounterKind::MailCode => "mail_code",
    }
}

/// The stable code of a proof, and its digest.
fn proof_columns(proof: &Proof) -> (&'static str, Option<&Digest>) {
    match proof {
        Proof::Password => ("password", None),
        Proof::ActivationCode(digest) => ("activation_code", Some(digest)),
        Proof::Invitation(digest) => ("invitation", Some(digest)),
        Proof::Recovery(digest) => ("recovery", Some(digest)),
    }
}

/// Protocol, handle and detail of what a partner knows.
fn handle_columns(handle: &ParticipationHandle) -> (&'static str, &str, &[u8]) {
    match handle {
        ParticipationHandle::Oidc { sid } => ("oidc", sid, &[]),
        ParticipationHandle::Saml {
            name_id,
            session_index,
        } => ("saml", name_id, session_index.as_bytes()),
        ParticipationHandle::Cas { service, ticket } => ("cas", service, ticket),
    }
}

/// Writes one change.
pub(super) fn apply(conn: &Connection, change: &Change) -> rusqlite::Result<()> {
    match change {
        Change::SessionPut(session) => put_session(conn, session),
        Change::SessionSeen(digest, at) => run(
            conn,
            "UPDATE session SET seen_at = max(seen_at, ?2) WHERE digest = ?1",
            params![digest.0, at.millis()],
        ),
        Change::SessionGone(digest) => run(
            conn,
            "DELETE FROM session WHERE digest = ?1",
            params![digest.0],
        ),
        Change::FlowPut(flow) => put_flow(conn, flow),
        Change::FlowGone(id) => run(conn, "DELETE FROM flow WHERE id = ?1", params![id.0]),
        Change::OneTimePut {
            kind,
            digest,
            value,
            expires_at,
        } => put_one_time(conn, kind, digest, Some(value), *expires_at),
        Change::OneTimeSpent {
            kind,
            digest,
            expires_at,
        } => put_one_time(conn, kind, digest, None, *expires_at),
        Change::CounterPut {
            kind,
            key,
            failures,
            began_at,
            last_at,
            expires_at,
        } => run(
            conn,
            "INSERT OR REPLACE INTO counter (kind, digest, failures, began_at, last_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                counter_code(*kind),
                key.0,
                failures,
                began_at.millis(),
                last_at.millis(),
                expires_at.millis()
            ],
        ),
        Change::CounterGone(kind, key) => run(
            conn,
            "DELETE FROM counter WHERE kind = ?1 AND digest = ?2",
            params![counter_code(*kind), key.0],
        ),
        Change::ParticipationPut(participation) => put_participation(conn, participation),
        Change::ParticipationsGone(session) => run(
            conn,
            "DELETE FROM participation WHERE session = ?1",
            params![session.as_bytes()],
        ),
        Change::TokenPut(digest, token) => put_token(conn, digest, token),
        Change::TokenGone(digest) => run(
            conn,
            "DELETE FROM token WHERE digest = ?1",
            params![digest.0],
        ),
        Change::FamilyClosed(family, until) => run(
            conn,
            "INSERT OR REPLACE INTO closed_family (family, closed_until) VALUES (?1, ?2)",
            params![family.0, until.millis()],
        ),
        Change::Swept(now) => sweep(conn, *now),
    }
}

/// Removes what is too old, as memory did.
pub(super) fn sweep(conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM flow WHERE expires_at <= ?1",
        "DELETE FROM one_time WHERE expires_at <= ?1",
        "DELETE FROM counter WHERE expires_at <= ?1",
        "DELETE FROM token WHERE expires_at <= ?1",
        "DELETE FROM closed_family WHERE closed_until <= ?1",
    ] {
        run(conn, sql, params![now.millis()])?;
    }
    Ok(())
}

fn run(conn: &Connection, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute(values).map(drop)
}

fn put_session(conn: &Connection, session: &Session) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT OR REPLACE INTO session
         (digest, id, person, profile, level, opened_at, seen_at, idle, ends_at, device)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            session.digest.0,
            session.id.as_bytes(),
            session.person.0.as_bytes(),
            session.profile.mnemonic(),
            level_code(session.level),
            session.opened_at.millis(),
            session.seen_at.millis(),
            i64::try_from(session.idle.as_millis()).unwrap_or(i64::MAX),
            session.ends_at.millis(),
            session.device.code(),
        ],
    )
}

fn put_flow(conn: &Connection, flow: &Flow) -> rusqlite::Result<()> {
    let page = match &flow.destination {
        Destination::Portal => None,
        Destination::Page(path) => Some(path.as_str()),
    };
    let evidence = &flow.evidence;
    let proof = evidence.proof.as_ref().map(proof_columns);
    run(
        conn,
        "INSERT OR REPLACE INTO flow (id, binding, page, person, proof, proof_digest, confirmed,
         password_saved, second_factor, enrolling, expires_at, since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            flow.id.0,
            flow.binding.0,
            page,
            evidence.person.map(|person| *person.0.as_bytes()),
            proof.map(|(code, _)| code),
            proof.and_then(|(_, digest)| digest).map(|digest| digest.0),
            evidence.confirmed,
            evidence.password_saved,
            evidence.second_factor,
            evidence.enrolling,
            flow.expires_at.millis(),
            evidence.since.map(Timestamp::millis),
        ],
    )
}

fn put_one_time(
    conn: &Connection,
    kind: &str,
    digest: &Digest,
    value: Option<&Vec<u8>>,
    expires_at: Timestamp,
) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT OR REPLACE INTO one_time (kind, digest, value, expires_at) VALUES (?1, ?2, ?3, ?4)",
        params![kind, digest.0, value, expires_at.millis()],
    )
}

fn put_participation(conn: &Connection, participation: &Participation) -> rusqlite::Result<()> {
    let (protocol, handle, detail) = handle_columns(&participation.handle);
    run(
        conn,
        "INSERT OR IGNORE INTO participation
         (session, partner, partner_name, protocol, handle, detail, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            participation.session.as_bytes(),
            participation.partner,
            participation.partner_name,
            protocol,
            handle,
            detail,
            participation.at.millis(),
        ],
    )
}

/// The codes of attributes, by single spaces.
fn codes(attributes: &[Attribute]) -> String {
    let codes: Vec<&str> = attributes.iter().map(|one| one.code()).collect();
    codes.join(" ")
}

fn put_token(conn: &Connection, digest: &Digest, token: &AccessToken) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT OR REPLACE INTO token
         (digest, session, person, partner, family, scope, child, released, resource, establishment,
          expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            digest.0,
            token.session.as_bytes(),
            token.person.0.as_bytes(),
            token.partner,
            token.family.0,
            token.scope,
            token.child.map(|child| *child.0.as_bytes()),
            codes(&token.released),
            token.resource.as_ref().map(ResourceId::as_str),
            token.establishment.as_ref().map(Uai::as_str),
            token.expires_at.millis(),
        ],
    )
}
