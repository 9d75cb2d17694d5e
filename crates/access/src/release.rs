//! What leaves. A release starts empty: only what the policy names, and the person has, goes in; nothing
//! of a place that the access rule does not reach (house §4.2).

use crate::decision::{Denied, Granted};
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Attribute, Partner, ReleasePolicy};

/// One attribute that leaves, with its values. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// What.
    pub attribute: Attribute,
    /// Its values.
    pub values: Vec<String>,
}

/// What was loaded of the person, besides her places and groups: one value for each attribute of
/// [`plan`] that she has.
#[derive(Clone, Debug, Default)]
pub struct Facts(Vec<(Attribute, String)>);

impl Facts {
    /// Adds a value. An empty one is none.
    pub fn put(&mut self, attribute: Attribute, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.0.push((attribute, value));
        }
    }

    fn get(&self, attribute: Attribute) -> Vec<String> {
        let found = self.0.iter().find(|(named, _)| *named == attribute);
        found.map(|(_, value)| value.clone()).into_iter().collect()
    }
}

/// The attributes whose value has to be loaded: what the policy does not name is not even read.
pub fn plan(policy: &ReleasePolicy) -> Vec<Attribute> {
    policy
        .lines
        .iter()
        .map(|line| line.attribute)
        .filter(|attribute| source(*attribute) == Source::Facts)
        .collect()
}

/// Releases. What the person lacks is left out, not sent empty (gar §4.1).
///
/// # Errors
/// [`ReasonCode::AttributeMissing`] with the attribute when the policy requires one that she lacks: then
/// nothing leaves.
pub fn release(
    partner: &Partner,
    granted: &Granted,
    facts: &Facts,
) -> Result<Vec<Released>, Denied> {
    let mut out = Vec::with_capacity(partner.release.lines.len());
    for line in &partner.release.lines {
        let values = values_of(line.attribute, granted, facts);
        if !values.is_empty() {
            out.push(Released {
                attribute: line.attribute,
                values,
            });
        } else if line.required {
            return Err(Denied {
                reason: ReasonCode::AttributeMissing,
                attribute: Some(line.attribute),
            });
        }
    }
    Ok(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// What the decision left of her places and groups.
    Decision,
    /// What was loaded for this release.
    Facts,
}

const fn source(attribute: Attribute) -> Source {
    match attribute {
        Attribute::Profile
        | Attribute::Uai
        | Attribute::EstablishmentName
        | Attribute::Classes
        | Attribute::Groups => Source::Decision,
        Attribute::GivenName
        | Attribute::FamilyName
        | Attribute::Email
        | Attribute::SyntheticEmail
        | Attribute::SyntheticUsername
        | Attribute::Login
        | Attribute::Child
        | Attribute::BirthDate => Source::Facts,
    }
}

fn values_of(attribute: Attribute, granted: &Granted, facts: &Facts) -> Vec<String> {
    let places = granted.places();
    let values: Vec<String> = match attribute {
        // A guest has no national value: partners are told none (aaf §2.6).
        Attribute::Profile => places
            .iter()
            .filter(|place| place.profile.is_national())
            .map(|place| place.profile.mnemonic().to_owned())
            .collect(),
        Attribute::Uai => places
            .iter()
            .filter_map(|place| Some(place.uai.as_ref()?.as_str().to_owned()))
            .collect(),
        Attribute::EstablishmentName => places.iter().map(|place| place.name.clone()).collect(),
        Attribute::Classes => places
            .iter()
            .flat_map(|place| place.classes.iter().cloned())
            .collect(),
        Attribute::Groups => granted
            .groups()
            .iter()
            .map(|group| group.as_str().to_owned())
            .collect(),
        Attribute::GivenName
        | Attribute::FamilyName
        | Attribute::Email
        | Attribute::SyntheticEmail
        | Attribute::SyntheticUsername
        | Attribute::Login
        | Attribute::Child
        | Attribute::BirthDate => facts.get(attribute),
    };
    each_once(values)
}

/// In their order, without empty ones.
fn each_once(values: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        if !value.is_empty() && !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

#[cfg(test)]
mod tests;
