//! The tiles of her portal.

use super::ChildRef;
use super::gate::{OpenFor, may_open};
use crate::me::purposes_of;
use crate::{Journeys, Place, SignedIn, Trouble};
use portique_domain::Timestamp;
use portique_domain::identity::Person;
use portique_domain::partner::{Partner, PartnerId, Purpose};

/// A partner on the portal: shown only when it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerTile {
    /// Which partner.
    pub partner: PartnerId,
    /// Its name.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Its first purpose in the order of the catalogue, which decides its group.
    pub purpose: Option<Purpose>,
    /// The child that it opens for.
    pub child: Option<ChildRef>,
}

impl PartnerTile {
    fn of(partner: &Partner, child: Option<ChildRef>) -> Self {
        Self {
            partner: partner.id.clone(),
            name: partner.name.clone(),
            description: partner.description.clone(),
            purpose: purposes_of(partner).first().copied(),
            child,
        }
    }
}

impl Journeys {
    /// The tiles that open to her for herself, by name, and those of each child, in their order.
    pub(crate) async fn tiles(
        &self,
        who: &SignedIn,
        children: &[(Person, Vec<Place>)],
        now: Timestamp,
    ) -> Result<(Vec<PartnerTile>, Vec<Vec<PartnerTile>>), Trouble> {
        let groups = self.live_groups(who.person.id, now).await?;
        let partners = self.partners(now).await?;
        let of = |what: OpenFor<'_>, child: Option<&ChildRef>| -> Vec<PartnerTile> {
            partners
                .iter()
                .map(|stored| &stored.partner)
                .filter(|partner| partner.launch.is_some())
                .filter(|partner| may_open(who, &groups, what, partner, now).is_ok())
                .map(|partner| PartnerTile::of(partner, child.cloned()))
                .collect()
        };
        // What opens to a relative for a child stands on the card of the child.
        let own = if children.is_empty() {
            of(OpenFor::Herself, None)
        } else {
            of(OpenFor::HerselfAlone, None)
        };
        let theirs = children.iter().map(|(child, _)| {
            let mark = self.child_ref(who.session.id, child.id);
            of(OpenFor::Child(child), Some(&mark))
        });
        let theirs = theirs.collect();
        Ok((own, theirs))
    }
}
