//! Guards: what makes a person look at a plan before it is applied (aaf §7, mass deletion). A guard
//! holds the whole plan.

use crate::name::Category;
use crate::plan::Guard;
use crate::stage::Outcome;
use portique_domain::CivilDate;
use portique_domain::identity::Profile;

/// Thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardOptions {
    /// Share of departures, in percent of those known, above which `shrinkage` holds the plan.
    pub shrinkage_percent: u8,
    /// Departures below this number never raise `shrinkage`.
    pub shrinkage_floor: u64,
    /// Share of changed names or birth dates, in percent, above which `identity_changes` does.
    pub identity_percent: u8,
}

impl Default for GuardOptions {
    fn default() -> Self {
        Self {
            shrinkage_percent: 10,
            shrinkage_floor: 20,
            identity_percent: 5,
        }
    }
}

/// The files that a full delivery cannot go without.
const NEEDED: [Category; 4] = [
    Category::Establishment,
    Category::Pupil,
    Category::Relative,
    Category::Staff,
];

/// What a delivery would take away.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Known establishments that did not come.
    pub(crate) establishments: Vec<String>,
    /// Scope, profile, known before, leaving.
    people: Vec<(String, Profile, u64, u64)>,
    /// Known people whose identity could be compared, and how many changed.
    identities: (u64, u64),
}

impl Losses {
    pub(crate) fn new(identities: (u64, u64)) -> Self {
        Self {
            identities,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, scope: &str, profile: Profile, before: u64, left: u64) {
        if left > 0 {
            self.people.push((scope.to_owned(), profile, before, left));
        }
    }
}

/// The guards that hold a plan.
pub(crate) fn raise(
    outcome: &Outcome,
    options: &GuardOptions,
    last: Option<CivilDate>,
    losses: &Losses,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    missing_categories(outcome, &mut guards);
    if let Some(other) = outcome.other_academy {
        guards.push(guard(
            "wrong_academy",
            "",
            format!(
                "la livraison est celle de l'académie {other}, alors que la source est réglée pour l'académie {}",
                outcome.academy
            ),
        ));
    }
    older_delivery(outcome.date, last, &mut guards);
    for scope in &losses.establishments {
        guards.push(guard(
            "missing_establishment",
            scope,
            format!("l'établissement {scope} est connu et n'est pas dans la livraison : toutes ses personnes en partiraient"),
        ));
    }
    for (scope, profile, before, left) in &losses.people {
        let share = u64::from(options.shrinkage_percent);
        if *left >= options.shrinkage_floor && left * 100 > before * share {
            guards.push(guard(
                "shrinkage",
                scope,
                format!("{left} personnes sur {before} ({profile}, {scope}) partiraient : plus de {share} %"),
            ));
        }
    }
    let (compared, changed) = losses.identities;
    let share = u64::from(options.identity_percent);
    // The floor serves here too: three corrected names in a school of fifty are no incident.
    if changed >= options.shrinkage_floor && changed * 100 > compared * share {
        guards.push(guard(
            "identity_changes",
            "",
            format!("{changed} personnes connues sur {compared} changeraient de nom ou de date de naissance : plus de {share} %"),
        ));
    }
    guards
}

fn missing_categories(outcome: &Outcome, guards: &mut Vec<Guard>) {
    for category in NEEDED {
        let word = category.word();
        if outcome.head.files.iter().all(|file| file.category != word) {
            guards.push(guard(
                "missing_category",
                word,
                format!("la livraison n'a aucun fichier {word} : elle est incomplète"),
            ));
        }
    }
}

fn older_delivery(date: Option<CivilDate>, last: Option<CivilDate>, guards: &mut Vec<Guard>) {
    let Some(last) = last else {
        return;
    };
    match date {
        Some(date) if date >= last => {}
        Some(date) => guards.push(guard(
            "older_delivery",
            "",
            format!(
                "la livraison du {} est plus ancienne que la dernière appliquée, du {}",
                date.french(),
                last.french()
            ),
        )),
        None => guards.push(guard(
            "older_delivery",
            "",
            format!(
                "la livraison ne porte pas de date : rien ne dit qu'elle suit celle du {}",
                last.french()
            ),
        )),
    }
}

fn guard(name: &str, scope: &str, message: String) -> Guard {
    Guard {
        name: name.to_owned(),
        scope: scope.to_owned(),
        message,
        lifted: false,
    }
}
