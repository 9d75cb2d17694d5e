//! Feeds: what is known, what is staged, and the one switch that makes it visible.

use crate::{Page, PageSize, Result, StoreError};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, Profile, SourceName};
use portique_domain::rights::{Actor, Approval};
use portique_feed::plan::Plan;
use portique_feed::staged::{RecordDigest, StagedEstablishment, StagedPerson};
use std::sync::Arc;
use uuid::Uuid;

/// Id of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanId(pub Uuid);

/// Id of a run: one application of one plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub Uuid);

/// An establishment that the store knows from a source and academy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEstablishment {
    /// Id at the source.
    pub id: String,
    /// UAI, may be empty.
    pub uai: String,
    /// Name.
    pub name: String,
    /// Digest of its last record.
    pub digest: RecordDigest,
    /// It is marked as disappeared.
    pub disappeared: bool,
}

/// A person that the store knows from a source and academy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPerson {
    /// Id at the source.
    pub id: String,
    /// Digest of her last record.
    pub digest: RecordDigest,
    /// `portique_feed::identity_mark` of her names and birth date.
    pub identity: u64,
    /// Her places: id of the establishment at the source, profile.
    pub places: Vec<(String, Profile)>,
    /// She is marked as disappeared.
    pub disappeared: bool,
    /// Her account is active.
    pub active: bool,
    /// This record does not lead her: another one does, since her INE bridged the two. As long as she is
    /// here, it says nothing.
    pub alias: bool,
}

/// Takes in what is known, row by row, so that nobody holds it twice.
pub trait KnownSink: Send {
    /// One establishment that this source sends; all come before the first person.
    fn establishment(&mut self, known: KnownEstablishment);
    /// The UAI of an establishment of this academy that other sources brought: a record that names it is a
    /// further key of that one, and no newcomer.
    fn site(&mut self, uai: String);
    /// One person.
    fn person(&mut self, known: KnownPerson);
    /// A mark (`portique_feed::bridge_marks`) of somebody with an INE, and the source and academy that lead
    /// her, unless she is gone.
    fn bridge(&mut self, mark: u64, leader: Option<(&str, u16)>);
    /// Gives back the index that was filled, for sinks that fill one; stores never call it.
    fn into_known(self: Box<Self>) -> Option<portique_feed::Known>;
}

/// The records of one source and academy as their feed brought them, digests included.
pub trait FeedBase: Send {
    /// An establishment, by its id at the source, unless it disappeared.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>>;
    /// A person, by her id at the source, with her relatives of the same source, unless she disappeared.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>>;
    /// The pupils who name a relative, by their ids at the source.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    fn children_of(&mut self, relative: &str) -> Result<Vec<String>>;
}

/// Takes in staged rows of one plan. Blocking: called from the thread that reads the feed. Nothing is
/// visible before the plan is applied; a stage that is not finished is forgotten.
pub trait Stager: Send {
    /// Stages one establishment.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    fn establishment(&mut self, staged: &StagedEstablishment) -> Result<()>;
    /// Stages one person.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    fn person(&mut self, staged: &StagedPerson) -> Result<()>;
    /// Notes a record that was set aside: applying neither changes what is known of it nor takes it for
    /// departed; when it is an establishment, nobody leaves because of it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    fn held(&mut self, held: &portique_feed::Held) -> Result<()>;
    /// Notes a record that a delta removes: applying takes it for departed.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    fn gone(&mut self, people: bool, id: &str) -> Result<()>;
    /// Freezes the plan with what was staged, bound to the generation it was compared with, and signs all
    /// of it.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be kept.
    fn finish(
        self: Box<Self>,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Result<PlanId>;
}

/// Signs what is frozen, and checks it before it is applied: between the two nobody changes a plan.
pub trait PlanSeal: Send + Sync {
    /// The signature over these bytes.
    fn sign(&self, bytes: &[u8]) -> Vec<u8>;
    /// Whether a signature over these bytes is ours.
    fn holds(&self, bytes: &[u8], signature: &[u8]) -> bool;
}

/// The bytes that a plan's signature covers: what it says, what it was compared with, who asked when, and
/// the digest of its rows.
pub fn signed_bytes(plan: &StoredPlan, body: &str, rows: &[u8]) -> Vec<u8> {
    let asked_by = plan.asked_by.to_string();
    let parts: [&[u8]; 6] = [
        plan.id.0.as_bytes(),
        &plan.base.to_be_bytes(),
        &plan.at.millis().to_be_bytes(),
        asked_by.as_bytes(),
        rows,
        body.as_bytes(),
    ];
    let mut bytes = b"portique-plan".to_vec();
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// A guard of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardRef<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it speaks of, may be empty.
    pub scope: &'a str,
}

/// What came of a lift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lift {
    /// It counts; so many more people have to.
    Counted {
        /// 0 when the guard is lifted.
        left: u8,
    },
    /// The plan has no such guard.
    NoSuchGuard,
    /// This person has lifted it before: somebody else must.
    SamePerson,
}

/// A frozen plan.
#[derive(Clone, Debug)]
pub struct StoredPlan {
    /// Its id.
    pub id: PlanId,
    /// The plan.
    pub plan: Plan,
    /// Generation of the records that it was compared with.
    pub base: u64,
    /// Who asked.
    pub asked_by: Actor,
    /// When.
    pub at: Timestamp,
    /// The run that applied it, if one did.
    pub applied: Option<RunId>,
    /// The undoing of that run, if it was undone.
    pub undone: Option<Undoing>,
}

