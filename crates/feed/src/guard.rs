//! Guards: what makes a person look at a plan before it is applied (aaf §7, mass deletion).
//!
//! A guard holds as little as it can: the establishment it speaks of, or the departures; the delivery
//! itself only when nothing in it can be believed.

mod missing;

use crate::plan::{Finding, Guard, Holds, Severity};
use crate::stage::Outcome;
use portique_domain::CivilDate;
use portique_domain::account::{LifeSpan, Summer};
use portique_domain::identity::{Profile, Uai};

/// Above which share a guard holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Share of departures, in percent of those known, above which `shrinkage` holds.
    pub shrinkage_percent: u8,
    /// Departures below this number never raise `shrinkage`.
    pub shrinkage_floor: u64,
    /// Share of changed names or birth dates, in percent, above which `identity_changes` holds.
    pub identity_percent: u8,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            shrinkage_percent: 10,
            shrinkage_floor: 20,
            identity_percent: 5,
        }
    }
}

/// Thresholds of one establishment, of one profile, or of one profile in one establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThresholdRule {
    /// Only there; everywhere without it.
    pub uai: Option<Uai>,
    /// Only for this profile; for all without it.
    pub profile: Option<Profile>,
    /// The thresholds.
    pub thresholds: Thresholds,
}

/// Share of departures above which two people must lift `shrinkage`, in percent.
const GRAVE_PERCENT: u64 = 50;

/// How guards are raised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardOptions {
    /// Where no rule says otherwise.
    pub thresholds: Thresholds,
    /// The last that fits counts.
    pub rules: Vec<ThresholdRule>,
    /// Delays of the departed; its summer is that of the guard `summer_window`.
    pub life: LifeSpan,
}

impl GuardOptions {
    fn thresholds(&self, uai: &str, profile: Option<Profile>) -> &Thresholds {
        let fits = |rule: &&ThresholdRule| {
            rule.uai.as_ref().is_none_or(|named| named.as_str() == uai)
                && rule.profile.is_none_or(|named| Some(named) == profile)
        };
        let rules = self.rules.iter().rev();
        let rule = rules.clone().find(fits);
        rule.map_or(&self.thresholds, |rule| &rule.thresholds)
    }
}

/// Days that the date of a delivery may lie ahead (aaf §1).
const DAYS_AHEAD: u8 = 7;

/// An establishment that a guard speaks of.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// Id at the source.
    pub(crate) id: String,
    /// UAI, may be empty.
    pub(crate) uai: String,
}

impl Site {
    /// How a guard names it.
    fn scope(&self) -> &str {
        if self.uai.is_empty() {
            &self.id
        } else {
            &self.uai
        }
    }
}

/// People compared, and how many of them changed their names or their birth date.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identities {
    /// Known people whose mark could be compared.
    pub(crate) compared: u64,
    /// Of these, how many changed.
    pub(crate) changed: u64,
}

/// What a delivery would take away or turn round.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Known establishments that did not come.
    pub(crate) missing: Vec<Site>,
    /// Of an establishment: profile, known before, leaving.
    pub(crate) people: Vec<(Site, Profile, u64, u64)>,
    /// The same over all establishments.
    pub(crate) totals: Vec<(Profile, u64, u64)>,
    /// Of an establishment.
    pub(crate) identities: Vec<(Site, Identities)>,
    /// Over all.
    pub(crate) all_identities: Identities,
    /// Everybody who leaves.
    pub(crate) leaving: u64,
}

/// The guards of a plan.
pub(crate) fn raise(
    outcome: &Outcome,
    options: &GuardOptions,
    (today, last): (CivilDate, Option<CivilDate>),
    losses: &Losses,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    // A delta lacks most of everything, and what it lacks has not left.
    if outcome.head.kind == "full" {
        missing::missing_categories(outcome, &mut guards);
        missing::empty_categories(outcome, losses, &mut guards);
    }
    missing::missing_parts(outcome, &mut guards);
    if let Some(other) = outcome.other_academy {
        guards.push(of_delivery(
            "wrong_academy",
            "",
            2,
            format!(
                "la livraison est celle de l'académie {other}, alors que la source est réglée pour l'académie {}",
                outcome.academy
            ),
        ));
    }
    older_delivery(outcome.date, last, &mut guards);
    missing_establishments(losses, &mut guards);
    shrinkage(options, losses, &mut guards);
    identity_changes(options, losses, &mut guards);
    summer(options.life.summer, today, losses, &mut guards);
    guards
}

fn missing_establishments(losses: &Losses, guards: &mut Vec<Guard>) {
    for site in &losses.missing {
        let scope = site.scope();
        guards.push(of_establishment(
            "missing_establishment",
            site,
            2,
            format!("l'établissement {scope} est connu et n'est pas dans la livraison : toutes ses personnes en partiraient"),
        ));
    }
}

