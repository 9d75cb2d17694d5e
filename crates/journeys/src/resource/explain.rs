//! Why a resource opens for somebody, or does not: for whoever has to answer for it (gar §6.4).

use super::right::offered;
use crate::admin::need;
use crate::journal::About;
use crate::partner::Present;
use crate::{Journeys, Trouble, Visit};
use portique_access::resource::{Decision, Step, decide, establishments, explain};
use portique_domain::identity::{PersonId, Uai};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::resource::ResourceId;
use portique_domain::rights::{Action, AdminGrant};

/// A decision with its checks.
#[derive(Clone, Debug)]
pub struct ResourceExplained {
    /// What it came to.
    pub decision: Decision,
    /// The checks, in the establishment asked for or in each of hers.
    pub steps: Vec<(Uai, Vec<Step>)>,
}

impl Journeys {
    /// Decides for a real person without opening anything. It tells of her, so it takes the power to read
    /// people and is written down as such.
    pub async fn explain_resource(
        &self,
        grant: &AdminGrant,
        person: PersonId,
        id: &ResourceId,
        establishment: Option<&Uai>,
        visit: &Visit,
    ) -> Result<ResourceExplained, Trouble> {
        need(grant, Action::ReadPeople)?;
        let (found, places) = self.within_reach(grant, person, visit).await?;
        let account = self.stores.accounts.account(person).await?;
        let account = account.ok_or(Trouble::NotFound)?;
        let about = About::by(grant, Some(person));
        let intent = self.intend(EventCode::PersonRead, about, visit).await?;
        let who = Present {
            person: &found,
            account: &account,
            places: &places,
        };
        let resource = self.stores.resources.resource(id).await?;
        let provider = resource.as_ref().map(|it| &it.provider);
        let case = self
            .load_case(&who, &provider.into_iter().collect(), visit.now)
            .await?;
        let offers = self.offers_to(&case.subject, resource.as_ref()).await?;
        let (known, offers) = (case.known(None, visit.now), offered(&offers));
        let resource = resource.as_ref();
        let asked: Vec<Uai> = match establishment {
            Some(uai) => vec![uai.clone()],
            None => establishments(&case.subject).into_iter().cloned().collect(),
        };
        let steps = asked.into_iter().map(|uai| {
            let steps = explain(known, resource, &offers, &uai);
            (uai, steps)
        });
        let explained = ResourceExplained {
            decision: decide(known, resource, &offers, establishment),
            steps: steps.collect(),
        };
        self.conclude(intent, ResultCode::Done, None);
        Ok(explained)
    }
}
