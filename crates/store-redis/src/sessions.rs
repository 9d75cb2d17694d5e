//! Sessions: a hash each, an index by person, and one of all by their end, to count them.

use crate::keys::{self, text};
use crate::rows::{self, Bytes};
use crate::{RedisLive, SLACK, millis};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::session::{DeviceClass, Digest, Level, Session};
use portique_store::live::{SessionReader, SessionWriter};
use portique_store::{Result, StoreError};
use redis::{ScriptInvocation, cmd};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const TABLE: &str = "session";

/// What no script looks at.
#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(rename = "w")]
    person: Bytes,
    #[serde(rename = "f")]
    profile: String,
    #[serde(rename = "l")]
    level: u8,
    #[serde(rename = "o")]
    opened_at: i64,
    #[serde(rename = "d")]
    device: String,
}

/// Row, id, last use, idle time, end.
type Fields = (Vec<u8>, Vec<u8>, i64, u64, i64);

/// The same when nothing may be there.
type MaybeFields = (
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<i64>,
    Option<u64>,
    Option<i64>,
);

/// A member of an index and its fields.
type Member = (String, Vec<u8>, Vec<u8>, i64, u64, i64);

fn write(session: &Session) -> Result<Vec<u8>> {
    rows::write(&Row {
        person: session.person.into(),
        profile: session.profile.mnemonic().to_owned(),
        level: match session.level {
            Level::One => 1,
            Level::Two => 2,
        },
        opened_at: session.opened_at.millis(),
        device: session.device.code().to_owned(),
    })
}

fn read(digest: Digest, (row, id, seen_at, idle, ends_at): Fields) -> Result<Session> {
    let row: Row = rows::read(TABLE, &row)?;
    let corrupt = StoreError::Corrupt(TABLE);
    let devices = [
        DeviceClass::Computer,
        DeviceClass::Phone,
        DeviceClass::Tablet,
        DeviceClass::Machine,
    ];
    let level = match row.level {
        1 => Level::One,
        2 => Level::Two,
        _ => return Err(corrupt),
    };
    let device = devices.into_iter().find(|one| one.code() == row.device);
    let (Some(person), Some(id), Ok(profile), Some(device)) = (
        row.person.person(),
        Bytes(id).uuid(),
        row.profile.parse(),
        device,
    ) else {
        return Err(corrupt);
    };
    Ok(Session {
        id,
        digest,
        person,
        profile,
        level,
        opened_at: Timestamp::from_millis(row.opened_at),
        seen_at: Timestamp::from_millis(seen_at),
        idle: Duration::from_millis(idle),
        ends_at: Timestamp::from_millis(ends_at),
        device,
    })
}

fn read_members(members: Vec<Member>) -> Result<Vec<Session>> {
    let sessions = members
        .into_iter()
        .map(|(member, row, id, seen, idle, ends)| {
            let digest = keys::digest(&member).ok_or(StoreError::Corrupt(TABLE))?;
            read(digest, (row, id, seen, idle, ends))
        });
    sessions.collect()
}

/// When it ends if it is not used again.
fn stop(session: &Session) -> Timestamp {
    session.ends_at.min(session.seen_at.plus(session.idle))
}

impl RedisLive {
    fn session_key(&self, digest: &Digest) -> String {
        self.keys.name('s', &text(digest))
    }

    fn sessions_of_key(&self, person: PersonId) -> String {
        self.keys.name('p', &keys::person(person))
    }

