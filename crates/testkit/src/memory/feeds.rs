//! Feeds in memory: applied under the lock, so a plan is visible whole or not at all.

use super::feed_stage::{MemoryStager, Staged};
use super::feed_undo::Changes;
use super::records::{MemoryRecords, PlanRow, State, page_token};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{AcademyCode, Affiliation, SourceKey, SourceName};
use portique_domain::rights::{Actor, Approval};
use portique_feed::plan::{Counts, Guard};
use portique_feed::{bridge_marks, identity_mark, staff_bridges};
use portique_store::records::{
    Applied, ApplyError, ApplyOrder, FeedBase, FeedReader, FeedWriter, GuardRef,
    KnownEstablishment, KnownPerson, KnownSink, Lift, PlanId, RunId, RunRow, Stager, StoredPlan,
    UndoError, Undone, signed_bytes,
};
use portique_store::{Page, PageSize, Result};

/// What the signature covers; rows in memory are nobody's to change.
pub(super) fn frozen(plan: &StoredPlan) -> Vec<u8> {
    signed_bytes(plan, &serde_json::to_string(&plan.plan).unwrap(), &[])
}

impl PlanRow {
    /// The plan with what was lifted since it was frozen.
    fn lifted(&self) -> StoredPlan {
        let mut plan = self.plan.clone();
        for guard in &mut plan.plan.guards {
            let lifts = self.lifts.iter();
            let lifts =
                lifts.filter(|(name, scope, _)| *name == guard.name && *scope == guard.scope);
            guard.lifts = u8::try_from(lifts.count()).unwrap();
            guard.lifted = guard.lifts >= guard.lifts_needed;
        }
        plan
    }

    fn run_row(&self) -> RunRow {
        let lifted = self.lifted();
        let plan = &lifted.plan;
        let mut totals = Counts::default();
        for row in &plan.totals {
            totals.created += row.counts.created;
            totals.updated += row.counts.updated;
            totals.moved += row.counts.moved;
            totals.left += row.counts.left;
            totals.returned += row.counts.returned;
            totals.unchanged += row.counts.unchanged;
            totals.held += row.counts.held;
        }
        let run = self.run.as_ref();
        RunRow {
            plan: self.plan.id,
            run: run.map(|(id, _, _)| *id),
            feed: plan.feed.clone(),
            totals,
            guards: plan.guards.iter().filter(|guard| !guard.lifted).count(),
            findings: plan.findings_count,
            planned_at: self.plan.at,
            applied_at: run.map(|(_, at, _)| *at),
            by: run.map_or(&self.plan.asked_by, |(_, _, by)| by).clone(),
            undone: self.plan.undone.clone(),
            planned_by: self.plan.asked_by.clone(),
        }
    }
}

impl State {
    /// Marks of everybody with an INE, with who leads her, and of the staff of other sources.
    fn pour_marks(&self, source: &SourceName, academy: AcademyCode, sink: &mut dyn KnownSink) {
        let ours = |key: &SourceKey| key.source == *source && key.academy == academy;
        for row in self.people.values() {
            let person = &row.person;
            let Some(birth) = person.birth_date else {
                continue;
            };
            if !row.ine.is_empty() {
                let leader = (person.key.source.as_str(), person.key.academy.number());
                let leader = Some(leader).filter(|_| person.disappeared_at.is_none());
                for mark in bridge_marks(&row.ine, birth, &person.names) {
                    sink.bridge(mark, leader);
                }
            }
            let mut places = person.affiliations.iter();
            if ours(&person.key) || !places.any(|place| place.profile.is_staff()) {
                continue;
            }
            let mail = row.staged.as_ref().map_or("", |staged| &staged.mail);
            for by in staff_bridges(&person.key, mail) {
                for mark in bridge_marks(&by, birth, &person.names) {
                    sink.bridge(mark, None);
                }
            }
        }
    }
}

