//! Undoing a run: at the desk as well, and itself a run.

use super::acts::Where;
use super::desk::{DeskEnd, DeskRefusal, DeskWork, Seat};
use super::{RunUndone, UndoTrouble};
use crate::{Journeys, Visit};
use portique_domain::Timestamp;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::AdminGrant;
use portique_store::records::{PlanId, RunId, UndoError};
use std::sync::Arc;

impl Journeys {
    /// Puts back what a run changed, for a reason, then ends the sessions of those who are gone again.
    pub async fn undo_run(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        reason: &str,
        now: Timestamp,
    ) -> Result<RunUndone, UndoTrouble> {
        let (seat, run) = self.sit_to_undo(grant, plan, reason, now).await?;
        self.undo_at(seat, grant, run, &Where::Here(now)).await
    }

    /// As [`Journeys::undo_run`], without waiting: the desk tells how it ended.
    pub async fn begin_undo(
        self: &Arc<Self>,
        grant: &AdminGrant,
        plan: PlanId,
        reason: &str,
        visit: &Visit,
    ) -> Result<(), UndoTrouble> {
        let (seat, run) = self.sit_to_undo(grant, plan, reason, visit.now).await?;
        let (journeys, grant) = (self.clone(), grant.clone());
        let from = Where::Browser(Box::new(visit.clone()));
        tokio::spawn(async move {
            if let Err(error) = journeys.undo_at(seat, &grant, run, &from).await {
                tracing::warn!(error = %error, "a run was not undone");
            }
        });
        Ok(())
    }

    async fn sit_to_undo(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        reason: &str,
        now: Timestamp,
    ) -> Result<(Seat, RunId), UndoTrouble> {
        if reason.trim().is_empty() {
            return Err(UndoTrouble::NoReason);
        }
        let stored = self.plan_in_reach(grant, plan).await?;
        let run = stored.applied.ok_or(UndoError::Unknown)?;
        if let Some(undone) = stored.undone {
            return Err(UndoError::UndoneBefore(undone.id).into());
        }
        let seat = self.feed_desk.sit(plan, DeskWork::Undo, now);
        Ok((seat.ok_or(UndoTrouble::UnderWay)?, run))
    }

    async fn undo_at(
        &self,
        seat: Seat,
        grant: &AdminGrant,
        run: RunId,
        from: &Where,
    ) -> Result<RunUndone, UndoTrouble> {
        let undone = self.undo_now(grant, run, from).await;
        seat.end(match &undone {
            Ok(run) => DeskEnd::Undone(Box::new(run.undone.clone()), run.sessions_ended),
            Err(UndoTrouble::Undo(UndoError::UndoneBefore(_))) => {
                DeskEnd::Refused(DeskRefusal::Before)
            }
            Err(UndoTrouble::Undo(UndoError::TooOld | UndoError::Unknown)) => {
                DeskEnd::Refused(DeskRefusal::Gone)
            }
            Err(_) => DeskEnd::Refused(DeskRefusal::Failed),
        });
        undone
    }

    async fn undo_now(
        &self,
        grant: &AdminGrant,
        run: RunId,
        from: &Where,
    ) -> Result<RunUndone, UndoTrouble> {
        let now = from.now();
        let id = RunId(self.entropy.id(now));
        let intent = self.intend_act(EventCode::FeedUndone, grant, from).await?;
        let undone = self.stores.feed_writer.undo(run, id, grant.actor(), now);
        let undone = match undone.await {
            Ok(undone) => undone,
            Err(error) => {
                let reason = match &error {
                    UndoError::Store(_) => ReasonCode::StoreDown,
                    UndoError::Unknown | UndoError::UndoneBefore(_) | UndoError::TooOld => {
                        ReasonCode::BadFeed
                    }
                };
                self.conclude(intent, ResultCode::Refused, Some(reason));
                return Err(error.into());
            }
        };
        self.conclude(intent, ResultCode::Done, None);
        let sessions_ended = self.shut_all_out(&undone.left).await?;
        Ok(RunUndone {
            id,
            undone,
            sessions_ended,
        })
    }
}
