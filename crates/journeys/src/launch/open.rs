//! Opening a tile: the decision, the child that goes with it, and where the partner begins its sign-on.

use super::ChildRef;
use super::gate::{OpenFor, may_open};
use crate::journal::About;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_domain::identity::Profile;
use portique_domain::journal::{EventCode, Opening, ReasonCode, ResultCode};
use portique_domain::partner::{PartnerId, PartnerState};
use portique_store::records::StoredPartner;

/// Where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    /// The address of the partner, from its record.
    pub address: String,
}

/// Why a partner does not open, for the page M04.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barred {
    /// Name of the partner.
    pub name: String,
    /// Why.
    pub reason: ReasonCode,
    /// The profiles it is meant for.
    pub profiles: Vec<Profile>,
}

/// How the opening of a tile fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaunchOutcome {
    /// She goes.
    Go(Launch),
    /// She may not.
    Barred(Barred),
}

impl Journeys {
    /// Opens the tile of a partner, for herself or for a child. What does not exist, has no tile, or is
    /// none of her children is not found. A refusal is recorded with its reason; what leaves is recorded
    /// where it leaves.
    pub async fn launch(
        &self,
        who: &SignedIn,
        partner: &PartnerId,
        child: Option<&ChildRef>,
        visit: &Visit,
    ) -> Result<LaunchOutcome, Trouble> {
        let stored = self.partner(partner, visit.now).await?;
        let stored = stored.ok_or(Trouble::NotFound)?;
        let address = stored.partner.launch.clone().ok_or(Trouble::NotFound)?;
        let children = self.children_of(&who.person).await?;
        let chosen = match child {
            None => None,
            Some(mark) => {
                let session = who.session.id;
                let mut named = children.iter().map(|(child, _)| child);
                let named = named.find(|child| self.is_child(session, child.id, mark));
                Some(named.ok_or(Trouble::NotFound)?)
            }
        };
        let groups = self.live_groups(who.person.id, visit.now).await?;
        let what = chosen.map_or(OpenFor::Herself, OpenFor::Child);
        if let Err(denied) = may_open(who, &groups, what, &stored.partner, visit.now) {
            return Ok(LaunchOutcome::Barred(self.bar(
                who,
                &stored,
                denied.reason,
                visit,
            )));
        }
        if let Some(child) = chosen {
            self.choose_child(&who.session, partner, child.id, visit.now)
                .await?;
        }
        Ok(LaunchOutcome::Go(Launch { address }))
    }

    /// Records a refusal. Nothing left, so the line names no attribute.
    fn bar(
        &self,
        who: &SignedIn,
        stored: &StoredPartner,
        reason: ReasonCode,
        visit: &Visit,
    ) -> Barred {
        let about = About {
            profile: who.person.leading_profile(),
            session: Some(who.session.id),
            opening: Some(Opening {
                partner: stored.partner.id.clone(),
                resource: None,
                version: stored.version,
                attributes: Vec::new(),
            }),
            ..About::person(who.person.id)
        };
        let (code, refused) = (EventCode::PartnerOpened, ResultCode::Refused);
        self.fact(code, about, visit, refused, Some(reason));
        // Whom a partner on trial is meant for is not said before it opens.
        let told = stored.partner.state != PartnerState::Trial;
        Barred {
            name: stored.partner.name.clone(),
            reason,
            profiles: if told {
                stored.partner.access.profiles.clone()
            } else {
                Vec::new()
            },
        }
    }
}
