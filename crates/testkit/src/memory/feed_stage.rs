//! A stage in memory: what a delivery said, until its plan is frozen.

use super::feeds::frozen;
use super::records::{MemoryRecords, PlanRow};
use portique_domain::Timestamp;
use portique_domain::rights::Actor;
use portique_feed::Held;
use portique_feed::plan::Plan;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_store::Result;
use portique_store::records::{PlanId, PlanSeal, Stager, StoredPlan};

/// What a delivery said.
#[derive(Clone, Default)]
pub(super) struct Staged {
    pub(super) establishments: Vec<StagedEstablishment>,
    pub(super) people: Vec<StagedPerson>,
    pub(super) held: Vec<Held>,
    /// People or establishments that a delta removes.
    pub(super) gone: Vec<(bool, String)>,
}

pub(super) struct MemoryStager {
    pub(super) records: MemoryRecords,
    pub(super) base: u64,
    pub(super) staged: Staged,
}

impl Stager for MemoryStager {
    fn establishment(&mut self, staged: &StagedEstablishment) -> Result<()> {
        self.staged.establishments.push(staged.clone());
        Ok(())
    }

    fn person(&mut self, staged: &StagedPerson) -> Result<()> {
        self.staged.people.push(staged.clone());
        Ok(())
    }

    fn held(&mut self, held: &Held) -> Result<()> {
        self.staged.held.push(held.clone());
        Ok(())
    }

    fn gone(&mut self, people: bool, id: &str) -> Result<()> {
        self.staged.gone.push((people, id.to_owned()));
        Ok(())
    }

    fn finish(
        self: Box<Self>,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Result<PlanId> {
        let mut state = self.records.lock();
        let id = PlanId(state.next_id());
        let plan = StoredPlan {
            id,
            plan: plan.clone(),
            base: self.base,
            asked_by: asked_by.clone(),
            at: now,
            applied: None,
            undone: None,
        };
        state.plans.push(PlanRow {
            signature: seal.sign(&frozen(&plan)),
            plan,
            staged: self.staged,
            run: None,
            lifts: Vec::new(),
            changes: None,
        });
        Ok(id)
    }
}