#[async_trait]
impl FeedReader for MemoryRecords {
    async fn known(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        mut sink: Box<dyn KnownSink>,
    ) -> Result<(u64, Option<String>, Box<dyn KnownSink>)> {
        let state = self.lock();
        let ours = |key: &SourceKey| key.source == *source && key.academy == academy;
        for row in state.establishments.values() {
            let it = &row.establishment;
            if ours(&it.key) {
                sink.establishment(KnownEstablishment {
                    id: it.key.id.clone(),
                    uai: it.uai.as_ref().map(ToString::to_string).unwrap_or_default(),
                    name: it.name.clone(),
                    digest: row.digest,
                    disappeared: row.disappeared,
                });
            }
        }
        for (key, alias) in state.site_aliases.iter().filter(|(key, _)| ours(key)) {
            let it = &state.establishments[&alias.site].establishment;
            sink.establishment(KnownEstablishment {
                id: key.id.clone(),
                uai: it.uai.as_ref().map(ToString::to_string).unwrap_or_default(),
                name: it.name.clone(),
                digest: alias.digest,
                disappeared: alias.gone,
            });
        }
        for row in state.establishments.values() {
            let it = &row.establishment;
            let here = it.key.academy == academy || it.academy == academy;
            let named = state.site_name(it.id, source, academy).is_some();
            if let Some(uai) = it.uai.as_ref().filter(|_| here && !named) {
                sink.site(uai.to_string());
            }
        }
        for row in state.people.values().filter(|row| ours(&row.person.key)) {
            let person = &row.person;
            let place = |place: &Affiliation| {
                let name = state.site_name(place.establishment, source, academy)?;
                Some((name.to_owned(), place.profile))
            };
            let account = state.accounts.get(&person.id);
            sink.person(KnownPerson {
                id: person.key.id.clone(),
                digest: row.digest,
                identity: identity_mark(&person.names, person.birth_date),
                places: person.affiliations.iter().filter_map(place).collect(),
                disappeared: person.disappeared_at.is_some(),
                active: account.is_some_and(|it| it.state == AccountState::Active),
                alias: false,
            });
        }
        for (key, person, digest) in state.aliases.values().filter(|row| ours(&row.0)) {
            let account = state.accounts.get(person);
            let led = &state.people[person].person;
            sink.person(KnownPerson {
                id: key.id.clone(),
                digest: *digest,
                identity: identity_mark(&led.names, led.birth_date),
                places: Vec::new(),
                disappeared: state.people[person].person.disappeared_at.is_some(),
                active: account.is_some_and(|it| it.state == AccountState::Active),
                alias: true,
            });
        }
        state.pour_marks(source, academy, &mut *sink);
        let runs = state.plans.iter().filter(|row| {
            let feed = &row.plan.plan.feed;
            feed.source == source.as_str() && feed.academy == academy.to_string()
        });
        let last = runs
            .filter(|row| row.plan.undone.is_none())
            .filter_map(|row| Some((row.run.as_ref()?.1, row.plan.plan.feed.date.clone())))
            .max_by_key(|(at, _)| *at);
        let date = last.map(|(_, date)| date).filter(|date| !date.is_empty());
        Ok((state.generation, date, sink))
    }

    async fn base(&self, source: &SourceName, academy: AcademyCode) -> Result<Box<dyn FeedBase>> {
        Ok(Box::new(super::feed_base::MemoryBase {
            records: self.clone(),
            source: source.clone(),
            academy,
        }))
    }

    async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>> {
        let state = self.lock();
        let mut plans = state.plans.iter();
        let found = plans.find(|row| row.plan.id == id);
        Ok(found.map(PlanRow::lifted))
    }

