//! Live state in memory.

use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::login::{CounterKind, Flow, FlowId, Tally};
use portique_domain::session::{Digest, Participation, Session};
use portique_store::live::{
    AccessToken, AccessTokens, Counters, Flows, OneTime, Participations, SessionReader,
    SessionWriter,
};
use portique_store::{Redeemed, Result};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Sessions, flows, one-time values, counters, participations and access tokens, as long as it lives.
#[derive(Default)]
pub struct MemoryLive(Mutex<State>);

#[derive(Default)]
struct State {
    sessions: Vec<Session>,
    flows: HashMap<FlowId, Flow>,
    one_time: HashMap<(String, Digest), OneTimeValue>,
    counters: HashMap<(CounterKind, Digest), Counter>,
    participations: Vec<Participation>,
    tokens: HashMap<Digest, AccessToken>,
    /// Families of tokens that take in no more, and until when.
    closed: HashMap<Digest, Timestamp>,
    /// The latest time a caller told, for the calls that are not told one.
    clock: Option<Timestamp>,
}

struct OneTimeValue {
    unspent: Option<Vec<u8>>,
    expires_at: Timestamp,
}

#[derive(Clone, Copy)]
struct Counter {
    began_at: Timestamp,
    tally: Tally,
}

impl MemoryLive {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn lock_at(&self, now: Timestamp) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.clock = state.clock.max(Some(now));
        state
    }
}

impl State {
    fn close(&mut self, chosen: impl Fn(&Session) -> bool) -> Vec<Session> {
        self.sessions
            .extract_if(.., |session| chosen(session))
            .collect()
    }

    fn is_past(&self, end: Timestamp) -> bool {
        self.clock.is_some_and(|now| now >= end)
    }

    fn flow_waits(&self, id: FlowId) -> bool {
        let flow = self.flows.get(&id);
        flow.is_some_and(|flow| !self.is_past(flow.expires_at))
    }
}

#[async_trait]
impl SessionReader for MemoryLive {
    async fn find(&self, digest: &Digest, now: Timestamp) -> Result<Option<Session>> {
        let state = self.lock_at(now);
        let mut live = state.sessions.iter();
        let found = live.find(|one| one.digest == *digest && !one.is_over_at(now));
        Ok(found.cloned())
    }

    async fn of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>> {
        let mut own = self.lock_at(now).sessions.clone();
        own.retain(|session| session.person == person && !session.is_over_at(now));
        own.sort_by_key(|session| core::cmp::Reverse((session.opened_at, session.id)));
        Ok(own)
    }

    async fn count(&self, now: Timestamp) -> Result<u64> {
        let state = self.lock_at(now);
        let live = state.sessions.iter().filter(|one| !one.is_over_at(now));
        Ok(live.count() as u64)
    }
}

#[async_trait]
impl SessionWriter for MemoryLive {
    async fn open(&self, session: &Session) -> Result<()> {
        self.lock().sessions.push(session.clone());
        Ok(())
    }

    async fn touch(&self, digest: &Digest, now: Timestamp) -> Result<()> {
        let mut state = self.lock_at(now);
        let mut all = state.sessions.iter_mut();
        if let Some(session) = all.find(|one| one.digest == *digest && !one.is_over_at(now)) {
            session.seen_at = session.seen_at.max(now);
        }
        Ok(())
    }

    async fn renew(&self, old: &Digest, session: &Session) -> Result<bool> {
        let mut state = self.lock();
        let gone = state.close(|one| one.digest == *old);
        let renewed = gone.iter().any(|one| !one.is_over_at(session.seen_at));
        if renewed {
            state.sessions.push(session.clone());
        }
        Ok(renewed)
    }

    async fn close(&self, digest: &Digest) -> Result<Option<Session>> {
        Ok(self.lock().close(|one| one.digest == *digest).pop())
    }

    async fn close_by_id(&self, person: PersonId, id: Uuid) -> Result<Option<Session>> {
        let mut state = self.lock();
        Ok(state
            .close(|one| one.person == person && one.id == id)
            .pop())
    }

    async fn close_all_of(&self, person: PersonId) -> Result<Vec<Session>> {
        Ok(self.lock().close(|one| one.person == person))
    }
}

#[async_trait]
impl Flows for MemoryLive {
    async fn park(&self, flow: &Flow) -> Result<()> {
        self.lock().flows.insert(flow.id, flow.clone());
        Ok(())
    }

    async fn find(&self, id: FlowId, now: Timestamp) -> Result<Option<Flow>> {
        let state = self.lock_at(now);
        let flow = state.flows.get(&id);
        Ok(flow.filter(|flow| now < flow.expires_at).cloned())
    }

    async fn save(&self, flow: &Flow) -> Result<bool> {
        let mut state = self.lock();
        let waits = state.flow_waits(flow.id);
        if waits {
            state.flows.insert(flow.id, flow.clone());
        }
        Ok(waits)
    }

