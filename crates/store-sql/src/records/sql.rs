//! One way of asking either engine.
//!
//! Where the dialects agree, a piece of work is written once: it asks a [`Connection`] and reads a
//! [`Row`], whatever stands behind. With SQLite each step is what it was, one branch more. What only one
//! engine can do well (feeds) is written for that engine, in its own words.

use super::connections::Work;
use super::engine::About;
use crate::postgres::{Link, cell, lock};
use portique_store::StoreError;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, ValueRef};

/// A connection inside a transaction.
#[derive(Clone, Copy)]
pub(crate) enum Connection<'a> {
    /// SQLite.
    Sqlite(&'a rusqlite::Connection),
    /// PostgreSQL.
    Postgres(&'a Link),
}

impl<'a> From<&'a rusqlite::Connection> for Connection<'a> {
    fn from(conn: &'a rusqlite::Connection) -> Self {
        Self::Sqlite(conn)
    }
}

impl From<&Self> for Connection<'_> {
    fn from(conn: &Self) -> Self {
        *conn
    }
}

impl Connection<'_> {
    /// SQLite takes the index it is told; PostgreSQL finds its way by what it counted.
    pub(super) fn by_index(&self, index: &str) -> String {
        match self {
            Self::Sqlite(_) => format!(" INDEXED BY {index}"),
            Self::Postgres(_) => String::new(),
        }
    }

    /// A join that keeps the order of its loops where that can be said.
    pub(super) fn nested_join(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "CROSS JOIN",
            Self::Postgres(_) => "JOIN",
        }
    }

    /// Waits for acts about something else too, where they go side by side; until the transaction ends.
    pub(super) fn hold(&self, about: About) -> Work<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(link) => link
                .query("SELECT 1 FROM pg_advisory_xact_lock(?1)", &[&lock(about)])
                .map(drop),
        }
    }

    /// Writes, and says how many rows.
    pub(super) fn execute(&self, sql: &str, values: &[&dyn ToSql]) -> Work<usize> {
        match self {
            Self::Sqlite(conn) => Ok(conn.prepare_cached(sql)?.execute(values)?),
            Self::Postgres(link) => link.execute(sql, values),
        }
    }

    /// The first row, when there is one.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl FnOnce(&Row<'_>) -> Work<T>,
    ) -> Work<Option<T>> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql)?;
                let mut rows = statement.query(values)?;
                match rows.next()? {
                    Some(row) => read(&Row::Sqlite(row)).map(Some),
                    None => Ok(None),
                }
            }
            Self::Postgres(link) => match link.query(sql, values)?.first() {
                Some(row) => read(&Row::Postgres(row)).map(Some),
                None => Ok(None),
            },
        }
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        mut read: impl FnMut(&Row<'_>) -> Work<T>,
    ) -> Work<Vec<T>> {
        match self {
            Self::Sqlite(conn) => {
                let mut statement = conn.prepare_cached(sql)?;
                let mut rows = statement.query(values)?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(&Row::Sqlite(row))?);
                }
                Ok(found)
            }
            Self::Postgres(link) => {
                let rows = link.query(sql, values)?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        }
    }

    /// Whether there is a row.
    pub(super) fn exists(&self, sql: &str, values: &[&dyn ToSql]) -> Work<bool> {
        match self {
            Self::Sqlite(conn) => Ok(conn.prepare_cached(sql)?.exists(values)?),
            Self::Postgres(link) => Ok(!link.query(sql, values)?.is_empty()),
        }
    }
}

/// A row of either engine.
pub(crate) enum Row<'a> {
    /// SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// PostgreSQL.
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    /// A value, as the type asked for.
    pub(crate) fn get<T: FromSql>(&self, column: usize) -> Work<T> {
        read(self.cell(column)?)
    }

    /// A text where it lies.
    pub(super) fn text(&self, column: usize) -> Work<&str> {
        let text = self.cell(column)?.as_str();
        Ok(text.map_err(|_| StoreError::Corrupt("the type of a column"))?)
    }
}

/// What has cells: a [`Row`], and a row of SQLite itself where feeds read one.
pub(super) trait Cells {
    /// The value of a column.
    fn cell(&self, column: usize) -> Work<ValueRef<'_>>;
}

impl Cells for Row<'_> {
    fn cell(&self, column: usize) -> Work<ValueRef<'_>> {
        match self {
            Self::Sqlite(row) => Ok(row.get_ref(column)?),
            Self::Postgres(row) => Ok(cell(row, column)?),
        }
    }
}

impl Cells for rusqlite::Row<'_> {
    fn cell(&self, column: usize) -> Work<ValueRef<'_>> {
        Ok(self.get_ref(column)?)
    }
}

impl Cells for tokio_postgres::Row {
    fn cell(&self, column: usize) -> Work<ValueRef<'_>> {
        Ok(cell(self, column)?)
    }
}

/// A value, as the type asked for.
pub(super) fn read<T: FromSql>(value: ValueRef<'_>) -> Work<T> {
    let read = T::column_result(value);
    Ok(read.map_err(|_| StoreError::Corrupt("the type of a column"))?)
}
