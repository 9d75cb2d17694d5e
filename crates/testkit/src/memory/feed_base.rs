//! What a delta is merged with, in memory: the staged records themselves are kept.

use super::records::{MemoryRecords, PersonRecord};
use portique_domain::identity::{AcademyCode, SourceKey, SourceName};
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_store::Result;
use portique_store::records::FeedBase;

pub(super) struct MemoryBase {
    pub(super) records: MemoryRecords,
    pub(super) source: SourceName,
    pub(super) academy: AcademyCode,
}

impl MemoryBase {
    fn key(&self, id: &str) -> SourceKey {
        SourceKey {
            source: self.source.clone(),
            academy: self.academy,
            id: id.to_owned(),
        }
    }
}

impl FeedBase for MemoryBase {
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>> {
        let key = self.key(id);
        let state = self.records.lock();
        let Some(site) = state.site_of(&key) else {
            return Ok(None);
        };
        let row = &state.establishments[&site];
        let alias = state.site_aliases.get(&key);
        let gone = alias.map_or(row.disappeared, |alias| alias.gone);
        Ok((!gone).then(|| {
            let it = &row.establishment;
            StagedEstablishment {
                key,
                uai: it.uai.clone(),
                name: it.name.clone(),
                town: it.town.clone(),
                kind: it.kind,
                tutelle: it.tutelle,
                academy: it.academy,
                phone: it.phone.clone(),
                digest: alias.map_or(row.digest, |alias| alias.digest),
            }
        }))
    }

    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>> {
        let key = self.key(id);
        let state = self.records.lock();
        let row = state.keys_of_people.get(&key).map(|id| &state.people[id]);
        let here = row.filter(|row| row.person.disappeared_at.is_none());
        Ok(here.and_then(|row| row.staged.clone()))
    }

    fn children_of(&mut self, relative: &str) -> Result<Vec<String>> {
        let key = self.key(relative);
        let state = self.records.lock();
        let named = |row: &&PersonRecord| {
            let it = &row.person;
            let mut ties = row.staged.iter().flat_map(|staged| &staged.relatives);
            let ours = it.key.source == key.source && it.key.academy == key.academy;
            ours && it.disappeared_at.is_none() && ties.any(|tie| tie.relative == relative)
        };
        let children = state.people.values().filter(named);
        Ok(children.map(|row| row.person.key.id.clone()).collect())
    }
}
