//! Logins: given once, to one person, for good.

use super::connections::{Work, in_the_way};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{Login, PersonId};
use rusqlite::{Connection, params};
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
    pub(super) fn begin(conn: &Connection) -> Work<Self> {
        let buried = conn
            .prepare_cached("SELECT 1 FROM login_gone LIMIT 1")?
            .exists([])?;
        Ok(Self {
            next: HashMap::new(),
            salt: if buried { Some(salt(conn)?) } else { None },
        })
    }

    fn is_used(&self, conn: &Connection, login: &Login) -> Work<bool> {
        let used = conn
            .prepare_cached("SELECT 1 FROM login_used WHERE login = ?1")?
            .exists(params![login.as_str()])?;
        let Some(salt) = self.salt.filter(|_| !used) else {
            return Ok(used);
        };
        Ok(conn
            .prepare_cached("SELECT 1 FROM login_gone WHERE digest = ?1")?
            .exists(params![digest(&salt, login.as_str())])?)
    }

    /// The proposal with the lowest free rank; `None` when the names have no usable letter.
    pub(super) fn free(
        &mut self,
        conn: &Connection,
        first: &str,
        last: &str,
    ) -> Work<Option<Login>> {
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

fn salt(conn: &Connection) -> Work<[u8; 32]> {
    Ok(conn
        .prepare_cached("SELECT salt FROM meta")?
        .query_row([], |row| row.get(0))?)
}

fn digest(salt: &[u8; 32], login: &str) -> [u8; 32] {
    let mut bytes = salt.to_vec();
    bytes.extend_from_slice(login.as_bytes());
    portique_jose::digest::sha256(&bytes)
}

/// Keeps the digest of a person's logins, so that they are never given again though nothing else of her
/// stays.
pub(super) fn bury(conn: &Connection, person: PersonId) -> Work<()> {
    let salt = salt(conn)?;
    let logins: Vec<String> = conn
        .prepare_cached("SELECT login FROM login_used WHERE person = ?1")?
        .query_map(params![person.0.as_bytes()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for login in logins {
        conn.prepare_cached("INSERT OR IGNORE INTO login_gone (digest) VALUES (?1)")?
            .execute(params![digest(&salt, &login)])?;
    }
    Ok(())
}

/// Opens an account that waits for its owner, under a login never given before.
pub(super) fn open(
    conn: &Connection,
    person: PersonId,
    login: &Login,
    actor: &str,
    at: Timestamp,
) -> Work<()> {
    let id = person.0.as_bytes();
    conn.prepare_cached("INSERT INTO login_used (login, person) VALUES (?1, ?2)")?
        .execute(params![login.as_str(), id])
        .map_err(in_the_way("login"))?;
    let state = AccountState::ToActivate.code();
    conn.prepare_cached(
        "INSERT INTO account (person, login, state, state_since) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![id, login.as_str(), state, at.millis()])
    .map_err(in_the_way("account"))?;
    conn.prepare_cached(
        "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
         VALUES (?1, 1, ?2, NULL, ?3, ?4)",
    )?
    .execute(params![id, at.millis(), state, actor])?;
    Ok(())
}
