//! The end of accounts whose person no source sends any more (R-69, house §8).

use crate::Result;
use async_trait::async_trait;
use portique_domain::identity::PersonId;
use portique_domain::rights::Actor;
use portique_domain::{CivilDate, Timestamp};

/// Until when each delay has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsBefore {
    /// Whoever disappeared before then counts down to deletion.
    pub disappeared: Timestamp,
    /// Accounts that have counted down since before then are gone.
    pub to_delete: Timestamp,
    /// So is whoever never had an account and disappeared before then.
    pub without_account: Timestamp,
}

/// Moves accounts along their end. Whoever comes back in between gets her account as it was, which a feed
/// does by itself.
#[async_trait]
pub trait AccountLife: Send + Sync {
    /// People whose source gave them a last day, and whose last day is before `today`, are gone from now on,
    /// `most` at most; gives whom.
    async fn end_stays(
        &self,
        today: CivilDate,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<PersonId>>;
    /// Accounts of people who disappeared before then begin to count down, `most` at most; gives whose.
    async fn begin_ends(
        &self,
        before: EndsBefore,
        most: usize,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<PersonId>>;
    /// People whose time has passed, `most` at most: nothing is changed.
    async fn ended(&self, before: EndsBefore, most: usize) -> Result<Vec<PersonId>>;
    /// Erases everything about one of them, in one step: of her login a keyed digest stays, so that nobody
    /// else ever gets it. `false` when her time has not passed any more.
    async fn erase(&self, person: PersonId, before: EndsBefore, now: Timestamp) -> Result<bool>;
}
