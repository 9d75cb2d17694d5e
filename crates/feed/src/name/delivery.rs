//! One folder may hold several deliveries: of academies, of degrees, of days.

use super::{Category, Degree, FileName, Kind, compact_date};
use portique_domain::CivilDate;
use portique_domain::identity::Uai;
use std::collections::{BTreeMap, BTreeSet};

/// The files of one source, degree, kind and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What it is called where there are several: folder, flux, kind, date.
    pub label: String,
    /// Its files, in the order in which [`crate::Importer::file`] wants them.
    pub files: Vec<FileName>,
}

/// What a folder or archive holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// The deliveries, by label.
    pub found: Vec<Delivery>,
    /// Names that are no files of a feed, sorted.
    pub ignored: Vec<String>,
}

/// What the files of one delivery have in common.
type Key = (String, Option<Degree>, Kind, Option<CivilDate>);

/// Sorts names into deliveries.
///
/// Files belong together when they lie in one folder and share flux, degree, kind and date; the schools
/// of a flux that names them do too, since they are parts of one academy. A full delivery that was written
/// over midnight is one: two days that follow and share no category.
pub fn deliveries<I, T>(names: I) -> Deliveries
where
    I: IntoIterator<Item = T>,
    T: AsRef<str>,
{
    let mut groups: BTreeMap<Key, Vec<FileName>> = BTreeMap::new();
    let mut ignored = Vec::new();
    for name in names {
        match FileName::parse(name.as_ref()) {
            Some(file) => groups.entry(key(&file)).or_default().push(file),
            None => ignored.push(name.as_ref().to_owned()),
        }
    }
    ignored.sort();
    let mut found: Vec<(Key, Vec<FileName>)> = Vec::new();
    for (key, files) in groups {
        match found.last_mut() {
            Some((before, earlier)) if goes_on(before, &key) && apart(earlier, &files) => {
                earlier.extend(files);
                *before = key;
            }
            _ => found.push((key, files)),
        }
    }
    let found = found.into_iter().map(|(key, mut files)| {
        files.sort_by(|one, other| {
            (one.category, one.sequence, &one.name).cmp(&(
                other.category,
                other.sequence,
                &other.name,
            ))
        });
        Delivery {
            label: label(&key),
            files,
        }
    });
    Deliveries {
        found: found.collect(),
        ignored,
    }
}

fn key(file: &FileName) -> Key {
    let (folder, base) = file
        .name
        .rsplit_once(['/', '\\'])
        .unwrap_or(("", &file.name));
    // The sequence number stands last.
    let (stem, _) = base.rsplit_once('_').unwrap_or_default();
    let flux: Vec<&str> = stem
        .split('_')
        .filter(|part| is_of_the_flux(part, file.category))
        .collect();
    let place = [folder, &flux.join("_")].join("/");
    let place = place.trim_matches('/').to_owned();
    (place, file.degree, file.kind, file.date)
}

/// Whether a part of a name says whose flux it is: not its date, kind, category or school.
fn is_of_the_flux(part: &str, category: Category) -> bool {
    let upper = part.to_ascii_uppercase();
    let other = compact_date(part).is_some()
        || upper == "COMPLET"
        || upper == "DELTA"
        || part.parse::<Uai>().is_ok()
        || part.ends_with(category.word())
        || (category == Category::Matiere && part.ends_with("MatEducNat"));
    !other
}

fn goes_on(before: &Key, after: &Key) -> bool {
    let (Some(one), Some(next)) = (before.3, after.3) else {
        return false;
    };
    before.2 == Kind::Full
        && (&before.0, before.1, before.2) == (&after.0, after.1, after.2)
        && one.next() == next
}

fn apart(one: &[FileName], other: &[FileName]) -> bool {
    let categories = |files: &[FileName]| -> BTreeSet<Category> {
        files.iter().map(|file| file.category).collect()
    };
    categories(one).is_disjoint(&categories(other))
}

fn label((place, degree, kind, date): &Key) -> String {
    let kind = match kind {
        Kind::Full => "Complet",
        Kind::Delta => "Delta",
    };
    let date = date.map(|date| date.to_string().replace('-', ""));
    // The flux tells the degree already, unless it stands in the name of an archive.
    let degree = degree
        .filter(|_| super::degree(place).is_none())
        .map(Degree::word);
    let parts = [
        Some(place.as_str()).filter(|text| !text.is_empty()),
        degree,
        Some(kind),
        date.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("_")
}
