//! Feeds: read and plan; the acts on a plan are in [`acts`].

mod acts;
mod apply;
mod changes;
mod choice;
mod desk;
mod reading;
mod sheets;
mod undo;
mod year;

pub use acts::{ApplyTrouble, LiftError, Run, RunUndone, UndoTrouble};
pub use changes::{Change, ChangesPage, ChangesQuery, SampledChange};
pub use desk::{DeskEnd, DeskRefusal, DeskWork, FeedDesk, Seat, UnderWay};
pub use year::YearOptions;

use crate::admin::need;
use crate::journal::About;
use crate::{Journeys, Trouble};
use choice::{Chosen, choose, look, no_academy};
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_domain::{CivilDate, Timestamp};
use portique_feed::csv::Tables;
use portique_feed::dialect::Dialects;
use portique_feed::name::deliveries;
use portique_feed::plan::{BroughtBy, Finding, Plan};
use portique_feed::rank::{RankedSource, Ranks};
use portique_feed::{Comparer, GuardOptions, ImportError, Known, SecondRank};
use portique_store::records::PlanId;
use reading::{Filling, blocking, read, unreadable};
use std::io::Read;
use std::sync::Arc;

/// Where the files of a delivery come from; opening them is the caller's business.
pub trait FeedSource: Send + Sync {
    /// The names of all files.
    fn names(&self) -> Vec<String>;
    /// Opens one of them.
    ///
    /// # Errors
    /// What the system says.
    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read + Send>>;
}

/// How to read a delivery.
#[derive(Clone, Debug, Default)]
pub struct FeedOptions {
    /// The academy expected; the files are believed without it.
    pub academy: Option<AcademyCode>,
    /// What `respLegal` = `2` means.
    pub second_rank: SecondRank,
    /// Which delivery, by its label, where there are several.
    pub delivery: Option<String>,
    /// Ids of people who are the same as before, whatever changed of them: somebody looked.
    pub same_person: Vec<String>,
    /// Whose the delivery is; without it, the source of its kind (`aaf`, `aaf-1d`, `csv`, `onde-…`).
    pub source: Option<SourceName>,
    /// The école of a sheet of ONDE whose name does not tell it.
    pub uai: Option<Uai>,
    /// The tables of the installation; without them, those that are built in.
    pub dialects: Option<Arc<Dialects>>,
    /// The same for CSV.
    pub tables: Option<Arc<Tables>>,
    /// Thresholds of the guards.
    pub guards: GuardOptions,
    /// The source of the settings that brings it by itself.
    pub brought_by: Option<BroughtBy>,
    /// The ranks of sources that are not in the middle.
    pub ranks: Vec<RankedSource>,
}

/// Progress of reading: file, records read, bytes read.
pub type PlanProgress = Arc<dyn Fn(&str, u64, u64) + Send + Sync>;

/// What planning gave.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A frozen plan.
    Plan(PlanId, Box<Plan>),
    /// The delivery cannot be used; nothing was kept. The fatal finding stands last.
    Refused(Vec<Finding>),
}

impl Journeys {
    /// Reads a delivery and freezes what it would change. Nothing that anybody sees is written.
    pub async fn plan_feed(
        &self,
        grant: &AdminGrant,
        source: Arc<dyn FeedSource>,
        options: FeedOptions,
        progress: PlanProgress,
        now: Timestamp,
    ) -> Result<Planned, Trouble> {
        need(grant, Action::RunFeeds)?;
        let about = About::by(grant, None);
        let intent = self.intend_here(EventCode::FeedPlanned, about, now).await?;
        let planned = self
            .read_and_freeze(grant, source, options, progress, now)
            .await;
        let (result, reason) = match &planned {
            Ok(Planned::Plan(..)) => (ResultCode::Done, None),
            Ok(Planned::Refused(_)) => (ResultCode::Refused, Some(ReasonCode::BadFeed)),
            Err(_) => (ResultCode::Failed, Some(ReasonCode::StoreDown)),
        };
        self.conclude(intent, result, reason);
        planned
    }

    async fn read_and_freeze(
        &self,
        grant: &AdminGrant,
        source: Arc<dyn FeedSource>,
        options: FeedOptions,
        progress: PlanProgress,
        now: Timestamp,
    ) -> Result<Planned, Trouble> {
        let chosen = match choose(deliveries(source.names()), options.delivery.as_deref()) {
            Ok(chosen) => chosen,
            Err(finding) => return Ok(Planned::Refused(vec![*finding])),
        };
        let (opened, wanted, options) = (source.clone(), chosen.clone(), Arc::new(options));
        let looked = options.clone();
        let owner = match blocking(move || look(&*opened, &wanted, &looked)).await? {
            Ok(owner) => owner,
            Err(ImportError::Fatal(finding)) => return Ok(Planned::Refused(vec![*finding])),
            Err(ImportError::Sink(error)) => return Err(unreadable(error)),
        };
        let Some(academy) = options.academy.or(owner.academy) else {
            return Ok(Planned::Refused(vec![no_academy()]));
        };
        let owner = owner.source;
        let ranks = Ranks::of_delivery(&options.ranks, &owner, academy);
        let filling = Box::new(Filling(Known::with_capacity(0), ranks.clone()));
        let known = self.stores.feeds.known(&owner, academy, filling);
        let (base, last, sink) = known.await?;
        let known = sink
            .into_known()
            .ok_or(Trouble::Internal("the known index went astray"))?;
        let last = last.and_then(|date| date.parse::<CivilDate>().ok());
        let records = self.stores.feeds.base(&owner, academy).await?;
        let stager = self.stores.feed_writer.stage(&owner, academy, base).await?;
        let establishments = match &chosen {
            Chosen::Annuaire(_) => Vec::new(),
            Chosen::Sheets(_) => {
                let reader = &self.stores.establishments;
                reader.establishments(&[Perimeter::Instance]).await?
            }
        };
        let actor = grant.actor().clone();
        let (seal, seed) = (self.plan_seal(), u64::from_be_bytes(self.entropy.bytes()));
        blocking(move || {
            let same = options.same_person.iter().cloned();
            let comparer = Comparer::new(known).drawing(seed).believing(same);
            let read = match &chosen {
                Chosen::Annuaire(delivery) => read(
                    &*source,
                    delivery,
                    (&options, &owner),
                    (comparer, records),
                    stager,
                    &progress,
                )?,
                Chosen::Sheets(names) => {
                    let reading = sheets::Reading {
                        owner,
                        academy,
                        today: now.day(),
                        establishments,
                        options: &options,
                    };
                    sheets::read(&*source, names, reading, comparer, stager)?
                }
            };
            match read {
                Ok((comparer, outcome, stager)) => {
                    let mut plan = comparer.plan(outcome, &options.guards, (now.day(), last));
                    plan.feed.brought_by.clone_from(&options.brought_by);
                    plan.feed.ranks = ranks;
                    let id = stager.finish(&plan, &actor, &*seal, now)?;
                    Ok(Planned::Plan(id, Box::new(plan)))
                }
                Err(findings) => Ok(Planned::Refused(findings)),
            }
        })
        .await?
    }
}
