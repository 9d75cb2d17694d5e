//! Changes of an account's state: by the domain's jumps only, each with its date and its actor.

use super::columns::{actor_text, corrupt};
use super::connections::Work;
use super::sql::Connection;
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::rights::Actor;
use rusqlite::params;

/// Where an account stands, as far as its acts need to know.
pub(super) struct Standing {
    /// Its state.
    pub(super) state: AccountState,
    /// The state that a freeze took it from.
    pub(super) before_freeze: Option<AccountState>,
}

impl Standing {
    /// Whether a code may open it: it waits for its owner, came back from its end, or is active and its
    /// owner forgot her password (decision 0007).
    pub(super) fn takes_a_code(&self) -> bool {
        match self.state {
            AccountState::ToActivate | AccountState::ToDelete | AccountState::Active => true,
            AccountState::Planned | AccountState::Suspended | AccountState::Deleted => false,
        }
    }
}

/// Looks at an account; that of somebody merged into another is none.
pub(super) fn standing<'a>(
    conn: impl Into<Connection<'a>>,
    person: PersonId,
) -> Work<Option<Standing>> {
    let conn = conn.into();
    let found: Option<(String, Option<String>)> = conn.one(
        "SELECT state, state_before_freeze FROM account WHERE person = ?1
         AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = account.person)",
        params![person.0.as_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((state, before_freeze)) = found else {
        return Ok(None);
    };
    Ok(Some(Standing {
        state: corrupt(state.parse().ok(), "account.state")?,
        before_freeze: before_freeze
            .map(|text| corrupt(text.parse().ok(), "account.state_before_freeze"))
            .transpose()?,
    }))
}

/// Takes an account from a state to another when that jump is legal, and says whether it did.
pub(super) fn jump<'a>(
    conn: impl Into<Connection<'a>>,
    person: PersonId,
    from: AccountState,
    to: AccountState,
    by: &Actor,
    at: Timestamp,
) -> Work<bool> {
    let conn = conn.into();
    if from.jump(to).is_err() {
        return Ok(false);
    }
    let before_freeze = (to == AccountState::Suspended).then(|| from.code());
    let changed = conn.execute(
        "UPDATE account SET state = ?2, state_since = ?3, state_before_freeze = ?4
             WHERE person = ?1 AND state = ?5",
        params![
            person.0.as_bytes(),
            to.code(),
            at.millis(),
            before_freeze,
            from.code()
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    note(conn, person, Some(from), to, by, at)?;
    Ok(true)
}

/// Writes a change down.
pub(super) fn note<'a>(
    conn: impl Into<Connection<'a>>,
    person: PersonId,
    from: Option<AccountState>,
    to: AccountState,
    by: &Actor,
    at: Timestamp,
) -> Work<()> {
    let conn = conn.into();
    conn.execute(
        "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
         SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5
         FROM account_change WHERE person = ?1",
        params![
            person.0.as_bytes(),
            at.millis(),
            from.map(AccountState::code),
            to.code(),
            actor_text(by)
        ],
    )?;
    Ok(())
}
