//! Live state: what is true for minutes or hours.
//!
//! **What closes (redeem, logout, revocation, counters) is durable before the answer; what opens may
//! be lost** by a crash within the second (house §4.8). A clean restart loses nothing.

use crate::{Redeemed, Result};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Uai};
use portique_domain::login::{CounterKind, Flow, FlowId, Tally};
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::session::{Digest, Participation, Session};
use uuid::Uuid;

/// Finds sessions. A session that is over is never found.
#[async_trait]
pub trait SessionReader: Send + Sync {
    /// The session whose secret has this digest.
    async fn find(&self, digest: &Digest, now: Timestamp) -> Result<Option<Session>>;
    /// The live sessions of a person, newest first.
    async fn of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>>;
    /// How many are live.
    async fn count(&self, now: Timestamp) -> Result<u64>;
}

/// Opens and closes sessions.
#[async_trait]
pub trait SessionWriter: Send + Sync {
    /// Opens one; may be lost by a crash.
    async fn open(&self, session: &Session) -> Result<()>;
    /// Notes a use; may be lost by a crash. Never brings back a session that was closed (T-57).
    async fn touch(&self, digest: &Digest, now: Timestamp) -> Result<()>;
    /// Replaces a session by itself under a new secret, at a change of level; the old secret is closed
    /// durably. `false` when the old one is gone: then nothing opens.
    async fn renew(&self, old: &Digest, session: &Session) -> Result<bool>;
    /// Closes one, durably; gives it back when it was there.
    async fn close(&self, digest: &Digest) -> Result<Option<Session>>;
    /// Closes one of a person's by its public id, durably.
    async fn close_by_id(&self, person: PersonId, id: Uuid) -> Result<Option<Session>>;
    /// Closes all of a person's, durably; gives them back.
    async fn close_all_of(&self, person: PersonId) -> Result<Vec<Session>>;
}

/// Parked flows. They may be lost by a crash: the person starts again.
#[async_trait]
pub trait Flows: Send + Sync {
    /// Parks one.
    async fn park(&self, flow: &Flow) -> Result<()>;
    /// Finds one that has not expired.
    async fn find(&self, id: FlowId, now: Timestamp) -> Result<Option<Flow>>;
    /// Writes new evidence; `false` when the flow is gone (ended or expired), then nothing is written.
    async fn save(&self, flow: &Flow) -> Result<bool>;
    /// Ends one: `true` for exactly one caller, so that a flow opens one session only.
    async fn end(&self, id: FlowId) -> Result<bool>;
    /// Ends all that speak of a person, durably, but the one named: what shuts her sessions shuts the
    /// doors half open as well. Gives how many.
    async fn end_all_of(&self, person: PersonId, but: Option<FlowId>) -> Result<u64>;
}

/// One-time values of protocols and forms, by the digest of their secret.
#[async_trait]
pub trait OneTime: Send + Sync {
    /// Keeps a value until it is spent or too old.
    async fn put(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()>;
    /// As [`OneTime::put`], for a value that lives two minutes at most: a crash may lose it, spent or not,
    /// so that spending it needs no commit. A clean restart loses neither.
    async fn put_brief(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.put(kind, digest, value, expires_at).await
    }
    /// Looks at one as [`OneTime::redeem`] would, and spends nothing: whoever follows links for others
    /// must not use them up.
    async fn look(&self, kind: &str, digest: &Digest, now: Timestamp) -> Result<Redeemed<Vec<u8>>>;
    /// Spends one, in one atomic step; durable, unless the value itself is not (see
    /// [`OneTime::put_brief`]). A spent value answers `Replay` until it is too old.
    async fn redeem(
        &self,
        kind: &str,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Vec<u8>>>;
}

/// Counters of failures, by keyed digest.
#[async_trait]
pub trait Counters: Send + Sync {
    /// What a counter holds within its window.
    async fn tally(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally>;
    /// Counts one more, durably, and gives the tally after it. The window begins at the first failure
    /// after the last window ended.
    async fn add(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally>;
    /// Forgets a counter (only a proof that holds may, T-54).
    async fn clear(&self, kind: CounterKind, key: &Digest) -> Result<()>;
}

/// What partners were given under sessions.
#[async_trait]
pub trait Participations: Send + Sync {
    /// Records one.
    async fn record(&self, participation: &Participation) -> Result<()>;
    /// All of a session.
    async fn of_session(&self, session: Uuid) -> Result<Vec<Participation>>;
    /// Forgets all of a session, after logout; durable.
    async fn forget(&self, session: Uuid) -> Result<()>;
}

/// An access token of the gateway's own: opaque outside, this record inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The session under which it was given; it ends with it.
    pub session: Uuid,
    /// Whose.
    pub person: PersonId,
    /// To which partner.
    pub partner: String,
    /// Digest of the code it was given for: a replay of the code closes what the code gave.
    pub family: Digest,
    /// The scopes granted, by single spaces.
    pub scope: String,
    /// The child that the tile was opened for.
    pub child: Option<PersonId>,
    /// What the receipt of the opening names: the token never gives more.
    pub released: Vec<Attribute>,
    /// The resource that it was opened for.
    pub resource: Option<ResourceId>,
    /// The establishment that the resource was chosen in.
    pub establishment: Option<Uai>,
    /// Until then, not included.
    pub expires_at: Timestamp,
}

/// Access tokens, by the digest of their secret.
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// Keeps one; may be lost by a crash. A family that was closed takes in no more: `false`.
    async fn keep_token(&self, digest: &Digest, token: &AccessToken) -> Result<bool>;
    /// Finds one that has not expired.
    async fn find_token(&self, digest: &Digest, now: Timestamp) -> Result<Option<AccessToken>>;
    /// Closes a family, durably, until then: the tokens it has and those that would still come.
    async fn close_family(&self, family: &Digest, until: Timestamp) -> Result<u64>;
    /// Closes all of a session, durably; gives how many.
    async fn close_tokens_of(&self, session: Uuid) -> Result<u64>;
}
