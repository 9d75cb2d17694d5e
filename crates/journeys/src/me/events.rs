//! Where she was, and who acted on her account: her lines of the access log, in pages.

use super::Span;
use crate::admin::List;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::journal::{AccessEvent, EventCode, Phase, ResultCode};
use portique_domain::partner::PartnerId;
use portique_domain::rights::Actor;
use portique_domain::session::DeviceClass;
use portique_store::journal::JournalQuery;
use portique_store::{Page, PageSize};
use std::collections::HashMap;
use uuid::Uuid;

/// Lines of a page.
const LINES: u16 = 25;

/// What she opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpeningKind {
    /// Her own space.
    Space,
    /// A partner, by the name it has now, or by its id when none is in force any more.
    Partner(String),
}

/// One time that she opened something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyOpening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: OpeningKind,
    /// On which class of device.
    pub device: Option<DeviceClass>,
}

/// A page of openings, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyOpenings {
    /// The openings.
    pub rows: Vec<MyOpening>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What somebody did to her account, in the words of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// What.
    pub code: EventCode,
    /// Who, by role; never by name.
    pub by: ActingPerson,
}

/// Who acted, by role and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActingPerson {
    /// Somebody of an establishment or an authority, with the name of the place when there is one.
    Role(Profile, Option<String>),
    /// Somebody whom the gateway does not know any more.
    Gone,
    /// Whoever runs the machine.
    Operator,
    /// A rule of the gateway itself.
    Gateway,
}

/// A page of deeds, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoActed {
    /// The deeds.
    pub rows: Vec<Deed>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What is told: what changes her account or looks into it.
const DEEDS: [EventCode; 10] = [
    EventCode::CodeIssued,
    EventCode::Frozen,
    EventCode::Unfrozen,
    EventCode::FactorForgotten,
    EventCode::PersonRead,
    EventCode::SessionEnded,
    EventCode::Granted,
    EventCode::Revoked,
    EventCode::HabilitationGiven,
    EventCode::HabilitationRevoked,
];

impl Journeys {
    /// A page of what she opened, newest first: her space, partners, resources.
    pub async fn my_openings(
        &self,
        who: &SignedIn,
        span: Span,
        after: Option<String>,
        visit: &Visit,
    ) -> Result<MyOpenings, Trouble> {
        let query = JournalQuery {
            from: span.from,
            to: span.to,
            person: Some(who.person.id),
            codes: vec![
                EventCode::SessionOpened,
                EventCode::PartnerOpened,
                EventCode::ResourceOpened,
            ],
            phases: vec![Phase::Intent, Phase::Fact],
            ..JournalQuery::default()
        };
        let page = self
            .my_page(who, List::Openings, query, after, visit)
            .await?;
        let spoilt = self.spoilt(who, &page.rows, visit).await?;
        let names = self.partner_names(visit.now).await?;
        let rows = page
            .rows
            .iter()
            // A relative who opened something for her is another's visit.
            .filter(|event| event.actor == Some(Actor::Person(who.person.id)))
            .filter(|event| event.result != ResultCode::Refused)
            .filter(|event| !spoilt.contains(&event.correlation))
            .map(|event| MyOpening {
                at: event.at,
                what: what_of(event, &names),
                device: event.device,
            })
            .collect();
        Ok(MyOpenings {
            rows,
            next: page.next,
        })
    }

    /// The intents of a page that came to nothing. Their outcomes have the same times.
    async fn spoilt(
        &self,
        who: &SignedIn,
        rows: &[AccessEvent],
        visit: &Visit,
    ) -> Result<Vec<Uuid>, Trouble> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Vec::new());
        };
        let query = JournalQuery {
            from: Some(last.at),
            to: Some(first.at.plus(core::time::Duration::from_millis(1))),
            person: Some(who.person.id),
            phases: vec![Phase::Outcome],
            ..JournalQuery::default()
        };
        let outcomes = self
            .stores
            .journal_reader
            .search(&query, PageSize::clamped(200), visit.now)
            .await?;
        Ok(outcomes
            .rows
            .iter()
            .filter(|event| matches!(event.result, ResultCode::Refused | ResultCode::Failed))
            .map(|event| event.correlation)
            .collect())
    }

    /// The names that partners have now.
    async fn partner_names(&self, now: Timestamp) -> Result<HashMap<PartnerId, String>, Trouble> {
        let partners = self.partners(now).await?;
        let named = partners.iter().map(|stored| {
            let partner = &stored.partner;
            (partner.id.clone(), partner.name.clone())
        });
        Ok(named.collect())
    }

    /// A page of what others did to her account, newest first: by role and place, never by name.
    pub async fn who_acted(
        &self,
        who: &SignedIn,
        span: Span,
        after: Option<String>,
        visit: &Visit,
    ) -> Result<WhoActed, Trouble> {
        let query = JournalQuery {
            from: span.from,
            to: span.to,
            suffered_by: Some(who.person.id),
            codes: DEEDS.to_vec(),
            phases: vec![Phase::Outcome, Phase::Fact],
            ..JournalQuery::default()
        };
        let page = self.my_page(who, List::Deeds, query, after, visit).await?;
        let mut known = HashMap::new();
        let mut rows = Vec::new();
        for event in page.rows {
            if event.result == ResultCode::Done {
                rows.push(Deed {
                    at: event.at,
                    code: event.code,
                    by: self.acting(event.actor.as_ref(), &mut known).await?,
                });
            }
        }
        Ok(WhoActed {
            rows,
            next: page.next,
        })
    }

    async fn acting(
        &self,
        actor: Option<&Actor>,
        known: &mut HashMap<PersonId, ActingPerson>,
    ) -> Result<ActingPerson, Trouble> {
        let id = match actor {
            Some(Actor::Person(id)) => *id,
            Some(Actor::Operator(_)) => return Ok(ActingPerson::Operator),
            Some(Actor::Gateway) | None => return Ok(ActingPerson::Gateway),
        };
        if let Some(found) = known.get(&id) {
            return Ok(found.clone());
        }
        let found = match self.stores.people.person(id).await? {
            None => ActingPerson::Gone,
            Some(person) => match person.leading_profile() {
                None => ActingPerson::Gone,
                Some(profile) => {
                    let places = self.places_of(&person).await?;
                    let place = places.into_iter().find(|place| place.profile == profile);
                    ActingPerson::Role(profile, place.map(|place| place.establishment.name))
                }
            },
        };
        known.insert(id, found.clone());
        Ok(found)
    }

    /// A page of her lines. What a list hands out is authenticated before a store sees it again (T-68).
    async fn my_page(
        &self,
        who: &SignedIn,
        list: List,
        mut query: JournalQuery,
        after: Option<String>,
        visit: &Visit,
    ) -> Result<Page<AccessEvent>, Trouble> {
        let holder = Actor::Person(who.person.id);
        query.after = self.open_page_of(&holder, list, after)?;
        let mut page = self
            .stores
            .journal_reader
            .search(&query, PageSize::clamped(LINES), visit.now)
            .await?;
        page.next = page.next.map(|key| self.sign_page_of(&holder, list, &key));
        Ok(page)
    }
}

fn what_of(event: &AccessEvent, names: &HashMap<PartnerId, String>) -> OpeningKind {
    match &event.opening {
        None => OpeningKind::Space,
        Some(opening) => OpeningKind::Partner(
            names
                .get(&opening.partner)
                .cloned()
                .unwrap_or_else(|| opening.partner.to_string()),
        ),
    }
}
