//! Who changes and how, before a plan is applied: an establishment and a profile at a time, or the sample.
//!
//! A plan says how many; this says whom, with both sides of her record. Names are for whoever may read the
//! people of that establishment; others see that a record changes, and which way.

use crate::admin::{List, need, reaches_academy};
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use portique_domain::identity::{Establishment, EstablishmentId, PersonId, Profile};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_feed::plan::Sampled;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_feed::{Fate, fate};
use portique_store::PageSize;
use portique_store::records::{PlanId, PlanLine, PlanSides, Stands, StoredPlan};
use std::collections::HashMap;
use uuid::Uuid;

/// Which changes are looked at.
#[derive(Clone, Debug)]
pub struct ChangesQuery {
    /// Id of the establishment at the source.
    pub establishment: String,
    /// Profile there.
    pub profile: Profile,
    /// Only these; every change, and what is set aside, without it.
    pub fate: Option<Fate>,
    /// Where the page begins, as the page before said.
    pub after: Option<String>,
    /// How many.
    pub size: PageSize,
}

/// A record that changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id at the source.
    pub id: String,
    /// How it fares.
    pub fate: Fate,
    /// Whom it is of, when she is known and may be looked at.
    pub person: Option<PersonId>,
    /// As it is known; nothing for whoever may not read it.
    pub before: Option<StagedPerson>,
    /// As it came; nothing for whoever may not read it.
    pub after: Option<StagedPerson>,
}

/// A page of changes.
#[derive(Clone, Debug)]
pub struct ChangesPage {
    /// The changes.
    pub rows: Vec<Change>,
    /// How many fare how, all pages together.
    pub counts: HashMap<Fate, usize>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether names may be shown.
    pub named: bool,
}

/// A change of the sample.
#[derive(Clone, Debug)]
pub struct SampledChange {
    /// What the plan says of it.
    pub sampled: Sampled,
    /// The record, when it may be read.
    pub change: Option<Change>,
}

impl Journeys {
    /// Who changes in one establishment. `people` is the power to read people, when she has it. `None` once
    /// the plan no longer waits: its rows are gone.
    pub async fn plan_changes(
        &self,
        (feeds, people): (&AdminGrant, Option<&AdminGrant>),
        plan: PlanId,
        query: ChangesQuery,
        visit: &Visit,
    ) -> Result<Option<ChangesPage>, Trouble> {
        let stored = self.plan_to_read(feeds, plan).await?;
        let mut sites = stored.plan.by_establishment.iter();
        let site = query.establishment.as_str();
        if site.is_empty() || !sites.any(|it| it.id == site) {
            return Err(Trouble::NotFound);
        }
        let after = self.open_page(feeds, List::Changes, query.after)?;
        let rows = &self.stores.plan_rows;
        let Some(lines) = rows.lines(plan, site, query.profile).await? else {
            return Ok(None);
        };
        let is_full = stored.plan.feed.kind == "full";
        let faring = lines.into_iter().filter_map(|line| {
            let fate = fate_of(&line, is_full)?;
            Some((line.id, fate))
        });
        let mut counts = HashMap::new();
        let mut wanted = Vec::new();
        for (id, fate) in faring {
            *counts.entry(fate).or_default() += 1;
            let shown = query
                .fate
                .map_or(fate != Fate::Unchanged, |only| only == fate);
            if shown && after.as_ref().is_none_or(|after| id >= *after) {
                wanted.push((id, fate));
            }
        }
        let next = wanted.get(query.size.rows()).map(|(id, _)| id.clone());
        wanted.truncate(query.size.rows());
        let reach = self.reach_over(people, &stored, site).await?;
        let rows = match reach {
            None => wanted.into_iter().map(unnamed).collect(),
            Some(site) => self.named(plan, wanted, (feeds, site), visit).await?,
        };
        Ok(Some(ChangesPage {
            rows,
            counts,
            next: next.map(|key| self.sign_page(feeds, List::Changes, &key)),
            named: reach.is_some(),
        }))
    }

    /// The sample of a plan, both sides of each record; those out of her reach without them. `None` once the
    /// plan no longer waits.
    pub async fn plan_sample(
        &self,
        (feeds, people): (&AdminGrant, Option<&AdminGrant>),
        plan: PlanId,
        visit: &Visit,
    ) -> Result<Option<Vec<SampledChange>>, Trouble> {
        let stored = self.plan_to_read(feeds, plan).await?;
        let mut found = Vec::new();
        for sampled in &stored.plan.sample {
            let site = &sampled.establishment;
            let reach = self.reach_over(people, &stored, site).await?;
            let fate = Fate::from_word(&sampled.change);
            let change = match (reach, fate) {
                (Some(site), Some(fate)) => {
                    let wanted = vec![(sampled.record.clone(), fate)];
                    self.named(plan, wanted, (feeds, site), visit).await?.pop()
                }
                _ => None,
            };
            found.push(SampledChange {
                sampled: sampled.clone(),
                change,
            });
        }
        // Asked even when there is nothing to show, so that both answers look alike.
        let waits = self.stores.plan_rows.sides(plan, &[]).await?;
        Ok(waits.map(|_| found))
    }

