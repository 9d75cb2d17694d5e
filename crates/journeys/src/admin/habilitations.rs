//! Habilitations: given for a reason until a day, taken back at once.

use super::pages::List;
use super::people::need;
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId, LONGEST_HABILITATION};
use portique_domain::rights::{Action, Actor, AdminGrant};
use portique_store::{Page, PageSize};

/// Who is to belong to which group, why, and for how long.
#[derive(Clone, Debug)]
pub struct HabilitationDraft {
    /// Whose.
    pub person: PersonId,
    /// Of which group.
    pub group: GroupCode,
    /// Why.
    pub reason: String,
    /// For how long, a year at most.
    pub duration: Duration,
}

impl Journeys {
    /// Gives an habilitation to somebody within reach, never to oneself. A reason is asked for.
    pub async fn give_habilitation(
        &self,
        grant: &AdminGrant,
        draft: HabilitationDraft,
        visit: &Visit,
    ) -> Result<Habilitation, Trouble> {
        need(grant, Action::Habilitate)?;
        let reason = draft.reason.trim();
        let own = *grant.actor() == Actor::Person(draft.person);
        if own || reason.is_empty() || draft.duration.is_zero() {
            return Err(Trouble::Forbidden);
        }
        self.within_reach(grant, draft.person, visit).await?;
        let habilitation = Habilitation {
            id: HabilitationId(self.entropy.id(visit.now)),
            person: draft.person,
            group: draft.group,
            from: visit.now,
            to: visit.now.plus(draft.duration.min(LONGEST_HABILITATION)),
            reason: reason.to_owned(),
            grantor: grant.actor().clone(),
            revoked_at: None,
        };
        let about = About::by(grant, Some(draft.person));
        let code = EventCode::HabilitationGiven;
        let intent = self.intend(code, about, visit).await?;
        self.stores.habilitations.habilitate(&habilitation).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(habilitation)
    }

    /// Takes an habilitation of a person back, and ends her sessions: what they opened with it ends too
    /// . `false` when she has no such live one.
    pub async fn revoke_habilitation(
        &self,
        grant: &AdminGrant,
        person: PersonId,
        id: HabilitationId,
        visit: &Visit,
    ) -> Result<bool, Trouble> {
        need(grant, Action::Habilitate)?;
        self.within_reach(grant, person, visit).await?;
        // An id of somebody else's, out of reach perhaps, is none of hers.
        let hers = self.stores.habilitations.habilitations_of(person).await?;
        if !hers.iter().any(|one| one.id == id) {
            return Ok(false);
        }
        let revoked = self
            .stores
            .habilitations
            .revoke_habilitation(id, grant.actor(), visit.now)
            .await?;
        let Some(revoked) = revoked else {
            return Ok(false);
        };
        let ended = self.shut_out(revoked.person, None).await?;
        let about = About::by(grant, Some(revoked.person));
        // Taking back never waits for the log (house §3).
        let code = EventCode::HabilitationRevoked;
        self.fact(code, about, visit, ResultCode::Done, None);
        tracing::info!(sessions = ended.len(), "an habilitation was taken back");
        Ok(true)
    }

    /// The habilitations of a person within reach, newest first.
    pub async fn habilitations_of(
        &self,
        grant: &AdminGrant,
        person: PersonId,
        visit: &Visit,
    ) -> Result<Vec<Habilitation>, Trouble> {
        need(grant, Action::Habilitate)?;
        self.within_reach(grant, person, visit).await?;
        let all = self.stores.habilitations.habilitations_of(person).await?;
        Ok(all)
    }

    /// A page of the habilitations of a group, with the login of each; those of people out of reach are
    /// left out, so that a page may be shorter than asked for.
    pub async fn habilitations_in(
        &self,
        grant: &AdminGrant,
        group: &GroupCode,
        (after, size): (Option<String>, PageSize),
        visit: &Visit,
    ) -> Result<Page<(Habilitation, String)>, Trouble> {
        need(grant, Action::Habilitate)?;
        let after = self.open_page(grant, List::Habilitations, after)?;
        let about = About::by(grant, None);
        let code = EventCode::PeopleListed;
        let intent = self.intend(code, about, visit).await?;
        let page = self
            .stores
            .habilitations
            .habilitations_in(group, after, size)
            .await?;
        let mut rows = Vec::with_capacity(page.rows.len());
        for one in page.rows {
            let Some(person) = self.stores.people.person(one.person).await? else {
                continue;
            };
            let places = self.places_of(&person).await?;
            if grant.covers_any(places.iter().map(|place| &place.establishment)) {
                let account = self.stores.accounts.account(one.person).await?;
                let login = account.map_or_else(String::new, |account| account.login.to_string());
                rows.push((one, login));
            }
        }
        let next = page
            .next
            .map(|key| self.sign_page(grant, List::Habilitations, &key));
        self.conclude(intent, ResultCode::Done, None);
        Ok(Page { rows, next })
    }

    /// The groups that partners in force ask for.
    pub async fn habilitation_groups(
        &self,
        grant: &AdminGrant,
        visit: &Visit,
    ) -> Result<Vec<GroupCode>, Trouble> {
        need(grant, Action::Habilitate)?;
        let partners = self.partners(visit.now).await?;
        let named = partners.iter().flat_map(|one| &one.partner.access.groups);
        let mut groups: Vec<GroupCode> = named.cloned().collect();
        groups.sort_unstable();
        groups.dedup();
        Ok(groups)
    }

    /// The account of a login within reach, for a form that names one.
    pub async fn person_by_login(
        &self,
        grant: &AdminGrant,
        login: &portique_domain::identity::Login,
        visit: &Visit,
    ) -> Result<PersonId, Trouble> {
        let account = self.stores.accounts.account_by_login(login).await?;
        let account = account.ok_or(Trouble::NotFound)?;
        self.within_reach(grant, account.person, visit).await?;
        Ok(account.person)
    }
}
