//! The rows of a plan that waits, in memory.

use super::feed_stage::Staged;
use super::records::{MemoryRecords, PersonRecord, State};
use async_trait::async_trait;
use portique_domain::identity::{Affiliation, PersonId, Profile, SourceKey};
use portique_feed::rank::Ranks;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_feed::{Seen, bridge_marks};
use portique_store::Result;
use portique_store::records::{PlanId, PlanLine, PlanRows, PlanSides, Stands};
use std::collections::BTreeSet;

/// A plan that waits, and whose it is.
struct Waiting<'a> {
    state: &'a State,
    staged: &'a Staged,
    source: &'a str,
    academy: &'a str,
    ranks: &'a Ranks,
}

impl State {
    fn waiting(&self, plan: PlanId) -> Option<Waiting<'_>> {
        let row = self.plans.iter().find(|row| row.plan.id == plan)?;
        let feed = &row.plan.plan.feed;
        let waits = row.run.is_none() && row.plan.base == self.generation;
        waits.then_some(Waiting {
            state: self,
            staged: &row.staged,
            source: &feed.source,
            academy: &feed.academy,
            ranks: &feed.ranks,
        })
    }

    fn sites(&self, person: &PersonRecord, of: &Waiting<'_>) -> BTreeSet<String> {
        let places = person.person.affiliations.iter();
        let key = |it: &Affiliation| &self.establishments[&it.establishment].establishment.key;
        let keys = places.map(key).filter(|key| of.owns(key));
        keys.map(|key| key.id.clone()).collect()
    }
}

impl Waiting<'_> {
    fn owns(&self, key: &SourceKey) -> bool {
        key.source.as_str() == self.source && key.academy.to_string() == self.academy
    }

    /// Whom a record is known of, what it said last, and whether another one leads her.
    fn known(&self, id: &str) -> Option<(PersonId, [u8; 16], bool)> {
        let is_it = |key: &SourceKey| key.id == id && self.owns(key);
        let mut people = self.state.people.values();
        if let Some(row) = people.find(|row| is_it(&row.person.key)) {
            return Some((row.person.id, row.digest, false));
        }
        let mut aliases = self.state.aliases.values();
        let alias = aliases.find(|row| is_it(&row.0));
        alias.map(|(_, person, digest)| (*person, *digest, true))
    }

    fn came(&self, it: &StagedPerson) -> Stands {
        let known = self.known(&it.key.id);
        let bridged = it
            .birth_date
            .filter(|_| known.is_none() && !it.ine.is_empty());
        let bridged = bridged.and_then(|birth| {
            let marks = bridge_marks(&it.ine, birth, &it.names);
            let people = self.state.people.values();
            let same = people.filter(|row| {
                let own = bridge_marks(&row.ine, birth, &row.person.names);
                let shared = own.iter().zip(marks).any(|(one, other)| *one == other);
                row.ine == it.ine && row.person.birth_date == Some(birth) && shared
            });
            let leads = same.map(|row| {
                let key = &row.person.key;
                let yields = self
                    .ranks
                    .yield_to(key.source.as_str(), key.academy.number());
                row.person.disappeared_at.is_some() || !yields
            });
            leads.reduce(|one, other| one || other)
        });
        let elsewhere = known.is_some_and(|(person, digest, alias)| {
            let before = self.state.sites(&self.state.people[&person], self);
            let now = it.places.iter().map(|it| it.establishment.clone());
            !alias && digest != it.digest && before != now.collect()
        });
        let seen = known.map(|(person, digest, alias)| Seen {
            alias,
            disappeared: self.state.people[&person].person.disappeared_at.is_some(),
            same: digest == it.digest,
        });
        Stands::Came {
            known: seen,
            bridged,
            elsewhere,
        }
    }

    fn missing(&self, row: &PersonRecord) -> Stands {
        let id = &row.person.key.id;
        let held = |people: bool, id: &str| {
            let mut held = self.staged.held.iter();
            held.any(|it| it.category.is_people() == people && it.id == id)
        };
        Stands::Missing {
            held: held(true, id),
            removed: self.staged.gone.contains(&(true, id.clone())),
            nowhere: self
                .state
                .sites(row, self)
                .iter()
                .all(|site| held(false, site)),
        }
    }

    fn lines(&self, site: &str, profile: Profile) -> Vec<PlanLine> {
        let mut lines = Vec::new();
        for it in &self.staged.people {
            let mut places = it.places.iter();
            if places.any(|it| it.establishment == site && it.profile == profile) {
                lines.push(PlanLine {
                    id: it.key.id.clone(),
                    stands: self.came(it),
                });
            }
        }
        for row in self.state.people.values() {
            let person = &row.person;
            let here = |it: &&Affiliation| {
                let key = &self.state.establishments[&it.establishment]
                    .establishment
                    .key;
                it.profile == profile && key.id == site && self.owns(key)
            };
            let came = |it: &StagedPerson| it.key == person.key;
            if self.owns(&person.key)
                && person.disappeared_at.is_none()
                && person.affiliations.iter().any(|it| here(&it))
                && !self.staged.people.iter().any(came)
            {
                lines.push(PlanLine {
                    id: person.key.id.clone(),
                    stands: self.missing(row),
                });
            }
        }
        lines.sort_by(|one, other| one.id.cmp(&other.id));
        lines
    }

    fn sides(&self, id: &str) -> Option<PlanSides> {
        let known = self.known(id).filter(|(_, _, alias)| !alias);
        let person = known.map(|(person, ..)| person);
        let mut staged = self.staged.people.iter();
        let after = staged.find(|it| it.key.id == id).cloned();
        (person.is_some() || after.is_some()).then(|| PlanSides {
            id: id.to_owned(),
            person,
            before: person.and_then(|person| self.state.people[&person].staged.clone()),
            after,
        })
    }
}

#[async_trait]
impl PlanRows for MemoryRecords {
    async fn lines(
        &self,
        plan: PlanId,
        establishment: &str,
        profile: Profile,
    ) -> Result<Option<Vec<PlanLine>>> {
        let state = self.lock();
        let waiting = state.waiting(plan);
        Ok(waiting.map(|it| it.lines(establishment, profile)))
    }

    async fn sides(&self, plan: PlanId, ids: &[String]) -> Result<Option<Vec<PlanSides>>> {
        let state = self.lock();
        let waiting = state.waiting(plan);
        Ok(waiting.map(|it| ids.iter().filter_map(|id| it.sides(id)).collect()))
    }

    async fn staged_site(&self, plan: PlanId, id: &str) -> Result<Option<StagedEstablishment>> {
        let state = self.lock();
        let waiting = state.waiting(plan);
        let found = waiting.and_then(|it| {
            let mut sites = it.staged.establishments.iter();
            sites.find(|it| it.key.id == id).cloned()
        });
        Ok(found)
    }
}
