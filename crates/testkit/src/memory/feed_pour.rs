//! What applying a plan does, in memory.

use super::feed_stage::Staged;
use super::people::is_entitled;
use super::records::{AccountRow, Merge, PersonRecord, State};
use portique_domain::Timestamp;
use portique_domain::identity::{
    Affiliation, EstablishmentId, Login, Person, PersonId, Relation, SourceKey, SourceName,
};
use portique_domain::rights::Actor;
use portique_domain::text::fold;
use portique_feed::Held;
use portique_feed::name::Category;
use portique_feed::plan::Plan;
use portique_feed::rank::Ranks;
use portique_feed::staged::StagedPerson;
use portique_feed::year::YEAR;
use portique_store::records::Applied;
use std::collections::{BTreeSet, HashSet};

impl State {
    /// Makes a delivery visible.
    pub(super) fn pour(
        &mut self,
        plan: &Plan,
        mut staged: Staged,
        by: &Actor,
        now: Timestamp,
    ) -> Applied {
        let key = (plan.feed.source.clone(), plan.feed.academy.clone());
        let departures = self.hold_back(plan, &mut staged);
        let staged = &staged;
        let mut applied = Applied {
            held: told(plan),
            ..Applied::default()
        };
        for it in &staged.establishments {
            applied.rows_written += u64::from(self.put_establishment(it));
        }
        let mut touched = Vec::new();
        for it in &staged.people {
            match self.bridge(it, staged, &plan.feed.ranks) {
                Bridge::Silent => continue,
                Bridge::Leads(person) => self.give_back(person, by, now),
                Bridge::None => {}
            }
            let gone = self.person_id(&it.key).filter(|id| {
                let person = &self.people[id].person;
                person.disappeared_at.is_some()
            });
            let colleague = self.colleague(it);
            touched.extend(self.put_person(it));
            if let Some(keep) = colleague {
                let other = self.person_id(&it.key).unwrap();
                self.merges.insert(other, Merge { keep, by_run: true });
                self.give_back(keep, by, now);
            }
            if let Some(back) = gone {
                self.give_back(back, by, now);
            }
        }
        applied.rows_written += touched.len() as u64;
        self.put_relations(staged, &touched);
        self.tie_late(&touched);
        applied.accounts_created = self.open_accounts(by, now);
        if plan.feed.kind == YEAR {
            self.end_class_rights(staged, now);
        }
        let ours = |it: &SourceKey| it.source.as_str() == key.0 && it.academy.to_string() == key.1;
        let held = |people: bool, id: &str| {
            let mut held = staged.held.iter();
            held.any(|it| it.category.is_people() == people && it.id == id)
        };
        if !departures {
            return applied;
        }
        if plan.feed.kind != "full" {
            self.named_departures(&key, staged, now, &mut applied);
            return applied;
        }
        let sites: HashSet<EstablishmentId> = staged
            .held
            .iter()
            .filter(|it| !it.category.is_people())
            .filter_map(|it| self.site_of(&our_key(plan, &it.id)))
            .collect();
        let absent = |it: &SourceKey| {
            let came = staged.establishments.iter().any(|staged| staged.key == *it);
            ours(it) && !came && !held(false, &it.id)
        };
        applied.rows_written += self.close_establishments(absent);
        let came: HashSet<&SourceKey> = staged.people.iter().map(|it| &it.key).collect();
        for row in self.people.values_mut() {
            let person = &mut row.person;
            let came = came.contains(&person.key);
            let is_held = |place: &Affiliation| sites.contains(&place.establishment);
            let silent = !person.affiliations.is_empty() && person.affiliations.iter().all(is_held);
            let gone = ours(&person.key) && person.disappeared_at.is_none() && !came;
            if gone && !silent && !held(true, &person.key.id) {
                person.disappeared_at = Some(now);
                applied.rows_written += 1;
                applied.left.push(person.id);
            }
        }
        applied
    }

    /// Those whom a delta removes by name.
    fn named_departures(
        &mut self,
        key: &(String, String),
        staged: &Staged,
        now: Timestamp,
        applied: &mut Applied,
    ) {
        let ours = |it: &SourceKey| it.source.as_str() == key.0 && it.academy.to_string() == key.1;
        let held = |people: bool, id: &str| {
            let mut held = staged.held.iter();
            held.any(|it| it.category.is_people() == people && it.id == id)
        };
        let gone = |people: bool, key: &SourceKey| {
            let named = staged.gone.iter().any(|it| *it == (people, key.id.clone()));
            named && ours(key) && !held(people, &key.id)
        };
        applied.rows_written += self.close_establishments(|key| gone(false, key));
        for row in self.people.values_mut() {
            let person = &mut row.person;
            if gone(true, &person.key) && person.disappeared_at.is_none() {
                person.disappeared_at = Some(now);
                applied.rows_written += 1;
                applied.left.push(person.id);
            }
        }
    }

