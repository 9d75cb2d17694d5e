//! What a fault of PostgreSQL means to those who asked.
//!
//! The server's own words may quote a row (`Key (login)=(…) already exists`), so none of them goes on:
//! only its five-letter code does, or the kind of the fault on the way.

use portique_store::StoreError;
use std::error::Error as _;
use std::io;
use tokio_postgres::error::{Error, SqlState};

/// A fault without anybody's data in it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Told {
    /// The server's code.
    #[error("the server says {0}")]
    Code(String),
    /// The connection dropped or could not be made.
    #[error("no connection to the server ({0})")]
    Away(io::ErrorKind),
    /// No answer within the time that one may take.
    #[error("the server did not answer in time")]
    Late,
    /// Every connection is taken.
    #[error("every connection to the server is taken")]
    Taken,
    /// A value that was sent or came back has another type than its column.
    #[error("a column has another type than is written here")]
    Type,
    /// The greeting failed: TLS, name or password.
    #[error("the server and we do not agree on TLS or on the password")]
    Greeting,
    /// The thread that worked for us is gone.
    #[error("the work was cut off")]
    CutOff,
}

impl Told {
    /// As the doors say it.
    pub(crate) fn unavailable(self) -> StoreError {
        StoreError::Unavailable(Box::new(self))
    }
}

/// Whether the connection is gone, so that what was only read may be asked once more.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.code() {
        Some(code) => {
            code.code().starts_with("08")
                || [
                    SqlState::ADMIN_SHUTDOWN,
                    SqlState::CRASH_SHUTDOWN,
                    SqlState::CANNOT_CONNECT_NOW,
                ]
                .contains(code)
        }
        None => error.is_closed() || io_kind(error).is_some(),
    }
}

fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    let source = error.source()?;
    Some(source.downcast_ref::<io::Error>()?.kind())
}

/// Whether a constraint refused a row.
pub(crate) fn is_in_the_way(error: &Error) -> bool {
    error
        .code()
        .is_some_and(|code| code.code().starts_with("23"))
}

/// What a fault means.
pub(crate) fn failed(error: &Error) -> StoreError {
    let Some(code) = error.code() else {
        return match io_kind(error) {
            Some(kind) => Told::Away(kind).unavailable(),
            None if error.is_closed() => Told::Away(io::ErrorKind::ConnectionReset).unavailable(),
            None if error.to_string().contains("serializing") => Told::Type.unavailable(),
            None => Told::Greeting.unavailable(),
        };
    };
    let told = Box::new(Told::Code(code.code().to_owned()));
    if is_in_the_way(error) {
        return StoreError::Conflict("a row that is there");
    }
    // 53100 disk full, 25006 read-only transaction (a standby), 42501 no right to.
    match code.code() {
        "53100" | "25006" | "42501" => StoreError::CannotWrite(told),
        "XX001" | "XX002" => StoreError::Corrupt("a table of the server"),
        _ => StoreError::Unavailable(told),
    }
}
