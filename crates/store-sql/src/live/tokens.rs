//! Access tokens, with indexes by session and by family.

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::session::Digest;
use portique_store::Result;
use portique_store::live::{AccessToken, AccessTokens};
use std::collections::HashMap;
use uuid::Uuid;

/// The table.
#[derive(Default)]
pub(super) struct TokenTable {
    by_digest: HashMap<Digest, AccessToken>,
    of_family: HashMap<Digest, Vec<Digest>>,
    of_session: HashMap<Uuid, Vec<Digest>>,
    /// Families that take in no more, and until when.
    closed: HashMap<Digest, Timestamp>,
    /// The latest time a caller told: `keep_token` is not told one.
    clock: Option<Timestamp>,
}

impl TokenTable {
    /// Puts one in.
    pub(super) fn insert(&mut self, digest: Digest, token: AccessToken) {
        self.remove(&digest);
        self.of_family.entry(token.family).or_default().push(digest);
        let own = self.of_session.entry(token.session).or_default();
        own.push(digest);
        self.by_digest.insert(digest, token);
    }

    /// Closes a family until then; a later end stays.
    pub(super) fn shut(&mut self, family: Digest, until: Timestamp) -> Timestamp {
        let end = self.closed.entry(family).or_insert(until);
        *end = until.max(*end);
        *end
    }

    fn takes_in(&self, family: &Digest) -> bool {
        let until = self.closed.get(family);
        until.is_none_or(|until| self.clock.is_some_and(|now| now >= *until))
    }

    fn remove(&mut self, digest: &Digest) -> bool {
        let Some(token) = self.by_digest.remove(digest) else {
            return false;
        };
        leave(&mut self.of_family, &token.family, digest);
        leave(&mut self.of_session, &token.session, digest);
        true
    }

    fn remove_all(&mut self, digests: &[Digest]) {
        for digest in digests {
            self.remove(digest);
        }
    }

    /// Takes out what is too old.
    pub(super) fn sweep(&mut self, now: Timestamp) -> usize {
        self.clock = self.clock.max(Some(now));
        self.closed.retain(|_, until| now < *until);
        let old = self.by_digest.iter();
        let old: Vec<Digest> = old
            .filter(|(_, token)| now >= token.expires_at)
            .map(|(digest, _)| *digest)
            .collect();
        self.remove_all(&old);
        old.len()
    }
}

/// Takes a digest out of one list of an index.
fn leave<K>(index: &mut HashMap<K, Vec<Digest>>, key: &K, digest: &Digest)
where
    K: Eq + core::hash::Hash,
{
    if let Some(digests) = index.get_mut(key) {
        digests.retain(|other| other != digest);
        if digests.is_empty() {
            index.remove(key);
        }
    }
}

fn count(digests: &[Digest]) -> u64 {
    u64::try_from(digests.len()).unwrap_or(u64::MAX)
}

#[async_trait]
impl AccessTokens for SqliteLive {
    async fn keep_token(&self, digest: &Digest, token: &AccessToken) -> Result<bool> {
        let mut tokens = lock(&self.tables.tokens);
        if !tokens.takes_in(&token.family) {
            return Ok(false);
        }
        self.writer
            .hand(vec![Change::TokenPut(*digest, Box::new(token.clone()))])?;
        tokens.insert(*digest, token.clone());
        Ok(true)
    }

    async fn find_token(&self, digest: &Digest, now: Timestamp) -> Result<Option<AccessToken>> {
        let mut tokens = lock(&self.tables.tokens);
        tokens.clock = tokens.clock.max(Some(now));
        let token = tokens.by_digest.get(digest);
        Ok(token.filter(|found| now < found.expires_at).cloned())
    }

    async fn close_family(&self, family: &Digest, until: Timestamp) -> Result<u64> {
        let (closed, pending) = {
            let mut tokens = lock(&self.tables.tokens);
            let until = tokens.shut(*family, until);
            let digests = tokens.of_family.get(family).cloned().unwrap_or_default();
            tokens.remove_all(&digests);
            let mut changes = vec![Change::FamilyClosed(*family, until)];
            changes.extend(digests.iter().copied().map(Change::TokenGone));
            (count(&digests), self.writer.hand_waiting(changes))
        };
        pending.written().await?;
        Ok(closed)
    }

    async fn close_tokens_of(&self, session: Uuid) -> Result<u64> {
        let (closed, pending) = {
            let mut tokens = lock(&self.tables.tokens);
            let digests = tokens.of_session.get(&session).cloned();
            let digests = digests.unwrap_or_default();
            tokens.remove_all(&digests);
            let changes = digests.iter().copied().map(Change::TokenGone);
            // Also when there was none: another caller's closing of it may still be on its way.
            let pending = self.writer.hand_waiting(changes.collect());
            (count(&digests), pending)
        };
        pending.written().await?;
        Ok(closed)
    }
}
