//! Sources of feeds.

use super::Records;
use super::columns::{corrupt, instant, maybe_id};
use super::connections::Work;
use super::engine::{About, Engine};
use super::sql::Row;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_store::Result;
use portique_store::records::{
    Fate, LookState, PlanId, RunId, SourceDelivery, SourceKeeper, SourceLook,
};
use rusqlite::params;

fn look_of(row: &Row<'_>) -> Work<SourceLook> {
    Ok(SourceLook {
        source: row.get(0)?,
        at: instant(row, 1)?,
        state: corrupt(LookState::from_code(row.text(2)?), "source_look.state")?,
        problem: row.get(3)?,
    })
}

fn delivery_of(row: &Row<'_>) -> Work<SourceDelivery> {
    Ok(SourceDelivery {
        source: row.get(0)?,
        mark: row.get(1)?,
        name: row.get(2)?,
        digest: row.get(3)?,
        at: instant(row, 4)?,
        fate: corrupt(Fate::from_code(row.text(5)?), "source_delivery.fate")?,
        plan: maybe_id(row, 6)?.map(PlanId),
        run: maybe_id(row, 7)?.map(RunId),
        problem: row.get(8)?,
    })
}

#[async_trait]
impl<E: Engine> SourceKeeper for Records<E> {
    async fn begin_look(
        &self,
        source: &str,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool> {
        let source = source.to_owned();
        self.connections
            .write(About::Sources, move |write| {
                let begun = match seen {
                    None => write.execute(
                        "INSERT INTO source_look (source, looked_at) VALUES (?1, ?2)
                         ON CONFLICT (source) DO NOTHING",
                        params![source, now.millis()],
                    )?,
                    Some(seen) => write.execute(
                        "UPDATE source_look SET looked_at = ?2, state = 'running', problem = ''
                         WHERE source = ?1 AND looked_at = ?3",
                        params![source, now.millis(), seen.millis()],
                    )?,
                };
                Ok(begun == 1)
            })
            .await
    }

    async fn end_look(&self, look: &SourceLook) -> Result<()> {
        let look = look.clone();
        self.connections
            .write(About::Sources, move |write| {
                write.execute(
                    "UPDATE source_look SET state = ?3, problem = ?4
                     WHERE source = ?1 AND looked_at = ?2",
                    params![
                        look.source,
                        look.at.millis(),
                        look.state.code(),
                        look.problem
                    ],
                )?;
                Ok(())
            })
            .await
    }

    async fn last_look(&self, source: &str) -> Result<Option<SourceLook>> {
        let source = source.to_owned();
        self.connections
            .read(move |conn| {
                let sql = "SELECT source, looked_at, state, problem FROM source_look
                           WHERE source = ?1";
                conn.one(sql, params![source], look_of)
            })
            .await
    }

    async fn remember(&self, delivery: &SourceDelivery) -> Result<()> {
        let one = delivery.clone();
        self.connections
            .write(About::Sources, move |write| {
                let plan = one.plan.map(|plan| plan.0.into_bytes());
                let run = one.run.map(|run| run.0.into_bytes());
                write.execute(
                    "INSERT INTO source_delivery (source, mark, name, digest, taken_at, fate, plan,
                         run, problem)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                     ON CONFLICT (source, mark) DO UPDATE SET name = ?3, digest = ?4,
                         taken_at = ?5, fate = ?6, plan = ?7, run = ?8, problem = ?9",
                    params![
                        one.source,
                        one.mark,
                        one.name,
                        one.digest,
                        one.at.millis(),
                        one.fate.code(),
                        plan,
                        run,
                        one.problem,
                    ],
                )?;
                Ok(())
            })
            .await
    }

    async fn deliveries(&self, source: &str) -> Result<Vec<SourceDelivery>> {
        let source = source.to_owned();
        self.connections
            .read_list(move |conn| {
                let sql = "SELECT source, mark, name, digest, taken_at, fate, plan, run, problem
                           FROM source_delivery WHERE source = ?1
                           ORDER BY taken_at DESC, mark DESC";
                conn.all(sql, params![source], delivery_of)
            })
            .await
    }
}
