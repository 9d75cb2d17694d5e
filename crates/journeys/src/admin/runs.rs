//! Runs of feeds, read by administrators.

use super::pages::List;
use super::people::need;
use crate::{Journeys, Trouble};
use portique_domain::identity::AcademyCode;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::records::{PlanId, RunRow, StoredPlan};
use portique_store::{Page, PageSize};

impl Journeys {
    /// Plans and runs, newest first, of the academies within reach, or of one of them.
    pub async fn list_runs(
        &self,
        grant: &AdminGrant,
        academy: Option<AcademyCode>,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>, Trouble> {
        need(grant, Action::ReadFeeds)?;
        let after = self.open_page(grant, List::Runs, after)?;
        let within = match academy {
            Some(one) if reaches_academy(grant, &one.to_string()) => Some(vec![one]),
            Some(_) => Some(Vec::new()),
            None => academies_of(grant),
        };
        let mut page = self.stores.feeds.runs(within, after, size).await?;
        page.next = page.next.map(|key| self.sign_page(grant, List::Runs, &key));
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

/// The academies that a grant reaches as a whole; `None` when it reaches all.
fn academies_of(grant: &AdminGrant) -> Option<Vec<AcademyCode>> {
    let mut found = Vec::new();
    for perimeter in grant.reach() {
        match perimeter {
            Perimeter::Instance => return None,
            Perimeter::Academy(code) => found.push(*code),
            Perimeter::Agriculture => found.push(AcademyCode::AGRICULTURE),
            Perimeter::Establishment(_) => {}
        }
    }
    Some(found)
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
