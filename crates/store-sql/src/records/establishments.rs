//! Establishments.

use super::SqliteRecords;
use super::columns::{academy, corrupt, id, kind_of, source_key, tutelle_of};
use super::connections::Work;
use async_trait::async_trait;
use portique_domain::identity::{Establishment, EstablishmentId, Uai};
use portique_domain::rights::Perimeter;
use portique_domain::text::fold;
use portique_store::Result;
use portique_store::records::EstablishmentReader;
use rusqlite::{Connection, Params, Row, params};

const ESTABLISHMENT: &str = "SELECT id, source, source_academy, source_id, uai, name, town, kind, \
                             tutelle, academy, phone FROM establishment";

fn establishment_of(row: &Row<'_>) -> Work<Establishment> {
    let uai: Option<String> = row.get(4)?;
    Ok(Establishment {
        id: EstablishmentId(id(row, 0)?),
        key: source_key(row, 1)?,
        uai: uai
            .map(|text| corrupt(text.parse().ok(), "establishment.uai"))
            .transpose()?,
        name: row.get(5)?,
        town: row.get(6)?,
        kind: corrupt(
            kind_of(row.get_ref(7)?.as_str().unwrap_or_default()),
            "establishment.kind",
        )?,
        tutelle: corrupt(
            tutelle_of(row.get_ref(8)?.as_str().unwrap_or_default()),
            "establishment.tutelle",
        )?,
        academy: academy(row, 9)?,
        phone: row.get(10)?,
    })
}

fn select(conn: &Connection, filter: &str, values: impl Params) -> Work<Vec<Establishment>> {
    let mut statement = conn.prepare_cached(&format!("{ESTABLISHMENT} {filter}"))?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(establishment_of(row)?);
    }
    Ok(found)
}

#[async_trait]
impl EstablishmentReader for SqliteRecords {
    async fn establishment(&self, id: EstablishmentId) -> Result<Option<Establishment>> {
        self.connections
            .read(move |conn| Ok(select(conn, "WHERE id = ?1", params![id.0.as_bytes()])?.pop()))
            .await
    }

    async fn establishment_by_uai(&self, uai: &Uai) -> Result<Option<Establishment>> {
        let uai = uai.clone();
        self.connections
            .read(move |conn| {
                // Ids are time-ordered: the smallest is the oldest.
                let filter = "WHERE uai = ?1 ORDER BY id LIMIT 1";
                Ok(select(conn, filter, params![uai.as_str()])?.pop())
            })
            .await
    }

    async fn establishments(&self, reach: &[Perimeter]) -> Result<Vec<Establishment>> {
        let reach = reach.to_vec();
        self.connections
            .read_list(move |conn| {
                // Some hundreds of rows: the domain's own rule decides, not a second one in SQL.
                let mut found = select(conn, "", [])?;
                found.retain(|place| reach.iter().any(|perimeter| perimeter.covers(place)));
                found.sort_by_cached_key(|place| (fold(&place.name), place.id));
                Ok(found)
            })
            .await
    }
}
