//! Stages: the rows of a plan that waits, in tables of their own.
//!
//! A stage is one transaction, from its first row to the plan that speaks of it: a stage that is not
//! finished, whatever happened to whoever wrote it, was never there. Rows travel in blocks, by COPY, on a
//! thread of their own, so that whoever reads the feed never waits for the runtime.

use super::columns::{kind_code, profile_number, tutelle_code};
use super::ids::Ids;
use super::pg_stage_tables::{Frozen, Order, TABLES, Table, table, write};
use crate::postgres::{Postgres, Rows, Told};
use aws_lc_rs::rand;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, Login, SourceKey, SourceName, Uai};
use portique_domain::rights::Actor;
use portique_domain::text::fold;
use portique_feed::Held;
use portique_feed::plan::Plan;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_store::records::{PlanId, PlanSeal, Stager, StoredPlan, signed_bytes};
use portique_store::{Result, StoreError};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use uuid::Builder;

/// Rows of one table travel once there are so many bytes of them.
const BLOCK: usize = 1 << 20;

/// Blocks that may wait for the server.
const WAITING: usize = 4;

/// A stage being written.
pub(super) struct PostgresStager {
    orders: SyncSender<Order>,
    /// What stopped the thread, when something did.
    fault: Receiver<StoreError>,
    tables: [Rows; 6],
    source: SourceName,
    academy: AcademyCode,
    base: u64,
    rows: i64,
}

impl PostgresStager {
    /// Begins one. For a thread that may block.
    pub(super) fn begin(
        engine: &Postgres,
        ids: Arc<Ids>,
        source: SourceName,
        academy: AcademyCode,
        base: u64,
    ) -> Result<Self> {
        let link = engine.link("BEGIN; SET LOCAL lock_timeout = 0")?;
        link.without_limit();
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let stage = Builder::from_random_bytes(bytes).into_uuid();
        for (name, columns) in TABLES {
            // The same order of texts as in the tables that they will be compared with.
            let columns = columns.replace(" text", " text COLLATE \"C\"");
            link.batch(&format!("CREATE TABLE {} ({columns})", table(stage, name)))?;
        }
        let (orders, waiting) = sync_channel(WAITING);
        let (tell, fault) = channel();
        engine.begin(move |_| {
            if let Err(error) = write(link, stage, &ids, &waiting) {
                // Nobody may ask any more.
                drop(tell.send(error));
            }
        });
        Ok(Self {
            orders,
            fault,
            tables: Default::default(),
            source,
            academy,
            base,
            rows: 0,
        })
    }

    fn admit(&mut self, key: &SourceKey) -> Result<i64> {
        if key.source != self.source || key.academy != self.academy {
            return Err(StoreError::Conflict(
                "a record of another source or academy",
            ));
        }
        self.rows += 1;
        Ok(self.rows)
    }

    fn of(&mut self, table: Table) -> &mut Rows {
        let [establishment, person, place, tie, held, gone] = &mut self.tables;
        match table {
            Table::Establishment => establishment,
            Table::Person => person,
            Table::Place => place,
            Table::Tie => tie,
            Table::Held => held,
            Table::Gone => gone,
        }
    }

    fn order(&self, order: Order) -> Result<()> {
        self.orders.send(order).map_err(|_| self.cause())
    }

    /// Orders something and waits for what comes of it.
    fn ask<T>(&self, order: impl FnOnce(Sender<Result<T>>) -> Order) -> Result<T> {
        let (reply, answer) = channel();
        self.order(order(reply))?;
        answer.recv().map_err(|_| self.cause())?
    }

    /// Why the thread is gone.
    fn cause(&self) -> StoreError {
        self.fault
            .recv()
            .unwrap_or_else(|_| Told::CutOff.unavailable())
    }

    /// Sends what waits of a table, when it is enough.
    fn send(&mut self, table: Table, enough: usize) -> Result<()> {
        if self.of(table).len() < enough {
            return Ok(());
        }
        match self.of(table).take() {
            Some(rows) => self.order(Order::Rows(table, rows)),
            None => Ok(()),
        }
    }
}

