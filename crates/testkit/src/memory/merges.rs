//! One person behind whom other records stand, in memory.

use super::records::{MemoryRecords, Merge, PersonRecord, State};
use async_trait::async_trait;
use portique_domain::account::AccountState;
use portique_domain::identity::{Affiliation, Features, Person, PersonId, SourceKey, likeness};
use portique_domain::text::fold;
use portique_feed::staff_bridges;
use portique_feed::staged::StagedPerson;
use portique_store::Result;
use portique_store::records::{
    Identities, MergeError, MergeWord, Named, Suspect, SuspectQuery, SuspectSide,
};
use std::cmp::Reverse;
use std::collections::BTreeSet;

impl State {
    pub(super) fn is_merged(&self, person: PersonId) -> bool {
        self.merges.contains_key(&person)
    }

    /// Whom somebody stands behind; herself when nobody.
    pub(super) fn lead_of(&self, person: PersonId) -> PersonId {
        self.merges.get(&person).map_or(person, |merge| merge.keep)
    }

    /// Who stands behind somebody.
    pub(super) fn behind(&self, keep: PersonId) -> Vec<PersonId> {
        let merges = self.merges.iter().filter(|(_, merge)| merge.keep == keep);
        merges.map(|(other, _)| *other).collect()
    }

    /// A person as readers see her.
    pub(super) fn seen(&self, id: PersonId) -> Option<Person> {
        self.seen_row(id).map(|row| row.person)
    }

    /// The row of somebody who stands behind nobody, with what the records behind her say.
    pub(super) fn seen_row(&self, id: PersonId) -> Option<PersonRecord> {
        let mut row = self
            .people
            .get(&id)
            .filter(|_| !self.is_merged(id))?
            .clone();
        let behind = self.behind(id).into_iter();
        let mut records: Vec<&Person> = behind.map(|it| &self.people[&it].person).collect();
        if records.is_empty() {
            return Some(row);
        }
        records.insert(0, &self.people[&id].person);
        if records.iter().any(|it| it.disappeared_at.is_none()) {
            records.retain(|it| it.disappeared_at.is_none());
        }
        row.person.disappeared_at = records.iter().filter_map(|it| it.disappeared_at).max();
        let mut places: Vec<Affiliation> = Vec::new();
        for place in records.iter().flat_map(|it| &it.affiliations) {
            let same = |it: &&mut Affiliation| {
                it.establishment == place.establishment && it.profile == place.profile
            };
            if let Some(known) = places.iter_mut().find(same) {
                known.classes.extend(place.classes.clone());
                known.classes.sort();
                known.classes.dedup();
            } else {
                places.push(place.clone());
            }
        }
        places.sort_by_key(|place| (place.establishment, place.profile));
        row.person.affiliations = places;
        Some(row)
    }

    /// Of those of whom a record left, the people who are gone.
    pub(super) fn gone(&self, left: &[PersonId]) -> Vec<PersonId> {
        let leads: BTreeSet<PersonId> = left.iter().map(|it| self.lead_of(*it)).collect();
        let gone = |it: &PersonId| {
            let seen = self.seen(*it);
            seen.is_some_and(|person| person.disappeared_at.is_some())
        };
        leads.into_iter().filter(gone).collect()
    }

    /// The one person of another feed whom a newcomer of the staff is: see `feed_bridge` of the SQL store.
    pub(super) fn colleague(&self, it: &StagedPerson) -> Option<PersonId> {
        let is_staff = it.places.iter().any(|place| place.profile.is_staff());
        if !is_staff || it.birth_date.is_none() || self.person_id(&it.key).is_some() {
            return None;
        }
        let ours = |key: &SourceKey| key.source == it.key.source && key.academy == it.key.academy;
        let by = staff_bridges(&it.key, &it.mail);
        let same = |row: &&PersonRecord| {
            let person = &row.person;
            let mail = row.staged.as_ref().map_or("", |staged| &staged.mail);
            let names = fold(&person.names.first) == fold(&it.names.first);
            let mut places = person.affiliations.iter();
            let theirs = staff_bridges(&person.key, mail);
            names
                && person.birth_date == it.birth_date
                && !ours(&person.key)
                && theirs.iter().any(|one| by.contains(one))
                && places.any(|place| place.profile.is_staff())
        };
        let found = self.people.values().filter(same);
        let leads: BTreeSet<PersonId> = found.map(|row| self.lead_of(row.person.id)).collect();
        let keep = leads.first().copied().filter(|_| leads.len() == 1)?;
        let mut records = self.behind(keep).into_iter().chain([keep]);
        let twice = records.any(|it| ours(&self.people[&it].person.key));
        (self.accounts.contains_key(&keep) && !twice).then_some(keep)
    }

