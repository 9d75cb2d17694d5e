//! An example of what leaves: her own values, worked out for the page and kept nowhere.

use crate::launch::{OpenFor, decide_for};
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_access::release::{Facts, Released, plan, release};
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

/// Drawn from the anonymous code. Drawing it would make a record of her at a partner that she may never
/// open.
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
        let stored = self.stores.partners.partner(partner).await?;
        let partner = stored.ok_or(Trouble::NotFound)?.partner;
        let groups = self.groups_of(who, visit.now).await?;
        let children = self.children_of(&who.person).await?;
        let with_child = children.iter().map(OpenFor::Child);
        let granted = core::iter::once(OpenFor::Herself)
            .chain(with_child)
            .find_map(|what| decide_for(who, &groups, what, &partner, visit.now).ok())
            .ok_or(Trouble::NotFound)?;
        let facts = facts_of(who, &partner);
        let released = release(&partner, &granted, &facts).map_err(|_| Trouble::NotFound)?;
        Ok(Example {
            lines: released
                .into_iter()
                .map(|one| line(one, &partner))
                .collect(),
            name: partner.name,
        })
    }
}

/// What the policy names of what is known of her, and nothing else. No mail address is kept so far; what
/// is drawn from the code stands as itself.
fn facts_of(who: &SignedIn, partner: &Partner) -> Facts {
    let mut facts = Facts::default();
    for attribute in plan(&partner.release) {
        let value = match attribute {
            Attribute::GivenName => who.person.names.first.clone(),
            Attribute::FamilyName => who.person.names.last.clone(),
            Attribute::Login => who.account.login.as_str().to_owned(),
            Attribute::BirthDate => who
                .person
                .birth_date
                .map(|day| day.to_string())
                .unwrap_or_default(),
            Attribute::SyntheticEmail | Attribute::SyntheticUsername | Attribute::Child => {
                attribute.code().to_owned()
            }
            Attribute::Email
            | Attribute::Profile
            | Attribute::Uai
            | Attribute::EstablishmentName
            | Attribute::Classes
            | Attribute::Groups => continue,
        };
        facts.put(attribute, value);
    }
    facts
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
