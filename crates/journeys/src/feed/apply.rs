//! Applying a plan: at the desk, one at a time, waited for or not.

use super::acts::Where;
use super::desk::{DeskEnd, DeskRefusal, DeskWork, Seat};
use super::{ApplyTrouble, Run};
use crate::{Journeys, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::AdminGrant;
use portique_store::records::{ApplyError, ApplyOrder, PlanId, Progress, RunId, StoredPlan};
use std::sync::Arc;

impl Journeys {
    /// Makes a plan visible in one switch, then ends the sessions of those who left.
    pub async fn apply_feed(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        progress: Progress,
        now: Timestamp,
    ) -> Result<Run, ApplyTrouble> {
        match self.plan_in_reach(grant, plan).await {
            Err(Trouble::NotFound) => return Err(ApplyError::Unknown.into()),
            found => found?,
        };
        let seat = self.feed_desk.sit(plan, DeskWork::Apply, now);
        let seat = seat.ok_or(ApplyTrouble::UnderWay)?;
        self.apply_at(seat, grant, plan, (progress, &Where::Here(now)))
            .await
    }

    /// As [`Journeys::apply_feed`], without waiting: the desk tells how far it is and how it ended. What can
    /// be refused at once is.
    pub async fn begin_apply(
        self: &Arc<Self>,
        grant: &AdminGrant,
        plan: PlanId,
        visit: &Visit,
    ) -> Result<(), ApplyTrouble> {
        let stored = self.plan_in_reach(grant, plan).await?;
        self.may_apply(&stored).await?;
        let seat = self.feed_desk.sit(plan, DeskWork::Apply, visit.now);
        let seat = seat.ok_or(ApplyTrouble::UnderWay)?;
        let (journeys, grant) = (self.clone(), grant.clone());
        let from = Where::Browser(Box::new(visit.clone()));
        tokio::spawn(async move {
            let quiet: Progress = Box::new(|_, _| {});
            let run = journeys.apply_at(seat, &grant, plan, (quiet, &from)).await;
            if let Err(error) = run {
                tracing::warn!(error = %error, "a plan was not applied");
            }
        });
        Ok(())
    }

    /// What the store will look at again, looked at before anybody waits.
    pub async fn may_apply(&self, stored: &StoredPlan) -> Result<(), ApplyTrouble> {
        if let Some(run) = stored.applied {
            return Err(ApplyError::AppliedBefore(run).into());
        }
        let generation = self.stores.feeds.generation().await;
        if stored.base != generation.map_err(Trouble::from)? {
            return Err(ApplyError::BaseMoved.into());
        }
        if stored.plan.holding().delivery {
            return Err(ApplyError::Held.into());
        }
        Ok(())
    }

    async fn apply_at(
        &self,
        seat: Seat,
        grant: &AdminGrant,
        plan: PlanId,
        (progress, from): (Progress, &Where),
    ) -> Result<Run, ApplyTrouble> {
        let progress = seat.counting(progress);
        let run = self.apply_now(grant, plan, progress, from).await;
        seat.end(match &run {
            Ok(run) => DeskEnd::Applied(Box::new(run.applied.clone()), run.sessions_ended),
            Err(ApplyTrouble::Apply(error)) => DeskEnd::Refused(refused(error)),
            Err(ApplyTrouble::UnderWay | ApplyTrouble::Trouble(_)) => {
                DeskEnd::Refused(DeskRefusal::Failed)
            }
        });
        run
    }

    async fn apply_now(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        progress: Progress,
        from: &Where,
    ) -> Result<Run, ApplyTrouble> {
        let now = from.now();
        let id = RunId(self.entropy.id(now));
        let intent = self.intend_act(EventCode::FeedApplied, grant, from).await?;
        let order = ApplyOrder {
            run: id,
            by: grant.actor().clone(),
            now,
            seal: self.plan_seal(),
            progress,
        };
        let applied = match self.stores.feed_writer.apply(plan, order).await {
            Ok(applied) => applied,
            Err(error) => {
                self.conclude(intent, ResultCode::Refused, Some(why_not(&error)));
                return Err(error.into());
            }
        };
        self.conclude(intent, ResultCode::Done, None);
        let sessions_ended = self.shut_all_out(&applied.left).await?;
        Ok(Run {
            id,
            applied,
            sessions_ended,
        })
    }
}

pub(super) fn refused(error: &ApplyError) -> DeskRefusal {
    match error {
        ApplyError::Held => DeskRefusal::Held,
        ApplyError::BaseMoved => DeskRefusal::BaseMoved,
        ApplyError::AppliedBefore(_) => DeskRefusal::Before,
        ApplyError::Changed => DeskRefusal::Changed,
        ApplyError::Unknown => DeskRefusal::Gone,
        ApplyError::Store(_) => DeskRefusal::Failed,
    }
}

fn why_not(error: &ApplyError) -> ReasonCode {
    match error {
        ApplyError::Held => ReasonCode::GuardHolds,
        ApplyError::Store(_) => ReasonCode::StoreDown,
        ApplyError::Unknown
        | ApplyError::AppliedBefore(_)
        | ApplyError::BaseMoved
        | ApplyError::Changed => ReasonCode::BadFeed,
    }
}
