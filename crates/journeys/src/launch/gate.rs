//! Whether a partner opens to her: the one decision, asked with her own places, or with those of a child
//! of hers.

use crate::{Journeys, Place, SignedIn, Trouble};
use portique_access::decision::{Denied, Granted, Subject, SubjectPlace, decide};
use portique_domain::Timestamp;
use portique_domain::identity::{Person, Profile};
use portique_domain::partner::{GroupCode, Partner};

/// Whom a partner is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OpenFor<'a> {
    /// Herself.
    Herself,
    /// Herself, but as a relative: what opens to a relative is asked for child by child.
    HerselfAlone,
    /// A child of hers, with the child's places.
    Child(&'a (Person, Vec<Place>)),
}

impl Journeys {
    /// The groups of her live habilitations.
    pub(crate) async fn groups_of(
        &self,
        who: &SignedIn,
        now: Timestamp,
    ) -> Result<Vec<GroupCode>, Trouble> {
        let all = self
            .stores
            .habilitations
            .habilitations_of(who.person.id)
            .await?;
        let live = all.into_iter().filter(|one| one.is_live_at(now));
        Ok(live.map(|one| one.group).collect())
    }

    /// The partners in force that open to her, for herself or for any of her children.
    pub(crate) async fn partners_open_to(
        &self,
        who: &SignedIn,
        now: Timestamp,
    ) -> Result<Vec<Partner>, Trouble> {
        let groups = self.groups_of(who, now).await?;
        let children = self.children_of(&who.person).await?;
        let mut partners = self.stores.partners.partners().await?;
        partners.retain(|stored| {
            let opens = |what| may_open(who, &groups, what, &stored.partner, now).is_ok();
            opens(OpenFor::Herself) || children.iter().any(|child| opens(OpenFor::Child(child)))
        });
        Ok(partners.into_iter().map(|stored| stored.partner).collect())
    }
}

/// Whether it opens.
pub(crate) fn may_open(
    who: &SignedIn,
    groups: &[GroupCode],
    what: OpenFor<'_>,
    partner: &Partner,
    now: Timestamp,
) -> Result<(), Denied> {
    decide_for(who, groups, what, partner, now).map(drop)
}

/// The decision, with what it grants.
pub(crate) fn decide_for(
    who: &SignedIn,
    groups: &[GroupCode],
    what: OpenFor<'_>,
    partner: &Partner,
    now: Timestamp,
) -> Result<Granted, Denied> {
    let subject = Subject {
        person: who.person.id,
        login: Some(who.account.login.clone()),
        places: match what {
            OpenFor::Herself => who.places.iter().map(|place| seen(place, None)).collect(),
            OpenFor::HerselfAlone => {
                let other = |place: &&Place| place.profile != Profile::Relative;
                let places = who.places.iter().filter(other);
                places.map(|place| seen(place, None)).collect()
            }
            OpenFor::Child((_, places)) => {
                let as_relative = |place| seen(place, Some(Profile::Relative));
                places.iter().map(as_relative).collect()
            }
        },
        groups: groups.to_vec(),
    };
    decide(partner, &subject, now)
}

/// A place as the decision sees it. For a child she is a relative where the child is.
fn seen(place: &Place, profile: Option<Profile>) -> SubjectPlace {
    SubjectPlace {
        establishment: place.establishment.id,
        uai: place.establishment.uai.clone(),
        name: place.establishment.name.clone(),
        profile: profile.unwrap_or(place.profile),
        classes: place.classes.clone(),
    }
}
