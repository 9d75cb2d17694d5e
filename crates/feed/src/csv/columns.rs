//! Headers: which column gives which field.

use crate::dialect::DialectError;
use portique_domain::identity::Profile;
use portique_domain::text::squeeze;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const ONDE: (&str, &str) = (
    "onde.toml",
    include_str!("../../../../config/feeds/onde.toml"),
);
const PORTIQUE: (&str, &str) = (
    "portique-csv.toml",
    include_str!("../../../../config/feeds/portique-csv.toml"),
);

/// Headers that no table knows, and how many sheets had them.
pub(super) type Unknown = BTreeMap<String, u64>;

/// A column of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Column {
    Id,
    LastName,
    FirstName,
    BirthName,
    Title,
    BirthDate,
    Mail,
    Profile,
    Uai,
    Class,
    Classes,
    From,
    Until,
    ChildLastName,
    ChildBirthName,
    ChildFirstName,
}

/// The headers of one kind of sheet.
#[derive(Debug, Deserialize)]
pub(super) struct Headers {
    #[serde(default)]
    dropped: Vec<String>,
    #[serde(flatten)]
    columns: BTreeMap<Column, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OndeFile {
    pupils: Headers,
    relatives: Headers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PortiqueFile {
    people: Headers,
    profiles: BTreeMap<String, Vec<String>>,
}

/// Headers and profiles of every CSV.
#[derive(Debug)]
pub struct Tables {
    pub(super) pupils: Headers,
    pub(super) relatives: Headers,
    pub(super) people: Headers,
    /// Squeezed word to profile.
    profiles: BTreeMap<String, Profile>,
}

impl Tables {
    /// The names of the tables, for whoever looks for an installation's own.
    pub fn files() -> impl Iterator<Item = &'static str> {
        [ONDE.0, PORTIQUE.0].into_iter()
    }

    /// Reads the tables, each from `own` when that gives a text for it, else as built in.
    ///
    /// # Errors
    /// [`DialectError`] names the file and what it does not understand.
    pub fn read(own: &dyn Fn(&str) -> Option<String>) -> Result<Self, DialectError> {
        let onde: OndeFile = parse(ONDE, own)?;
        let file: PortiqueFile = parse(PORTIQUE, own)?;
        let mut profiles = BTreeMap::new();
        for (mnemonic, words) in &file.profiles {
            let profile: Profile = mnemonic.parse().map_err(|_| DialectError {
                file: PORTIQUE.0.to_owned(),
                message: format!("profiles: {mnemonic:?} is no profile"),
            })?;
            profiles.extend(words.iter().map(|word| (squeeze(word), profile)));
        }
        Ok(Self {
            pupils: onde.pupils,
            relatives: onde.relatives,
            people: file.people,
            profiles,
        })
    }

    /// The tables as they are built in.
    ///
    /// # Errors
    /// None, as the tests of this crate prove; the type spares a way to fail at start.
    pub fn built_in() -> Result<Arc<Self>, DialectError> {
        static TABLES: LazyLock<Result<Arc<Tables>, DialectError>> =
            LazyLock::new(|| Tables::read(&|_| None).map(Arc::new));
        TABLES.clone()
    }

    /// The profile that a word names.
    pub(super) fn profile(&self, word: &str) -> Option<Profile> {
        self.profiles.get(&squeeze(word)).copied()
    }
}

fn parse<T: for<'de> Deserialize<'de>>(
    (file, text): (&str, &str),
    own: &dyn Fn(&str) -> Option<String>,
) -> Result<T, DialectError> {
    let own = own(file);
    toml::from_str(own.as_deref().unwrap_or(text)).map_err(|error| DialectError {
        file: file.to_owned(),
        message: error.to_string(),
    })
}

/// Where the columns of one sheet are.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// For each of our columns, where its headers stand, those preferred first; a header that comes again
    /// comes again here.
    at: BTreeMap<Column, Vec<usize>>,
    headers: Vec<String>,
}

impl Layout {
    /// Reads the line of headers; counts those that the table does not know.
    pub(super) fn read<'h>(
        table: &Headers,
        headers: impl Iterator<Item = &'h str>,
        unknown: &mut Unknown,
    ) -> Self {
        let headers: Vec<String> = headers.map(|text| text.trim().to_owned()).collect();
        let squeezed: Vec<String> = headers.iter().map(|header| squeeze(header)).collect();
        let mut at: BTreeMap<Column, Vec<usize>> = BTreeMap::new();
        let mut known: Vec<bool> = squeezed.iter().map(String::is_empty).collect();
        for (column, names) in &table.columns {
            for name in names.iter().map(|name| squeeze(name)) {
                for (place, _) in squeezed
                    .iter()
                    .enumerate()
                    .filter(|(_, text)| **text == name)
                {
                    at.entry(*column).or_default().push(place);
                    if let Some(mark) = known.get_mut(place) {
                        *mark = true;
                    }
                }
            }
        }
        for ((header, squeezed), known) in headers.iter().zip(&squeezed).zip(known) {
            let dropped = table.dropped.iter().any(|name| squeeze(name) == *squeezed);
            if !known && !dropped {
                // A header is no personal datum; what is far too long for one is not repeated.
                let name = if header.len() <= 64 {
                    header.as_str()
                } else {
                    "…"
                };
                *unknown.entry(name.to_owned()).or_default() += 1;
            }
        }
        Self { at, headers }
    }

    /// Where the headers of a column stand.
    pub(super) fn places(&self, column: Column) -> &[usize] {
        self.at.get(&column).map_or(&[], Vec::as_slice)
    }

    /// Whether some header gives the column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.at.contains_key(&column)
    }

    /// The header of a column, for findings.
    pub(super) fn header(&self, column: Column) -> &str {
        let first = self.places(column).first();
        first
            .and_then(|at| self.headers.get(*at))
            .map_or("", String::as_str)
    }

    /// How many headers there are.
    pub(super) fn width(&self) -> usize {
        self.headers.len()
    }
}
