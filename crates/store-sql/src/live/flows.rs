//! Parked flows, with an index by the end of their waiting.

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::login::{Flow, FlowId};
use portique_store::Result;
use portique_store::live::Flows;
use std::collections::{BTreeSet, HashMap};

/// Flows in memory at most; beyond, the oldest goes. Caps a source and a browser are the caller's.
const MOST: usize = 200_000;

/// The table.
#[derive(Default)]
pub(super) struct FlowTable {
    by_id: HashMap<FlowId, Flow>,
    by_end: BTreeSet<(Timestamp, FlowId)>,
    /// The latest time a caller told: `save` and `end` are not told one.
    clock: Option<Timestamp>,
}

impl FlowTable {
    /// Puts one in.
    pub(super) fn insert(&mut self, flow: Flow) {
        self.remove(flow.id);
        self.by_end.insert((flow.expires_at, flow.id));
        self.by_id.insert(flow.id, flow);
    }

    /// Whether one is there and still waits.
    fn waits(&self, id: FlowId) -> bool {
        let flow = self.by_id.get(&id);
        flow.is_some_and(|flow| self.clock.is_none_or(|now| now < flow.expires_at))
    }

    fn remove(&mut self, id: FlowId) -> bool {
        let Some(flow) = self.by_id.remove(&id) else {
            return false;
        };
        self.by_end.remove(&(flow.expires_at, id));
        true
    }

    /// Those that speak of a person. A scan: flows live for minutes, and this is asked when sessions are
    /// shut, not at each request.
    fn of_person(&self, person: PersonId, but: Option<FlowId>) -> Vec<FlowId> {
        let speaks = |flow: &&Flow| flow.evidence.person == Some(person) && Some(flow.id) != but;
        self.by_id
            .values()
            .filter(speaks)
            .map(|flow| flow.id)
            .collect()
    }

    /// Makes room for one more.
    fn evict(&mut self) -> Option<FlowId> {
        if self.by_id.len() < MOST {
            return None;
        }
        let (_, id) = self.by_end.pop_first()?;
        self.by_id.remove(&id);
        Some(id)
    }

    /// Takes out those that waited too long.
    pub(super) fn sweep(&mut self, now: Timestamp) -> usize {
        self.clock = self.clock.max(Some(now));
        let mut swept = 0;
        while let Some((end, id)) = self.by_end.first().copied() {
            if end > now {
                break;
            }
            self.by_end.pop_first();
            self.by_id.remove(&id);
            swept += 1;
        }
        swept
    }
}

#[async_trait]
impl Flows for SqliteLive {
    async fn park(&self, flow: &Flow) -> Result<()> {
        let mut flows = lock(&self.tables.flows);
        let mut changes = Vec::with_capacity(2);
        changes.extend(flows.evict().map(Change::FlowGone));
        changes.push(Change::FlowPut(Box::new(flow.clone())));
        self.writer.hand(changes)?;
        flows.insert(flow.clone());
        Ok(())
    }

    async fn find(&self, id: FlowId, now: Timestamp) -> Result<Option<Flow>> {
        let mut flows = lock(&self.tables.flows);
        flows.clock = flows.clock.max(Some(now));
        let flow = flows.by_id.get(&id);
        Ok(flow.filter(|found| now < found.expires_at).cloned())
    }

    async fn save(&self, flow: &Flow) -> Result<bool> {
        let mut flows = lock(&self.tables.flows);
        if !flows.waits(flow.id) {
            return Ok(false);
        }
        self.writer
            .hand(vec![Change::FlowPut(Box::new(flow.clone()))])?;
        flows.insert(flow.clone());
        Ok(true)
    }

    async fn end(&self, id: FlowId) -> Result<bool> {
        let pending = {
            let mut flows = lock(&self.tables.flows);
            if !flows.waits(id) || !flows.remove(id) {
                return Ok(false);
            }
            self.writer.hand_waiting(vec![Change::FlowGone(id)])
        };
        pending.written().await?;
        Ok(true)
    }

    async fn end_all_of(&self, person: PersonId, but: Option<FlowId>) -> Result<u64> {
        let (count, pending) = {
            let mut flows = lock(&self.tables.flows);
            let ids = flows.of_person(person, but);
            if ids.is_empty() {
                return Ok(0);
            }
            for id in &ids {
                flows.remove(*id);
            }
            let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
            let gone = ids.into_iter().map(Change::FlowGone).collect();
            (count, self.writer.hand_waiting(gone))
        };
        pending.written().await?;
        Ok(count)
    }
}
