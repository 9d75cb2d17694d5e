//! Stages: the rows of a plan that waits, in a file of its own beside the records (decision 0004).
//!
//! A stage is written without a journal and without syncing, since a stage that is not finished is
//! forgotten; `finish` makes it durable before the plan that speaks of it.

use super::SqliteRecords;
use super::columns::{actor_text, kind_code, length, profile_number, signed, tutelle_code};
use super::connections::{Connections, Fault, Work, in_the_way};
use super::feed_reader::{held_guards, total};
use super::ids::Ids;
use aws_lc_rs::{digest, rand};
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, SourceKey, SourceName, Uai};
use portique_domain::rights::Actor;
use portique_domain::text::fold;
use portique_feed::Held;
use portique_feed::plan::Plan;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_store::records::{PlanId, PlanSeal, Stager, StoredPlan, signed_bytes};
use portique_store::{Result, StoreError};
use rusqlite::{Connection, params};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::{Builder, Uuid};

const SCHEMA: &str = "
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
PRAGMA secure_delete = ON;
CREATE TABLE establishment (
    seq INTEGER PRIMARY KEY, source_id TEXT NOT NULL UNIQUE, uai TEXT, name TEXT NOT NULL,
    town TEXT NOT NULL, kind TEXT NOT NULL, tutelle TEXT NOT NULL, academy INTEGER NOT NULL,
    phone TEXT NOT NULL, digest BLOB NOT NULL
) STRICT;
CREATE TABLE person (
    seq INTEGER PRIMARY KEY, source_id TEXT NOT NULL, last_name TEXT NOT NULL,
    first_name TEXT NOT NULL, birth_name TEXT NOT NULL, title TEXT NOT NULL, birth_date TEXT,
    folded_last TEXT NOT NULL, folded_first TEXT NOT NULL, digest BLOB NOT NULL,
    ine TEXT, mail TEXT NOT NULL, until TEXT
) STRICT;
CREATE TABLE place (
    seq INTEGER NOT NULL, establishment TEXT NOT NULL, profile INTEGER NOT NULL,
    classes TEXT NOT NULL, heads TEXT NOT NULL, PRIMARY KEY (seq, establishment, profile)
) STRICT, WITHOUT ROWID;
CREATE TABLE tie (
    seq INTEGER NOT NULL, relative TEXT NOT NULL, link TEXT NOT NULL, legal INTEGER NOT NULL,
    PRIMARY KEY (seq, relative, link, legal)
) STRICT, WITHOUT ROWID;
CREATE TABLE held (
    people INTEGER NOT NULL, source_id TEXT NOT NULL, PRIMARY KEY (people, source_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE gone (
    people INTEGER NOT NULL, source_id TEXT NOT NULL, PRIMARY KEY (people, source_id)
) STRICT, WITHOUT ROWID;
BEGIN;
";

/// Built when all is there, because sorting once is cheaper than keeping in order.
const FINISH: &str = "
CREATE UNIQUE INDEX person_by_id ON person (source_id);
CREATE INDEX tie_by_relative ON tie (relative, legal);
COMMIT;
";

/// Where the file of a stage lies.
pub(super) fn file_of(stages: &Path, stage: Uuid) -> PathBuf {
    stages.join(format!("{}.db", stage.simple()))
}

/// Removes a stage; one that is gone is fine.
pub(super) fn forget(stages: &Path, stage: Uuid) -> io::Result<()> {
    match fs::remove_file(file_of(stages, stage)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Removes the files that no plan can use any more: unfinished ones, those of plans that were applied,
/// those of plans that the records have left behind. They hold personal data.
pub(super) fn forget_orphans(
    writer: &Connection,
    stages: &Path,
) -> std::result::Result<(), StoreError> {
    let work = || -> Work<()> {
        make_folder(stages)?;
        let wanted: Vec<[u8; 16]> = writer
            .prepare(
                "SELECT stage FROM feed_plan WHERE base = (SELECT generation FROM meta)
                 AND id NOT IN (SELECT plan FROM feed_run)",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let wanted: Vec<PathBuf> = wanted
            .into_iter()
            .map(|stage| file_of(stages, Uuid::from_bytes(stage)))
            .collect();
        for entry in fs::read_dir(stages)? {
            let path = entry?.path();
            if !wanted.contains(&path) && path.is_file() {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    };
    Ok(work()?)
}

/// The digest of a finished stage, which its plan's signature covers.
pub(super) fn digest_of(stage: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(stage)?;
    let mut context = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = io::Read::read(&mut file, &mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        context.update(bytes);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    Ok(out)
}

fn make_folder(stages: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(stages)
}

/// A stage being written.
pub(super) struct SqliteStager {
    connections: Connections,
    ids: Arc<Ids>,
    stages: Arc<Path>,
    stage: Uuid,
    /// Absent once it is finished.
    conn: Option<Connection>,
    source: SourceName,
    academy: AcademyCode,
    base: u64,
    rows: i64,
}

impl Drop for SqliteStager {
    /// What was not finished is forgotten. Should that fail, opening the store does it again.
    fn drop(&mut self) {
        if self.conn.take().is_some() {
            drop(forget(&self.stages, self.stage));
        }
    }
}

impl SqliteStager {
    pub(super) fn begin(
        records: SqliteRecords,
        source: SourceName,
        academy: AcademyCode,
        base: u64,
    ) -> Work<Self> {
        let SqliteRecords {
            connections,
            stages,
            ids,
            ..
        } = records;
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let stage = Builder::from_random_bytes(bytes).into_uuid();
        make_folder(&stages)?;
        let conn = Connection::open(file_of(&stages, stage))?;
        let begun = Self {
            connections,
            ids,
            stages,
            stage,
            conn: Some(conn),
            source,
            academy,
            base,
            rows: 0,
        };
        begun.conn()?.execute_batch(SCHEMA)?;
        Ok(begun)
    }

    fn conn(&self) -> Work<&Connection> {
        Ok(self
            .conn
            .as_ref()
            .ok_or(StoreError::Conflict("a finished stage"))?)
    }

    fn admit(&mut self, key: &SourceKey) -> Work<i64> {
        if key.source != self.source || key.academy != self.academy {
            return Err(StoreError::Conflict("a record of another source or academy").into());
        }
        self.rows += 1;
        Ok(self.rows)
    }

    fn add_establishment(&mut self, staged: &StagedEstablishment) -> Work<()> {
        let seq = self.admit(&staged.key)?;
        self.conn()?
            .prepare_cached("INSERT INTO establishment VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")?
            .execute(params![
                seq,
                staged.key.id,
                staged.uai.as_ref().map(Uai::as_str),
                staged.name,
                staged.town,
                kind_code(staged.kind),
                tutelle_code(staged.tutelle),
                staged.academy.number(),
                staged.phone,
                staged.digest,
            ])
            .map_err(in_the_way("an establishment staged twice"))?;
        Ok(())
    }

    fn add_person(&mut self, staged: &StagedPerson) -> Work<()> {
        let seq = self.admit(&staged.key)?;
        let conn = self.conn()?;
        conn.prepare_cached(
            "INSERT INTO person VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        )?
        .execute(params![
            seq,
            staged.key.id,
            staged.names.last,
            staged.names.first,
            staged.names.birth,
            staged.title,
            staged.birth_date.map(|date| date.to_string()),
            fold(&staged.names.last),
            fold(&staged.names.first),
            staged.digest,
            (!staged.ine.is_empty()).then_some(staged.ine.as_str()),
            staged.mail,
            staged.until.map(|date| date.to_string()),
        ])?;
        for place in &staged.places {
            conn.prepare_cached("INSERT OR IGNORE INTO place VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![
                    seq,
                    place.establishment,
                    profile_number(place.profile),
                    serde_json::to_string(&place.classes)?,
                    serde_json::to_string(&place.heads)?,
                ])?;
        }
        for tie in &staged.relatives {
            conn.prepare_cached("INSERT OR IGNORE INTO tie VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![seq, tie.relative, tie.link, tie.legal])?;
        }
        Ok(())
    }

    fn add_held(&self, held: &Held) -> Work<()> {
        self.conn()?
            .prepare_cached("INSERT OR IGNORE INTO held VALUES (?1, ?2)")?
            .execute(params![held.category.is_people(), held.id])?;
        Ok(())
    }

    fn add_gone(&self, people: bool, id: &str) -> Work<()> {
        self.conn()?
            .prepare_cached("INSERT OR IGNORE INTO gone VALUES (?1, ?2)")?
            .execute(params![people, id])?;
        Ok(())
    }

    /// The rows first, durably, then the plan that speaks of them.
    fn seal(
        &mut self,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Work<PlanId> {
        let conn = self
            .conn
            .take()
            .ok_or(StoreError::Conflict("a finished stage"))?;
        let sealed = self
            .make_durable(conn)
            .and_then(|()| self.keep(plan, asked_by, seal, now));
        if sealed.is_err() {
            drop(forget(&self.stages, self.stage));
        }
        sealed
    }

    fn make_durable(&self, conn: Connection) -> Work<()> {
        conn.execute_batch(FINISH)
            .map_err(in_the_way("a person staged twice"))?;
        conn.close().map_err(|(_, error)| Fault::Sqlite(error))?;
        File::open(file_of(&self.stages, self.stage))?.sync_all()?;
        // The name has to be durable as well.
        File::open(&self.stages)?.sync_all()?;
        Ok(())
    }

    fn keep(
        &self,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Work<PlanId> {
        let id = self.ids.next(now);
        let stage = self.stage;
        let source = self.source.clone();
        let (academy, base) = (self.academy, self.base);
        let digest = digest_of(&file_of(&self.stages, stage))?;
        let body = serde_json::to_string(plan)?;
        let frozen = StoredPlan {
            id: PlanId(id),
            plan: plan.clone(),
            base,
            asked_by: asked_by.clone(),
            at: now,
            applied: None,
            undone: None,
        };
        let signature = seal.sign(&signed_bytes(&frozen, &body, &digest));
        let asked_by = actor_text(asked_by);
        let head = serde_json::to_string(&plan.feed)?;
        let totals = serde_json::to_string(&total(plan))?;
        let guards = held_guards(plan);
        let findings = plan.findings_count;
        self.connections.write_blocking(move |write| {
            write
                .prepare_cached(
                    "INSERT INTO feed_plan (id, source, academy, base, asked_by, planned_at, stage,
                         head, totals, findings, guards, plan, stage_digest, signature)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                )?
                .execute(params![
                    id.as_bytes(),
                    source.as_str(),
                    academy.number(),
                    signed(base),
                    asked_by,
                    now.millis(),
                    stage.as_bytes(),
                    head,
                    totals,
                    signed(findings),
                    length(guards),
                    body,
                    digest,
                    signature,
                ])?;
            Ok(())
        })?;
        Ok(PlanId(id))
    }
}

impl Stager for SqliteStager {
    fn establishment(&mut self, staged: &StagedEstablishment) -> Result<()> {
        Ok(self.add_establishment(staged)?)
    }

    fn person(&mut self, staged: &StagedPerson) -> Result<()> {
        Ok(self.add_person(staged)?)
    }

    fn held(&mut self, held: &Held) -> Result<()> {
        Ok(self.add_held(held)?)
    }

    fn gone(&mut self, people: bool, id: &str) -> Result<()> {
        Ok(self.add_gone(people, id)?)
    }

    fn finish(
        mut self: Box<Self>,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Result<PlanId> {
        Ok(self.seal(plan, asked_by, seal, now)?)
    }
}
