//! Pouring staged establishments and people into the records, skipping what did not change.

use super::columns::profile_number;
use super::connections::{Work, in_the_way};
use super::feed_apply::{Order, Ready};
use super::feed_held::Held;
use super::feed_sites::{STAGED, Sites, StagedSite};
use super::life;
use super::logins::{self, Ranks};
use super::sql;
use super::staged_rows::{StagedPlaceRow, StagedPlaces, StagedRow};
use portique_domain::identity::{Login, PersonId, Profile};
use portique_store::records::Applied;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use uuid::Uuid;

/// How often progress is told, in rows.
const TOLD_EVERY: u64 = 1000;

/// One application under way, inside its transaction.
pub(super) struct Pour<'a> {
    pub(super) conn: &'a Connection,
    pub(super) order: &'a Order,
    pub(super) ready: &'a Ready,
    pub(super) held: Held,
    ranks: Ranks,
    /// Establishments, known and of the delivery, by their id at the source.
    sites: HashMap<String, Uuid>,
    pub(super) applied: Applied,
    /// People of the delivery that were known before.
    pub(super) met: u64,
    /// Newcomers were tied to pupils whose records had named them before.
    pub(super) tied_late: bool,
    /// Of these and of the newcomers, how many count as here.
    pub(super) here: u64,
    done: u64,
    all: u64,
}

/// What the records hold of a staged row.
struct Known {
    id: Uuid,
    same: bool,
    disappeared: bool,
}

