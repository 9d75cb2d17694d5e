//! What is done with a frozen plan: lift its guards, apply it, undo the run.

use crate::admin::{need, reaches_academy};
use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Approval, ApprovalError};
use portique_domain::session::Digest;
use portique_jose::es256::{SigningKey, verifies};
use portique_store::records::{
    Applied, ApplyError, ApplyOrder, GuardRef, Lift, PlanId, PlanSeal, Progress, RunId, StoredPlan,
    UndoError, Undone,
};
use std::sync::Arc;

/// Why a guard was not lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// No second person, or no reason.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The plan has no such guard.
    #[error("the plan has no such guard")]
    NoSuchGuard,
    /// She has lifted it before.
    #[error("you have lifted this guard before: it takes another person")]
    SamePerson,
    /// The journey failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Why a plan was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyTrouble {
    /// The store refused or failed; nothing changed.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The journey failed: before the switch nothing changed; after it, sessions of those who left may
    /// still be open until they end by themselves.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Why a run was not undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoTrouble {
    /// The store refused or failed; nothing changed.
    #[error(transparent)]
    Undo(#[from] UndoError),
    /// No reason was given.
    #[error("a reason is needed")]
    NoReason,
    /// The journey failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// What applying did.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Rows and accounts.
    pub applied: Applied,
    /// Sessions of the departed that ended.
    pub sessions_ended: usize,
}

/// What undoing did.
#[derive(Clone, Debug)]
pub struct RunUndone {
    /// Id of the undoing, which is a run too.
    pub id: RunId,
    /// Rows.
    pub undone: Undone,
    /// Sessions that ended.
    pub sessions_ended: usize,
}

/// Signs plans with the key of the access log.
struct LogSeal {
    sign: Arc<SigningKey>,
    public: Vec<(String, Vec<u8>)>,
}

impl PlanSeal for LogSeal {
    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        // An empty signature holds for nobody: what could not be signed cannot be applied.
        self.sign.sign(bytes).unwrap_or_default()
    }

    fn holds(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let mut keys = self.public.iter();
        keys.any(|(_, public)| verifies(public, bytes, signature))
    }
}

impl Journeys {
    pub(super) fn plan_seal(&self) -> Arc<dyn PlanSeal> {
        Arc::new(LogSeal {
            sign: self.keys.log.1.clone(),
            public: self.keys.log_public.clone(),
        })
    }

    /// A plan within the reach of the one who asks; another academy's is not found.
    async fn plan_in_reach(&self, grant: &AdminGrant, plan: PlanId) -> Result<StoredPlan, Trouble> {
        need(grant, Action::RunFeeds)?;
        let stored = self.stores.feeds.plan(plan).await?;
        let stored = stored.filter(|it| reaches_academy(grant, &it.plan.feed.academy));
        stored.ok_or(Trouble::NotFound)
    }

    /// Lifts a guard of a plan, on the word of a second person: never the one who planned. The gravest take
    /// one more person; gives how many are still missing.
    pub async fn lift_guard(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        guard: GuardRef<'_>,
        reason: &str,
        now: Timestamp,
    ) -> Result<u8, LiftError> {
        let stored = self.plan_in_reach(grant, plan).await?;
        let act = lift_act(plan, guard);
        let approval = Approval::give(&stored.asked_by, grant, act, reason)?;
        if !approval.is_for(&act) {
            return Err(Trouble::Forbidden.into());
        }
        let about = About::by(grant, None);
        let intent = self.intend_here(EventCode::GuardLifted, about, now).await?;
        let lifted = self.stores.feed_writer.lift(plan, guard, &approval, now);
        let lifted = lifted.await.map_err(Trouble::from)?;
        let result = match lifted {
            Lift::Counted { .. } => ResultCode::Done,
            Lift::NoSuchGuard | Lift::SamePerson => ResultCode::Refused,
        };
        self.conclude(intent, result, None);
        match lifted {
            Lift::Counted { left } => Ok(left),
            Lift::NoSuchGuard => Err(LiftError::NoSuchGuard),
            Lift::SamePerson => Err(LiftError::SamePerson),
        }
    }

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
        let id = RunId(self.entropy.id(now));
        let about = About::by(grant, None);
        let intent = self.intend_here(EventCode::FeedApplied, about, now).await?;
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

    /// Puts back what a run changed, for a reason, then ends the sessions of those who are gone again.
    pub async fn undo_run(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        reason: &str,
        now: Timestamp,
    ) -> Result<RunUndone, UndoTrouble> {
        if reason.trim().is_empty() {
            return Err(UndoTrouble::NoReason);
        }
        let stored = self.plan_in_reach(grant, plan).await?;
        let run = stored.applied.ok_or(UndoError::Unknown)?;
        let id = RunId(self.entropy.id(now));
        let about = About::by(grant, None);
        let intent = self.intend_here(EventCode::FeedUndone, about, now).await?;
        let undone = self
            .stores
            .feed_writer
            .undo(run, id, grant.actor(), now)
            .await;
        let undone = match undone {
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

    async fn shut_all_out(&self, people: &[PersonId]) -> Result<usize, Trouble> {
        let mut ended = 0;
        for person in people {
            ended += self.shut_out(*person, None).await?.len();
        }
        Ok(ended)
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

/// Names the act that an approval is for.
fn lift_act(plan: PlanId, guard: GuardRef<'_>) -> Digest {
    let text = format!("lift\n{}\n{}\n{}", plan.0, guard.name, guard.scope);
    Digest(portique_jose::digest::sha256(text.as_bytes()))
}
