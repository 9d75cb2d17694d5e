//! The person as a decision sees her: only what the partner's rule asks for is read.

use crate::{Journeys, Place, Trouble};
use portique_access::decision::{Subject, SubjectPlace};
use portique_domain::Timestamp;
use portique_domain::account::Account;
use portique_domain::identity::{Person, PersonId, Profile};
use portique_domain::partner::{GroupCode, Partner, PartnerState};

/// Somebody whose state was just read.
pub(crate) struct Present<'a> {
    pub(crate) person: &'a Person,
    pub(crate) account: &'a Account,
    pub(crate) places: &'a [Place],
}

impl Journeys {
    /// `None` when the child named is none of hers.
    pub(super) async fn subject(
        &self,
        who: &Present<'_>,
        partner: &Partner,
        child: Option<PersonId>,
        now: Timestamp,
    ) -> Result<Option<Subject>, Trouble> {
        let mut places: Vec<SubjectPlace> = who.places.iter().map(seen).collect();
        if let Some(child) = child {
            let children = self.stores.people.children_of(who.person.id).await?;
            let Some(child) = children.into_iter().find(|one| one.id == child) else {
                return Ok(None);
            };
            places.retain(|place| is_for(place, &child));
        }
        let gone = who.person.disappeared_at.is_some();
        let groups = if gone || partner.access.groups.is_empty() {
            Vec::new()
        } else {
            self.live_groups(who.person.id, now).await?
        };
        let login = (partner.state == PartnerState::Trial).then(|| who.account.login.clone());
        Ok(Some(Subject {
            person: who.person.id,
            login,
            places,
            groups,
        }))
    }

    /// The groups of her live habilitations: one that was taken back a moment ago is gone.
    pub(crate) async fn live_groups(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<GroupCode>, Trouble> {
        let all = self.stores.habilitations.habilitations_of(person).await?;
        let live = all.into_iter().filter(|one| one.is_live_at(now));
        let mut groups: Vec<GroupCode> = live.map(|one| one.group).collect();
        groups.sort_unstable();
        groups.dedup();
        Ok(groups)
    }
}

/// She opens for this child: what she is elsewhere does not count and does not leave.
pub(crate) fn is_for(place: &SubjectPlace, child: &Person) -> bool {
    let mut there = child.affiliations.iter();
    place.profile == Profile::Relative && there.any(|one| one.establishment == place.establishment)
}

/// A place as a decision sees it.
pub(crate) fn seen(place: &Place) -> SubjectPlace {
    SubjectPlace {
        establishment: place.establishment.id,
        uai: place.establishment.uai.clone(),
        name: place.establishment.name.clone(),
        profile: place.profile,
        classes: place.classes.clone(),
    }
}