    fn hindrance(&self, keep: PersonId, other: PersonId) -> Option<MergeError> {
        if keep == other {
            return Some(MergeError::Same);
        }
        if !self.people.contains_key(&keep) || !self.people.contains_key(&other) {
            return Some(MergeError::Unknown);
        }
        let mut merged = [other, keep].into_iter();
        if let Some(one) = merged.find(|it| self.is_merged(*it)) {
            return Some(MergeError::Merged(self.lead_of(one)));
        }
        if !self.behind(other).is_empty() {
            return Some(MergeError::KeepsOthers);
        }
        if !self.accounts.contains_key(&keep) {
            return Some(MergeError::NoAccount);
        }
        let suspended = |it: &PersonId| {
            let account = self.accounts.get(it);
            account.is_some_and(|it| it.state == AccountState::Suspended)
        };
        [keep, other]
            .iter()
            .any(suspended)
            .then_some(MergeError::Suspended)
    }

    fn side(&self, row: &PersonRecord) -> (SuspectSide, Features) {
        let person = &row.person;
        let places = person.affiliations.iter();
        let places: Vec<_> = places.map(|it| (it.establishment, it.profile)).collect();
        let features = Features {
            last: row.place.0.clone(),
            first: row.place.1.clone(),
            birth: person.birth_date,
            ine: row.ine.clone(),
            mail: row
                .staged
                .as_ref()
                .map(|it| it.mail.to_lowercase())
                .unwrap_or_default(),
            source: format!("{}:{}", person.key.source.as_str(), person.key.academy),
            places: places.iter().map(|it| (it.0.0.to_string(), it.1)).collect(),
        };
        let side = SuspectSide {
            id: person.id,
            key: person.key.clone(),
            last: person.names.last.clone(),
            first: person.names.first.clone(),
            login: self.accounts.get(&person.id).map(|it| it.login.clone()),
            places,
        };
        (side, features)
    }
}

/// Whether the SQL stores would compare the two.
fn of_one_group(one: &Features, other: &Features) -> bool {
    let (last, first) = (one.last == other.last, one.first == other.first);
    let birth = one.birth.is_some() && one.birth == other.birth;
    let missing = one.birth.is_none() || other.birth.is_none();
    (birth && (last || first)) || (missing && last && first)
}

#[async_trait]
impl Identities for MemoryRecords {
    async fn named(&self, who: &Named) -> Result<Option<PersonId>> {
        let state = self.lock();
        let found = match who {
            Named::Id(id) => Some(id),
            Named::Login(login) => state.logins.get(login),
            Named::Key(key) => state.keys_of_people.get(key),
        };
        Ok(found.copied().filter(|id| state.people.contains_key(id)))
    }

    async fn merge(
        &self,
        keep: PersonId,
        other: PersonId,
        _word: &MergeWord,
    ) -> std::result::Result<(), MergeError> {
        let mut state = self.lock();
        if let Some(hindrance) = state.hindrance(keep, other) {
            return Err(hindrance);
        }
        let merge = Merge {
            keep,
            by_run: false,
        };
        state.merges.insert(other, merge);
        state.generation += 1;
        Ok(())
    }

    async fn unmerge(
        &self,
        other: PersonId,
        word: &MergeWord,
    ) -> std::result::Result<PersonId, MergeError> {
        let mut state = self.lock();
        if !state.people.contains_key(&other) {
            return Err(MergeError::Unknown);
        }
        let merge = state.merges.remove(&other).ok_or(MergeError::NotMerged)?;
        state.open_accounts(&word.by, word.now);
        state.generation += 1;
        Ok(merge.keep)
    }

    async fn merged_into(&self, other: PersonId) -> Result<Option<PersonId>> {
        let state = self.lock();
        Ok(state.merges.get(&other).map(|merge| merge.keep))
    }

    async fn merged_behind(&self, keep: PersonId) -> Result<Vec<PersonId>> {
        Ok(self.lock().behind(keep))
    }

    async fn suspects(&self, query: &SuspectQuery) -> Result<Vec<Suspect>> {
        let state = self.lock();
        let rows = state.people.keys().filter_map(|id| state.seen_row(*id));
        let here = rows.filter(|row| state.people[&row.person.id].person.disappeared_at.is_none());
        let sides: Vec<_> = here.map(|row| state.side(&row)).collect();
        let mut found = Vec::new();
        for (at, (one, its)) in sides.iter().enumerate() {
            for (other, theirs) in sides.iter().skip(at + 1) {
                let there = |side: &SuspectSide| {
                    let mut places = side.places.iter();
                    query
                        .establishment
                        .is_none_or(|site| places.any(|it| it.0 == site))
                };
                if !of_one_group(its, theirs) || !(there(one) || there(other)) {
                    continue;
                }
                let score = likeness(its, theirs).filter(|it| it.0 >= query.min_score);
                found.extend(score.map(|(score, reasons)| Suspect {
                    one: one.clone(),
                    other: other.clone(),
                    score,
                    reasons,
                }));
            }
        }
        found.sort_by_key(|pair| (Reverse(pair.score), pair.one.id, pair.other.id));
        Ok(found)
    }
}
