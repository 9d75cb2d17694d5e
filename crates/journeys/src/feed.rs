//! Feeds: read and plan, lift a guard, apply.

use crate::admin::need;
use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_domain::identity::{AcademyCode, Profile, SourceName};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Approval, ApprovalError};
use portique_domain::session::Digest;
use portique_domain::{CivilDate, Timestamp};
use portique_feed::name::{Arranged, arrange};
use portique_feed::plan::{Finding, Plan, Severity};
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_feed::{
    Comparer, GuardOptions, Held, ImportError, Importer, Known, KnownPerson, Options, SecondRank,
    Sink, SinkError, Tee, probe,
};
use portique_store::StoreError;
use portique_store::records::{
    Applied, ApplyError, KnownEstablishment, KnownSink, PlanId, Progress, RunId, Stager,
};
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
    /// Thresholds of the guards.
    pub guards: GuardOptions,
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

/// Why a guard was not lifted.
#[derive(Debug, thiserror::Error)]
pub enum LiftError {
    /// No second person, or no reason.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// The plan has no such guard.
    #[error("the plan has no such guard")]
    NoSuchGuard,
    /// The journey failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// Why a plan was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyTrouble {
    /// The store refused or failed; nothing changed.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// The journey failed; nothing changed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

/// What applying did.
#[derive(Clone, Debug)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Rows and accounts.
    pub applied: Applied,
    /// Sessions of the departed that ended.
    pub sessions_ended: usize,
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
        let about = About {
            actor: Some(grant.actor().clone()),
            ..About::default()
        };
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
        let arranged = arrange(source.names());
        let Some(first) = arranged.files.first().cloned() else {
            return Ok(Planned::Refused(vec![nothing_to_read()]));
        };
        let opened = source.clone();
        let probed = blocking(move || match opened.open(&first.name) {
            Ok(file) => probe(&first, file).map(|found| found.academy),
            Err(error) => Err(ImportError::Sink(SinkError(Box::new(error)))),
        })
        .await?;
        let academy = match (options.academy, probed) {
            (Some(academy), _) | (None, Ok(Some(academy))) => academy,
            (None, Ok(None)) => return Ok(Planned::Refused(vec![no_academy()])),
            (None, Err(ImportError::Fatal(finding))) => {
                return Ok(Planned::Refused(vec![*finding]));
            }
            (None, Err(ImportError::Sink(error))) => return Err(unreadable(error)),
        };
        let aaf = SourceName::aaf();
        let (base, last, sink) = self
            .stores
            .feeds
            .known(&aaf, academy, Box::new(Filling(Known::with_capacity(0))))
            .await?;
        let known = sink
            .into_known()
            .ok_or(Trouble::Internal("the known index went astray"))?;
        let last = last.and_then(|date| date.parse::<CivilDate>().ok());
        let stager = self.stores.feed_writer.stage(&aaf, academy, base).await?;
        let actor = grant.actor().clone();
        blocking(move || {
            let read = read(&*source, &arranged, &options, known, stager, &progress)?;
            match read {
                Ok((comparer, outcome, stager)) => {
                    let plan = comparer.plan(outcome, &options.guards, last);
                    let id = stager.finish(&plan, &actor, now)?;
                    Ok(Planned::Plan(id, Box::new(plan)))
                }
                Err(findings) => Ok(Planned::Refused(findings)),
            }
        })
        .await?
    }

    /// Lifts a guard of a plan, on the word of a second person: never the one who planned.
    pub async fn lift_guard(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        guard: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), LiftError> {
        need(grant, Action::RunFeeds)?;
        let stored = self
            .stores
            .feeds
            .plan(plan)
            .await
            .map_err(Trouble::from)?
            .ok_or(Trouble::NotFound)?;
        let act = lift_act(plan, guard);
        let approval = Approval::give(&stored.asked_by, grant, act, reason)?;
        if !approval.is_for(&act) {
            return Err(Trouble::Forbidden.into());
        }
        let about = About {
            actor: Some(grant.actor().clone()),
            ..About::default()
        };
        let intent = self.intend_here(EventCode::GuardLifted, about, now).await?;
        let done = self
            .stores
            .feed_writer
            .lift(plan, guard, &approval, now)
            .await
            .map_err(Trouble::from)?;
        self.conclude(
            intent,
            if done {
                ResultCode::Done
            } else {
                ResultCode::Refused
            },
            None,
        );
        if done {
            Ok(())
        } else {
            Err(LiftError::NoSuchGuard)
        }
    }

    /// Makes a plan visible in one switch, then ends the sessions of those who left.
    pub async fn apply_feed(
        &self,
        grant: &AdminGrant,
        plan: PlanId,
        progress: Progress,
        now: Timestamp,
    ) -> Result<Run, ApplyTrouble> {
        need(grant, Action::RunFeeds)?;
        let id = RunId(self.entropy.id(now));
        let about = About {
            actor: Some(grant.actor().clone()),
            ..About::default()
        };
        let intent = self.intend_here(EventCode::FeedApplied, about, now).await?;
        let applied = match self
            .stores
            .feed_writer
            .apply(plan, id, grant.actor(), now, progress)
            .await
        {
            Ok(applied) => applied,
            Err(error) => {
                let reason = match &error {
                    ApplyError::Held => ReasonCode::GuardHolds,
                    ApplyError::Store(_) => ReasonCode::StoreDown,
                    ApplyError::Unknown | ApplyError::AppliedBefore(_) | ApplyError::BaseMoved => {
                        ReasonCode::BadFeed
                    }
                };
                self.conclude(intent, ResultCode::Refused, Some(reason));
                return Err(error.into());
            }
        };
        self.conclude(intent, ResultCode::Done, None);
        let mut sessions_ended = 0;
        for person in &applied.left {
            sessions_ended += self
                .stores
                .session_writer
                .close_all_of(*person)
                .await
                .map_err(Trouble::from)?
                .len();
        }
        Ok(Run {
            id,
            applied,
            sessions_ended,
        })
    }
}

