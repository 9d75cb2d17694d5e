//! What partners were given, by session.

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::session::Participation;
use portique_store::Result;
use portique_store::live::Participations;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What outlives its session waits so long for the logout engine, then goes.
const ORPHANED_FOR: Duration = Duration::from_hours(24);

/// The table.
#[derive(Default)]
pub(super) struct ParticipationTable {
    of_session: HashMap<Uuid, Vec<Participation>>,
}

impl ParticipationTable {
    /// Puts one in; `false` when the partner was given the very same before.
    pub(super) fn insert(&mut self, participation: Participation) -> bool {
        let known = self.of_session.entry(participation.session).or_default();
        let again = known.iter().any(|other| {
            other.partner == participation.partner && other.handle == participation.handle
        });
        if !again {
            known.push(participation);
        }
        !again
    }

    /// Takes out those whose session is long gone, and says of which sessions.
    pub(super) fn sweep(&mut self, alive: &HashSet<Uuid>, now: Timestamp) -> Vec<Uuid> {
        let orphaned: Vec<Uuid> = self
            .of_session
            .iter()
            .filter(|(session, given)| {
                let recent = given.iter().any(|one| now.since(one.at) < ORPHANED_FOR);
                !alive.contains(session) && !recent
            })
            .map(|(session, _)| *session)
            .collect();
        for session in &orphaned {
            self.of_session.remove(session);
        }
        orphaned
    }
}

#[async_trait]
impl Participations for SqliteLive {
    async fn record(&self, participation: &Participation) -> Result<()> {
        let mut table = lock(&self.tables.participations);
        if table.insert(participation.clone()) {
            let change = Change::ParticipationPut(Box::new(participation.clone()));
            self.writer.hand(vec![change])?;
        }
        Ok(())
    }

    async fn of_session(&self, session: Uuid) -> Result<Vec<Participation>> {
        let table = lock(&self.tables.participations);
        Ok(table.of_session.get(&session).cloned().unwrap_or_default())
    }

    async fn forget(&self, session: Uuid) -> Result<()> {
        let pending = {
            let mut table = lock(&self.tables.participations);
            let known = table.of_session.remove(&session);
            let changes = known.iter().map(|_| Change::ParticipationsGone(session));
            self.writer.hand_waiting(changes.collect())
        };
        pending.written().await
    }
}
