//! Runs of feeds, read by administrators.

use super::pages::List;
use super::people::need;
use crate::{Journeys, Trouble};
use portique_domain::identity::AcademyCode;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::records::{PlanId, RunRow, StoredPlan};
use portique_store::{Page, PageSize};

impl Journeys {
    /// Plans and runs, newest first, of the academies within reach.
    pub async fn list_runs(
        &self,
        grant: &AdminGrant,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>, Trouble> {
        need(grant, Action::ReadFeeds)?;
        let after = self.open_page(grant, List::Runs, after)?;
        let mut page = self.stores.feeds.runs(after, size).await?;
        page.next = page.next.map(|key| self.sign_page(grant, List::Runs, &key));
        page.rows
            .retain(|row| reaches_academy(grant, &row.feed.academy));
        Ok(page)
    }

    /// One plan; another academy's is not found.
    pub async fn plan_file(&self, grant: &AdminGrant, id: PlanId) -> Result<StoredPlan, Trouble> {
        need(grant, Action::ReadFeeds)?;
        let plan = self.stores.feeds.plan(id).await?.ok_or(Trouble::NotFound)?;
        if reaches_academy(grant, &plan.plan.feed.academy) {
            Ok(plan)
        } else {
            Err(Trouble::NotFound)
        }
    }
}

/// Whether a grant reaches a whole academy.
pub(crate) fn reaches_academy(grant: &AdminGrant, academy: &str) -> bool {
    let code: Option<AcademyCode> = academy.parse().ok();
    grant.reach().iter().any(|perimeter| match perimeter {
        Perimeter::Instance => true,
        Perimeter::Academy(own) => code == Some(*own),
        Perimeter::Agriculture => code == Some(AcademyCode::AGRICULTURE),
        // A run speaks of a whole academy: more than one school may see.
        Perimeter::Establishment(_) => false,
    })
}
