//! Sessions: by the digest of their secret, with an index by person.

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::session::{Digest, Session};
use portique_store::Result;
use portique_store::live::{SessionReader, SessionWriter};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The table.
#[derive(Default)]
pub(super) struct Sessions {
    by_digest: HashMap<Digest, Session>,
    of_person: HashMap<PersonId, Vec<Digest>>,
}

impl Sessions {
    /// Puts one in.
    pub(super) fn insert(&mut self, session: Session) {
        self.remove(&session.digest);
        let digests = self.of_person.entry(session.person).or_default();
        digests.push(session.digest);
        self.by_digest.insert(session.digest, session);
    }

    fn remove(&mut self, digest: &Digest) -> Option<Session> {
        let session = self.by_digest.remove(digest)?;
        if let Some(digests) = self.of_person.get_mut(&session.person) {
            digests.retain(|other| other != digest);
            if digests.is_empty() {
                self.of_person.remove(&session.person);
            }
        }
        Some(session)
    }

    fn of(&self, person: PersonId) -> impl Iterator<Item = &Session> {
        let digests = self.of_person.get(&person);
        digests
            .into_iter()
            .flatten()
            .filter_map(|digest| self.by_digest.get(digest))
    }

    /// Takes out those that are over.
    pub(super) fn sweep(&mut self, now: Timestamp) -> Vec<Digest> {
        let over: Vec<Digest> = self
            .by_digest
            .values()
            .filter(|session| session.is_over_at(now))
            .map(|session| session.digest)
            .collect();
        for digest in &over {
            self.remove(digest);
        }
        over
    }

    /// The public ids of those that are there.
    pub(super) fn ids(&self) -> HashSet<Uuid> {
        self.by_digest.values().map(|session| session.id).collect()
    }
}

#[async_trait]
impl SessionReader for SqliteLive {
    async fn find(&self, digest: &Digest, now: Timestamp) -> Result<Option<Session>> {
        let sessions = lock(&self.tables.sessions);
        let session = sessions.by_digest.get(digest);
        Ok(session.filter(|found| !found.is_over_at(now)).cloned())
    }

    async fn of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>> {
        let mut live: Vec<Session> = lock(&self.tables.sessions)
            .of(person)
            .filter(|session| !session.is_over_at(now))
            .cloned()
            .collect();
        live.sort_by_key(|session| core::cmp::Reverse((session.opened_at, session.id)));
        Ok(live)
    }

    async fn count(&self, now: Timestamp) -> Result<u64> {
        let sessions = lock(&self.tables.sessions);
        let live = sessions.by_digest.values();
        let count = live.filter(|session| !session.is_over_at(now)).count();
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

#[async_trait]
impl SessionWriter for SqliteLive {
    async fn open(&self, session: &Session) -> Result<()> {
        let mut sessions = lock(&self.tables.sessions);
        self.writer
            .hand(vec![Change::SessionPut(session.clone())])?;
        sessions.insert(session.clone());
        Ok(())
    }

    async fn touch(&self, digest: &Digest, now: Timestamp) -> Result<()> {
        let mut sessions = lock(&self.tables.sessions);
        let Some(session) = sessions.by_digest.get_mut(digest) else {
            return Ok(());
        };
        // A use that comes after the end, or behind a later one, changes nothing.
        if session.is_over_at(now) || now <= session.seen_at {
            return Ok(());
        }
        session.seen_at = now;
        self.writer.hand(vec![Change::SessionSeen(*digest, now)])
    }

    async fn renew(&self, old: &Digest, session: &Session) -> Result<bool> {
        let (renewed, pending) = {
            let mut sessions = lock(&self.tables.sessions);
            let gone = sessions.remove(old);
            // One that ended by itself must not live on under a new secret.
            let renewed = gone.is_some_and(|gone| !gone.is_over_at(session.seen_at));
            let mut changes = vec![Change::SessionGone(*old)];
            if renewed {
                sessions.insert(session.clone());
                changes.push(Change::SessionPut(session.clone()));
            }
            (renewed, self.writer.hand_waiting(changes))
        };
        let written = pending.written().await;
        if written.is_err() && renewed {
            // The browser was never given the new secret, and the old one stays closed.
            let mut sessions = lock(&self.tables.sessions);
            sessions.remove(&session.digest);
            self.writer
                .hand(vec![Change::SessionGone(session.digest)])
                .unwrap_or_default();
        }
        written.map(|()| renewed)
    }

    async fn close(&self, digest: &Digest) -> Result<Option<Session>> {
        let (closed, pending) = {
            let mut sessions = lock(&self.tables.sessions);
            let closed = sessions.remove(digest);
            // Also when it was not there: another caller's closing of it may still be on its way.
            let changes = closed.iter().map(|_| Change::SessionGone(*digest));
            (closed.clone(), self.writer.hand_waiting(changes.collect()))
        };
        pending.written().await?;
        Ok(closed)
    }

    async fn close_by_id(&self, person: PersonId, id: Uuid) -> Result<Option<Session>> {
        let closed = self.close_those_of(person, |session| session.id == id);
        Ok(closed.await?.into_iter().next())
    }

    async fn close_all_of(&self, person: PersonId) -> Result<Vec<Session>> {
        self.close_those_of(person, |_| true).await
    }
}

impl SqliteLive {
    /// Closes some of a person's sessions in one step.
    async fn close_those_of(
        &self,
        person: PersonId,
        chosen: impl Fn(&Session) -> bool + Send,
    ) -> Result<Vec<Session>> {
        let (closed, pending) = {
            let mut sessions = lock(&self.tables.sessions);
            let closed: Vec<Session> = sessions
                .of(person)
                .filter(|session| chosen(session))
                .cloned()
                .collect();
            let mut changes = Vec::with_capacity(closed.len());
            for session in &closed {
                sessions.remove(&session.digest);
                changes.push(Change::SessionGone(session.digest));
            }
            (closed, self.writer.hand_waiting(changes))
        };
        pending.written().await?;
        Ok(closed)
    }
}
