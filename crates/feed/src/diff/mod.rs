//! The comparison of what is known with what came (aaf §3): pure counting, fed record by record.

mod fate;
#[cfg(test)]
mod guard_tests;
mod known;
mod sample;
mod sink;
mod tables;
#[cfg(test)]
mod tests;

pub use fate::{Fate, Seen, fate};
pub use known::{
    Known, KnownPerson, bridge_marks, identity_mark, is_another, other_degree, staff_bridges,
};

use crate::guard::{self, GuardOptions, Losses, Site};
use crate::plan::{Consequences, Deletion, EstablishmentPlan, Plan, Sampled};
use crate::stage::Outcome;
use crate::staged::StagedPerson;
use known::Met;
use portique_domain::CivilDate;
use portique_domain::identity::Profile;
use sample::Sample;
use std::collections::BTreeSet;
use tables::{Row, leading};

/// Compares each staged record, as it passes, with what is known; then makes the plan.
#[derive(Debug)]
pub struct Comparer {
    known: Known,
    /// One row an establishment, by number.
    rows: Vec<Row>,
    totals: Row,
    consequences: Consequences,
    /// Ids of whom somebody says that she is the same person, whatever changed.
    believed: BTreeSet<String>,
    sample: Sample,
}

impl Comparer {
    /// Begins a comparison.
    pub fn new(mut known: Known) -> Self {
        known.seal();
        let mut comparer = Self {
            known,
            rows: Vec::new(),
            totals: Row::default(),
            consequences: Consequences::default(),
            believed: BTreeSet::new(),
            sample: Sample::new(0),
        };
        comparer.count_before();
        comparer
    }

    /// Draws the sample by a seed, which the caller has drawn afresh.
    #[must_use]
    pub fn drawing(mut self, seed: u64) -> Self {
        self.sample = Sample::new(seed);
        self
    }

    /// Takes these ids for the same people as before, whatever changed of them.
    #[must_use]
    pub fn believing(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.believed.extend(ids);
        self
    }

    /// The plan of the delivery that was compared, made `today`.
    ///
    /// `last` is the date of the delivery applied last from this source and academy.
    pub fn plan(
        mut self,
        mut outcome: Outcome,
        options: &GuardOptions,
        (today, last): (CivilDate, Option<CivilDate>),
    ) -> Plan {
        // Of a delta, only those it names have left.
        let is_delta = outcome.head.kind != "full";
        if !is_delta {
            self.count_departures();
        }
        self.consequences.deletion = deletion(self.consequences.people_leaving, options, today);
        outcome.tell(guard::date_ahead(outcome.date, today).into_iter().collect());
        let guards = guard::raise(&outcome, options, (today, last), &self.losses(is_delta));
        Plan {
            totals: self.totals.columns(),
            by_establishment: self.by_establishment(),
            feed: outcome.head,
            findings: outcome.findings,
            findings_count: outcome.findings_count,
            unknown_attributes: outcome.unknown_attributes,
            consequences: self.consequences,
            guards,
            sample: self.sample.end(),
        }
    }