/// Names the act that an approval is for.
fn lift_act(plan: PlanId, guard: &str) -> Digest {
    Digest(portique_jose::digest::sha256(
        format!("lift\n{}\n{guard}", plan.0).as_bytes(),
    ))
}

type ReadWell = (Comparer, portique_feed::Outcome, Box<dyn Stager>);

/// Reads every file once; what is read goes to the comparison and to the stage alike.
fn read(
    source: &dyn FeedSource,
    arranged: &Arranged,
    options: &FeedOptions,
    known: Known,
    stager: Box<dyn Stager>,
    progress: &PlanProgress,
) -> Result<Result<ReadWell, Vec<Finding>>, Trouble> {
    let mut comparer = Comparer::new(known);
    let mut staging = Staging(stager);
    let mut importer = Importer::new(Options {
        academy: options.academy,
        second_rank: options.second_rank,
        ..Options::default()
    });
    for file in &arranged.files {
        let opened = source
            .open(&file.name)
            .map_err(|error| unreadable(SinkError(Box::new(error))))?;
        let mut both = Tee(&mut comparer, &mut staging);
        let mut tell =
            |at: &portique_feed::Progress<'_>| progress(&at.file.name, at.records, at.bytes);
        match importer.file(file, opened, &mut both, &mut tell) {
            Ok(()) => {}
            Err(ImportError::Fatal(finding)) => {
                return Ok(Err(with_last(importer.findings().0, *finding)));
            }
            Err(ImportError::Sink(error)) => return Err(unreadable(error)),
        }
    }
    match importer.finish() {
        Ok(outcome) => Ok(Ok((comparer, outcome, staging.0))),
        Err(ImportError::Fatal(finding)) => Ok(Err(vec![*finding])),
        Err(ImportError::Sink(error)) => Err(unreadable(error)),
    }
}

fn with_last(findings: &[Finding], last: Finding) -> Vec<Finding> {
    let mut all: Vec<Finding> = findings
        .iter()
        .filter(|finding| **finding != last)
        .cloned()
        .collect();
    all.push(last);
    all
}

fn unreadable(error: SinkError) -> Trouble {
    match error.0.downcast::<StoreError>() {
        Ok(store) => Trouble::StoreDown(*store),
        Err(other) => Trouble::StoreDown(StoreError::Unavailable(other)),
    }
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

fn nothing_to_read() -> Finding {
    fatal(
        "feed.empty",
        "Aucun fichier d’annuaire académique ici. Donnez le dossier ou l’archive de la livraison (ENT2D…_Complet_…_Eleve_0000.xml).",
    )
}

fn no_academy() -> Finding {
    fatal(
        "feed.academy",
        "Les fichiers ne disent pas de quelle académie ils viennent. Donnez-la avec --academy.",
    )
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Trouble::Internal("reading a feed did not end"))
}

/// Fills the index of what is known, row by row as the store gives it.
struct Filling(Known);

impl KnownSink for Filling {
    fn establishment(&mut self, known: KnownEstablishment) {
        self.0.insert_establishment(
            &known.id,
            &known.uai,
            &known.name,
            known.digest,
            known.disappeared,
        );
    }

    fn person(&mut self, known: portique_store::records::KnownPerson) {
        let places: Vec<(&str, Profile)> = known
            .places
            .iter()
            .map(|(id, profile)| (id.as_str(), *profile))
            .collect();
        self.0.insert_person(&KnownPerson {
            id: &known.id,
            digest: known.digest,
            identity: known.identity,
            places: &places,
            disappeared: known.disappeared,
            active: known.active,
        });
    }

    fn into_known(self: Box<Self>) -> Option<Known> {
        Some(self.0)
    }
}

/// Hands staged rows to the store.
struct Staging(Box<dyn Stager>);

fn sunk(error: StoreError) -> SinkError {
    SinkError(Box::new(error))
}

impl Sink for Staging {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.0.establishment(&staged).map_err(sunk)
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.0.person(&staged).map_err(sunk)
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.0.held(&held).map_err(sunk)
    }
}
