//! Undoing a run in memory: by what the run found and what it left.

use super::records::{EstablishmentRow, MemoryRecords, PersonRecord, SiteAlias, State};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{EstablishmentId, PersonId, Relation, SourceKey};
use portique_domain::partner::PartnerEvent;
use portique_domain::rights::Actor;
use portique_feed::year::YEAR;
use portique_store::records::{RunId, UndoError, Undoing, Undone};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a run may change.
#[derive(Clone, Default)]
pub(super) struct Before {
    establishments: BTreeMap<EstablishmentId, EstablishmentRow>,
    site_aliases: BTreeMap<SourceKey, SiteAlias>,
    pub(super) people: BTreeMap<PersonId, PersonRecord>,
    relations: Vec<Relation>,
    accounts: BTreeSet<PersonId>,
    aliases: BTreeMap<String, PersonId>,
}

/// The state before a run and after it.
#[derive(Clone)]
pub(super) struct Changes {
    pub(super) before: Before,
    pub(super) after: Before,
}

impl State {
    pub(super) fn picture(&self) -> Before {
        Before {
            establishments: self.establishments.clone(),
            site_aliases: self.site_aliases.clone(),
            people: self.people.clone(),
            relations: self.relations.clone(),
            accounts: self.accounts.keys().copied().collect(),
            aliases: self
                .aliases
                .iter()
                .map(|(key, row)| (key.clone(), row.1))
                .collect(),
        }
    }

    fn is_used(&self, person: PersonId) -> bool {
        let account = self.accounts.get(&person);
        let used = account.is_some_and(|it| {
            let waits = matches!(it.state, AccountState::Planned | AccountState::ToActivate);
            it.activated_at.is_some() || !waits
        });
        let mut powers = self.grants.iter().map(|grant| grant.person);
        let mut groups = self.habilitations.iter().map(|given| given.person);
        let mut merges = self.merges.iter();
        let said = merges
            .any(|(other, merge)| merge.keep == person || (*other == person && !merge.by_run));
        said || used || powers.any(|it| it == person) || groups.any(|it| it == person)
    }

    pub(super) fn erase(&mut self, person: PersonId, cause: (Uuid, Timestamp)) {
        self.tell(person, PartnerEvent::Erased, cause);
        self.relations
            .retain(|it| it.child != person && it.relative != person);
        self.accounts.remove(&person);
        self.factors.remove(&person);
        self.contacts.remove(&person);
        self.proofs.retain(|it| it.person != person);
        self.pseudonyms.retain(|(whose, _), _| *whose != person);
        self.notices.retain(|(whose, _), _| *whose != person);
        self.invitations.retain(|_, (it, _)| it.person != person);
        self.aliases.retain(|_, (_, whose, _)| *whose != person);
        self.merges
            .retain(|other, merge| *other != person && merge.keep != person);
        if let Some(row) = self.people.remove(&person) {
            self.keys_of_people.remove(&row.person.key);
        }
    }

    fn undo_person(
        &mut self,
        id: PersonId,
        changes: &Changes,
        (by, undoing, now): (&Actor, RunId, Timestamp),
        done: &mut Undone,
    ) {
        let (before, after) = (changes.before.people.get(&id), &changes.after.people[&id]);
        let opened = !changes.before.accounts.contains(&id) && changes.after.accounts.contains(&id);
        let touched = before.is_none_or(|it| !same(it, after)) || opened;
        if !touched {
            return;
        }
        if self.people.get(&id).is_none_or(|it| !same(it, after)) {
            done.rows_kept += 1;
            return;
        }
        done.rows_written += 1;
        let Some(before) = before else {
            if self.is_used(id) {
                self.tell(id, PartnerEvent::Left, (undoing.0, now));
                self.people.get_mut(&id).unwrap().person.disappeared_at = Some(now);
                done.left.push(id);
                done.rows_kept += 1;
            } else {
                self.erase(id, (undoing.0, now));
            }
            return;
        };
        self.tell_change((after, before), (undoing.0, now));
        self.people.insert(id, before.clone());
        self.keys_of_people.remove(&after.person.key);
        self.keys_of_people.insert(before.person.key.clone(), id);
        self.aliases.remove(&format!("{:?}", before.person.key));
        if opened && !self.is_used(id) {
            self.accounts.remove(&id);
        }
        if before.person.disappeared_at.is_some() {
            done.left.push(id);
        } else {
            self.give_back(id, by, now);
        }
        self.relations.retain(|it| it.child != id);
        let ties = changes.before.relations.iter();
        self.relations
            .extend(ties.filter(|it| it.child == id).cloned());
    }