    /// Turns what guards hold into records set aside; says whether anybody may leave.
    fn hold_back(&self, plan: &Plan, staged: &mut Staged) -> bool {
        let holding = plan.holding();
        let there = |id: &String| holding.establishments.contains(id);
        let mut people: HashSet<SourceKey> = HashSet::new();
        for row in self.people.values() {
            let mut places = row.person.affiliations.iter();
            let held = places.any(|place| {
                let key = &row.person.key;
                let name = self.site_name(place.establishment, &key.source, key.academy);
                name.is_some_and(|name| there(&name.to_owned()))
            });
            let key = &row.person.key;
            let ours = key.source.as_str() == plan.feed.source;
            if held && ours && key.academy.to_string() == plan.feed.academy {
                people.insert(row.person.key.clone());
            }
        }
        for person in &staged.people {
            if person
                .places
                .iter()
                .any(|place| there(&place.establishment))
            {
                people.insert(person.key.clone());
            }
        }
        staged.people.retain(|person| !people.contains(&person.key));
        staged.establishments.retain(|site| !there(&site.key.id));
        let set_aside = |category, id: &String| Held {
            category,
            id: id.clone(),
        };
        let sites = holding.establishments.iter();
        staged
            .held
            .extend(sites.map(|id| set_aside(Category::Establishment, id)));
        let people = people.iter();
        staged
            .held
            .extend(people.map(|key| set_aside(Category::Pupil, &key.id)));
        !holding.departures
    }

    /// What a record is that leads nobody: see `feed_bridge` of the SQL store.
    fn bridge(&mut self, it: &StagedPerson, staged: &Staged, ranks: &Ranks) -> Bridge {
        if self.person_id(&it.key).is_some() {
            return Bridge::None;
        }
        let name = format!("{:?}", it.key);
        let alias = self.aliases.get(&name).map(|(_, person, _)| *person);
        // Who leads a person who is here.
        let leader = |person: &PersonId| {
            let person = &self.people[person].person;
            let key = (person.key.source.as_str(), person.key.academy.number());
            Some(key).filter(|_| person.disappeared_at.is_none())
        };
        if let Some(person) = alias
            && leader(&person).is_some_and(|(source, academy)| !ranks.overrule(source, academy))
        {
            self.aliases.get_mut(&name).unwrap().2 = it.digest;
            return Bridge::Silent;
        }
        let Some(person) = alias.or_else(|| self.bridged(it, staged)) else {
            return Bridge::None;
        };
        if leader(&person).is_some_and(|(source, academy)| ranks.yield_to(source, academy)) {
            let mut others = self.aliases.values();
            let twin = others.any(|(key, whose, _)| {
                *whose == person && staged.people.iter().any(|other| other.key == *key)
            });
            if twin {
                return Bridge::None;
            }
            let row = (it.key.clone(), person, it.digest);
            self.aliases.insert(name, row);
            return Bridge::Silent;
        }
        self.aliases.remove(&name);
        let row = self.people.get_mut(&person).unwrap();
        let former = std::mem::replace(&mut row.person.key, it.key.clone());
        let former_name = format!("{former:?}");
        let digest = std::mem::take(&mut row.digest);
        self.keys_of_people.remove(&former);
        self.keys_of_people.insert(it.key.clone(), person);
        self.aliases.insert(former_name, (former, person, digest));
        Bridge::Leads(person)
    }

    fn bridged(&self, it: &StagedPerson, staged: &Staged) -> Option<PersonId> {
        let same = |row: &&PersonRecord| {
            let person = &row.person;
            let keep = &self.people[&self.lead_of(person.id)];
            if keep.person.id != person.id
                && keep.ine == it.ine
                && keep.person.birth_date == it.birth_date
            {
                return false;
            }
            let names = fold(&person.names.first) == fold(&it.names.first);
            let sent = staged.people.iter().any(|other| other.key == person.key);
            row.ine == it.ine && person.birth_date == it.birth_date && names && !sent
        };
        let wanted = !it.ine.is_empty() && it.birth_date.is_some();
        let mut found = self.people.values().filter(|_| wanted).filter(same);
        let first = found.next()?.person.id;
        found.next().is_none().then_some(first)
    }

    pub(super) fn person_id(&self, key: &SourceKey) -> Option<PersonId> {
        self.keys_of_people.get(key).copied()
    }

