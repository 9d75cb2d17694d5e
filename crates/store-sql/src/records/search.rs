//! The list of people: by reach, by filters, by prefix, page by page.
//!
//! The order is (folded last name, folded first name, id), and a page goes on from that triple, so
//! that the last page costs what the first one does. A prefix may match in four ways; each way is a
//! walk of its own that yields at most one page, and the walks are merged. A way with few matches
//! takes its own index and sorts; a way with many walks the list in order and meets them soon.

use super::columns::{corrupt, id, profile, state};
use super::connections::Work;
use super::reach::{Clause, blob, establishments, inside, refs, text};
use super::sql::Connection;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::text::fold;
use portique_store::records::{PeopleQuery, PersonRow};
use portique_store::{Page, StoreError};
use rusqlite::params;
use rusqlite::types::Value;
use uuid::Uuid;

/// Up to so many matches are sorted rather than met on a walk.
const FEW: i64 = 2_000;

/// Up to so many establishments have lists short enough to be walked from end to end.
const SHORT: usize = 4;

/// No text that begins with a prefix comes after the prefix followed by this.
const LAST: char = '\u{10FFFF}';

/// The login of whoever has a place `x`.
const LOGIN_OF_PLACE: &str = "(SELECT p.search_login FROM person p WHERE p.id = x.person)";

/// The place of whoever is found, `x`, in the list.
const SELECT: &str = "SELECT x.folded_last, x.folded_first, x.id";

/// Where a person stands in the list.
type Place = (String, String, [u8; 16]);

/// One page.
pub(super) fn people(conn: &Connection<'_>, query: &PeopleQuery) -> Work<Page<PersonRow>> {
    let mut page = Page {
        rows: Vec::new(),
        next: None,
    };
    if query.reach.is_empty() {
        return Ok(page);
    }
    let from = match &query.after {
        Some(token) => position(conn, token)?,
        None => (String::new(), String::new(), [0; 16]),
    };
    let search = Search::new(conn, query, from)?;
    let size = query.size.rows();
    let mut places = search.all(conn)?;
    places.sort();
    places.dedup();
    page.next = places
        .get(size)
        .map(|(_, _, id)| Uuid::from_bytes(*id).simple().to_string());
    for (_, _, id) in places.into_iter().take(size) {
        page.rows
            .push(line(conn, Uuid::from_bytes(id), &search.inside)?);
    }
    Ok(page)
}

