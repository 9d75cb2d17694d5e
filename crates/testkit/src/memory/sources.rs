//! Sources of feeds in memory.

use super::records::MemoryRecords;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_store::Result;
use portique_store::records::{LookState, SourceDelivery, SourceKeeper, SourceLook};

#[async_trait]
impl SourceKeeper for MemoryRecords {
    async fn begin_look(
        &self,
        source: &str,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool> {
        let mut state = self.lock();
        let last = state.source_looks.get(source).map(|look| look.at);
        if last != seen {
            return Ok(false);
        }
        let look = SourceLook {
            source: source.to_owned(),
            at: now,
            state: LookState::Running,
            problem: String::new(),
        };
        state.source_looks.insert(source.to_owned(), look);
        Ok(true)
    }

    async fn end_look(&self, look: &SourceLook) -> Result<()> {
        let mut state = self.lock();
        if let Some(last) = state.source_looks.get_mut(&look.source)
            && last.at == look.at
        {
            *last = look.clone();
        }
        Ok(())
    }

    async fn last_look(&self, source: &str) -> Result<Option<SourceLook>> {
        Ok(self.lock().source_looks.get(source).cloned())
    }

    async fn remember(&self, delivery: &SourceDelivery) -> Result<()> {
        let key = (delivery.source.clone(), delivery.mark.clone());
        self.lock().source_deliveries.insert(key, delivery.clone());
        Ok(())
    }

    async fn deliveries(&self, source: &str) -> Result<Vec<SourceDelivery>> {
        let state = self.lock();
        let theirs = state.source_deliveries.values();
        let mut found: Vec<_> = theirs.filter(|it| it.source == source).cloned().collect();
        found.sort_by(|a, b| (b.at, &b.mark).cmp(&(a.at, &a.mark)));
        Ok(found)
    }
}
