//! What differs between two versions of a partner, key by key, as their files say it.

use super::write;
use core::fmt;
use portique_domain::partner::Partner;
use std::collections::BTreeMap;

/// One key whose value differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The key, such as `legal.basis` or `release.attributes.prenom.required`.
    pub field: String,
    /// Its former value, in TOML.
    pub before: Option<String>,
    /// Its new value, in TOML.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let (before, after) = (shown(&self.before), shown(&self.after));
        write!(f, "{}: {before} -> {after}", self.field)
    }
}

/// What differs, by key. Secrets are in no file, so they are in no change.
pub fn changes(before: Option<&Partner>, after: &Partner) -> Vec<Change> {
    let old = before.map(flat).unwrap_or_default();
    let new = flat(after);
    let mut fields: Vec<&String> = old.keys().chain(new.keys()).collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .filter(|field| old.get(*field) != new.get(*field))
        .map(|field| Change {
            field: field.clone(),
            before: old.get(field).cloned(),
            after: new.get(field).cloned(),
        })
        .collect()
}

fn flat(partner: &Partner) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let table: toml::Table = write(partner).parse().unwrap_or_default();
    walk("", &toml::Value::Table(table), &mut out);
    out
}

fn walk(path: &str, value: &toml::Value, out: &mut BTreeMap<String, String>) {
    let under = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                walk(&under(key), value, out);
            }
        }
        toml::Value::Array(list) if list.iter().any(toml::Value::is_table) => {
            for (number, one) in list.iter().enumerate() {
                // Entries are told apart by what names them, so that an order changed is no change.
                let name = ["attribute", "name"]
                    .iter()
                    .find_map(|key| one.get(key)?.as_str().map(ToOwned::to_owned));
                let name = name.unwrap_or_else(|| number.to_string());
                walk(&under(&name), one, out);
            }
        }
        toml::Value::Array(_)
        | toml::Value::String(_)
        | toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_) => {
            out.insert(path.to_owned(), value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{a_partner, line};
    use portique_domain::partner::Attribute;

    #[test]
    fn a_change_names_its_key_and_both_values() {
        let before = a_partner();
        assert_eq!(changes(Some(&before), &before), []);
        let mut after = before.clone();
        after.legal.contract = None;
        after.release.lines.insert(0, line(Attribute::Uai));
        let shown: Vec<String> = changes(Some(&before), &after)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            shown.contains(&"legal.contract: \"2025-117\" -> -".to_owned()),
            "{shown:?}"
        );
        let added = "release.attributes.uai.purpose: - -> \"pedagogie\"".to_owned();
        assert!(shown.contains(&added), "{shown:?}");
        assert!(
            !shown.iter().any(|line| line.contains("prenom")),
            "{shown:?}"
        );
    }

    #[test]
    fn a_new_partner_is_all_change() {
        let all = changes(None, &a_partner());
        assert!(all.len() > 10 && all.iter().all(|change| change.before.is_none()));
    }
}