    /// The establishments that are known, by their ids at the source: what a delta may refer to.
    pub fn establishments(&self) -> impl Iterator<Item = String> + '_ {
        let known = self.known.establishments.iter().filter(|row| row.known);
        known.map(|row| row.id.clone())
    }

    /// Whether a person is known by her id at the source.
    pub fn knows(&self, id: &str) -> bool {
        self.known.holds(id)
    }

    fn row(&mut self, number: u32) -> Option<&mut Row> {
        let at = number as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, Row::default());
        }
        self.rows.get_mut(at)
    }

    fn count_before(&mut self) {
        let known = core::mem::take(&mut self.known);
        for row in known.rows().iter().filter(|row| !row.disappeared) {
            let places = known.places(row);
            if let Some(profile) = leading(places.iter().map(|(_, profile)| *profile)) {
                self.totals.was_here(profile);
            }
            for (number, profile) in places {
                if let Some(row) = self.row(number) {
                    row.was_here(profile);
                }
            }
        }
        self.known = known;
    }

    fn count_person(&mut self, places: &[(u32, Profile)], fate: Fate) {
        if let Some(profile) = leading(places.iter().map(|(_, profile)| *profile)) {
            self.totals.person(profile, fate);
        }
        for (number, profile) in places {
            if let Some(row) = self.row(*number) {
                row.person(*profile, fate);
            }
        }
    }

    /// Whether a newcomer is somebody who is known under another key, and whether this delivery leads her.
    fn bridged(&self, staged: &StagedPerson) -> Option<bool> {
        let birth = staged.birth_date?;
        let bridged = |by: &str| self.known.bridges(by, birth, &staged.names);
        let is_staff = staged.places.iter().any(|place| place.profile.is_staff());
        bridged(&staged.ine).or_else(|| {
            let by = staff_bridges(&staged.key, &staged.mail);
            by.iter().filter(|_| is_staff).find_map(|by| bridged(by))
        })
    }

    fn count_identity(&mut self, places: &[(u32, Profile)], changed: bool) {
        self.totals.identity(changed);
        for (number, _) in places {
            if let Some(row) = self.row(*number) {
                row.identity(changed);
            }
        }
    }

    /// Whoever is known, was not met, and whose absence means something: an establishment that is all
    /// held says nothing about its people (aaf §3, *Full*).
    fn count_departures(&mut self) {
        let known = core::mem::take(&mut self.known);
        for (number, row) in (0_u32..).zip(&known.establishments) {
            if row.known && !row.disappeared && row.met == Met::No {
                self.totals.establishment(Fate::Left);
                if let Some(counts) = self.row(number) {
                    counts.establishment(Fate::Left);
                }
            }
        }
        for row in known.rows() {
            if row.met != Met::No || row.disappeared || row.alias {
                continue;
            }
            let places = known.places(row);
            let held = |number: u32| {
                let row = known.establishments.get(number as usize);
                row.is_some_and(|row| row.met == Met::Held)
            };
            let all_held = !places.is_empty() && places.iter().all(|(number, _)| held(*number));
            let fate = if all_held { Fate::Held } else { Fate::Left };
            if fate == Fate::Left {
                self.consequences.people_leaving += 1;
                self.consequences.sessions_to_end += u64::from(row.active);
            }
            self.count_person(&places, fate);
            offer(&mut self.sample, &known, row.id.text(), &places, fate);
        }
        self.known = known;
    }

    fn losses(&self, is_delta: bool) -> Losses {
        let mut losses = Losses {
            all_identities: self.totals.identities(is_delta),
            totals: self.totals.losses().collect(),
            leaving: self.consequences.people_leaving,
            ..Losses::default()
        };
        for (row, counts) in self.known.establishments.iter().zip(&self.rows) {
            let site = Site {
                id: row.id.clone(),
                uai: row.uai.clone(),
            };
            for (profile, before, left) in counts.losses() {
                losses.people.push((site.clone(), profile, before, left));
            }
            let identities = counts.identities(is_delta);
            losses.identities.push((site.clone(), identities));
            // Absent from a full delivery, or removed by a delta.
            if counts.establishment_leaves() {
                losses.missing.push(site);
            }
        }
        losses
    }

    fn by_establishment(&self) -> Vec<EstablishmentPlan> {
        let mut plans: Vec<EstablishmentPlan> = self
            .known
            .establishments
            .iter()
            .zip(&self.rows)
            .map(|(row, counts)| EstablishmentPlan {
                uai: row.uai.clone(),
                id: row.id.clone(),
                name: if row.name.is_empty() {
                    row.id.clone()
                } else {
                    row.name.clone()
                },
                categories: counts.columns(),
            })
            .filter(|plan| !plan.categories.is_empty())
            .collect();
        plans.sort_by(|one, other| (&one.uai, &one.name).cmp(&(&other.uai, &other.name)));
        plans
    }
}

fn deletion(people: u64, options: &GuardOptions, today: CivilDate) -> Deletion {
    if people == 0 {
        return Deletion::default();
    }
    let on = options.life.to_delete_on(today);
    Deletion {
        people,
        on: on.to_string(),
        erased_on: options.life.deleted_on(on).to_string(),
    }
}

/// Offers a change to the sample, by where she is first.
fn offer(
    sample: &mut Sample,
    known: &Known,
    id: Option<&str>,
    places: &[(u32, Profile)],
    fate: Fate,
) {
    // An id too long to be remembered is drawn by nobody.
    let Some(id) = id else { return };
    sample.offer(id, fate, || {
        let place = places.first();
        let row = place.and_then(|(number, _)| known.establishments.get(*number as usize));
        let profile = place.map(|(_, profile)| profile.mnemonic());
        Sampled {
            record: id.to_owned(),
            establishment: row.map(|row| row.id.clone()).unwrap_or_default(),
            category: profile.unwrap_or_default().to_owned(),
            change: fate.word().to_owned(),
        }
    });
}
