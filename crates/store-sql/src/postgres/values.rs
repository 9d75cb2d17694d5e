//! Values on their way to PostgreSQL and back, in the words of the other engine.
//!
//! A parameter takes the type that its column has on the server: an id of sixteen bytes is a `uuid` or a
//! `bytea`, a whole number a `bigint` or less, 0 and 1 a `boolean`. So one piece of code binds and reads
//! on both engines.

use bytes::{BufMut as _, BytesMut};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;
use std::error::Error;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Boxed = Box<dyn Error + Sync + Send>;

/// A value that does not fit the column it is meant for. Never names the value.
#[derive(Debug, thiserror::Error)]
#[error("a value does not fit the type {0} of its column")]
struct Misfit(String);

fn misfit(column: &Type) -> Boxed {
    Box::new(Misfit(column.name().to_owned()))
}

/// A value to bind.
pub(super) struct Bound<'a>(ToSqlOutput<'a>);

impl core::fmt::Debug for Bound<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Bound(…)")
    }
}

impl<'a> Bound<'a> {
    /// From what the other engine would bind.
    pub(super) fn new(value: &'a dyn rusqlite::ToSql) -> rusqlite::Result<Self> {
        value.to_sql().map(Self)
    }
}

/// PostgreSQL keeps no NUL in a text. Nothing that is kept has this sign in its place, so a name with a
/// NUL is looked for and not found, as it should be.
fn without_nul(text: &[u8]) -> Cow<'_, [u8]> {
    if text.contains(&0) {
        let text = String::from_utf8_lossy(text).replace('\0', "\u{FFFD}");
        Cow::Owned(text.into_bytes())
    } else {
        Cow::Borrowed(text)
    }
}

fn put_number(number: i64, column: &Type, out: &mut BytesMut) -> Result<(), Boxed> {
    match *column {
        Type::BOOL => out.put_u8(u8::from(number != 0)),
        Type::INT2 => out.put_i16(number.try_into().map_err(|_| misfit(column))?),
        Type::INT4 => out.put_i32(number.try_into().map_err(|_| misfit(column))?),
        Type::INT8 => out.put_i64(number),
        _ => return Err(misfit(column)),
    }
    Ok(())
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, column: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        let value = match &self.0 {
            ToSqlOutput::Borrowed(value) => *value,
            ToSqlOutput::Owned(value) => value.into(),
            ToSqlOutput::ZeroBlob(_) | _ => return Err(misfit(column)),
        };
        match (value, column) {
            (ValueRef::Null, _) => return Ok(IsNull::Yes),
            (ValueRef::Integer(number), _) => put_number(number, column, out)?,
            (ValueRef::Text(text), &(Type::TEXT | Type::VARCHAR | Type::UNKNOWN)) => {
                out.put_slice(&without_nul(text));
            }
            (ValueRef::Blob(bytes), &Type::BYTEA) => out.put_slice(bytes),
            (ValueRef::Blob(bytes), &Type::UUID) if bytes.len() == 16 => out.put_slice(bytes),
            (ValueRef::Text(_) | ValueRef::Blob(_) | ValueRef::Real(_), _) => {
                return Err(misfit(column));
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A value as it lies in a row.
struct Lying<'a>(ValueRef<'a>);

impl<'a> FromSql<'a> for Lying<'a> {
    fn from_sql(column: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(Self(match *column {
            Type::BOOL => ValueRef::Integer(i64::from(bool::from_sql(column, raw)?)),
            Type::INT2 => ValueRef::Integer(i64::from(i16::from_sql(column, raw)?)),
            Type::INT4 => ValueRef::Integer(i64::from(i32::from_sql(column, raw)?)),
            Type::INT8 => ValueRef::Integer(i64::from_sql(column, raw)?),
            Type::TEXT | Type::VARCHAR => ValueRef::Text(raw),
            Type::BYTEA | Type::UUID => ValueRef::Blob(raw),
            _ => return Err(misfit(column)),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// One cell of a row.
pub(crate) fn cell(
    row: &tokio_postgres::Row,
    column: usize,
) -> Result<ValueRef<'_>, tokio_postgres::Error> {
    row.try_get::<_, Lying<'_>>(column).map(|lying| lying.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(value: &dyn rusqlite::ToSql, column: &Type) -> Option<Vec<u8>> {
        let mut out = BytesMut::new();
        let bound = Bound::new(value).ok()?;
        match bound.to_sql(column, &mut out).ok()? {
            IsNull::Yes => None,
            IsNull::No => Some(out.to_vec()),
        }
    }

    #[test]
    fn a_value_takes_the_type_of_its_column_or_is_refused() {
        assert_eq!(bound(&true, &Type::BOOL), Some(vec![1]));
        assert_eq!(bound(&258_i64, &Type::INT2), Some(vec![1, 2]));
        assert_eq!(
            bound(&1_u32, &Type::INT8),
            Some(vec![0, 0, 0, 0, 0, 0, 0, 1])
        );
        assert_eq!(bound(&[7_u8; 16], &Type::UUID), Some(vec![7; 16]));
        assert_eq!(bound(&"é", &Type::TEXT), Some("é".into()));
        assert_eq!(bound(&None::<i64>, &Type::INT8), None);
        for (value, column) in [
            (&70_000_i64 as &dyn rusqlite::ToSql, &Type::INT2),
            (&[7_u8; 15], &Type::UUID),
            (&"a", &Type::INT8),
            (&1_i64, &Type::TEXT),
            (&1.5, &Type::TEXT),
        ] {
            let mut out = BytesMut::new();
            assert!(Bound::new(value).unwrap().to_sql(column, &mut out).is_err());
        }
    }

    #[test]
    fn a_text_with_a_nul_is_another_text() {
        assert_eq!(bound(&"a\0b", &Type::TEXT), Some("a\u{FFFD}b".into()));
    }
}
