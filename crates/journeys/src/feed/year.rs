//! The end of a school year, planned as a delivery is: nothing is read but what is known.

use super::reading::{Filling, Staging, blocking, unreadable};
use super::{PlanProgress, Planned};
use crate::admin::{need, reaches_academy};
use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::resource::AffectationTarget;
use portique_domain::rights::{Action, AdminGrant};
use portique_domain::{CivilDate, Timestamp};
use portique_feed::plan::{Finding, Plan, Severity};
use portique_feed::rank::Ranks;
use portique_feed::{Comparer, GuardOptions, Known, Sink as _, SinkError, Tee, year};
use portique_store::StoreError;
use portique_store::records::{
    FeedBase, KnownEstablishment, KnownPerson, KnownSink, PlanId, PlanSeal, Stager,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// So many days may lie between today and the end of the year that is closed.
const FAR: usize = 92;

/// Which year is closed where.
#[derive(Clone, Debug)]
pub struct YearOptions {
    /// Whose people.
    pub source: SourceName,
    /// Of which academy.
    pub academy: AcademyCode,
    /// Only in these establishments; in all without one.
    pub establishments: Vec<Uai>,
    /// Last day of the year: a delivery of before is held afterwards.
    pub until: CivilDate,
    /// Guards, and when summer is.
    pub guards: GuardOptions,
}

/// Who and where, besides the index.
#[derive(Debug, Default)]
struct Names {
    /// Ids at the source of people who may have classes.
    people: Vec<String>,
    /// Id at the source and UAI.
    sites: Vec<(String, String)>,
}

/// Fills the index, and keeps the ids of whom it may concern.
struct Naming(Filling, Arc<Mutex<Names>>);

impl KnownSink for Naming {
    fn establishment(&mut self, known: KnownEstablishment) {
        if !known.disappeared {
            let mut names = self.1.lock().unwrap_or_else(PoisonError::into_inner);
            names.sites.push((known.id.clone(), known.uai.clone()));
        }
        self.0.establishment(known);
    }

    fn person(&mut self, known: KnownPerson) {
        let mut places = known.places.iter();
        if !known.disappeared && places.any(|(_, profile)| year::may_have_classes(*profile)) {
            let mut names = self.1.lock().unwrap_or_else(PoisonError::into_inner);
            names.people.push(known.id.clone());
        }
        self.0.person(known);
    }

    fn site(&mut self, uai: String) {
        self.0.site(uai);
    }

    fn bridge(&mut self, mark: u64, leader: Option<(&str, u16)>) {
        self.0.bridge(mark, leader);
    }

    fn into_known(self: Box<Self>) -> Option<Known> {
        Box::new(self.0).into_known()
    }
}

impl Journeys {
    /// Freezes what the end of a school year would change. Nothing that anybody sees is written.
    pub async fn plan_year(
        &self,
        grant: &AdminGrant,
        options: YearOptions,
        progress: PlanProgress,
        now: Timestamp,
    ) -> Result<Planned, Trouble> {
        need(grant, Action::RunFeeds)?;
        if !reaches_academy(grant, &options.academy.to_string()) {
            return Err(Trouble::Forbidden);
        }
        let about = About::by(grant, None);
        let intent = self.intend_here(EventCode::FeedPlanned, about, now).await?;
        let planned = self.compare_year(grant, options, progress, now).await;
        let (result, reason) = match &planned {
            Ok(Planned::Plan(..)) => (ResultCode::Done, None),
            Ok(Planned::Refused(_)) => (ResultCode::Refused, Some(ReasonCode::BadFeed)),
            Err(_) => (ResultCode::Failed, Some(ReasonCode::StoreDown)),
        };
        self.conclude(intent, result, reason);
        planned
    }

    async fn compare_year(
        &self,
        grant: &AdminGrant,
        options: YearOptions,
        progress: PlanProgress,
        now: Timestamp,
    ) -> Result<Planned, Trouble> {
        if let Some(finding) = too_far(options.until, now.day()) {
            return Ok(Planned::Refused(vec![finding]));
        }
        let names = Arc::new(Mutex::new(Names::default()));
        let sink = Naming(
            Filling(Known::with_capacity(0), Ranks::default()),
            names.clone(),
        );
        let (source, academy) = (options.source.clone(), options.academy);
        let stores = &self.stores;
        let known = stores.feeds.known(&source, academy, Box::new(sink));
        let (base, last, sink) = known.await?;
        let known = sink
            .into_known()
            .ok_or(Trouble::Internal("the known index went astray"))?;
        let names = std::mem::take(&mut *names.lock().unwrap_or_else(PoisonError::into_inner));
        let sites = match chosen(&names.sites, &options.establishments) {
            Ok(sites) => sites,
            Err(finding) => return Ok(Planned::Refused(vec![*finding])),
        };
        let rights = self.class_rights(&names.sites, &sites, now).await?;
        let records = stores.feeds.base(&source, academy).await?;
        let stager = stores.feed_writer.stage(&source, academy, base).await?;
        let last = last.and_then(|date| date.parse::<CivilDate>().ok());
        let (actor, seal) = (grant.actor().clone(), self.plan_seal());
        let work = Closing {
            options,
            people: names.people,
            sites,
            rights,
        };
        blocking(move || {
            let (plan, stager) =
                work.close((known, records, stager), &progress, (now.day(), last))?;
            freeze(stager, plan, &actor, &*seal, now)
        })
        .await?
    }

    /// Live affectations to classes, of subscriptions that are not over.
    async fn class_rights(
        &self,
        all: &[(String, String)],
        sites: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<u64, Trouble> {
        let mut rights = 0_usize;
        let uais: BTreeSet<Uai> = all
            .iter()
            .filter(|(id, _)| sites.contains(id))
            .filter_map(|(_, uai)| uai.parse().ok())
            .collect();
        for uai in uais {
            for offer in self.stores.resources.offers_of(&uai, now).await? {
                let live = offer.affectations.iter().filter(|it| {
                    it.revoked_at.is_none() && matches!(it.target, AffectationTarget::Class(_))
                });
                if offer.subscription.to > now {
                    rights += live.count();
                }
            }
        }
        Ok(u64::try_from(rights).unwrap_or(u64::MAX))
    }
}

/// An end of year under comparison.
struct Closing {
    options: YearOptions,
    people: Vec<String>,
    sites: BTreeSet<String>,
    rights: u64,
}

impl Closing {
    fn close(
        self,
        (known, mut records, stager): (Known, Box<dyn FeedBase>, Box<dyn Stager>),
        progress: &PlanProgress,
        (today, last): (CivilDate, Option<CivilDate>),
    ) -> Result<(Plan, Box<dyn Stager>), Trouble> {
        let failed = |error: StoreError| unreadable(SinkError(Box::new(error)));
        let mut comparer = Comparer::new(known);
        let mut staging = Staging(stager);
        let mut both = Tee(&mut comparer, &mut staging);
        for site in &self.sites {
            // As it is: what is staged says where the year ends.
            if let Some(site) = records.establishment(site).map_err(failed)? {
                both.establishment(site).map_err(unreadable)?;
            }
        }
        for (done, person) in (1_u64..).zip(&self.people) {
            let known = records.person(person).map_err(failed)?;
            let after = known.and_then(|known| year::closed(&known, &self.sites));
            if let Some(after) = after {
                both.person(after).map_err(unreadable)?;
            }
            progress("passage d'année", done, 0);
        }
        let options = &self.options;
        let outcome = year::outcome(&options.source, options.academy, options.until);
        let mut plan = comparer.plan(outcome, &options.guards, (today, last));
        plan.guards.extend(year::guard(&options.guards, today));
        plan.consequences.class_rights_ending = self.rights;
        Ok((plan, staging.0))
    }
}

fn freeze(
    stager: Box<dyn Stager>,
    plan: Plan,
    actor: &portique_domain::rights::Actor,
    seal: &dyn PlanSeal,
    now: Timestamp,
) -> Result<Planned, Trouble> {
    let id: PlanId = stager.finish(&plan, actor, seal, now)?;
    Ok(Planned::Plan(id, Box::new(plan)))
}

/// The establishments by their ids; the first of those asked for that is not known.
fn chosen(all: &[(String, String)], asked: &[Uai]) -> Result<BTreeSet<String>, Box<Finding>> {
    if let Some(unknown) = asked
        .iter()
        .find(|uai| all.iter().all(|(_, known)| known != uai.as_str()))
    {
        let message = format!("l'établissement {unknown} n'est pas connu de cette source");
        return Err(Box::new(fatal("year.uai", &message)));
    }
    if all.is_empty() {
        let message = "aucun établissement n'est connu de cette source dans cette académie";
        return Err(Box::new(fatal("year.source", message)));
    }
    let wanted = |uai: &str| asked.is_empty() || asked.iter().any(|it| it.as_str() == uai);
    let sites = all.iter().filter(|(_, uai)| wanted(uai));
    Ok(sites.map(|(id, _)| id.clone()).collect())
}

fn too_far(until: CivilDate, today: CivilDate) -> Option<Finding> {
    let (early, late) = (until.min(today), until.max(today));
    let near = core::iter::successors(Some(early), |day| Some(day.next()))
        .take(FAR + 1)
        .any(|day| day == late);
    (!near).then(|| {
        let message = format!("la fin de l'année est à {FAR} jours d'aujourd'hui au plus");
        fatal("year.until", &message)
    })
}

fn fatal(code: &str, message: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        severity: Severity::Fatal,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message: message.to_owned(),
    }
}
