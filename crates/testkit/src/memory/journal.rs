//! The access log in memory: no seals and no signatures, the same answers.

use async_trait::async_trait;
use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, Phase, ResultCode};
use portique_domain::rights::Actor;
use portique_domain::{CivilDate, Timestamp};
use portique_store::journal::{
    DayReport, JournalKeeper, JournalQuery, JournalReader, JournalWriter, MONTHS_KEPT,
    PurgeCertificate,
};
use portique_store::{Page, PageSize, Result, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// The access log, as long as it lives.
#[derive(Default)]
pub struct MemoryJournal(Mutex<State>);

#[derive(Default)]
struct State {
    days: BTreeMap<CivilDate, Vec<AccessEvent>>,
    closed: BTreeSet<CivilDate>,
    today: Option<CivilDate>,
    certificates: Vec<PurgeCertificate>,
    refuses: bool,
}

impl MemoryJournal {
    /// From now on it refuses every event, or takes them again.
    pub fn set_refusing(&self, refuses: bool) {
        self.lock().refuses = refuses;
    }

    /// Every event it holds, day by day, in the order in which they came.
    pub fn events(&self) -> Vec<AccessEvent> {
        self.lock().days.values().flatten().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn write(&mut self, event: AccessEvent) -> bool {
        if self.refuses {
            return false;
        }
        let own = event.at.day();
        let today = self.today.filter(|_| self.closed.contains(&own));
        self.days
            .entry(today.unwrap_or(own))
            .or_default()
            .push(event);
        true
    }

    fn close(&mut self, now: Timestamp) -> u64 {
        self.today = self.today.max(Some(now.day()));
        let before = self.closed.len();
        let over = self.days.keys().filter(|day| **day < now.day());
        self.closed.extend(over);
        (self.closed.len() - before) as u64
    }
}

#[async_trait]
impl JournalWriter for MemoryJournal {
    async fn record(&self, event: AccessEvent) -> Result<()> {
        if self.lock().write(event) {
            Ok(())
        } else {
            let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
            Err(StoreError::CannotWrite(Box::new(full)))
        }
    }

    fn note(&self, event: AccessEvent) {
        self.lock().write(event);
    }
}

#[async_trait]
impl JournalReader for MemoryJournal {
    async fn search(
        &self,
        query: &JournalQuery,
        size: PageSize,
        now: Timestamp,
    ) -> Result<Page<AccessEvent>> {
        let mut found = self.events();
        found.retain(|event| event.at > gone_until(now) && matches(query, event));
        found.sort_by_key(|event| core::cmp::Reverse((event.at, event.id)));
        if let Some(after) = &query.after {
            let Some(from) = read_key(after) else {
                found.clear();
                return Ok(Page {
                    rows: found,
                    next: None,
                });
            };
            found.retain(|event| (event.at.millis(), event.id) <= from);
        }
        let next = found.get(size.rows());
        let next = next.map(|event| format!("{}.{}", event.at.millis(), event.id.simple()));
        found.truncate(size.rows());
        Ok(Page { rows: found, next })
    }

    async fn released(
        &self,
        person: PersonId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<AccessEvent>> {
        let all = self.events();
        let mut found: Vec<AccessEvent> = all
            .iter()
            .filter(|event| {
                event.actor == Some(Actor::Person(person))
                    && event.at > gone_until(now)
                    && from.is_none_or(|from| event.at >= from)
                    && to.is_none_or(|to| event.at < to)
                    && begins(event)
                    && !all.iter().any(|other| spoils(other, event))
            })
            .cloned()
            .collect();
        found.sort_by_key(|event| core::cmp::Reverse((event.at, event.id)));
        let mut seen = Vec::new();
        found.retain(|event| {
            let new = !seen.contains(&event.opening);
            seen.push(event.opening.clone());
            new
        });
        Ok(found)
    }

    async fn verify(&self, _now: Timestamp) -> Result<Vec<DayReport>> {
        let state = self.lock();
        let report = |(day, events): (&CivilDate, &Vec<AccessEvent>)| DayReport {
            day: *day,
            lines: events.len() as u64,
            closed: state.closed.contains(day),
            broken_at: None,
        };
        Ok(state.days.iter().map(report).collect())
    }
}

fn read_key(text: &str) -> Option<(i64, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

/// Whether an event says that something was opened: the intent, or a fact by itself.
fn begins(event: &AccessEvent) -> bool {
    let gone_well = event.phase == Phase::Intent
        || (event.phase == Phase::Fact && event.result == ResultCode::Done);
    event.opening.is_some() && gone_well
}

/// Whether an event says that an opening came to nothing.
fn spoils(event: &AccessEvent, opening: &AccessEvent) -> bool {
    event.correlation == opening.correlation
        && event.phase == Phase::Outcome
        && matches!(event.result, ResultCode::Refused | ResultCode::Failed)
}

fn matches(query: &JournalQuery, event: &AccessEvent) -> bool {
    query.from.is_none_or(|from| event.at >= from)
        && query.to.is_none_or(|to| event.at < to)
        && query.person.is_none_or(|person| {
            event.actor == Some(Actor::Person(person)) || event.target == Some(person)
        })
        && query.suffered_by.is_none_or(|person| {
            event.target == Some(person) && event.actor != Some(Actor::Person(person))
        })
        && (query.codes.is_empty() || query.codes.contains(&event.code))
        && (query.phases.is_empty() || query.phases.contains(&event.phase))
        && query.partner.as_ref().is_none_or(|partner| {
            event
                .opening
                .as_ref()
                .is_some_and(|opening| opening.partner == *partner)
        })
        && query
            .reference
            .is_none_or(|shown| event.reference == Some(shown))
        && query.correlation.is_none_or(|id| event.correlation == id)
        && query.establishments.as_ref().is_none_or(|places| {
            event
                .establishment
                .is_some_and(|place| places.contains(&place))
        })
}

#[async_trait]
impl JournalKeeper for MemoryJournal {
    async fn close_days(&self, now: Timestamp) -> Result<u64> {
        Ok(self.lock().close(now))
    }

    async fn purge(&self, now: Timestamp) -> Result<Vec<PurgeCertificate>> {
        let mut state = self.lock();
        state.close(now);
        let limit = gone_until(now);
        let gone = state.days.extract_if(.., |day, events| {
            *day < now.day() && events.iter().any(|event| event.at <= limit)
        });
        let new: Vec<PurgeCertificate> = gone
            .map(|(day, events)| PurgeCertificate {
                day,
                lines: events.len() as u64,
                head: String::new(),
                at: now,
                signature: String::new(),
                key_id: "memory".to_owned(),
            })
            .collect();
        state.certificates.extend(new.iter().cloned());
        Ok(new)
    }

    async fn certificates(&self) -> Result<Vec<PurgeCertificate>> {
        let mut certificates = self.lock().certificates.clone();
        certificates.sort_by_key(|one| core::cmp::Reverse((one.at, one.day)));
        Ok(certificates)
    }
}

/// The last instant that has reached twelve months. Where the month has no such day, the whole last day
/// of the month has passed.
fn gone_until(now: Timestamp) -> Timestamp {
    let today = now.day();
    let before = today.months_before(MONTHS_KEPT);
    if before.parts().2 == today.parts().2 {
        before.start().plus(now.since(today.start()))
    } else {
        before.next().start().minus(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_memory_journal_keeps_the_promises() {
        crate::conformance::journal::all(MemoryJournal::default).await;
    }

    #[tokio::test]
    async fn a_refusing_journal_refuses() {
        let journal = MemoryJournal::default();
        journal.set_refusing(true);
        let event = crate::conformance::journal::event(1, crate::conformance::journal::NOW);
        assert!(journal.record(event).await.is_err());
        assert!(journal.events().is_empty());
    }
}
