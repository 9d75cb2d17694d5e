//! Establishments.

use super::Records;
use super::columns::{academy, corrupt, id, kind_of, source_key, tutelle_of};
use super::connections::Work;
use super::engine::Engine;
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::identity::{Establishment, EstablishmentId, Uai};
use portique_domain::rights::Perimeter;
use portique_domain::text::fold;
use portique_store::Result;
use portique_store::records::EstablishmentReader;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

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
        kind: corrupt(kind_of(row.text(7)?), "establishment.kind")?,
        tutelle: corrupt(tutelle_of(row.text(8)?), "establishment.tutelle")?,
        academy: academy(row, 9)?,
        phone: row.get(10)?,
    })
}

/// All of them: some hundreds.
pub(super) struct Places {
    /// By folded name.
    all: Vec<Establishment>,
    by_id: HashMap<EstablishmentId, usize>,
    by_uai: HashMap<Uai, usize>,
}

impl Places {
    fn read(conn: &Connection<'_>) -> Work<Self> {
        let mut all = conn.all(ESTABLISHMENT, &[], establishment_of)?;
        all.sort_by_cached_key(|place| (fold(&place.name), place.id));
        let by_id = all.iter().enumerate().map(|(at, place)| (place.id, at));
        let by_id = by_id.collect();
        let mut oldest: Vec<(usize, &Establishment)> = all.iter().enumerate().collect();
        // Ids are time-ordered: of two with one UAI the smallest is the oldest, and the last one in wins.
        oldest.sort_by_key(|(_, place)| Reverse(place.id));
        let by_uai = oldest
            .into_iter()
            .filter_map(|(at, place)| Some((place.uai.clone()?, at)))
            .collect();
        Ok(Self { all, by_id, by_uai })
    }

    fn at(&self, index: Option<&usize>) -> Option<Establishment> {
        index.and_then(|at| self.all.get(*at)).cloned()
    }
}

impl<E: Engine> Records<E> {
    async fn places(&self) -> Result<Arc<Places>> {
        // Feeds alone write establishments, and each run counts.
        let stamp = "SELECT generation FROM meta";
        self.kept(&self.places, stamp, Places::read).await
    }
}

#[async_trait]
impl<E: Engine> EstablishmentReader for Records<E> {
    async fn establishment(&self, id: EstablishmentId) -> Result<Option<Establishment>> {
        let places = self.places().await?;
        Ok(places.at(places.by_id.get(&id)))
    }

    async fn establishment_by_uai(&self, uai: &Uai) -> Result<Option<Establishment>> {
        let places = self.places().await?;
        Ok(places.at(places.by_uai.get(uai)))
    }

    async fn establishments(&self, reach: &[Perimeter]) -> Result<Vec<Establishment>> {
        let places = self.places().await?;
        let inside = |place: &&Establishment| reach.iter().any(|one| one.covers(place));
        Ok(places.all.iter().filter(inside).cloned().collect())
    }
}
