//! Rows of a stage, read in the order in which they were staged.

use super::connections::Work;
use portique_store::StoreError;
use rusqlite::{Row, Rows};

/// A staged person.
pub(super) struct StagedRow {
    pub(super) seq: i64,
    pub(super) source_id: String,
    pub(super) last_name: String,
    pub(super) first_name: String,
    pub(super) birth_name: String,
    pub(super) title: String,
    pub(super) birth_date: Option<String>,
    pub(super) folded_last: String,
    pub(super) folded_first: String,
    pub(super) digest: [u8; 16],
    pub(super) ine: Option<String>,
    pub(super) mail: String,
    pub(super) until: Option<String>,
}

impl StagedRow {
    pub(super) fn read(row: &Row<'_>) -> Work<Self> {
        Ok(Self {
            seq: row.get(0)?,
            source_id: row.get(1)?,
            last_name: row.get(2)?,
            first_name: row.get(3)?,
            birth_name: row.get(4)?,
            title: row.get(5)?,
            birth_date: row.get(6)?,
            folded_last: row.get(7)?,
            folded_first: row.get(8)?,
            digest: row.get(9)?,
            ine: row.get(10)?,
            mail: row.get(11)?,
            until: row.get(12)?,
        })
    }
}

/// A staged place.
pub(super) struct StagedPlaceRow {
    pub(super) seq: i64,
    pub(super) establishment: String,
    pub(super) profile: i64,
    pub(super) classes: String,
    pub(super) heads: String,
}

/// The cursor of the staged places, one row ahead of the people's.
pub(super) struct StagedPlaces<'a> {
    rows: Rows<'a>,
    ahead: Option<StagedPlaceRow>,
}

impl<'a> StagedPlaces<'a> {
    pub(super) fn new(rows: Rows<'a>) -> Self {
        Self { rows, ahead: None }
    }

    /// The places of one person; asked for in the order of the people.
    pub(super) fn of(&mut self, seq: i64) -> Work<Vec<StagedPlaceRow>> {
        let mut found = Vec::new();
        loop {
            match self.ahead.take() {
                Some(place) if place.seq == seq => found.push(place),
                Some(later) if later.seq > seq => {
                    self.ahead = Some(later);
                    return Ok(found);
                }
                Some(_) => return Err(StoreError::Corrupt("place of a stage").into()),
                None => {}
            }
            let Some(row) = self.rows.next()? else {
                return Ok(found);
            };
            self.ahead = Some(StagedPlaceRow {
                seq: row.get(0)?,
                establishment: row.get(1)?,
                profile: row.get(2)?,
                classes: row.get(3)?,
                heads: row.get(4)?,
            });
        }
    }
}