/// The undoing of a run, which is a run too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// Its own id.
    pub id: RunId,
    /// By whom.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Rows put back.
    pub rows_written: u64,
    /// Rows that had moved on since, and people who had begun to use their account: left as they are.
    pub rows_kept: u64,
}

/// One line of the list of runs.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// The plan.
    pub plan: PlanId,
    /// The run, once applied.
    pub run: Option<RunId>,
    /// Source, academy, date and kind, as in the plan's head.
    pub feed: portique_feed::plan::FeedHead,
    /// All counts together.
    pub totals: portique_feed::plan::Counts,
    /// How many guards hold (lifted ones not counted).
    pub guards: usize,
    /// How many findings.
    pub findings: u64,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// By whom it was planned or, once applied, applied.
    pub by: Actor,
    /// By whom it was planned.
    pub planned_by: Actor,
    /// The undoing of it.
    pub undone: Option<Undoing>,
}

/// What an application did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Rows of establishments and people written; 0 when the feed was a replay.
    pub rows_written: u64,
    /// Accounts created.
    pub accounts_created: u64,
    /// People marked as disappeared by this run: their sessions have to end.
    pub left: Vec<portique_domain::identity::PersonId>,
    /// What guards held back: UAIs (or ids at the source) of establishments, and `departures`.
    pub held: Vec<String>,
}

/// What an undoing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Rows put back.
    pub rows_written: u64,
    /// Rows that had moved on since, left as they are.
    pub rows_kept: u64,
    /// People who are gone again: their sessions have to end.
    pub left: Vec<portique_domain::identity::PersonId>,
}

/// Why a run was not undone.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// No such run.
    #[error("no such run")]
    Unknown,
    /// It was undone before.
    #[error("the run was undone before")]
    UndoneBefore(RunId),
    /// What it changed is no longer kept.
    #[error("the run is too old to be undone")]
    TooOld,
    /// The store failed; nothing changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a plan was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// No such plan, or its stage is gone.
    #[error("no such plan")]
    Unknown,
    /// It was applied before.
    #[error("the plan was applied before")]
    AppliedBefore(RunId),
    /// The records moved since it was made.
    #[error("the records moved since the plan was made")]
    BaseMoved,
    /// A guard holds all of it.
    #[error("a guard holds the plan")]
    Held,
    /// Its signature does not hold: the plan or its rows are not those that were frozen.
    #[error("the plan was changed after it was frozen")]
    Changed,
    /// The store failed; nothing changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads feeds' side of the records.
#[async_trait]
pub trait FeedReader: Send + Sync {
    /// Pours what is known of a source and academy into a sink and gives the generation it was read
    /// at, together with the date (`AAAA-MM-JJ`) of the last delivery applied. One snapshot.
    async fn known(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        sink: Box<dyn KnownSink>,
    ) -> Result<(u64, Option<String>, Box<dyn KnownSink>)>;
    /// The records of a source and academy, one by one, for a delta to be merged with. Blocking: asked from
    /// the thread that reads the feed.
    async fn base(&self, source: &SourceName, academy: AcademyCode) -> Result<Box<dyn FeedBase>>;
    /// A frozen plan.
    async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>>;
    /// Plans and runs, newest first; of these academies alone when some are named, so that a page is full
    /// whoever asks.
    async fn runs(
        &self,
        academies: Option<Vec<AcademyCode>>,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>>;
    /// The generation of the records: one more with each run that wrote something.
    async fn generation(&self) -> Result<u64>;
}

/// Progress of an application: rows done, rows in all.
pub type Progress = Box<dyn Fn(u64, u64) + Send + Sync>;

/// How a plan is applied.
pub struct ApplyOrder {
    /// Id of the run.
    pub run: RunId,
    /// By whom.
    pub by: Actor,
    /// When.
    pub now: Timestamp,
    /// Checks that the plan is the one that was frozen.
    pub seal: Arc<dyn PlanSeal>,
    /// Told as it goes.
    pub progress: Progress,
}

/// Writes what feeds bring.
#[async_trait]
pub trait FeedWriter: Send + Sync {
    /// Opens a stage for a plan compared with generation `base`.
    async fn stage(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        base: u64,
    ) -> Result<Box<dyn Stager>>;
    /// Counts one more person who lifts a guard of a plan. `approval` names the plan and the guard
    /// (`Approval::is_for`), which the caller has checked.
    async fn lift(
        &self,
        plan: PlanId,
        guard: GuardRef<'_>,
        approval: &Approval,
        now: Timestamp,
    ) -> Result<Lift>;
    /// Makes a plan visible: everything or nothing, in one switch, whatever kills the process. Accounts
    /// are created for newcomers with a legal relation to the establishment, logins by
    /// `Login::propose`, never one that was used before. A replay writes no row of people and still
    /// counts as a run. What guards hold stays as it is: nobody changes, comes or leaves who is, or would
    /// be, in an establishment that is held.
    async fn apply(
        &self,
        plan: PlanId,
        order: ApplyOrder,
    ) -> std::result::Result<Applied, ApplyError>;
    /// Puts back what a run changed, in one switch; `id` names the undoing. What moved on since stays as it
    /// is, and whoever began to use an account that the run created keeps it, and counts as departed.
    async fn undo(
        &self,
        run: RunId,
        id: RunId,
        by: &Actor,
        now: Timestamp,
    ) -> std::result::Result<Undone, UndoError>;
    /// Forgets what runs applied before then had changed: they can be undone no more. Gives how many.
    async fn forget_changes(&self, before: Timestamp) -> Result<u64>;
}
