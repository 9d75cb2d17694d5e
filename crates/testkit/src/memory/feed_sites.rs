//! Establishments under several keys, in memory: see `feed_sites` of the SQL store.

use super::records::{EstablishmentRow, SiteAlias, State};
use portique_domain::identity::{
    AcademyCode, Establishment, EstablishmentId, SourceKey, SourceName,
};
use portique_feed::staged::StagedEstablishment;
use std::cmp::Reverse;

fn rank(source: &SourceName) -> u8 {
    match source.as_str() {
        "aaf" => 0,
        "aaf-1d" => 1,
        _ => 2,
    }
}

impl State {
    /// The establishment that a key stands for.
    pub(super) fn site_of(&self, key: &SourceKey) -> Option<EstablishmentId> {
        let mut rows = self.establishments.values();
        let leads = rows.find(|row| row.establishment.key == *key);
        let leads = leads.map(|row| row.establishment.id);
        leads.or_else(|| self.site_aliases.get(key).map(|alias| alias.site))
    }

    /// What one source calls an establishment.
    pub(super) fn site_name(
        &self,
        site: EstablishmentId,
        source: &SourceName,
        academy: AcademyCode,
    ) -> Option<&str> {
        let ours = |key: &&SourceKey| key.source == *source && key.academy == academy;
        let lead = Some(&self.establishments[&site].establishment.key).filter(ours);
        let aliases = self.site_aliases.iter();
        let aliases = aliases.filter(|(_, alias)| alias.site == site);
        lead.or_else(|| aliases.map(|(key, _)| key).find(ours))
            .map(|key| key.id.as_str())
    }

    /// Takes in a staged establishment; says whether anything was written.
    pub(super) fn put_establishment(&mut self, staged: &StagedEstablishment) -> bool {
        let known = self.site_of(&staged.key);
        let Some(site) = known.or_else(|| self.same_uai(staged)) else {
            let id = EstablishmentId(self.next_id());
            self.write_establishment(id, staged);
            return true;
        };
        let row = &self.establishments[&site];
        if row.establishment.key == staged.key {
            if row.digest == staged.digest && !row.disappeared {
                return false;
            }
            self.write_establishment(site, staged);
            return true;
        }
        let before = rank(&staged.key.source) < rank(&row.establishment.key.source);
        if before || row.disappeared {
            let former = SiteAlias {
                site,
                digest: row.digest,
                gone: row.disappeared,
            };
            let key = row.establishment.key.clone();
            self.site_aliases.remove(&staged.key);
            self.site_aliases.insert(key, former);
            self.write_establishment(site, staged);
            return true;
        }
        let alias = SiteAlias {
            site,
            digest: staged.digest,
            gone: false,
        };
        self.site_aliases.insert(staged.key.clone(), alias.clone()) != Some(alias)
    }

    fn same_uai(&self, staged: &StagedEstablishment) -> Option<EstablishmentId> {
        let uai = staged.uai.as_ref()?;
        let rows = self.establishments.values().filter(|row| {
            let it = &row.establishment;
            let academy = staged.key.academy;
            it.uai.as_ref() == Some(uai) && (it.key.academy == academy || it.academy == academy)
        });
        let open = rows.max_by_key(|row| (!row.disappeared, Reverse(row.establishment.id)));
        open.map(|row| row.establishment.id)
    }

    fn write_establishment(&mut self, id: EstablishmentId, staged: &StagedEstablishment) {
        let establishment = Establishment {
            id,
            key: staged.key.clone(),
            uai: staged.uai.clone(),
            name: staged.name.clone(),
            town: staged.town.clone(),
            kind: staged.kind,
            tutelle: staged.tutelle,
            academy: staged.academy,
            phone: staged.phone.clone(),
        };
        let row = EstablishmentRow {
            establishment,
            digest: staged.digest,
            disappeared: false,
        };
        self.establishments.insert(id, row);
    }

    /// Keys that their source does not send any more; gives how many.
    pub(super) fn close_establishments(&mut self, gone: impl Fn(&SourceKey) -> bool) -> u64 {
        let mut closed = 0;
        for (key, alias) in &mut self.site_aliases {
            if gone(key) && !alias.gone {
                alias.gone = true;
                closed += 1;
            }
        }
        let ids: Vec<EstablishmentId> = self.establishments.keys().copied().collect();
        for id in ids {
            let row = &self.establishments[&id];
            if row.disappeared || !gone(&row.establishment.key) {
                continue;
            }
            closed += 1;
            let aliases = self.site_aliases.iter();
            let next = aliases
                .filter(|(_, alias)| alias.site == id && !alias.gone)
                .min_by_key(|(key, _)| rank(&key.source))
                .map(|(key, _)| key.clone());
            let row = self.establishments.get_mut(&id).unwrap();
            let Some(next) = next else {
                row.disappeared = true;
                continue;
            };
            let alias = self.site_aliases.remove(&next).unwrap();
            let former = core::mem::replace(&mut row.establishment.key, next);
            let digest = core::mem::replace(&mut row.digest, alias.digest);
            let alias = SiteAlias {
                site: id,
                digest,
                gone: true,
            };
            self.site_aliases.insert(former, alias);
        }
        closed
    }
}