    async fn end(&self, id: FlowId) -> Result<bool> {
        let mut state = self.lock();
        let waits = state.flow_waits(id);
        state.flows.remove(&id);
        Ok(waits)
    }

    async fn end_all_of(&self, person: PersonId, but: Option<FlowId>) -> Result<u64> {
        let mut state = self.lock();
        let before = state.flows.len();
        state
            .flows
            .retain(|id, flow| flow.evidence.person != Some(person) || Some(*id) == but);
        Ok((before - state.flows.len()) as u64)
    }
}

#[async_trait]
impl OneTime for MemoryLive {
    async fn put(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()> {
        let mut state = self.lock();
        let key = (kind.to_owned(), *digest);
        let spent = state
            .one_time
            .get(&key)
            .is_some_and(|known| known.unspent.is_none() && !state.is_past(known.expires_at));
        if !spent {
            let value = OneTimeValue {
                unspent: Some(value),
                expires_at,
            };
            state.one_time.insert(key, value);
        }
        Ok(())
    }

    async fn look(&self, kind: &str, digest: &Digest, now: Timestamp) -> Result<Redeemed<Vec<u8>>> {
        let state = self.lock_at(now);
        let known = state.one_time.get(&(kind.to_owned(), *digest));
        let known = known.filter(|known| now < known.expires_at);
        Ok(known.map_or(Redeemed::Unknown, |known| {
            known
                .unspent
                .clone()
                .map_or(Redeemed::Replay, Redeemed::First)
        }))
    }

    async fn redeem(
        &self,
        kind: &str,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Vec<u8>>> {
        let mut state = self.lock_at(now);
        let known = state.one_time.get_mut(&(kind.to_owned(), *digest));
        let Some(known) = known.filter(|known| now < known.expires_at) else {
            return Ok(Redeemed::Unknown);
        };
        Ok(known
            .unspent
            .take()
            .map_or(Redeemed::Replay, Redeemed::First))
    }
}

#[async_trait]
impl Counters for MemoryLive {
    async fn tally(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        let state = self.lock_at(now);
        let counter = state.counters.get(&(kind, *key));
        let counter = counter.filter(|counter| now.since(counter.began_at) < window);
        Ok(counter.map(|counter| counter.tally).unwrap_or_default())
    }

    async fn add(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        let mut state = self.lock_at(now);
        let fresh = Counter {
            began_at: now,
            tally: Tally::default(),
        };
        let counter = state.counters.entry((kind, *key)).or_insert(fresh);
        if now.since(counter.began_at) >= window {
            *counter = fresh;
        }
        counter.tally.count += 1;
        counter.tally.last_millis = now.millis();
        Ok(counter.tally)
    }

    async fn clear(&self, kind: CounterKind, key: &Digest) -> Result<()> {
        self.lock().counters.remove(&(kind, *key));
        Ok(())
    }
}

#[async_trait]
impl Participations for MemoryLive {
    async fn record(&self, participation: &Participation) -> Result<()> {
        let mut state = self.lock();
        let again = state.participations.iter().any(|other| {
            other.session == participation.session
                && other.partner == participation.partner
                && other.handle == participation.handle
        });
        if !again {
            state.participations.push(participation.clone());
        }
        Ok(())
    }

    async fn of_session(&self, session: Uuid) -> Result<Vec<Participation>> {
        let mut given = self.lock().participations.clone();
        given.retain(|one| one.session == session);
        Ok(given)
    }

    async fn forget(&self, session: Uuid) -> Result<()> {
        let mut state = self.lock();
        state.participations.retain(|one| one.session != session);
        Ok(())
    }
}

#[async_trait]
impl AccessTokens for MemoryLive {
    async fn keep_token(&self, digest: &Digest, token: &AccessToken) -> Result<bool> {
        let mut state = self.lock();
        let closed = state.closed.get(&token.family);
        if closed.is_some_and(|until| !state.is_past(*until)) {
            return Ok(false);
        }
        state.tokens.insert(*digest, token.clone());
        Ok(true)
    }

    async fn find_token(&self, digest: &Digest, now: Timestamp) -> Result<Option<AccessToken>> {
        let state = self.lock_at(now);
        let token = state.tokens.get(digest);
        Ok(token.filter(|found| now < found.expires_at).cloned())
    }

    async fn close_family(&self, family: &Digest, until: Timestamp) -> Result<u64> {
        let mut state = self.lock();
        let end = state.closed.entry(*family).or_insert(until);
        *end = until.max(*end);
        let before = state.tokens.len();
        state.tokens.retain(|_, token| token.family != *family);
        Ok((before - state.tokens.len()) as u64)
    }

    async fn close_tokens_of(&self, session: Uuid) -> Result<u64> {
        let mut state = self.lock();
        let before = state.tokens.len();
        state.tokens.retain(|_, token| token.session != session);
        Ok((before - state.tokens.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn memory_live_state_keeps_the_promises() {
        crate::conformance::live::all(MemoryLive::default).await;
    }
}