    /// What a script that opens a session is told.
    fn opening<'a>(
        &self,
        script: &'a redis::Script,
        session: &Session,
    ) -> Result<ScriptInvocation<'a>> {
        let stays = |end: Timestamp| millis(end.since(session.seen_at).saturating_add(SLACK));
        let stop = stop(session);
        let mut ask = script.prepare_invoke();
        ask.key(self.session_key(&session.digest))
            .key(self.sessions_of_key(session.person))
            .key(self.keys.all_sessions())
            .arg(text(&session.digest))
            .arg(write(session)?)
            .arg(&session.id.as_bytes()[..])
            .arg(session.seen_at.millis())
            .arg(millis(session.idle))
            .arg(session.ends_at.millis())
            .arg(keys::person(session.person))
            .arg(stop.millis())
            .arg(stays(stop))
            .arg(stays(session.ends_at));
        Ok(ask)
    }

    /// Closes all of a person's, or the one with this id.
    async fn close_those_of(&self, person: PersonId, id: &[u8]) -> Result<Vec<Session>> {
        let mut ask = self.scripts.sessions_close.prepare_invoke();
        ask.key(self.sessions_of_key(person))
            .key(self.keys.all_sessions())
            .arg(self.keys.prefix())
            .arg(id);
        read_members(self.link.once(TABLE, &ask).await?)
    }
}

#[async_trait]
impl SessionReader for RedisLive {
    async fn find(&self, digest: &Digest, now: Timestamp) -> Result<Option<Session>> {
        self.hear(now);
        let mut ask = cmd("HMGET");
        ask.arg(self.session_key(digest))
            .arg(&["r", "u", "s", "i", "e"]);
        let found: MaybeFields = self.link.twice(TABLE, ask).await?;
        let (Some(row), Some(id), Some(seen), Some(idle), Some(ends)) = found else {
            return Ok(None);
        };
        let session = read(*digest, (row, id, seen, idle, ends))?;
        Ok((!session.is_over_at(now)).then_some(session))
    }

    async fn of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>> {
        self.hear(now);
        let mut ask = self.scripts.sessions_of.prepare_invoke();
        ask.key(self.sessions_of_key(person))
            .arg(self.keys.prefix());
        let mut own = read_members(self.link.twice(TABLE, &ask).await?)?;
        own.retain(|session| session.person == person && !session.is_over_at(now));
        own.sort_by_key(|session| core::cmp::Reverse((session.opened_at, session.id)));
        Ok(own)
    }

    async fn count(&self, now: Timestamp) -> Result<u64> {
        self.hear(now);
        let mut ask = cmd("ZCOUNT");
        ask.arg(self.keys.all_sessions())
            .arg(format!("({}", now.millis()))
            .arg("+inf");
        self.link.twice(TABLE, ask).await
    }
}

#[async_trait]
impl SessionWriter for RedisLive {
    async fn open(&self, session: &Session) -> Result<()> {
        let ask = self.opening(&self.scripts.session_open, session)?;
        let _: u8 = self.link.once(TABLE, &ask).await?;
        Ok(())
    }

    async fn touch(&self, digest: &Digest, now: Timestamp) -> Result<()> {
        self.hear(now);
        let mut ask = self.scripts.session_touch.prepare_invoke();
        ask.key(self.session_key(digest))
            .key(self.keys.all_sessions())
            .arg(now.millis())
            .arg(millis(SLACK))
            .arg(text(digest));
        let _: u8 = self.link.twice(TABLE, &ask).await?;
        Ok(())
    }

    async fn renew(&self, old: &Digest, session: &Session) -> Result<bool> {
        let mut ask = self.opening(&self.scripts.session_renew, session)?;
        ask.key(self.session_key(old))
            .arg(self.keys.prefix())
            .arg(text(old));
        self.link.once(TABLE, &ask).await
    }

    async fn close(&self, digest: &Digest) -> Result<Option<Session>> {
        let mut ask = self.scripts.session_close.prepare_invoke();
        ask.key(self.session_key(digest))
            .key(self.keys.all_sessions())
            .arg(text(digest))
            .arg(self.keys.prefix());
        let closed: Option<Fields> = self.link.once(TABLE, &ask).await?;
        closed.map(|fields| read(*digest, fields)).transpose()
    }

    async fn close_by_id(&self, person: PersonId, id: Uuid) -> Result<Option<Session>> {
        let closed = self.close_those_of(person, id.as_bytes()).await?;
        Ok(closed.into_iter().next())
    }

    async fn close_all_of(&self, person: PersonId) -> Result<Vec<Session>> {
        self.close_those_of(person, &[]).await
    }
}
