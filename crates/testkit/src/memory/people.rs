//! People and establishments in memory.

use super::records::{MemoryRecords, PersonRecord, State, page_token};
use async_trait::async_trait;
use portique_domain::identity::{
    Affiliation, Establishment, EstablishmentId, Person, PersonId, Profile, Relation, SourceKey,
    Uai,
};
use portique_domain::rights::Perimeter;
use portique_domain::text::fold;
use portique_store::records::{EstablishmentReader, PeopleQuery, PeopleReader, PersonRow};
use portique_store::{Page, Result, StoreError};
use std::collections::BTreeSet;

impl State {
    /// The place by which a person is listed: in reach, of the profile and establishment asked.
    fn listed<'a>(&self, person: &'a Person, query: &PeopleQuery) -> Option<&'a Affiliation> {
        let fits = |place: &&Affiliation| {
            let establishment = &self.establishments[&place.establishment].establishment;
            query.reach.iter().any(|reach| reach.covers(establishment))
                && query.profile.is_none_or(|profile| place.profile == profile)
                && query
                    .establishment
                    .is_none_or(|id| place.establishment == id)
        };
        let mut places = person.affiliations.iter().filter(fits);
        let staff = places.clone().find(|place| place.profile.is_staff());
        staff.or_else(|| places.next())
    }

    fn matches(&self, row: &PersonRecord, query: &PeopleQuery, prefix: &str) -> bool {
        let person = &row.person;
        let everybody = query.reach.contains(&Perimeter::Instance)
            && query.profile.is_none()
            && query.establishment.is_none();
        let account = self.accounts.get(&person.id);
        let (last, first, _) = &row.place;
        (everybody || self.listed(person, query).is_some())
            && query
                .state
                .is_none_or(|state| account.is_some_and(|account| account.state == state))
            && (last.starts_with(prefix)
                || first.starts_with(prefix)
                || format!("{last} {first}").starts_with(prefix)
                || account.is_some_and(|account| account.login.as_str().starts_with(prefix)))
    }

    fn line(&self, person: &Person, query: &PeopleQuery) -> PersonRow {
        let account = self.accounts.get(&person.id);
        PersonRow {
            id: person.id,
            last: person.names.last.clone(),
            first: person.names.first.clone(),
            login: account.map(|account| account.login.clone()),
            state: account.map(|account| account.state),
            place: self
                .listed(person, query)
                .map(|place| (place.profile, self.name_of(place.establishment))),
        }
    }

    fn name_of(&self, id: EstablishmentId) -> String {
        self.establishments[&id].establishment.name.clone()
    }

    /// Legal ties of a person and of the records behind her, each to whoever its end stands for.
    fn tied(&self, to: PersonId, ends: fn(&Relation) -> (PersonId, PersonId)) -> Vec<Person> {
        let behind = self.behind(to).into_iter();
        let here = behind.filter(|it| self.people[it].person.disappeared_at.is_none());
        let records: Vec<PersonId> = here.chain([to]).collect();
        let legal = self.relations.iter().filter(|relation| relation.legal);
        let ends = legal.map(ends).filter(|(end, _)| records.contains(end));
        let ids: BTreeSet<PersonId> = ends.map(|(_, other)| self.lead_of(other)).collect();
        ids.into_iter().filter_map(|id| self.seen(id)).collect()
    }
}

#[async_trait]
impl PeopleReader for MemoryRecords {
    async fn person(&self, id: PersonId) -> Result<Option<Person>> {
        Ok(self.lock().seen(id))
    }

    async fn person_by_key(&self, key: &SourceKey) -> Result<Option<Person>> {
        let state = self.lock();
        let id = state.keys_of_people.get(key);
        Ok(id.and_then(|id| state.seen(state.lead_of(*id))))
    }

    async fn people(&self, query: &PeopleQuery) -> Result<Page<PersonRow>> {
        let state = self.lock();
        let from = match &query.after {
            None => None,
            Some(token) => {
                let id = PersonId(page_token(token)?);
                let row = state.people.get(&id).ok_or(StoreError::Conflict("page"))?;
                Some(&row.place)
            }
        };
        let prefix = fold(&query.prefix);
        let seen: Vec<PersonRecord> = state
            .people
            .keys()
            .filter_map(|id| state.seen_row(*id))
            .collect();
        let mut found: Vec<&PersonRecord> = seen
            .iter()
            .filter(|row| from.is_none_or(|from| row.place >= *from))
            .filter(|row| state.matches(row, query, &prefix))
            .collect();
        found.sort_by_key(|row| &row.place);
        let size = query.size.rows();
        let next = found.get(size);
        Ok(Page {
            next: next.map(|row| row.person.id.0.simple().to_string()),
            rows: found
                .into_iter()
                .take(size)
                .map(|row| state.line(&row.person, query))
                .collect(),
        })
    }

    async fn children_of(&self, relative: PersonId) -> Result<Vec<Person>> {
        Ok(self.lock().tied(relative, |it| (it.relative, it.child)))
    }

    async fn relatives_of(&self, child: PersonId) -> Result<Vec<Person>> {
        Ok(self.lock().tied(child, |it| (it.child, it.relative)))
    }
}

#[async_trait]
impl EstablishmentReader for MemoryRecords {
    async fn establishment(&self, id: EstablishmentId) -> Result<Option<Establishment>> {
        let state = self.lock();
        Ok(state
            .establishments
            .get(&id)
            .map(|row| row.establishment.clone()))
    }

    async fn establishment_by_uai(&self, uai: &Uai) -> Result<Option<Establishment>> {
        let state = self.lock();
        let mut all = state.establishments.values().map(|row| &row.establishment);
        Ok(all.find(|it| it.uai.as_ref() == Some(uai)).cloned())
    }

    async fn establishments(&self, reach: &[Perimeter]) -> Result<Vec<Establishment>> {
        let state = self.lock();
        let mut found: Vec<Establishment> = state
            .establishments
            .values()
            .map(|row| &row.establishment)
            .filter(|place| reach.iter().any(|perimeter| perimeter.covers(place)))
            .cloned()
            .collect();
        found.sort_by_cached_key(|place| (fold(&place.name), place.id));
        Ok(found)
    }
}

/// Whether a person with these places, and these ties, gets an account.
pub(super) fn is_entitled(places: &[Affiliation], is_legal: bool) -> bool {
    places
        .iter()
        .any(|place| place.profile != Profile::Relative || is_legal)
}
