//! The end of accounts, by itself: counted in days, which the summer stops (house §8).

use crate::admin::need;
use crate::journal::About;
use crate::{Journeys, Trouble};
use core::time::Duration;
use portique_domain::account::LifeSpan;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant};
use portique_domain::{CivilDate, Timestamp};
use portique_store::records::EndsBefore;

/// People in one step: other writings come in between.
const BATCH: usize = 500;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// People whose last day is over: gone from now on.
    pub left: usize,
    /// Accounts that now count down to deletion.
    pub begun: usize,
    /// People who were erased.
    pub erased: usize,
}

impl Journeys {
    /// Lets the time of the departed pass: those who disappeared long enough ago count down, those who
    /// counted down long enough are erased. Each change is in the access log.
    pub async fn end_accounts(
        &self,
        grant: &AdminGrant,
        span: &LifeSpan,
        now: Timestamp,
    ) -> Result<Ends, Trouble> {
        need(grant, Action::RunFeeds)?;
        let before = ends_before(span, now);
        let mut ends = Ends::default();
        loop {
            let life = &self.stores.account_life;
            let over = life.end_stays(now.day(), BATCH, now).await?;
            for person in &over {
                self.shut_out(*person, None).await?;
                self.tell(EventCode::StayEnded, *person, grant, now);
            }
            ends.left += over.len();
            if over.len() < BATCH {
                break;
            }
        }
        loop {
            let life = &self.stores.account_life;
            let begun = life.begin_ends(before, BATCH, grant.actor(), now).await?;
            for person in &begun {
                self.shut_out(*person, None).await?;
                self.tell(EventCode::AccountEnding, *person, grant, now);
            }
            ends.begun += begun.len();
            if begun.len() < BATCH {
                break;
            }
        }
        loop {
            let over = self.stores.account_life.ended(before, BATCH).await?;
            let mut erased = 0;
            for person in &over {
                erased += usize::from(self.erase(*person, before, grant, now).await?);
            }
            ends.erased += erased;
            if erased < BATCH {
                break;
            }
        }
        Ok(ends)
    }

    async fn erase(
        &self,
        person: PersonId,
        before: EndsBefore,
        grant: &AdminGrant,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        self.shut_out(person, None).await?;
        let about = About {
            target: Some(person),
            ..About::by(grant, None)
        };
        let intent = self
            .intend_here(EventCode::AccountErased, about, now)
            .await?;
        let erased = self.stores.account_life.erase(person, before, now).await?;
        let result = if erased {
            ResultCode::Done
        } else {
            ResultCode::Refused
        };
        self.conclude(intent, result, None);
        Ok(erased)
    }

    fn tell(&self, code: EventCode, person: PersonId, grant: &AdminGrant, now: Timestamp) {
        let about = About {
            target: Some(person),
            ..About::by(grant, None)
        };
        self.fact_here(code, about, ResultCode::Done, now);
    }

    /// Forgets what runs changed so long ago that they can be undone no more; gives how many.
    pub async fn forget_old_runs(
        &self,
        grant: &AdminGrant,
        kept: Duration,
        now: Timestamp,
    ) -> Result<u64, Trouble> {
        need(grant, Action::RunFeeds)?;
        let before = now.minus(kept);
        Ok(self.stores.feed_writer.forget_changes(before).await?)
    }
}

/// The instants before which each delay has passed today.
fn ends_before(span: &LifeSpan, now: Timestamp) -> EndsBefore {
    let today = now.day();
    let start = |last: Option<CivilDate>| {
        last.map_or(Timestamp::from_millis(i64::MIN), |day| day.next().start())
    };
    let whole = |day| span.deleted_on(span.to_delete_on(day));
    EndsBefore {
        disappeared: start(last_day(today, |day| span.to_delete_on(day))),
        to_delete: start(last_day(today, |day| span.deleted_on(day))),
        without_account: start(last_day(today, whole)),
    }
}

/// The latest day whose delay has passed; `None` when none has within the years that delays may take.
fn last_day(today: CivilDate, ends: impl Fn(CivilDate) -> CivilDate) -> Option<CivilDate> {
    let mut day = today;
    for _ in 0..4 * 366 {
        if ends(day) <= today {
            return Some(day);
        }
        day = day.previous();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse::<CivilDate>().unwrap().start()
    }

    #[test]
    fn delays_pass_at_the_day_and_not_in_summer() {
        let span = LifeSpan::default();
        let before = ends_before(&span, at("2026-10-31"));
        assert_eq!(before.disappeared, at("2026-10-02"));
        // Sixty days before the end of October are two in summer.
        assert_eq!(before.to_delete, at("2026-09-02"));
        let summer = ends_before(&span, at("2026-07-20"));
        let last = ends_before(&span, at("2026-06-30"));
        assert_eq!(summer, last);
    }
}
