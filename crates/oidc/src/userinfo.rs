//! The userinfo answer (OIDC Core §5.3): plain JSON, the pseudonym and what was released.
//!
//! The release policy decides what can leave and is applied before; a scope narrows it and never widens it.

use crate::{Scope, Scopes};
use portique_domain::partner::Attribute;
use serde_json::{Map, Value};

/// How an attribute is written.
struct Line {
    attribute: Attribute,
    claim: &'static str,
    many: bool,
    /// One of these was asked.
    scopes: &'static [Scope],
}

const fn line(
    attribute: Attribute,
    claim: &'static str,
    many: bool,
    scopes: &'static [Scope],
) -> Line {
    Line {
        attribute,
        claim,
        many,
        scopes,
    }
}

const PROFILE: &[Scope] = &[Scope::Profile];
const EMAIL: &[Scope] = &[Scope::Email];
const SCHOOL: &[Scope] = &[Scope::Profile, Scope::Ent];

/// Attribute, claim, several values or one, scopes. Where two lines bear one claim, the first that has a
/// value wins: a real address before a synthetic one.
#[rustfmt::skip]
const LINES: &[Line] = &[
    line(Attribute::GivenName,         "given_name",         false, PROFILE),
    line(Attribute::FamilyName,        "family_name",        false, PROFILE),
    line(Attribute::Email,             "email",              false, EMAIL),
    line(Attribute::SyntheticEmail,    "email",              false, EMAIL),
    line(Attribute::SyntheticUsername, "preferred_username", false, PROFILE),
    line(Attribute::BirthDate,         "birthdate",          false, PROFILE),
    line(Attribute::Login,             "ent_login",          false, SCHOOL),
    line(Attribute::Profile,           "ent_profiles",       true,  SCHOOL),
    line(Attribute::Uai,               "ent_uai",            true,  SCHOOL),
    line(Attribute::EstablishmentName, "ent_establishments", true,  SCHOOL),
    line(Attribute::Classes,           "ent_classes",        true,  SCHOOL),
    line(Attribute::Groups,            "groups",             true,  SCHOOL),
    line(Attribute::Child,             "ent_child",          false, SCHOOL),
];

/// Every claim that userinfo can give, for discovery.
pub(crate) fn claim_names() -> impl Iterator<Item = &'static str> {
    let derived = ["email_verified", "name"];
    let mut names: Vec<&str> = LINES.iter().map(|line| line.claim).chain(derived).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter()
}

/// One released attribute with its values. A birth date is `AAAA-MM-JJ` (OIDC Core §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// What.
    pub attribute: Attribute,
    /// Its values; of an attribute that has one, the first counts.
    pub values: Vec<String>,
}

/// The attributes that the scopes let through, for receipts: what is not here did not leave.
pub fn let_through(scopes: &Scopes, released: &[Released]) -> Vec<Attribute> {
    LINES
        .iter()
        .filter(|line| !values(line, scopes, released).is_empty())
        .map(|line| line.attribute)
        .collect()
}

/// The body of the answer. No claim is empty or null (protocols §4.2).
pub fn body(subject: &str, scopes: &Scopes, released: &[Released]) -> String {
    Value::Object(claims(subject, scopes, released)).to_string()
}

fn claims(subject: &str, scopes: &Scopes, released: &[Released]) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("sub".into(), subject.into());
    for line in LINES {
        let values = values(line, scopes, released);
        let Some(first) = values.first() else {
            continue;
        };
        if out.contains_key(line.claim) {
            continue;
        }
        let value = if line.many {
            Value::from(values.clone())
        } else {
            Value::from(*first)
        };
        out.insert(line.claim.into(), value);
        if line.claim == "email" {
            // Nobody reads a synthetic address, so nobody has shown that it is hers.
            let verified = line.attribute == Attribute::Email;
            out.insert("email_verified".into(), verified.into());
        }
    }
    if let (Some(given), Some(family)) = (text(&out, "given_name"), text(&out, "family_name")) {
        out.insert("name".into(), format!("{given} {family}").into());
    }
    out
}

fn values<'a>(line: &Line, scopes: &Scopes, released: &'a [Released]) -> Vec<&'a str> {
    if !line.scopes.iter().any(|scope| scopes.has(*scope)) {
        return Vec::new();
    }
    released
        .iter()
        .filter(|released| released.attribute == line.attribute)
        .flat_map(|released| released.values.iter())
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
        .collect()
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests;
