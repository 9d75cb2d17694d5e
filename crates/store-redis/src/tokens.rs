//! Access tokens, with indexes by family and by session, and marks of closed families.

use crate::keys::{self, text};
use crate::rows::{self, Bytes};
use crate::{RedisLive, SLACK, millis};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::session::Digest;
use portique_store::live::{AccessToken, AccessTokens};
use portique_store::{Result, StoreError};
use redis::cmd;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const TABLE: &str = "token";

#[derive(Serialize, Deserialize)]
struct Row {
    #[serde(rename = "z")]
    session: Bytes,
    #[serde(rename = "w")]
    person: Bytes,
    #[serde(rename = "p")]
    partner: String,
    #[serde(rename = "s")]
    scope: String,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    child: Option<Bytes>,
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    released: Vec<String>,
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    establishment: Option<String>,
}

fn write(token: &AccessToken) -> Result<Vec<u8>> {
    rows::write(&Row {
        session: token.session.into(),
        person: token.person.into(),
        partner: token.partner.clone(),
        scope: token.scope.clone(),
        child: token.child.map(Bytes::from),
        released: token
            .released
            .iter()
            .map(|one| one.code().to_owned())
            .collect(),
        resource: token.resource.as_ref().map(|id| id.as_str().to_owned()),
        establishment: token
            .establishment
            .as_ref()
            .map(|uai| uai.as_str().to_owned()),
    })
}

fn read(row: &[u8], family: &str, expires_at: i64) -> Result<AccessToken> {
    let row: Row = rows::read(TABLE, row)?;
    let corrupt = || StoreError::Corrupt(TABLE);
    let child = row.child.map(|bytes| bytes.person().ok_or_else(corrupt));
    let resource = row
        .resource
        .map(|id| ResourceId::parse(&id).ok_or_else(corrupt));
    let uai = row
        .establishment
        .map(|uai| uai.parse().map_err(|_| corrupt()));
    let released = row.released.iter().map(|code| Attribute::from_code(code));
    Ok(AccessToken {
        session: row.session.uuid().ok_or_else(corrupt)?,
        person: row.person.person().ok_or_else(corrupt)?,
        partner: row.partner,
        family: keys::digest(family).ok_or_else(corrupt)?,
        scope: row.scope,
        child: child.transpose()?,
        released: released.collect::<Option<_>>().ok_or_else(corrupt)?,
        resource: resource.transpose()?,
        establishment: uai.transpose()?,
        expires_at: Timestamp::from_millis(expires_at),
    })
}

impl RedisLive {
    fn token_key(&self, digest: &Digest) -> String {
        self.keys.name('t', &text(digest))
    }
}

#[async_trait]
impl AccessTokens for RedisLive {
    async fn keep_token(&self, digest: &Digest, token: &AccessToken) -> Result<bool> {
        let (family, session) = (text(&token.family), keys::session(token.session));
        let mut ask = self.scripts.token_keep.prepare_invoke();
        ask.key(self.keys.family('x', &family))
            .key(self.keys.family('y', &family))
            .key(self.token_key(digest))
            .key(self.keys.name('z', &session))
            .arg(text(digest))
            .arg(write(token)?)
            .arg(token.expires_at.millis())
            .arg(self.told().millis())
            .arg(self.stay_until(token.expires_at))
            .arg(family)
            .arg(session)
            .arg(self.keys.prefix());
        self.link.once(TABLE, &ask).await
    }

    async fn find_token(&self, digest: &Digest, now: Timestamp) -> Result<Option<AccessToken>> {
        self.hear(now);
        let mut ask = cmd("HMGET");
        ask.arg(self.token_key(digest)).arg(&["r", "f", "e"]);
        let found: (Option<Vec<u8>>, Option<String>, Option<i64>) =
            self.link.twice(TABLE, ask).await?;
        let (Some(row), Some(family), Some(end)) = found else {
            return Ok(None);
        };
        let token = read(&row, &family, end)?;
        Ok((now < token.expires_at).then_some(token))
    }

    async fn close_family(&self, family: &Digest, until: Timestamp) -> Result<u64> {
        let family = text(family);
        let mut ask = self.scripts.family_close.prepare_invoke();
        ask.key(self.keys.family('x', &family))
            .key(self.keys.family('y', &family))
            .arg(until.millis())
            .arg(self.stay_until(until).max(millis(SLACK)))
            .arg(self.keys.prefix());
        self.link.once(TABLE, &ask).await
    }

    async fn close_tokens_of(&self, session: Uuid) -> Result<u64> {
        let mut ask = self.scripts.tokens_close.prepare_invoke();
        ask.key(self.keys.name('z', &keys::session(session)))
            .arg(self.keys.prefix());
        self.link.once(TABLE, &ask).await
    }
}