fn json(codes: &[String]) -> Result<String> {
    serde_json::to_string(codes).map_err(|error| StoreError::Unavailable(Box::new(error)))
}

impl Stager for PostgresStager {
    fn establishment(&mut self, staged: &StagedEstablishment) -> Result<()> {
        let seq = self.admit(&staged.key)?;
        self.of(Table::Establishment)
            .row(10)
            .big(seq)
            .text(&staged.key.id)
            .maybe(staged.uai.as_ref().map(Uai::as_str))
            .text(&staged.name)
            .text(&staged.town)
            .text(kind_code(staged.kind))
            .text(tutelle_code(staged.tutelle))
            .int(staged.academy.number().into())
            .text(&staged.phone)
            .bytes(&staged.digest);
        self.send(Table::Establishment, BLOCK)
    }

    fn person(&mut self, staged: &StagedPerson) -> Result<()> {
        let seq = self.admit(&staged.key)?;
        let names = &staged.names;
        let stem = Login::propose(&names.first, &names.last, 1);
        self.of(Table::Person)
            .row(14)
            .big(seq)
            .text(&staged.key.id)
            .text(&names.last)
            .text(&names.first)
            .text(&names.birth)
            .text(&staged.title)
            .maybe(staged.birth_date.map(|date| date.to_string()).as_deref())
            .text(&fold(&names.last))
            .text(&fold(&names.first))
            .text(stem.as_ref().map_or("", |login| login.as_str()))
            .bytes(&staged.digest)
            .maybe((!staged.ine.is_empty()).then_some(staged.ine.as_str()))
            .text(&staged.mail)
            .maybe(staged.until.map(|date| date.to_string()).as_deref());
        for place in &staged.places {
            let profile = i32::try_from(profile_number(place.profile)).unwrap_or(0);
            self.of(Table::Place)
                .row(5)
                .big(seq)
                .text(&place.establishment)
                .int(profile)
                .text(&json(&place.classes)?)
                .text(&json(&place.heads)?);
        }
        for tie in &staged.relatives {
            self.of(Table::Tie)
                .row(4)
                .big(seq)
                .text(&tie.relative)
                .text(&tie.link)
                .int(tie.legal.into());
        }
        for table in [Table::Person, Table::Place, Table::Tie] {
            self.send(table, BLOCK)?;
        }
        Ok(())
    }

    fn held(&mut self, held: &Held) -> Result<()> {
        let people = held.category.is_people().into();
        self.of(Table::Held).row(2).int(people).text(&held.id);
        self.send(Table::Held, BLOCK)
    }

    fn gone(&mut self, people: bool, id: &str) -> Result<()> {
        self.of(Table::Gone).row(2).int(people.into()).text(id);
        self.send(Table::Gone, BLOCK)
    }

    fn finish(
        mut self: Box<Self>,
        plan: &Plan,
        asked_by: &Actor,
        seal: &dyn PlanSeal,
        now: Timestamp,
    ) -> Result<PlanId> {
        for table in [
            Table::Establishment,
            Table::Person,
            Table::Place,
            Table::Tie,
            Table::Held,
            Table::Gone,
        ] {
            self.send(table, 1)?;
        }
        let (id, digest) = self.ask(|reply| Order::Close(now, reply))?;
        let body = serde_json::to_string(plan)
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let plan = StoredPlan {
            id: PlanId(id),
            plan: plan.clone(),
            base: self.base,
            asked_by: asked_by.clone(),
            at: now,
            applied: None,
            undone: None,
        };
        let frozen = Frozen {
            signature: seal.sign(&signed_bytes(&plan, &body, &digest)),
            plan,
            body,
            source: self.source.clone(),
            academy: self.academy,
            digest,
        };
        self.ask(|reply| Order::Keep(Box::new(frozen), reply))?;
        Ok(PlanId(id))
    }
}