/// The place that a page token speaks of. A token is the id of a row, so it says nothing about her.
fn position(conn: &Connection<'_>, token: &str) -> Work<Place> {
    let refused = || StoreError::Conflict("a page token that is none of ours");
    let id = Uuid::try_parse(token).map_err(|_| refused())?;
    let found = conn.one(
        "SELECT folded_last, folded_first, id FROM person WHERE id = ?1",
        params![id.as_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    Ok(found.ok_or_else(refused)?)
}

struct Search {
    prefix: String,
    from: Place,
    /// One page and the first row of the next.
    rows: i64,
    /// What a place `q` in an establishment `e` has to be; empty when there need not be one.
    inside: Clause,
    state: Option<AccountState>,
    /// Somebody was merged into another: she is no line of the list.
    merged: bool,
    /// The lists to walk, when they are those of establishments.
    establishments: Option<Vec<[u8; 16]>>,
}

impl Search {
    fn new(conn: &Connection<'_>, query: &PeopleQuery, from: Place) -> Work<Self> {
        Ok(Self {
            prefix: fold(&query.prefix),
            from,
            rows: i64::try_from(query.size.rows() + 1).unwrap_or(i64::MAX),
            inside: inside(query),
            state: query.state,
            merged: conn.exists("SELECT 1 FROM person_merge LIMIT 1", &[])?,
            establishments: establishments(conn, query)?,
        })
    }

    /// What holds for a person whatever the way she was found.
    fn filters(&self, person: &str) -> Clause {
        let mut filters = Clause::default();
        if self.merged {
            let sql = format!("NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = {person})");
            filters.and(&sql, []);
        }
        if !self.inside.sql.is_empty() {
            filters.and(
                &format!(
                    "EXISTS (SELECT 1 FROM place q JOIN establishment e ON e.id = q.establishment \
                     WHERE q.person = {person}{})",
                    self.inside.sql
                ),
                self.inside.values.iter().cloned(),
            );
        }
        if let Some(state) = self.state {
            filters.and(
                &format!(
                    "EXISTS (SELECT 1 FROM account a WHERE a.person = {person} AND a.state = ?)"
                ),
                [text(state.code())],
            );
        }
        filters
    }

    fn all(&self, conn: &Connection<'_>) -> Work<Vec<Place>> {
        if let Some(state) = self.state.filter(|state| is_rare(*state)) {
            let probe = "SELECT 1 FROM account WHERE state = ? \
                         AND state NOT IN ('active', 'to_activate')";
            if few(conn, probe, &[text(state.code())])? {
                return self.by_state(conn, state);
            }
        }
        let mut found = Vec::new();
        if self.prefix.is_empty() {
            self.walk(conn, &self.from, &Clause::default(), &mut found)?;
            return Ok(found);
        }
        let lists = self.establishments.as_ref();
        if lists.is_some_and(|lists| lists.len() <= SHORT) {
            self.walk(conn, &self.from, &self.any_way(LOGIN_OF_PLACE), &mut found)?;
            return Ok(found);
        }
        self.by_last_name(conn, &mut found)?;
        self.by_first_name(conn, &mut found)?;
        self.by_login(conn, &mut found)?;
        Ok(found)
    }

    /// The folded last name, or "last first" cut at each of its spaces.
    fn by_last_name(&self, conn: &Connection<'_>, found: &mut Vec<Place>) -> Work<()> {
        let mut upper = Clause::default();
        upper.and("x.folded_last < ?", [text(&end(&self.prefix))]);
        let start = (self.prefix.clone(), String::new(), [0; 16]);
        self.walk(conn, &start.max(self.from.clone()), &upper, found)?;
        for (space, _) in self.prefix.match_indices(' ') {
            let (last, first) = self.prefix.split_at(space);
            let first = first.trim_start();
            let mut upper = Clause::default();
            upper.and(
                "x.folded_last = ? AND x.folded_first < ?",
                [text(last), text(&end(first))],
            );
            let start = (last.to_owned(), first.to_owned(), [0; 16]);
            self.walk(conn, &start.max(self.from.clone()), &upper, found)?;
        }
        Ok(())
    }

    fn by_first_name(&self, conn: &Connection<'_>, found: &mut Vec<Place>) -> Work<()> {
        let range = vec![text(&self.prefix), text(&end(&self.prefix))];
        let by_first = conn.by_index("person_by_first");
        let probe =
            format!("SELECT 1 FROM person{by_first} WHERE folded_first >= ? AND folded_first < ?");
        let probe = probe.as_str();
        if few(conn, probe, &range)? {
            let mut clause = Clause::default();
            clause.and("x.folded_first >= ? AND x.folded_first < ?", range);
            return self.sorted(
                conn,
                &format!("{SELECT} FROM person x{by_first} WHERE TRUE"),
                clause,
                found,
            );
        }
        let mut matches = Clause::default();
        matches.and("x.folded_first >= ? AND x.folded_first < ?", range);
        self.walk(conn, &self.from, &matches, found)
    }

    fn by_login(&self, conn: &Connection<'_>, found: &mut Vec<Place>) -> Work<()> {
        let range = vec![text(&self.prefix), text(&end(&self.prefix))];
        let probe = "SELECT 1 FROM login_used WHERE login >= ? AND login < ?";
        if few(conn, probe, &range)? {
            let mut clause = Clause::default();
            clause.and("u.login >= ? AND u.login < ?", range);
            // The few logins outside, the people inside.
            let join = conn.nested_join();
            return self.sorted(
                conn,
                &format!(
                    "{SELECT} FROM login_used u {join} person x \
                     ON x.id = u.person AND x.search_login = u.login WHERE TRUE"
                ),
                clause,
                found,
            );
        }
        let mut matches = Clause::default();
        if self.establishments.is_some() {
            let sql = format!("{LOGIN_OF_PLACE} >= ? AND {LOGIN_OF_PLACE} < ?");
            matches.and(&sql, range);
        } else {
            matches.and("x.search_login >= ? AND x.search_login < ?", range);
        }
        self.walk(conn, &self.from, &matches, found)
    }

    /// All ways of a prefix in one condition, for lists that are short.
    fn any_way(&self, login: &str) -> Clause {
        let ways = [
            "x.folded_last",
            "x.folded_last || ' ' || x.folded_first",
            "x.folded_first",
            login,
        ];
        let range = [text(&self.prefix), text(&end(&self.prefix))];
        let values = ways.iter().flat_map(|_| range.clone()).collect::<Vec<_>>();
        let sql = ways
            .map(|way| format!("({way} >= ? AND {way} < ?)"))
            .join(" OR ");
        let mut clause = Clause::default();
        clause.and(&format!("({sql})"), values);
        clause
    }

    /// A rare state: its accounts are fewer than what a walk would pass by.
    fn by_state(&self, conn: &Connection<'_>, state: AccountState) -> Work<Vec<Place>> {
        let mut clause = Clause::default();
        clause.and(
            "s.state = ? AND s.state NOT IN ('active', 'to_activate')",
            [text(state.code())],
        );
        if !self.prefix.is_empty() {
            clause.and_clause(&self.any_way("x.search_login"));
        }
        let mut found = Vec::new();
        self.sorted(
            conn,
            &format!(
                "{SELECT} FROM account s {} person x ON x.id = s.person WHERE TRUE",
                conn.nested_join()
            ),
            clause,
            &mut found,
        )?;
        Ok(found)
    }

    /// Few matches: all of them from the place on, sorted.
    fn sorted(
        &self,
        conn: &Connection<'_>,
        select: &str,
        mut clause: Clause,
        found: &mut Vec<Place>,
    ) -> Work<()> {
        clause.and_clause(&self.filters("x.id"));
        clause.and(
            "(x.folded_last, x.folded_first, x.id) >= (?, ?, ?)",
            place_values(&self.from),
        );
        let order = "ORDER BY x.folded_last, x.folded_first, x.id LIMIT ?";
        collect(conn, select, clause, order, self.rows, found)
    }

    /// The list in order, from a place on: everybody's, or each establishment's.
    fn walk(
        &self,
        conn: &Connection<'_>,
        from: &Place,
        matches: &Clause,
        found: &mut Vec<Place>,
    ) -> Work<()> {
        let Some(establishments) = &self.establishments else {
            let mut clause = Clause::default();
            clause.and(
                "(x.folded_last, x.folded_first, x.id) >= (?, ?, ?)",
                place_values(from),
            );
            clause.and_clause(matches);
            clause.and_clause(&self.filters("x.id"));
            let by_name = conn.by_index("person_by_name");
            let select = format!("{SELECT} FROM person x{by_name} WHERE TRUE");
            let order = "ORDER BY x.folded_last, x.folded_first, x.id LIMIT ?";
            return collect(conn, &select, clause, order, self.rows, found);
        };
        for establishment in establishments {
            let mut clause = Clause::default();
            clause.and("x.establishment = ?", [Value::Blob(establishment.to_vec())]);
            clause.and(
                "(x.folded_last, x.folded_first, x.person) >= (?, ?, ?)",
                place_values(from),
            );
            clause.and_clause(matches);
            clause.and_clause(&self.filters("x.person"));
            let select = format!(
                "SELECT x.folded_last, x.folded_first, x.person FROM place x{} WHERE TRUE",
                conn.by_index("place_by_name")
            );
            // Grouped, because two profiles in one establishment are one person.
            let order = "GROUP BY x.folded_last, x.folded_first, x.person \
                         ORDER BY x.folded_last, x.folded_first, x.person LIMIT ?";
            collect(conn, &select, clause, order, self.rows, found)?;
        }
        Ok(())
    }
}

const fn is_rare(state: AccountState) -> bool {
    match state {
        AccountState::Active | AccountState::ToActivate => false,
        AccountState::Planned
        | AccountState::Suspended
        | AccountState::ToDelete
        | AccountState::Deleted => true,
    }
}

fn few(conn: &Connection<'_>, probe: &str, values: &[Value]) -> Work<bool> {
    let sql = format!("SELECT count(*) FROM ({probe} LIMIT {}) AS found", FEW + 1);
    let matches: Option<i64> = conn.one(&sql, &refs(values), |row| row.get(0))?;
    Ok(matches.is_none_or(|matches| matches <= FEW))
}

fn collect(
    conn: &Connection<'_>,
    select: &str,
    clause: Clause,
    order: &str,
    rows: i64,
    found: &mut Vec<Place>,
) -> Work<()> {
    let sql = format!("{select}{} {order}", clause.sql);
    let mut values = clause.values;
    values.push(Value::Integer(rows));
    found.extend(conn.all(&sql, &refs(&values), |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?);
    Ok(())
}

/// One line: names, account, and the leading place among those that the reader may see.
fn line(conn: &Connection<'_>, person: Uuid, inside: &Clause) -> Work<PersonRow> {
    let sql = "SELECT p.id, p.last_name, p.first_name, a.login, a.state FROM person p
               LEFT JOIN account a ON a.person = p.id WHERE p.id = ?1";
    let line = conn.one(sql, params![person.as_bytes()], |row| {
        let login: Option<String> = row.get(3)?;
        Ok(PersonRow {
            id: PersonId(id(row, 0)?),
            last: row.get(1)?,
            first: row.get(2)?,
            state: login.as_ref().map(|_| state(row, 4)).transpose()?,
            login: login
                .map(|text| corrupt(text.parse().ok(), "account.login"))
                .transpose()?,
            place: None,
        })
    })?;
    let mut line = corrupt(line, "person")?;
    let sql = format!(
        "SELECT q.profile, e.name FROM place q JOIN establishment e ON e.id = q.establishment
         WHERE q.person = ?{} ORDER BY q.profile <= 2, q.establishment, q.profile LIMIT 1",
        inside.sql
    );
    let mut values = vec![blob(person)];
    values.extend(inside.values.iter().cloned());
    line.place = conn.one(&sql, &refs(&values), |row| {
        Ok((profile(row, 0)?, row.get(1)?))
    })?;
    Ok(line)
}

fn place_values(place: &Place) -> [Value; 3] {
    let (last, first, id) = place;
    [text(last), text(first), Value::Blob(id.to_vec())]
}

fn end(prefix: &str) -> String {
    format!("{prefix}{LAST}")
}
