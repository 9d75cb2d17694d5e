//! The end of accounts, in memory.

use super::records::{MemoryRecords, PersonRecord, State};
use async_trait::async_trait;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerEvent;
use portique_domain::rights::Actor;
use portique_domain::{CivilDate, Timestamp};
use portique_store::Result;
use portique_store::records::{AccountLife, EndsBefore};

impl State {
    fn is_over(&self, person: PersonId, before: EndsBefore) -> bool {
        let behind = self.behind(person);
        let mut behind = behind.iter().map(|it| &self.people[it].person);
        if self.is_merged(person) || behind.any(|it| it.disappeared_at.is_none()) {
            return false;
        }
        let row = self.people.get(&person);
        let gone = row.and_then(|row| row.person.disappeared_at);
        match (gone, self.accounts.get(&person)) {
            (None, _) => false,
            (Some(gone), None) => gone < before.without_account,
            (Some(_), Some(account)) => {
                account.state == AccountState::ToDelete && account.since < before.to_delete
            }
        }
    }

    /// Whoever is back has her account as it was.
    pub(super) fn give_back(&mut self, person: PersonId, by: &Actor, now: Timestamp) {
        let keep = self.lead_of(person);
        if keep != person {
            self.give_back(keep, by, now);
        }
        if let Some(account) = self.accounts.get_mut(&person)
            && let Some(former) = account.before_end.take()
        {
            let freeze = account.before_freeze;
            account.jump(former, by, now);
            account.before_freeze = freeze;
        }
    }
}

#[async_trait]
impl AccountLife for MemoryRecords {
    async fn end_stays(
        &self,
        today: CivilDate,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<PersonId>> {
        let mut state = self.lock();
        let over = |row: &PersonRecord| {
            let staged = row.staged.as_ref();
            let until = staged.and_then(|it| it.until).filter(|day| *day < today);
            until.filter(|_| row.person.disappeared_at.is_none())
        };
        let people = state.people.iter();
        let mut due: Vec<(CivilDate, PersonId)> = people
            .filter_map(|(id, row)| Some((over(row)?, *id)))
            .collect();
        due.sort();
        due.truncate(most);
        let cause = state.next_id();
        for (_, person) in &due {
            state.tell(*person, PartnerEvent::Left, (cause, now));
            state.people.get_mut(person).unwrap().person.disappeared_at = Some(now);
        }
        state.generation += u64::from(!due.is_empty());
        Ok(due.into_iter().map(|(_, person)| person).collect())
    }

    async fn begin_ends(
        &self,
        before: EndsBefore,
        most: usize,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<PersonId>> {
        let mut state = self.lock();
        let gone = state.people.values().map(|row| &row.person);
        let gone = gone.filter(|it| it.disappeared_at.is_some_and(|at| at < before.disappeared));
        let mut due: Vec<(Option<Timestamp>, PersonId)> =
            gone.map(|it| (it.disappeared_at, it.id)).collect();
        due.sort();
        let mut begun = Vec::new();
        for (_, person) in due {
            let behind = state.behind(person);
            let mut behind = behind
                .iter()
                .map(|it| state.people[it].person.disappeared_at);
            let stays = behind.any(|gone| gone.is_none_or(|at| at >= before.disappeared));
            if stays || state.is_merged(person) {
                continue;
            }
            let Some(account) = state.accounts.get_mut(&person) else {
                continue;
            };
            if begun.len() == most || account.state == AccountState::ToDelete {
                continue;
            }
            let (former, freeze) = (account.state, account.before_freeze);
            account.jump(AccountState::ToDelete, by, now);
            account.before_freeze = freeze;
            account.before_end = Some(former);
            begun.push(person);
        }
        Ok(begun)
    }

    async fn ended(&self, before: EndsBefore, most: usize) -> Result<Vec<PersonId>> {
        let state = self.lock();
        let mut over: Vec<PersonId> = state.people.keys().copied().collect();
        over.retain(|person| state.is_over(*person, before));
        over.sort_by_key(|person| state.people[person].person.disappeared_at);
        over.truncate(most);
        Ok(over)
    }

    async fn erase(&self, person: PersonId, before: EndsBefore, now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let over = state.is_over(person, before);
        if over {
            for other in state.behind(person) {
                let cause = state.next_id();
                state.erase(other, (cause, now));
            }
            let cause = state.next_id();
            state.erase(person, (cause, now));
        }
        Ok(over)
    }
}
