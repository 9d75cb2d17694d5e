//! Which deliveries are read, and in which order.

use portique_domain::CivilDate;
use std::path::PathBuf;

/// A whole delivery that lies at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Name of the file or folder.
    pub(super) name: String,
    /// Name, size and time: the same mark is the same delivery.
    pub(super) mark: String,
    /// Where it lies; of a server's, where it will.
    pub(super) path: PathBuf,
}

/// The oldest first, and for each whether a newer full delivery of the same kind makes reading it vain.
/// Deltas are all read, since each builds on the one before.
pub(super) fn in_order(mut found: Vec<Found>) -> Vec<(Found, bool)> {
    found.sort_by(|a, b| (date_of(&a.name), &a.name).cmp(&(date_of(&b.name), &b.name)));
    let shapes: Vec<Option<(CivilDate, String)>> =
        found.iter().map(|one| full_of(&one.name)).collect();
    let vain: Vec<bool> = shapes
        .iter()
        .map(|mine| {
            mine.as_ref().is_some_and(|(date, shape)| {
                let mut others = shapes.iter().flatten();
                others.any(|(later, other)| other == shape && later > date)
            })
        })
        .collect();
    found.into_iter().zip(vain).collect()
}

/// The date in a name (aaf §1: `ENT2DVA.20240916…`), and the eight digits that say it.
fn dated(name: &str) -> Option<(CivilDate, &str)> {
    name.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 8)
        .find_map(|digits| {
            let (year, rest) = digits.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            let date = format!("{year}-{month}-{day}").parse().ok()?;
            Some((date, digits))
        })
}

fn date_of(name: &str) -> Option<CivilDate> {
    dated(name).map(|(date, _)| date)
}

/// Of a full delivery with a date: the date, and the name without it.
fn full_of(name: &str) -> Option<(CivilDate, String)> {
    let (date, digits) = dated(name)?;
    // A delta that was passed over would be lost: only what calls itself full is.
    let is_full = name.to_ascii_lowercase().contains("complet");
    is_full.then(|| (date, name.replacen(digits, "#", 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(names: &[&str]) -> Vec<(String, bool)> {
        let found = names.iter().map(|name| Found {
            name: (*name).to_owned(),
            mark: String::new(),
            path: PathBuf::new(),
        });
        in_order(found.collect())
            .into_iter()
            .map(|(found, vain)| (found.name, vain))
            .collect()
    }

    #[test]
    fn of_full_deliveries_only_the_newest_is_read_and_of_deltas_each() {
        let told = ordered(&[
            "ENT2DVA-Complet.20240917.tgz",
            "ENT2DVA-Complet.20240915.tgz",
            "ENT1D-Complet.20240915.tgz",
            "ENT2DVA.20240918-Delta.tgz",
            "ENT2DVA.20240916-Delta.tgz",
            "acad.20240919.tgz",
            "acad.20240920.tgz",
        ]);
        let expected = [
            ("ENT1D-Complet.20240915.tgz", false),
            ("ENT2DVA-Complet.20240915.tgz", true),
            ("ENT2DVA.20240916-Delta.tgz", false),
            ("ENT2DVA-Complet.20240917.tgz", false),
            ("ENT2DVA.20240918-Delta.tgz", false),
            // They say nothing of their kind, and may be deltas.
            ("acad.20240919.tgz", false),
            ("acad.20240920.tgz", false),
        ];
        assert_eq!(told, expected.map(|(name, vain)| (name.to_owned(), vain)));
    }

    #[test]
    fn names_without_a_date_go_first_and_none_is_passed_over() {
        let told = ordered(&[
            "b.zip",
            "a.zip",
            "x.20240101.zip",
            "x.99999999.zip",
            "n123456789.zip",
        ]);
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "a.zip",
                "b.zip",
                "n123456789.zip",
                "x.99999999.zip",
                "x.20240101.zip"
            ]
        );
        assert!(told.iter().all(|(_, vain)| !vain));
    }
}
