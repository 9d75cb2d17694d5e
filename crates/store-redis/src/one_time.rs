//! One-time values. Of a spent one only its end is kept, until then.

use crate::RedisLive;
use crate::keys::hashed;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::session::Digest;
use portique_store::live::OneTime;
use portique_store::{Redeemed, Result};

const TABLE: &str = "one_time";

impl RedisLive {
    fn one_time_key(&self, kind: &str, digest: &Digest) -> String {
        let name = hashed(&[b"one-time", kind.as_bytes(), &digest.0]);
        self.keys.name('o', &name)
    }
}

#[async_trait]
impl OneTime for RedisLive {
    async fn put(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()> {
        let mut ask = self.scripts.one_time_put.prepare_invoke();
        ask.key(self.one_time_key(kind, digest))
            .arg(value)
            .arg(expires_at.millis())
            .arg(self.stay_until(expires_at))
            .arg(self.told().millis());
        let _: u8 = self.link.once(TABLE, &ask).await?;
        Ok(())
    }

    async fn look(&self, kind: &str, digest: &Digest, now: Timestamp) -> Result<Redeemed<Vec<u8>>> {
        self.hear(now);
        let mut ask = redis::cmd("HMGET");
        ask.arg(self.one_time_key(kind, digest)).arg("e").arg("v");
        let (end, value): (Option<i64>, Option<Vec<u8>>) = self.link.twice(TABLE, ask).await?;
        Ok(match (end, value) {
            (Some(end), Some(value)) if now.millis() < end => Redeemed::First(value),
            (Some(end), None) if now.millis() < end => Redeemed::Replay,
            (_, _) => Redeemed::Unknown,
        })
    }

    async fn redeem(
        &self,
        kind: &str,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Vec<u8>>> {
        self.hear(now);
        let mut ask = self.scripts.one_time_redeem.prepare_invoke();
        ask.key(self.one_time_key(kind, digest)).arg(now.millis());
        // Never asked twice: a second try would find the first one's tombstone and call it a replay.
        let answer: Option<Vec<Vec<u8>>> = self.link.once(TABLE, &ask).await?;
        Ok(match answer.map(|values| values.into_iter().next()) {
            None => Redeemed::Unknown,
            Some(None) => Redeemed::Replay,
            Some(Some(value)) => Redeemed::First(value),
        })
    }
}