    fn put_person(&mut self, staged: &StagedPerson) -> Option<PersonId> {
        let known = self.person_id(&staged.key);
        let row = known.map(|id| &self.people[&id]);
        if row.is_some_and(|it| it.digest == staged.digest && it.person.disappeared_at.is_none()) {
            return None;
        }
        let id = known.unwrap_or_else(|| PersonId(self.next_id()));
        let mut places = Vec::new();
        for place in &staged.places {
            let site = self.site_of(&SourceKey {
                id: place.establishment.clone(),
                ..staged.key.clone()
            });
            places.extend(site.map(|site| Affiliation {
                establishment: site,
                profile: place.profile,
                classes: place.classes.clone(),
            }));
        }
        places.sort_by_key(|place| (place.establishment, place.profile));
        places.dedup_by_key(|place| (place.establishment, place.profile));
        let person = Person {
            id,
            key: staged.key.clone(),
            names: staged.names.clone(),
            birth_date: staged.birth_date,
            affiliations: places,
            disappeared_at: None,
        };
        let digest = staged.digest;
        self.keys_of_people.insert(staged.key.clone(), id);
        let mut row = PersonRecord::new(person, digest);
        row.ine.clone_from(&staged.ine);
        row.staged = Some(staged.clone());
        self.people.insert(id, row);
        Some(id)
    }

    fn put_relations(&mut self, staged: &Staged, touched: &[PersonId]) {
        self.relations.retain(|it| !touched.contains(&it.child));
        for pupil in &staged.people {
            let Some(child) = self.person_id(&pupil.key) else {
                continue;
            };
            for tie in &pupil.relatives {
                let mut key = pupil.key.clone();
                key.id.clone_from(&tie.relative);
                let Some(relative) = self.person_id(&key) else {
                    continue;
                };
                let mut there = self.relations.iter();
                if !there.any(|it| it.child == child && it.relative == relative) {
                    self.relations.push(Relation {
                        child,
                        relative,
                        link: tie.link.clone(),
                        legal: tie.legal,
                    });
                }
            }
        }
    }

    /// Ties newcomers to the pupils whose records had named them before.
    fn tie_late(&mut self, touched: &[PersonId]) {
        let touched: HashSet<&PersonId> = touched.iter().collect();
        let mut late = Vec::new();
        for row in self.people.values() {
            for tie in row.staged.iter().flat_map(|staged| &staged.relatives) {
                let mut key = row.person.key.clone();
                key.id.clone_from(&tie.relative);
                let relative = self.person_id(&key).filter(|it| touched.contains(it));
                let (child, mut ties) = (row.person.id, self.relations.iter());
                if let Some(relative) = relative
                    && !ties.any(|it| it.child == child && it.relative == relative)
                {
                    late.push(Relation {
                        child,
                        relative,
                        link: tie.link.clone(),
                        legal: tie.legal,
                    });
                }
            }
        }
        self.relations.extend(late);
    }

    pub(super) fn open_accounts(&mut self, by: &Actor, now: Timestamp) -> u64 {
        let mut opened = 0;
        let ids: Vec<PersonId> = self.people.keys().copied().collect();
        for id in ids {
            let person = &self.people[&id].person;
            let mut ties = self.relations.iter();
            let is_legal = ties.any(|it| it.relative == id && it.legal);
            let names = &person.names;
            let has_one = self.accounts.contains_key(&id) || self.is_merged(id);
            if has_one || !is_entitled(&person.affiliations, is_legal) {
                continue;
            }
            let login = (1..)
                .map_while(|rank| Login::propose(&names.first, &names.last, rank))
                .find(|login| !self.logins.contains_key(login));
            if let Some(login) = login {
                self.logins.insert(login.clone(), id);
                self.accounts.insert(id, AccountRow::open(login, by, now));
                opened += 1;
            }
        }
        opened
    }
}

/// A key of the source that a plan is of.
fn our_key(plan: &Plan, id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::parse(&plan.feed.source).unwrap(),
        academy: plan.feed.academy.parse().unwrap(),
        id: id.to_owned(),
    }
}

/// What guards held back, as it is told.
fn told(plan: &Plan) -> Vec<String> {
    let holding = plan.holding();
    let guards = plan.guards.iter().filter(|guard| {
        !guard.establishment.is_empty() && holding.establishments.contains(&guard.establishment)
    });
    let mut told: BTreeSet<String> = guards.map(|guard| guard.scope.clone()).collect();
    if holding.departures {
        told.insert("departures".to_owned());
    }
    told.into_iter().collect()
}

/// What becomes of a record that leads nobody.
enum Bridge {
    /// It is a newcomer's.
    None,
    /// It says nothing.
    Silent,
    /// It leads this person from now on.
    Leads(PersonId),
}
