//! The rows of a plan that waits, for whoever looks before she applies it.

use super::PlanId;
use crate::Result;
use async_trait::async_trait;
use portique_domain::identity::{PersonId, Profile};
use portique_feed::Seen;
use portique_feed::staged::{StagedEstablishment, StagedPerson};

/// Somebody who is in an establishment, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// Her id at the source.
    pub id: String,
    /// How she stands.
    pub stands: Stands,
}

/// How somebody stands between what is known and what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Her record came.
    Came {
        /// What is known of it.
        known: Option<Seen>,
        /// Not known by this id, and known by her INE: whether this source would lead her, by the ranks that
        /// are frozen with the plan.
        bridged: Option<bool>,
        /// Known, and in other establishments than before.
        elsewhere: bool,
    },
    /// She is known there, and her record did not come.
    Missing {
        /// It was set aside.
        held: bool,
        /// A delta removes her.
        removed: bool,
        /// Every establishment of hers was set aside.
        nowhere: bool,
    },
}

/// A record as it is known and as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSides {
    /// Its id at the source.
    pub id: String,
    /// Whom it is known of, by this id, unless another record leads her.
    pub person: Option<PersonId>,
    /// As it is known, whether she disappeared or not, unless another record leads her.
    pub before: Option<StagedPerson>,
    /// As it came.
    pub after: Option<StagedPerson>,
}

/// Reads the rows of a plan that waits. Once it is applied, or the records moved on, they are gone, and each
/// of these answers `None`.
#[async_trait]
pub trait PlanRows: Send + Sync {
    /// Everybody with this profile who is in an establishment, or would be, by the ids at the source.
    async fn lines(
        &self,
        plan: PlanId,
        establishment: &str,
        profile: Profile,
    ) -> Result<Option<Vec<PlanLine>>>;
    /// Records on both sides, in the order asked for; those that nobody knows and that did not come are
    /// left out.
    async fn sides(&self, plan: PlanId, ids: &[String]) -> Result<Option<Vec<PlanSides>>>;
    /// An establishment as the delivery brings it, when it does.
    async fn staged_site(&self, plan: PlanId, id: &str) -> Result<Option<StagedEstablishment>>;
}
