//! A record seen through its dialect.

use super::Codes;
use super::field::{Field, Part};
use super::table::{Attribute, Section, Shape};
use crate::finding::Report;
use crate::read::RawRecord;

/// A record, what its category calls things, and what the codes mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'r> {
    pub(crate) raw: &'r RawRecord,
    pub(crate) section: &'r Section,
    pub(crate) codes: &'r Codes,
}

impl<'r> View<'r> {
    /// The attribute that counts for a field: the first one that holds something, else the first one
    /// that is named, else the preferred one.
    fn attribute(&self, field: Field) -> Option<&'r Attribute> {
        let all = self.section.attributes(field);
        if let [only] = all {
            return Some(only);
        }
        let holds = |one: &&Attribute| self.raw.values(&one.name).next().is_some();
        let named = |one: &&Attribute| self.raw.names().any(|name| name == one.name);
        all.iter()
            .find(holds)
            .or_else(|| all.iter().find(named))
            .or_else(|| all.first())
    }

    /// What the feed calls the field, for findings.
    pub(crate) fn name(&self, field: Field) -> &'r str {
        self.attribute(field).map_or("", |one| one.name.as_str())
    }

    /// The first value, empty when there is none.
    pub(crate) fn first(&self, field: Field) -> &'r str {
        self.attribute(field)
            .map_or("", |one| self.raw.first(&one.name))
    }

    /// All values.
    pub(crate) fn values(&self, field: Field) -> impl Iterator<Item = &'r str> {
        self.attribute(field)
            .into_iter()
            .flat_map(|one| self.raw.values(&one.name))
    }

    /// Whether the record names the field and holds all of its values, be they none.
    pub(crate) fn names_whole(&self, field: Field) -> bool {
        let mut all = self.section.attributes(field).iter();
        all.any(|one| self.raw.names_whole(&one.name))
    }

    /// Whether the attribute that counts is the preferred one. Where a delta names an older list alone,
    /// what the newer one said stands (aaf §2.3, §2.5).
    pub(crate) fn is_preferred(&self, field: Field) -> bool {
        let first = self.section.attributes(field).first();
        first.is_some_and(|first| first.name == self.name(field))
    }

    /// The composite values, by exact count of their fields. A wrong count skips the value with a
    /// warning, never the record; a value that is nothing but `$` signs is an empty one (aaf §2).
    pub(crate) fn rows(&self, field: Field, code: &str, report: &mut Report<'_>) -> Vec<Row<'r>> {
        let Some(attribute) = self.attribute(field) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for value in self.raw.values(&attribute.name) {
            if value.bytes().all(|byte| byte == b'$') {
                continue;
            }
            let count = value.split('$').count();
            let fits = |shape: &&Shape| shape.parts.len() == count;
            match attribute.shapes.iter().find(fits) {
                Some(shape) => rows.push(Row {
                    value,
                    attribute,
                    shape,
                }),
                None => report.warn(code, &attribute.name, &expected(attribute)),
            }
        }
        rows
    }
}

fn expected(attribute: &Attribute) -> String {
    let counts: Vec<String> = attribute
        .shapes
        .iter()
        .map(|shape| shape.parts.len().to_string())
        .collect();
    format!(
        "valeur composée ignorée : {} champs séparés par $ sont attendus",
        counts.join(" ou ")
    )
}

/// One composite value of the right length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r> {
    value: &'r str,
    attribute: &'r Attribute,
    shape: &'r Shape,
}

impl<'r> Row<'r> {
    /// One field, trimmed; empty when the pattern has none of the kind.
    pub(crate) fn get(&self, part: Part) -> &'r str {
        let at = self.shape.parts.iter().position(|known| *known == part);
        match (at, part) {
            (Some(at), _) => self.value.split('$').nth(at).unwrap_or_default().trim(),
            (None, Part::Legal) => self.attribute.legal.as_deref().unwrap_or_default(),
            (None, _) => "",
        }
    }
}
