//! The access log, searched. Searching is itself recorded.

use super::people::need;
use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_domain::Timestamp;
use portique_domain::account::ShortRef;
use portique_domain::journal::{AccessEvent, EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::journal::{DayReport, JournalQuery, PurgeCertificate};
use portique_store::{Page, PageSize};

impl Journeys {
    /// Searches the log. A reader of the whole instance sees everything; another sees the events of the
    /// establishments within reach.
    pub async fn search_journal(
        &self,
        grant: &AdminGrant,
        mut query: JournalQuery,
        size: PageSize,
        now: Timestamp,
    ) -> Result<Page<AccessEvent>, Trouble> {
        need(grant, Action::ReadJournal)?;
        if !grant.reach().contains(&Perimeter::Instance) {
            let within = self
                .stores
                .establishments
                .establishments(grant.reach())
                .await?;
            query.establishments = Some(within.into_iter().map(|place| place.id).collect());
        }
        let about = About::by(grant, query.person);
        let intent = self
            .intend_here(EventCode::JournalSearched, about, now)
            .await?;
        let page = self.stores.journal_reader.search(&query, size, now).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(page)
    }

    /// What stands behind the short number of an error page. Support needs no more than the power to
    /// read people; the event names nobody outside the reach.
    pub async fn look_up_reference(
        &self,
        grant: &AdminGrant,
        reference: ShortRef,
        now: Timestamp,
    ) -> Result<Option<AccessEvent>, Trouble> {
        need(grant, Action::ReadPeople)?;
        let query = JournalQuery {
            reference: Some(reference),
            ..JournalQuery::default()
        };
        let found = self
            .stores
            .journal_reader
            .search(&query, PageSize::clamped(1), now)
            .await?
            .rows
            .into_iter()
            .next();
        let Some(mut event) = found else {
            return Ok(None);
        };
        if !grant.reach().contains(&Perimeter::Instance) {
            event.actor = None;
            event.target = None;
            event.address = None;
            event.session = None;
        }
        Ok(Some(event))
    }

    /// Checks the chain of every day.
    pub async fn verify_journal(
        &self,
        grant: &AdminGrant,
        now: Timestamp,
    ) -> Result<Vec<DayReport>, Trouble> {
        need(grant, Action::ReadJournal)?;
        Ok(self.stores.journal_reader.verify(now).await?)
    }

    /// Closes past days, then purges those that reached twelve months. Each day that goes leaves a signed
    /// certificate, and the purge an event; a purge that found nothing leaves none.
    pub async fn keep_journal(
        &self,
        grant: &AdminGrant,
        now: Timestamp,
    ) -> Result<Vec<PurgeCertificate>, Trouble> {
        need(grant, Action::ReadJournal)?;
        self.stores.journal_keeper.close_days(now).await?;
        let gone = self.stores.journal_keeper.purge(now).await?;
        if !gone.is_empty() {
            let about = About::by(grant, None);
            self.fact_here(EventCode::JournalPurged, about, ResultCode::Done, now);
        }
        Ok(gone)
    }
}