    async fn runs(
        &self,
        academies: Option<Vec<AcademyCode>>,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>> {
        let within = |row: &PlanRow| {
            let code: AcademyCode = row.plan.plan.feed.academy.parse().unwrap();
            academies.as_ref().is_none_or(|some| some.contains(&code))
        };
        let from = after.as_deref().map(page_token).transpose()?;
        let state = self.lock();
        let rows: Vec<&PlanRow> = state
            .plans
            .iter()
            .rev()
            .filter(|row| from.is_none_or(|from| row.plan.id.0 <= from) && within(row))
            .collect();
        let next = rows.get(size.rows());
        Ok(Page {
            next: next.map(|row| row.plan.id.0.simple().to_string()),
            rows: rows
                .iter()
                .take(size.rows())
                .map(|row| row.run_row())
                .collect(),
        })
    }

    async fn generation(&self) -> Result<u64> {
        Ok(self.lock().generation)
    }
}

#[async_trait]
impl FeedWriter for MemoryRecords {
    async fn stage(
        &self,
        _source: &SourceName,
        _academy: AcademyCode,
        base: u64,
    ) -> Result<Box<dyn Stager>> {
        Ok(Box::new(MemoryStager {
            records: self.clone(),
            base,
            staged: Staged::default(),
        }))
    }

    async fn lift(
        &self,
        plan: PlanId,
        guard: GuardRef<'_>,
        approval: &Approval,
        _now: Timestamp,
    ) -> Result<Lift> {
        let mut state = self.lock();
        let is_it = |it: &&Guard| it.name == guard.name && it.scope == guard.scope;
        let mut rows = state.plans.iter_mut();
        let Some(row) = rows.find(|row| row.plan.id == plan) else {
            return Ok(Lift::NoSuchGuard);
        };
        if !row.plan.plan.guards.iter().any(|guard| is_it(&guard)) {
            return Ok(Lift::NoSuchGuard);
        }
        let (_, by, _) = approval.parties();
        let word = (guard.name.to_owned(), guard.scope.to_owned(), by.clone());
        if row.lifts.contains(&word) {
            return Ok(Lift::SamePerson);
        }
        row.lifts.push(word);
        let lifted = row.lifted();
        let left = lifted.plan.guards.iter().find(is_it);
        let left = left.map_or(0, |it| it.lifts_needed.saturating_sub(it.lifts));
        Ok(Lift::Counted { left })
    }

    async fn apply(
        &self,
        plan: PlanId,
        order: ApplyOrder,
    ) -> std::result::Result<Applied, ApplyError> {
        let ApplyOrder {
            run,
            by,
            now,
            seal,
            progress,
        } = order;
        let mut state = self.lock();
        let index = state.plans.iter().position(|row| row.plan.id == plan);
        let row = &state.plans[index.ok_or(ApplyError::Unknown)?];
        if let Some((run, _, _)) = &row.run {
            return Err(ApplyError::AppliedBefore(*run));
        }
        if row.plan.base != state.generation {
            return Err(ApplyError::BaseMoved);
        }
        let lifted = row.lifted().plan;
        if lifted.holding().delivery {
            return Err(ApplyError::Held);
        }
        if !seal.holds(&frozen(&row.plan), &row.signature) {
            return Err(ApplyError::Changed);
        }
        let staged = row.staged.clone();
        let before = state.picture();
        let mut applied = state.pour(&lifted, staged, &by, now);
        applied.left = state.gone(&applied.left);
        let after = state.picture();
        for (id, row) in &before.people {
            if let Some(now_row) = after.people.get(id) {
                state.tell_change((row, now_row), (run.0, now));
            }
        }
        state.generation += u64::from(applied.rows_written > 0);
        let row = &mut state.plans[index.unwrap()];
        row.run = Some((run, now, by));
        row.plan.applied = Some(run);
        row.staged = Staged::default();
        row.changes = Some(Changes { before, after });
        progress(1, 1);
        Ok(applied)
    }

    async fn undo(
        &self,
        run: RunId,
        id: RunId,
        by: &Actor,
        now: Timestamp,
    ) -> std::result::Result<Undone, UndoError> {
        self.undo_run(run, id, by, now)
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<u64> {
        let mut state = self.lock();
        let mut forgotten = 0;
        for row in &mut state.plans {
            let old = row.run.as_ref().is_some_and(|(_, at, _)| *at < before);
            let held = row.changes.take_if(|_| old).is_some();
            forgotten += u64::from(held);
        }
        Ok(forgotten)
    }
}