    async fn plan_to_read(&self, feeds: &AdminGrant, plan: PlanId) -> Result<StoredPlan, Trouble> {
        need(feeds, Action::ReadFeeds)?;
        let stored = self.stores.feeds.plan(plan).await?;
        let stored = stored.filter(|it| reaches_academy(feeds, &it.plan.feed.academy));
        stored.ok_or(Trouble::NotFound)
    }

    /// Whether somebody may read the people of an establishment, known or new: its id, or the nil one.
    async fn reach_over(
        &self,
        people: Option<&AdminGrant>,
        stored: &StoredPlan,
        site: &str,
    ) -> Result<Option<EstablishmentId>, Trouble> {
        let Some(grant) = people else {
            return Ok(None);
        };
        need(grant, Action::ReadPeople)?;
        let feed = &stored.plan.feed;
        let is_it = |place: &&Establishment| {
            place.key.id == site
                && place.key.source.as_str() == feed.source
                && place.key.academy.to_string() == feed.academy
        };
        let reader = &self.stores.establishments;
        let within = reader.establishments(grant.reach()).await?;
        if let Some(place) = within.iter().find(is_it) {
            return Ok(Some(place.id));
        }
        let all = reader.establishments(&[Perimeter::Instance]).await?;
        if all.iter().any(|place| is_it(&place)) {
            return Ok(None);
        }
        let new = self.stores.plan_rows.staged_site(stored.id, site).await?;
        let new = new.map(to_be);
        Ok(new
            .filter(|place| grant.covers_any([place]))
            .map(|place| place.id))
    }

    /// Both sides of some records. Reading them is reading people, and recorded as that.
    async fn named(
        &self,
        plan: PlanId,
        wanted: Vec<(String, Fate)>,
        (feeds, site): (&AdminGrant, EstablishmentId),
        visit: &Visit,
    ) -> Result<Vec<Change>, Trouble> {
        let about = About {
            establishment: (!site.0.is_nil()).then_some(site),
            ..About::by(feeds, None)
        };
        let intent = self.intend(EventCode::PeopleListed, about, visit).await?;
        let ids: Vec<String> = wanted.iter().map(|(id, _)| id.clone()).collect();
        let sides = self.stores.plan_rows.sides(plan, &ids).await?;
        let mut sides: HashMap<String, PlanSides> = sides
            .unwrap_or_default()
            .into_iter()
            .map(|side| (side.id.clone(), side))
            .collect();
        self.conclude(intent, ResultCode::Done, None);
        let both = |(id, fate): (String, Fate)| match sides.remove(&id) {
            None => unnamed((id, fate)),
            Some(found) => Change {
                id,
                fate,
                person: found.person,
                before: found.before,
                after: found.after,
            },
        };
        Ok(wanted.into_iter().map(both).collect())
    }
}

fn unnamed((id, fate): (String, Fate)) -> Change {
    Change {
        id,
        fate,
        person: None,
        before: None,
        after: None,
    }
}

/// How a line fares, by the rule that counted it; a delta says nothing of those it does not name.
fn fate_of(line: &PlanLine, is_full: bool) -> Option<Fate> {
    match line.stands {
        Stands::Came {
            known,
            bridged,
            elsewhere,
        } => Some(fate(known, bridged, || elsewhere)),
        Stands::Missing { held: true, .. } => Some(Fate::Held),
        Stands::Missing { removed: true, .. } => Some(Fate::Left),
        Stands::Missing { .. } if !is_full => None,
        Stands::Missing { nowhere: true, .. } => Some(Fate::Held),
        Stands::Missing { .. } => Some(Fate::Left),
    }
}

/// An establishment that is not there yet, as far as perimeters look at it.
fn to_be(staged: StagedEstablishment) -> Establishment {
    Establishment {
        id: EstablishmentId(Uuid::nil()),
        key: staged.key,
        uai: staged.uai,
        name: staged.name,
        town: staged.town,
        kind: staged.kind,
        tutelle: staged.tutelle,
        academy: staged.academy,
        phone: staged.phone,
    }
}
