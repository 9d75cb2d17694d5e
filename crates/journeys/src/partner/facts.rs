//! What a policy names, loaded, and pseudonyms.

use super::subject::Present;
use crate::{Journeys, Trouble};
use portique_access::pseudonym::Pseudonym;
use portique_access::release::{Facts, plan};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::{Attribute, Partner};

/// Whether pseudonyms are drawn, or stood for by a word where nothing leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawing {
    Real,
    Masked,
}

/// Stands for a pseudonym where an administrator looks: no need to know it.
const MASK: &str = "(pseudonyme)";

impl Journeys {
    /// Her pseudonym in a partner's sector. The record keeps its key, so a rotation changes nothing; a key
    /// that is gone is our fault and never a reason to draw another (gar §6.3).
    pub(crate) async fn pseudonym(
        &self,
        person: PersonId,
        partner: &Partner,
        now: Timestamp,
    ) -> Result<Pseudonym, Trouble> {
        let in_use = self
            .keys
            .pairwise_in_use()
            .ok_or(Trouble::Internal("there is no pairwise key"))?;
        let record = self
            .stores
            .pseudonyms
            .pseudonym(person, partner.sector(), in_use, now)
            .await?;
        let key = self
            .keys
            .pairwise(&record.key)
            .ok_or(Trouble::Internal("the key of a pseudonym is gone"))?;
        Ok(Pseudonym::draw(key, partner.sector(), record.root))
    }

    /// One value for each attribute that the policy names and that is not in the decision.
    pub(crate) async fn facts(
        &self,
        who: &Present<'_>,
        partner: &Partner,
        child: Option<PersonId>,
        (drawing, now): (Drawing, Timestamp),
    ) -> Result<Facts, Trouble> {
        let mut facts = Facts::default();
        let person = who.person;
        for attribute in plan(&partner.release) {
            let value = match attribute {
                Attribute::GivenName => person.names.first.clone(),
                Attribute::FamilyName => person.names.last.clone(),
                Attribute::Login => who.account.login.to_string(),
                Attribute::BirthDate => match person.birth_date {
                    Some(date) => date.to_string(),
                    None => continue,
                },
                Attribute::SyntheticEmail => match drawing {
                    Drawing::Real => {
                        let drawn = self.pseudonym(person.id, partner, now).await?;
                        drawn.address(&self.mail_domain())
                    }
                    Drawing::Masked => format!("{MASK}@{}", self.mail_domain()),
                },
                Attribute::SyntheticUsername => match drawing {
                    Drawing::Real => self.pseudonym(person.id, partner, now).await?.short(),
                    Drawing::Masked => MASK.to_owned(),
                },
                Attribute::Child => match (child, drawing) {
                    (None, _) => continue,
                    (Some(_), Drawing::Masked) => MASK.to_owned(),
                    (Some(child), Drawing::Real) => {
                        let drawn = self.pseudonym(child, partner, now).await?;
                        drawn.encoded(partner.release.subject)
                    }
                },
                // The address that she verified serves for her password and nothing else, as its page
                // says: none is sent.
                Attribute::Email
                // These come with the decision.
                | Attribute::Profile
                | Attribute::Uai
                | Attribute::EstablishmentName
                | Attribute::Classes
                | Attribute::Groups => continue,
            };
            facts.put(attribute, value);
        }
        Ok(facts)
    }

    /// The domain of synthetic addresses: the host of the public address, or one that cannot exist
    /// (RFC 2606) where that is a number or a bare name.
    fn mail_domain(&self) -> String {
        let host = self.issuer.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split([':', '/']).next().unwrap_or_default();
        let named = host.contains('.') && host.chars().any(|c| c.is_ascii_alphabetic());
        if named {
            host.to_owned()
        } else {
            "portique.invalid".to_owned()
        }
    }
}
