//! What a delivery lacks: categories, their records, their parts.

use super::{Losses, of_delivery, of_departures};
use crate::csv::SHEET;
use crate::name::{Category, FileName};
use crate::plan::{FeedFile, Guard};
use crate::stage::Outcome;
use portique_domain::identity::Profile;
use std::collections::BTreeMap;

/// The files that a full delivery cannot go without.
const NEEDED: [Category; 4] = [
    Category::Establishment,
    Category::Pupil,
    Category::Relative,
    Category::Staff,
];

pub(super) fn missing_categories(outcome: &Outcome, guards: &mut Vec<Guard>) {
    // A sheet is whole as it is: it has no categories that could be missing.
    let is_sheet = |file: &FeedFile| file.category == SHEET;
    if outcome.head.files.iter().any(is_sheet) {
        return;
    }
    for category in NEEDED {
        let word = category.word();
        if outcome.head.files.iter().all(|file| file.category != word) {
            guards.push(of_delivery(
                "missing_category",
                word,
                2,
                format!("la livraison n'a aucun fichier {word} : elle est incomplète"),
            ));
        }
    }
}

/// A category that is there without a record, or that an export of ONDE leaves out, while people of it are
/// known: below the floor of `shrinkage`, a small school would lose them all.
pub(super) fn empty_categories(outcome: &Outcome, losses: &Losses, guards: &mut Vec<Guard>) {
    let files = &outcome.head.files;
    let sheets = files.iter().any(|file| file.category == SHEET);
    // A CSV of Portique is degreeless and whole as it is.
    if sheets && outcome.head.degree.is_empty() {
        return;
    }
    for category in NEEDED {
        let of = |profile: Profile| match category {
            Category::Pupil => profile == Profile::Pupil,
            Category::Relative => profile == Profile::Relative,
            Category::Staff => profile.is_staff(),
            Category::Establishment | Category::Matiere | Category::Mef => false,
        };
        let (mut known, mut left) = (0, 0);
        for (_, before, gone) in losses.totals.iter().filter(|(profile, ..)| of(*profile)) {
            known += before;
            left += gone;
        }
        let word = category.word();
        let mut own = files.iter().filter(|file| file.category == word).peekable();
        let empty = own.peek().is_some() && own.all(|file| file.records == 0);
        if known > 0 && left == known && (empty || sheets) {
            let message = format!(
                "la livraison n'a personne de la catégorie {word}, et {known} sont connus : elle est sans doute incomplète"
            );
            guards.push(Guard {
                lifts_needed: 2,
                ..of_departures("missing_category", word, message)
            });
        }
    }
}

/// The parts of a category are numbered one after the other: a number left out is a file that was lost,
/// with the people in it.
pub(super) fn missing_parts(outcome: &Outcome, guards: &mut Vec<Guard>) {
    let mut parts: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for file in &outcome.head.files {
        let Some(name) = FileName::parse(&file.name) else {
            continue;
        };
        let (stem, _) = file.name.rsplit_once('_').unwrap_or_default();
        parts
            .entry(stem.to_owned())
            .or_default()
            .push(name.sequence);
    }
    for (stem, mut numbers) in parts {
        numbers.sort_unstable();
        numbers.dedup();
        let first = numbers.first().copied().unwrap_or(0).min(1);
        let lost = (first..).zip(&numbers).find(|(due, number)| due != *number);
        if let Some((lost, _)) = lost {
            guards.push(Guard {
                lifts_needed: 2,
                ..of_departures(
                    "missing_category",
                    &format!("{stem}_{lost:04}"),
                    format!("le fichier {stem}_{lost:04}.xml manque entre les autres : ses personnes passeraient pour parties"),
                )
            });
        }
    }
}
