//! Logins: given once, to one person, for good.

use super::columns::corrupt;
use super::connections::{Work, in_the_way};
use super::sql::Connection;
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{Login, PersonId};
use rusqlite::params;
use std::collections::HashMap;

/// Gives free logins to many newcomers.
///
/// A login that is taken has its next free rank remembered, so that the thousandth homonym does not
/// ask about the nine hundred before her. Only names with homonyms are remembered.
pub(super) struct Ranks {
    next: HashMap<Login, u32>,
    /// What digests of buried logins are drawn with; `None` as long as none is buried.
    salt: Option<[u8; 32]>,
}

impl Ranks {
    /// Begins a run.
    pub(super) fn begin<'a>(conn: impl Into<Connection<'a>>) -> Work<Self> {
        let conn = conn.into();
        let buried = conn.exists("SELECT 1 FROM login_gone LIMIT 1", &[])?;
        Ok(Self {
            next: HashMap::new(),
            salt: if buried { Some(salt(&conn)?) } else { None },
        })
    }

    fn is_used(&self, conn: &Connection<'_>, login: &Login) -> Work<bool> {
        let used = "SELECT 1 FROM login_used WHERE login = ?1";
        let used = conn.exists(used, params![login.as_str()])?;
        let Some(salt) = self.salt.filter(|_| !used) else {
            return Ok(used);
        };
        is_buried(conn, &salt, login)
    }

    /// The proposal with the lowest free rank; `None` when the names have no usable letter.
    pub(super) fn free<'a>(
        &mut self,
        conn: impl Into<Connection<'a>>,
        first: &str,
        last: &str,
    ) -> Work<Option<Login>> {
        let conn = &conn.into();
        let Some(stem) = Login::propose(first, last, 1) else {
            return Ok(None);
        };
        if !self.next.contains_key(&stem) && !self.is_used(conn, &stem)? {
            return Ok(Some(stem));
        }
        let mut rank = self.next.get(&stem).copied().unwrap_or(2);
        loop {
            let Some(login) = Login::propose(first, last, rank) else {
                return Ok(None);
            };
            rank = rank.saturating_add(1);
            if !self.is_used(conn, &login)? {
                self.next.insert(stem, rank);
                return Ok(Some(login));
            }
        }
    }
}

/// Whether a login was ever given.
pub(super) fn is_used(conn: &Connection<'_>, login: &Login) -> Work<bool> {
    Ranks::begin(*conn)?.is_used(conn, login)
}

fn is_buried(conn: &Connection<'_>, salt: &[u8; 32], login: &Login) -> Work<bool> {
    let gone = "SELECT 1 FROM login_gone WHERE digest = ?1";
    conn.exists(gone, params![digest(salt, login.as_str())])
}

fn salt(conn: &Connection<'_>) -> Work<[u8; 32]> {
    corrupt(
        conn.one("SELECT salt FROM meta", &[], |row| row.get(0))?,
        "meta",
    )
}

fn digest(salt: &[u8; 32], login: &str) -> [u8; 32] {
    let mut bytes = salt.to_vec();
    bytes.extend_from_slice(login.as_bytes());
    portique_jose::digest::sha256(&bytes)
}

/// Keeps the digest of a person's logins, so that they are never given again though nothing else of her
/// stays.
pub(super) fn bury(conn: &Connection<'_>, person: PersonId) -> Work<()> {
    let salt = salt(conn)?;
    let logins = "SELECT login FROM login_used WHERE person = ?1";
    let logins: Vec<String> = conn.all(logins, params![person.0.as_bytes()], |row| row.get(0))?;
    for login in logins {
        conn.execute(
            "INSERT INTO login_gone (digest) VALUES (?1) ON CONFLICT DO NOTHING",
            params![digest(&salt, &login)],
        )?;
    }
    Ok(())
}

/// Opens an account that waits for its owner, under a login never given before.
pub(super) fn open<'a>(
    conn: impl Into<Connection<'a>>,
    person: PersonId,
    login: &Login,
    actor: &str,
    at: Timestamp,
) -> Work<()> {
    let conn = conn.into();
    let id = person.0.as_bytes();
    conn.execute(
        "INSERT INTO login_used (login, person) VALUES (?1, ?2)",
        params![login.as_str(), id],
    )
    .map_err(in_the_way("login"))?;
    let state = AccountState::ToActivate.code();
    conn.execute(
        "INSERT INTO account (person, login, state, state_since) VALUES (?1, ?2, ?3, ?4)",
        params![id, login.as_str(), state, at.millis()],
    )
    .map_err(in_the_way("account"))?;
    conn.execute(
        "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
         VALUES (?1, 1, ?2, NULL, ?3, ?4)",
        params![id, at.millis(), state, actor],
    )?;
    Ok(())
}
