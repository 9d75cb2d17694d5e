//! Whether partners open to her: the one decision, asked of many partners with what was read once, for
//! herself or for a child of hers.

use crate::partner::{is_for, seen};
use crate::{Journeys, SignedIn, Trouble};
use portique_access::decision::{Denied, Subject, SubjectPlace, decide};
use portique_domain::Timestamp;
use portique_domain::identity::{Person, Profile};
use portique_domain::partner::{GroupCode, Partner};
use portique_store::records::StoredPartner;
use std::sync::Arc;

/// Whom a partner is opened for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OpenFor<'a> {
    /// Herself.
    Herself,
    /// Herself, but as a relative: what opens to a relative is asked for child by child.
    HerselfAlone,
    /// A child of hers.
    Child(&'a Person),
}

impl Journeys {
    /// The partners in force that open to her, for herself or for any of her children.
    pub(crate) async fn partners_open_to(
        &self,
        who: &SignedIn,
        now: Timestamp,
    ) -> Result<Vec<Arc<StoredPartner>>, Trouble> {
        let groups = self.live_groups(who.person.id, now).await?;
        let children = self.children_of(&who.person).await?;
        let partners = self.partners(now).await?;
        let opens = |stored: &&Arc<StoredPartner>| {
            let to = |what| may_open(who, &groups, what, &stored.partner, now).is_ok();
            let mut children = children.iter();
            to(OpenFor::Herself) || children.any(|(child, _)| to(OpenFor::Child(child)))
        };
        Ok(partners.iter().filter(opens).cloned().collect())
    }
}

/// The decision.
pub(crate) fn may_open(
    who: &SignedIn,
    groups: &[GroupCode],
    what: OpenFor<'_>,
    partner: &Partner,
    now: Timestamp,
) -> Result<(), Denied> {
    let mut places: Vec<SubjectPlace> = who.places.iter().map(seen).collect();
    match what {
        OpenFor::Herself => {}
        OpenFor::HerselfAlone => places.retain(|place| place.profile != Profile::Relative),
        OpenFor::Child(child) => places.retain(|place| is_for(place, child)),
    }
    let subject = Subject {
        person: who.person.id,
        login: Some(who.account.login.clone()),
        places,
        groups: groups.to_vec(),
    };
    decide(partner, &subject, now).map(drop)
}
