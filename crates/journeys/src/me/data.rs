//! What the gateway knows of her, and from where.

use crate::mail::MyMail;
use crate::{Journeys, Place, SignedIn, Trouble, Visit};
use portique_domain::charter::{Charter, CharterProof};
use portique_domain::identity::{Person, SourceKey};
use portique_domain::journal::{EventCode, Phase, ResultCode};
use portique_domain::rights::Grant;
use portique_domain::{CivilDate, Timestamp};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;

/// How many pages of runs are looked at for the last delivery of a source.
const PAGES_OF_RUNS: usize = 5;

/// The last delivery of her source that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Date of the delivery, as its files say.
    pub date: Option<CivilDate>,
    /// When it was taken in.
    pub applied_at: Timestamp,
}

/// All that is held of her, but her receipts and the events of the access log.
#[derive(Clone, Debug)]
pub struct MyData {
    /// The last delivery of her source; `None` for somebody whom no feed sends, or not any more.
    pub delivery: Option<Delivery>,
    /// Whether a feed sends her; otherwise she was entered on the gateway itself.
    pub fed: bool,
    /// For a relative: her children, each with their places.
    pub children: Vec<(Person, Vec<Place>)>,
    /// For a pupil: her legal representatives.
    pub relatives: Vec<Person>,
    /// The mail addresses that she gave.
    pub mail: MyMail,
    /// The charter she accepted last.
    pub charter: Option<(Charter, CharterProof)>,
    /// The session before this one, if the access log still knows it.
    pub last_login: Option<Timestamp>,
    /// Powers that hold now.
    pub powers: Vec<Grant>,
}

impl Journeys {
    /// What the gateway knows of her, besides what [`SignedIn`] carries: names, birth date, account,
    /// places.
    pub async fn my_data(&self, who: &SignedIn, visit: &Visit) -> Result<MyData, Trouble> {
        let mut powers = self.stores.grants.grants_of(who.person.id).await?;
        powers.retain(|grant| grant.is_live_at(visit.now));
        let fed = who.person.key.source == portique_domain::identity::SourceName::aaf();
        Ok(MyData {
            delivery: self.last_delivery(&who.person.key).await?,
            fed,
            children: self.children_of(&who.person).await?,
            relatives: self.stores.people.relatives_of(who.person.id).await?,
            mail: self.my_mail(who, visit).await?,
            charter: self.my_charter(who).await?,
            last_login: self.login_before(who, visit.now).await?,
            powers,
        })
    }

    /// The newest run of a source that was applied.
    async fn last_delivery(&self, key: &SourceKey) -> Result<Option<Delivery>, Trouble> {
        let mut after = None;
        for _ in 0..PAGES_OF_RUNS {
            let page = self
                .stores
                .feeds
                .runs(Some(vec![key.academy]), after, PageSize::clamped(200))
                .await?;
            let newest = page
                .rows
                .iter()
                .filter(|run| {
                    let academy = run.feed.academy.parse().ok();
                    run.feed.source == key.source.as_str() && academy == Some(key.academy)
                })
                .filter_map(|run| Some((run.applied_at?, &run.feed.date)))
                .max_by_key(|(at, _)| *at);
            if let Some((applied_at, date)) = newest {
                return Ok(Some(Delivery {
                    date: date.parse().ok(),
                    applied_at,
                }));
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        Ok(None)
    }

    /// When she came in before the session at hand.
    async fn login_before(
        &self,
        who: &SignedIn,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Trouble> {
        let query = JournalQuery {
            person: Some(who.person.id),
            codes: vec![EventCode::SessionOpened],
            phases: vec![Phase::Outcome],
            to: Some(who.session.opened_at),
            ..JournalQuery::default()
        };
        let page = self
            .stores
            .journal_reader
            .search(&query, PageSize::clamped(5), now)
            .await?;
        Ok(page
            .rows
            .iter()
            .find(|event| event.result == ResultCode::Done)
            .map(|event| event.at))
    }
}