    /// Further keys of establishments: each as it was, unless it has moved on.
    fn undo_site_aliases(&mut self, changes: &Changes, done: &mut Undone) {
        let (before, after) = (&changes.before.site_aliases, &changes.after.site_aliases);
        let keys: BTreeSet<&SourceKey> = before.keys().chain(after.keys()).collect();
        for key in keys {
            if before.get(key) == after.get(key) {
                continue;
            }
            if self.site_aliases.get(key) != after.get(key) {
                done.rows_kept += 1;
                continue;
            }
            done.rows_written += 1;
            match before.get(key) {
                Some(alias) => self.site_aliases.insert(key.clone(), alias.clone()),
                None => self.site_aliases.remove(key),
            };
        }
    }

    /// Records that the run took for those of somebody whom a stronger source sends.
    fn undo_aliases(&mut self, changes: &Changes) {
        for (name, person) in &changes.after.aliases {
            let key = |picture: &Before| picture.people.get(person).map(|it| it.person.key.clone());
            let stayed = key(&changes.before) == key(&changes.after);
            if stayed && !changes.before.aliases.contains_key(name) {
                self.aliases.remove(name);
            }
        }
    }

    fn undo_establishment(&mut self, id: EstablishmentId, changes: &Changes, now: &mut Undone) {
        let before = changes.before.establishments.get(&id);
        let after = &changes.after.establishments[&id];
        let equal = |one: &EstablishmentRow| {
            one.digest == after.digest && one.disappeared == after.disappeared
        };
        if before.is_some_and(&equal) {
            return;
        }
        if !self.establishments.get(&id).is_some_and(equal) {
            now.rows_kept += 1;
            return;
        }
        now.rows_written += 1;
        let mut people = self.people.values();
        let lived_in = people.any(|row| {
            let mut places = row.person.affiliations.iter();
            places.any(|place| place.establishment == id)
        });
        match before {
            Some(before) => {
                self.site_aliases.remove(&before.establishment.key);
                self.establishments.insert(id, before.clone());
            }
            None if self.another_leads(id) => {}
            None if lived_in => self.establishments.get_mut(&id).unwrap().disappeared = true,
            None => {
                self.establishments.remove(&id);
            }
        }
    }
}

impl State {
    /// Whether another source sends an establishment, which then leads.
    fn another_leads(&mut self, id: EstablishmentId) -> bool {
        let aliases = self.site_aliases.iter();
        let next = aliases
            .filter(|(_, alias)| alias.site == id)
            .min_by_key(|(_, alias)| alias.gone)
            .map(|(key, _)| key.clone());
        let Some(key) = next else {
            return false;
        };
        let alias = self.site_aliases.remove(&key).unwrap();
        let row = self.establishments.get_mut(&id).unwrap();
        row.establishment.key = key;
        row.digest = alias.digest;
        row.disappeared = alias.gone;
        true
    }
}

fn same(one: &PersonRecord, other: &PersonRecord) -> bool {
    one.digest == other.digest && one.person.disappeared_at == other.person.disappeared_at
}

impl MemoryRecords {
    pub(super) fn undo_run(
        &self,
        run: RunId,
        id: RunId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Undone, UndoError> {
        let mut state = self.lock();
        let is_it = |row: &super::records::PlanRow| row.plan.applied == Some(run);
        let index = state.plans.iter().position(is_it);
        let index = index.ok_or(UndoError::Unknown)?;
        if let Some(undone) = &state.plans[index].plan.undone {
            return Err(UndoError::UndoneBefore(undone.id));
        }
        let changes = state.plans[index].changes.take();
        let changes = changes.ok_or(UndoError::TooOld)?;
        let mut done = Undone::default();
        let people: Vec<PersonId> = changes.after.people.keys().copied().collect();
        for person in people {
            state.undo_person(person, &changes, (by, id, now), &mut done);
        }
        state.undo_aliases(&changes);
        let living: BTreeSet<PersonId> = state.people.keys().copied().collect();
        state
            .relations
            .retain(|it| living.contains(&it.child) && living.contains(&it.relative));
        done.left = state.gone(&done.left);
        state.undo_site_aliases(&changes, &mut done);
        let sites: Vec<EstablishmentId> = changes.after.establishments.keys().copied().collect();
        for site in sites {
            state.undo_establishment(site, &changes, &mut done);
        }
        if state.plans[index].plan.plan.feed.kind == YEAR {
            let at = state.plans[index].run.as_ref().map(|(_, at, _)| *at);
            state.give_back_class_rights(at);
        }
        state.generation += u64::from(done.rows_written > 0);
        state.plans[index].plan.undone = Some(Undoing {
            id,
            by: by.clone(),
            at: now,
            rows_written: done.rows_written,
            rows_kept: done.rows_kept,
        });
        Ok(done)
    }
}
