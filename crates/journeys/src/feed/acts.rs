//! What is done with a frozen plan: lifting its guards; what applying and undoing have in common.

use super::apply::refused;
use super::desk::DeskRefusal;
use crate::admin::{need, reaches_academy};
use crate::journal::{About, Intent};
use crate::{Journeys, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Approval, ApprovalError};
use portique_domain::session::Digest;
use portique_jose::es256::{SigningKey, verifies};
use portique_store::records::{
    Applied, ApplyError, GuardRef, Lift, PlanId, PlanSeal, RunId, StoredPlan, UndoError, Undone,
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
    /// Another plan is being applied, or a run undone.
    #[error("another import is under way: wait until it has ended, then plan again")]
    UnderWay,
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
    /// A plan is being applied, or another run undone.
    #[error("another import is under way: wait until it has ended")]
    UnderWay,
    /// The journey failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl ApplyTrouble {
    /// Why nothing changed, for a page; what is no refusal is a trouble.
    pub fn told(self) -> Result<DeskRefusal, Trouble> {
        match self {
            Self::UnderWay => Ok(DeskRefusal::UnderWay),
            Self::Apply(ApplyError::Store(error)) => Err(Trouble::StoreDown(error)),
            Self::Apply(error) => Ok(refused(&error)),
            Self::Trouble(trouble) => Err(trouble),
        }
    }
}

impl UndoTrouble {
    /// The same of an undoing.
    pub fn told(self) -> Result<DeskRefusal, Trouble> {
        match self {
            Self::UnderWay => Ok(DeskRefusal::UnderWay),
            Self::NoReason => Ok(DeskRefusal::NoReason),
            Self::Undo(UndoError::Store(error)) => Err(Trouble::StoreDown(error)),
            Self::Undo(UndoError::UndoneBefore(_)) => Ok(DeskRefusal::Before),
            Self::Undo(UndoError::TooOld | UndoError::Unknown) => Ok(DeskRefusal::Gone),
            Self::Trouble(trouble) => Err(trouble),
        }
    }
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

/// From where somebody acts.
pub(super) enum Where {
    /// On the machine itself.
    Here(Timestamp),
    /// In a browser.
    Browser(Box<Visit>),
}

impl Where {
    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::Here(now) => *now,
            Self::Browser(visit) => visit.now,
        }
    }
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

    /// Whether somebody may lift, apply and undo what she sees.
    pub fn may_run(&self, grant: &AdminGrant, stored: &StoredPlan) -> bool {
        need(grant, Action::RunFeeds).is_ok() && reaches_academy(grant, &stored.plan.feed.academy)
    }

    /// A plan within the reach of the one who asks; another academy's is not found.
    pub(super) async fn plan_in_reach(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
    ) -> Result<StoredPlan, Trouble> {
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
        self.lift(grant, plan, guard, reason, Where::Here(now))
            .await
    }

    /// As [`Journeys::lift_guard`], from a browser, whose address the access log notes.
    pub async fn lift_guard_from(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        guard: GuardRef<'_>,
        reason: &str,
        visit: &Visit,
    ) -> Result<u8, LiftError> {
        let from = Where::Browser(Box::new(visit.clone()));
        self.lift(grant, plan, guard, reason, from).await
    }

    async fn lift(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        guard: GuardRef<'_>,
        reason: &str,
        from: Where,
    ) -> Result<u8, LiftError> {
        let stored = self.plan_in_reach(grant, plan).await?;
        let act = lift_act(plan, guard);
        let approval = Approval::give(&stored.asked_by, grant, act, reason)?;
        if !approval.is_for(&act) {
            return Err(Trouble::Forbidden.into());
        }
        let intent = self.intend_act(EventCode::GuardLifted, grant, &from);
        let intent = intent.await?;
        let now = from.now();
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

    pub(super) async fn intend_act(
        &self,
        code: EventCode,
        grant: &AdminGrant,
        from: &Where,
    ) -> Result<Intent, Trouble> {
        let about = About::by(grant, None);
        match from {
            Where::Here(now) => self.intend_here(code, about, *now).await,
            Where::Browser(visit) => self.intend(code, about, visit).await,
        }
    }

    pub(super) async fn shut_all_out(&self, people: &[PersonId]) -> Result<usize, Trouble> {
        let mut ended = 0;
        for person in people {
            ended += self.shut_out(*person, None).await?.len();
        }
        Ok(ended)
    }
}

/// Names the act that an approval is for.
fn lift_act(plan: PlanId, guard: GuardRef<'_>) -> Digest {
    let text = format!("lift\n{}\n{}\n{}", plan.0, guard.name, guard.scope);
    Digest(portique_jose::digest::sha256(text.as_bytes()))
}