fn known(
    conn: &Connection,
    sql: &str,
    ready: &Ready,
    source_id: &str,
    digest: [u8; 16],
) -> Work<Option<Known>> {
    let found: Option<([u8; 16], Vec<u8>, bool)> = conn
        .prepare_cached(sql)?
        .query_row(params![ready.source, ready.academy, source_id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    Ok(found.map(|(id, known, disappeared)| Known {
        id: Uuid::from_bytes(id),
        same: known == digest,
        disappeared,
    }))
}

impl<'a> Pour<'a> {
    pub(super) fn begin(conn: &'a Connection, order: &'a Order, ready: &'a Ready) -> Work<Self> {
        let all: i64 = conn.query_row(
            "SELECT (SELECT count(*) FROM stage.establishment)
                  + (SELECT count(*) FROM stage.person)",
            [],
            |row| row.get(0),
        )?;
        Ok(Self {
            conn,
            order,
            ready,
            held: Held::gather(conn, ready)?,
            ranks: Ranks::begin(conn)?,
            sites: known_sites(conn, ready)?,
            applied: Applied::default(),
            met: 0,
            tied_late: false,
            here: 0,
            done: 0,
            all: u64::try_from(all).unwrap_or(0),
        })
    }

    pub(super) fn end(self) -> Applied {
        (self.order.progress)(self.all, self.all);
        self.applied
    }

    fn step(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(TOLD_EVERY) {
            (self.order.progress)(self.done, self.all);
        }
    }

    /// The establishments of this run.
    pub(super) fn the_sites(&self) -> Sites<'_> {
        Sites {
            conn: self.conn.into(),
            ids: &self.order.ids,
            source: &self.ready.source,
            academy: self.ready.academy,
            run: self.ready.number,
            now: self.order.now,
        }
    }

    pub(super) fn establishments(&mut self) -> Work<()> {
        let sql = format!("SELECT {STAGED} FROM stage.establishment ORDER BY seq");
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let staged = StagedSite::read(&sql::Row::Sqlite(row))?;
            let is_held = self.held.sites.contains(&staged.source_id);
            if let Some((id, written)) = self.the_sites().come(&staged, is_held)? {
                self.applied.rows_written += u64::from(written);
                self.sites.insert(staged.source_id, id);
            }
            self.step();
        }
        Ok(())
    }

    pub(super) fn people(&mut self) -> Work<()> {
        let mut people = self.conn.prepare(
            "SELECT seq, source_id, last_name, first_name, birth_name, title, birth_date,
                    folded_last, folded_first, digest, ine, mail, until FROM stage.person ORDER BY seq",
        )?;
        let mut places = self.conn.prepare(
            "SELECT seq, establishment, profile, classes, heads FROM stage.place ORDER BY seq",
        )?;
        let aliases = self.has_aliases()?;
        let mut people = people.query([])?;
        let mut places = StagedPlaces::new(places.query([])?);
        while let Some(row) = people.next()? {
            let staged = StagedRow::read(row)?;
            let places = places.of(staged.seq)?;
            if self.held.people.contains(&staged.source_id) {
                self.step();
                continue;
            }
            let found = known(
                self.conn,
                "SELECT id, digest, disappeared_at IS NOT NULL FROM main.person
                 WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3",
                self.ready,
                &staged.source_id,
                staged.digest,
            )?;
            match found {
                None => self.unknown(&staged, &places, aliases)?,
                Some(it) => {
                    self.here += 1;
                    self.met += 1;
                    if !it.same || it.disappeared {
                        self.changed(&staged, &places, it.id)?;
                        if it.disappeared {
                            life::give_back(self.conn, it.id, &self.order.by, self.order.now)?;
                        }
                    }
                }
            }
            self.step();
        }
        Ok(())
    }

    /// A record whose key leads nobody: an alias, somebody whom her INE bridges, or a newcomer.
    fn unknown(
        &mut self,
        staged: &StagedRow,
        places: &[StagedPlaceRow],
        aliases: bool,
    ) -> Work<()> {
        if let Some(alias) = if aliases { self.alias(staged)? } else { None } {
            if alias.takes_over {
                return self.take_over(staged, places, alias.person);
            }
            return self.note_alias(staged);
        }
        if let Some(bridged) = self.bridged(staged)? {
            if !bridged.outranked {
                return self.take_over(staged, places, bridged.person);
            }
            if self.become_alias(staged, bridged.person)? {
                return Ok(());
            }
        }
        self.here += 1;
        let colleague = self.colleague(staged, places)?;
        self.newcomer(staged, places, colleague)
    }

    fn take_over(
        &mut self,
        staged: &StagedRow,
        places: &[StagedPlaceRow],
        person: Uuid,
    ) -> Work<()> {
        self.here += 1;
        self.met += 1;
        self.keep_person(person, Some(staged.digest), None)?;
        self.lead(staged, person)?;
        self.changed(staged, places, person)?;
        life::give_back(self.conn, person, &self.order.by, self.order.now)
    }

    /// Somebody new, or a further record of a colleague, who has her account.
    fn newcomer(
        &mut self,
        staged: &StagedRow,
        places: &[StagedPlaceRow],
        colleague: Option<Uuid>,
    ) -> Work<()> {
        let person = self.order.ids.next(self.order.now);
        let login = if colleague.is_none() && self.is_entitled(staged, places)? {
            self.ranks
                .free(self.conn, &staged.first_name, &staged.last_name)?
        } else {
            None
        };
        self.conn
            .prepare_cached(
                "INSERT INTO main.person (id, source, source_academy, source_id, last_name,
                     first_name, birth_name, title, birth_date, folded_last, folded_first,
                     search_login, digest, ine, mail, until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute(params![
                person.as_bytes(),
                self.ready.source,
                self.ready.academy,
                staged.source_id,
                staged.last_name,
                staged.first_name,
                staged.birth_name,
                staged.title,
                staged.birth_date,
                staged.folded_last,
                staged.folded_first,
                login.as_ref().map_or("", |login| login.as_str()),
                staged.digest,
                staged.ine,
                staged.mail,
                staged.until,
            ])
            .map_err(in_the_way("person"))?;
        if let Some(login) = login {
            self.open_account(PersonId(person), &login)?;
        }
        self.put_places(staged, places, person)?;
        if let Some(keep) = colleague {
            self.stand_behind(person, keep)?;
        }
        self.keep_newcomer(person, staged.digest)?;
        self.touch(staged.seq, person, true)
    }

    fn changed(&mut self, staged: &StagedRow, places: &[StagedPlaceRow], person: Uuid) -> Work<()> {
        self.keep_person(person, Some(staged.digest), None)?;
        self.conn
            .prepare_cached(
                "UPDATE main.person SET last_name = ?2, first_name = ?3, birth_name = ?4,
                     title = ?5, birth_date = ?6, folded_last = ?7, folded_first = ?8, digest = ?9,
                     ine = ?10, mail = ?11, until = ?12, disappeared_at = NULL WHERE id = ?1",
            )?
            .execute(params![
                person.as_bytes(),
                staged.last_name,
                staged.first_name,
                staged.birth_name,
                staged.title,
                staged.birth_date,
                staged.folded_last,
                staged.folded_first,
                staged.digest,
                staged.ine,
                staged.mail,
                staged.until,
            ])?;
        self.conn
            .prepare_cached("DELETE FROM main.place WHERE person = ?1")?
            .execute(params![person.as_bytes()])?;
        self.put_places(staged, places, person)?;
        self.touch(staged.seq, person, false)
    }

    /// Pupils and staff by their place, relatives by a tie that makes them legal representatives.
    fn is_entitled(&self, staged: &StagedRow, places: &[StagedPlaceRow]) -> Work<bool> {
        let relative = profile_number(Profile::Relative);
        if places.iter().any(|place| place.profile != relative) {
            return Ok(true);
        }
        if places.is_empty() {
            return Ok(false);
        }
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM stage.tie WHERE relative = ?1 AND legal = 1")?
            .exists(params![staged.source_id])?)
    }

    /// The lowest free login for these names, when they have a usable letter.
    pub(super) fn free_login(&mut self, first: &str, last: &str) -> Work<Option<Login>> {
        self.ranks.free(self.conn, first, last)
    }

    pub(super) fn open_account(&mut self, person: PersonId, login: &Login) -> Work<()> {
        logins::open(self.conn, person, login, &self.order.by, self.order.now)?;
        self.applied.accounts_created += 1;
        Ok(())
    }

    fn put_places(&self, staged: &StagedRow, places: &[StagedPlaceRow], person: Uuid) -> Work<()> {
        for place in places {
            // The importer places nobody outside the establishments of the delivery.
            let Some(site) = self.sites.get(&place.establishment) else {
                continue;
            };
            self.conn
                .prepare_cached(
                    "INSERT INTO main.place (person, establishment, profile, classes, heads,
                         folded_last, folded_first) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    person.as_bytes(),
                    site.as_bytes(),
                    place.profile,
                    place.classes,
                    place.heads,
                    staged.folded_last,
                    staged.folded_first,
                ])?;
        }
        Ok(())
    }

    fn touch(&mut self, seq: i64, person: Uuid, fresh: bool) -> Work<()> {
        self.applied.rows_written += 1;
        self.conn
            .prepare_cached("INSERT INTO temp.touched VALUES (?1, ?2, ?3)")?
            .execute(params![seq, person.as_bytes(), fresh])?;
        Ok(())
    }
}

/// The establishments that a delta may refer to without bringing them.
fn known_sites(conn: &Connection, ready: &Ready) -> Work<HashMap<String, Uuid>> {
    let mut statement = conn.prepare_cached(
        "SELECT source_id, establishment FROM main.establishment_key
         WHERE source = ?1 AND academy = ?2",
    )?;
    let mut rows = statement.query(params![ready.source, ready.academy])?;
    let mut sites = HashMap::new();
    while let Some(row) = rows.next()? {
        sites.insert(row.get(0)?, super::columns::id(row, 1)?);
    }
    Ok(sites)
}