fn shrinkage(options: &GuardOptions, losses: &Losses, guards: &mut Vec<Guard>) {
    for (site, profile, before, left) in &losses.people {
        let limits = options.thresholds(&site.uai, Some(*profile));
        let share = u64::from(limits.shrinkage_percent);
        if *left < limits.shrinkage_floor || left * 100 <= before * share {
            continue;
        }
        let lifts = if left * 100 > before * GRAVE_PERCENT {
            2
        } else {
            1
        };
        let scope = site.scope();
        guards.push(of_establishment(
            "shrinkage",
            site,
            lifts,
            format!(
                "{left} personnes sur {before} ({profile}, {scope}) partiraient : plus de {share} %"
            ),
        ));
    }
    for (profile, before, left) in &losses.totals {
        let limits = options.thresholds("", Some(*profile));
        let share = u64::from(limits.shrinkage_percent);
        if *left >= limits.shrinkage_floor && left * 100 > before * share {
            guards.push(of_departures(
                "shrinkage",
                profile.mnemonic(),
                format!("{left} personnes sur {before} ({profile}, tous établissements) partiraient : plus de {share} %"),
            ));
        }
    }
}

fn identity_changes(options: &GuardOptions, losses: &Losses, guards: &mut Vec<Guard>) {
    // The floor serves here too: three corrected names in a school of fifty are no incident.
    let many = |limits: &Thresholds, identities: &Identities| {
        let share = u64::from(limits.identity_percent);
        let changed = identities.changed;
        changed >= limits.shrinkage_floor && changed * 100 > identities.compared * share
    };
    let words = |limits: &Thresholds, it: &Identities, whose: &str| {
        let (changed, compared, share) = (it.changed, it.compared, limits.identity_percent);
        format!(
            "{changed} personnes connues sur {compared}{whose} changeraient de nom ou de date de naissance : plus de {share} %"
        )
    };
    for (site, identities) in &losses.identities {
        let limits = options.thresholds(&site.uai, None);
        if many(limits, identities) {
            let message = words(limits, identities, &format!(" ({})", site.scope()));
            guards.push(of_establishment("identity_changes", site, 1, message));
        }
    }
    let limits = options.thresholds("", None);
    if many(limits, &losses.all_identities) {
        let message = words(limits, &losses.all_identities, "");
        guards.push(of_delivery("identity_changes", "", 1, message));
    }
}

fn summer(summer: Option<Summer>, today: CivilDate, losses: &Losses, guards: &mut Vec<Guard>) {
    if losses.leaving > 0 && summer.is_some_and(|summer| summer.holds(today)) {
        let leaving = losses.leaving;
        guards.push(of_departures(
            "summer_window",
            "",
            format!("{leaving} personnes partiraient en plein été, quand les livraisons sont incomplètes : elles restent jusqu'à la rentrée"),
        ));
    }
}

fn older_delivery(date: Option<CivilDate>, last: Option<CivilDate>, guards: &mut Vec<Guard>) {
    let Some(last) = last else {
        return;
    };
    match date {
        Some(date) if date >= last => {}
        Some(date) => guards.push(of_delivery(
            "older_delivery",
            "",
            1,
            format!(
                "la livraison du {} est plus ancienne que la dernière appliquée, du {}",
                date.french(),
                last.french()
            ),
        )),
        None => guards.push(of_delivery(
            "older_delivery",
            "",
            1,
            format!(
                "la livraison ne porte pas de date : rien ne dit qu'elle suit celle du {}",
                last.french()
            ),
        )),
    }
}

/// What is told of a date that lies ahead: mistyped, it makes every delivery after it the older one.
pub(crate) fn date_ahead(date: Option<CivilDate>, today: CivilDate) -> Option<Finding> {
    let latest = (0..DAYS_AHEAD).fold(today, |day, _| day.next());
    let date = date.filter(|date| *date > latest)?;
    Some(Finding {
        code: "feed.date_ahead".to_owned(),
        severity: Severity::Warning,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message: format!(
            "la livraison est datée du {}, dans plus de {DAYS_AHEAD} jours : appliquée, elle rendrait trop anciennes toutes celles d'avant cette date",
            date.french()
        ),
    })
}

fn of_delivery(name: &str, scope: &str, lifts_needed: u8, message: String) -> Guard {
    Guard {
        name: name.to_owned(),
        scope: scope.to_owned(),
        holds: Holds::Delivery,
        lifts_needed,
        message,
        ..Guard::default()
    }
}

fn of_departures(name: &str, scope: &str, message: String) -> Guard {
    Guard {
        holds: Holds::Departures,
        ..of_delivery(name, scope, 1, message)
    }
}

fn of_establishment(name: &str, site: &Site, lifts_needed: u8, message: String) -> Guard {
    Guard {
        holds: Holds::Establishment,
        establishment: site.id.clone(),
        ..of_delivery(name, site.scope(), lifts_needed, message)
    }
}
