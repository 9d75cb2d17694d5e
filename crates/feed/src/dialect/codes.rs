//! What codes mean.

use super::DialectError;
use portique_domain::identity::{EstablishmentKind, Profile};
use portique_domain::text::fold;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// `respLegal`, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Legal {
    /// A contact.
    Contact,
    /// Second legal representative until 2020, *personne en charge* since.
    Second,
    /// A legal representative.
    Representative,
}

/// The code tables.
#[derive(Debug)]
pub(crate) struct Codes {
    functions: HashMap<String, Profile>,
    file: File,
}

impl Codes {
    /// Reads `codes.toml`.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, DialectError> {
        let refuse = |message: String| DialectError {
            file: file.to_owned(),
            message,
        };
        let raw: File = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
        let mut functions = HashMap::new();
        for (mnemonic, codes) in &raw.functions {
            let profile = mnemonic
                .parse::<Profile>()
                .map_err(|_| refuse(format!("functions: {mnemonic:?} is no profile")))?;
            functions.extend(codes.iter().map(|code| (code.clone(), profile)));
        }
        Ok(Self {
            functions,
            file: raw,
        })
    }

    /// The profile of a function, when the table has it.
    pub(crate) fn function(&self, code: &str) -> Option<Profile> {
        self.functions.get(code).copied()
    }

    /// Whether a function tells that a person teaches.
    pub(crate) fn is_teaching(&self, code: &str) -> bool {
        self.file
            .teaching
            .functions
            .iter()
            .any(|known| known == code)
    }

    /// Whether a discipline, by code or label, means direction.
    pub(crate) fn is_direction(&self, code: &str, label: &str) -> bool {
        let direction = &self.file.direction;
        direction.disciplines.iter().any(|known| known == code)
            || (!label.is_empty() && direction.labels.contains(&fold(label)))
    }

    /// The current code of a link, from an old or a current one; `None` for an unknown one.
    pub(crate) fn link(&self, code: &str) -> Option<&str> {
        let links = &self.file.links;
        if let Some(current) = links.old.get(code) {
            return Some(current);
        }
        links
            .current
            .get_key_value(code)
            .map(|(code, _)| code.as_str())
    }

    /// The rank in law; `None` for an unknown one.
    pub(crate) fn legal(&self, value: &str) -> Option<Legal> {
        let legal = &self.file.legal;
        let is = |values: &[String]| values.iter().any(|known| known == value);
        if is(&legal.representative) {
            Some(Legal::Representative)
        } else if is(&legal.second) {
            Some(Legal::Second)
        } else if is(&legal.contact) {
            Some(Legal::Contact)
        } else {
            None
        }
    }

    /// The kind of an establishment, by code, else by label.
    pub(crate) fn kind(&self, code: &str, label: &str) -> EstablishmentKind {
        let kinds = &self.file.kinds;
        let by_code = kinds
            .codes
            .iter()
            .find(|(_, codes)| codes.iter().any(|known| known == code));
        if let Some((kind, _)) = by_code {
            return (*kind).into();
        }
        let label = fold(label);
        let by_label = kinds.labels.iter().find(|(part, _)| label.contains(part));
        by_label.map_or(EstablishmentKind::Other, |(_, kind)| (*kind).into())
    }

    /// Whether a ministry is the agricultural one.
    pub(crate) fn is_agriculture(&self, code: &str, label: &str) -> bool {
        let agriculture = &self.file.agriculture;
        let label = fold(label);
        agriculture.codes.iter().any(|known| known == code)
            || agriculture.labels.iter().any(|part| label.contains(part))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    functions: BTreeMap<String, Vec<String>>,
    teaching: Teaching,
    direction: Direction,
    links: Links,
    legal: LegalValues,
    kinds: Kinds,
    agriculture: Agriculture,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Teaching {
    functions: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Direction {
    disciplines: Vec<String>,
    labels: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Links {
    /// Code to what it means.
    current: BTreeMap<String, String>,
    /// Code to the current one.
    old: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LegalValues {
    representative: Vec<String>,
    second: Vec<String>,
    contact: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    codes: BTreeMap<Kind, Vec<String>>,
    labels: Vec<(String, Kind)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Agriculture {
    labels: Vec<String>,
    codes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    College,
    Lycee,
    LyceeProfessionnel,
    Ecole,
}

impl From<Kind> for EstablishmentKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::College => Self::College,
            Kind::Lycee => Self::Lycee,
            Kind::LyceeProfessionnel => Self::LyceeProfessionnel,
            Kind::Ecole => Self::Ecole,
        }
    }
}
