//! An example of what leaves: her own values, worked out for the page and kept nowhere.

use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_access::release::Released;
use portique_domain::partner::{Attribute, Partner, PartnerId};

/// One attribute that would leave now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleLine {
    /// What.
    pub attribute: Attribute,
    /// Its values; empty for what is drawn from the anonymous code, which no page shows.
    pub values: Vec<String>,
    /// Why the partner needs it, in its own words.
    pub justification: String,
}

/// What would leave now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Name of the partner.
    pub name: String,
    /// Attributes, besides the anonymous code.
    pub lines: Vec<ExampleLine>,
}

/// Drawn from the anonymous code, which an example does not draw: that would make a record of her at a
/// partner that she may never open.
const CODES: [Attribute; 3] = [
    Attribute::SyntheticEmail,
    Attribute::SyntheticUsername,
    Attribute::Child,
];

impl Journeys {
    /// What a partner would receive if she opened it now. Not found when there is no such partner, or
    /// when it does not open to her: then nothing leaves.
    pub async fn my_example(
        &self,
        who: &SignedIn,
        partner: &PartnerId,
        visit: &Visit,
    ) -> Result<Example, Trouble> {
        let stored = self.partner(partner, visit.now).await?;
        let partner = &stored.ok_or(Trouble::NotFound)?.partner;
        let children = self.children_of(&who.person).await?;
        let hers = children.iter().map(|(child, _)| Some(child.id));
        for child in core::iter::once(None).chain(hers) {
            let leaves = self.would_leave(who, partner, child, visit.now).await?;
            if let Ok(released) = leaves {
                let lines = released.into_iter().map(|one| line(one, partner));
                return Ok(Example {
                    lines: lines.collect(),
                    name: partner.name.clone(),
                });
            }
        }
        Err(Trouble::NotFound)
    }
}

fn line(released: Released, partner: &Partner) -> ExampleLine {
    let lines = &partner.release.lines;
    let policy = lines.iter().find(|one| one.attribute == released.attribute);
    let coded = CODES.contains(&released.attribute);
    ExampleLine {
        attribute: released.attribute,
        values: if coded { Vec::new() } else { released.values },
        justification: policy
            .map(|one| one.justification.clone())
            .unwrap_or_default(),
    }
}
