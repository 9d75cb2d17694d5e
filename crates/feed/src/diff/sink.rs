//! What the comparison does with each record that passes.

use super::known::Met;
use super::{Comparer, Fate, Seen, fate, identity_mark, is_another, offer};
use crate::name::Category;
use crate::stage::{Held, Sink, SinkError};
use crate::staged::{StagedDelete, StagedEstablishment, StagedPerson};
use portique_domain::identity::Profile;

impl Sink for Comparer {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        let number = self.known.number_or_new(&staged.key.id);
        let uai = staged.uai.map(|uai| uai.to_string()).unwrap_or_default();
        let is_elsewhere = self.known.is_elsewhere(&uai);
        let Some(row) = self.known.establishments.get_mut(number as usize) else {
            return Ok(());
        };
        let fate = match (row.known, row.disappeared) {
            // One key more of an establishment that is there.
            (false, _) if is_elsewhere => Fate::Updated,
            (false, _) => Fate::Created,
            (true, true) => Fate::Returned,
            (true, false) if row.digest == staged.digest => Fate::Unchanged,
            (true, false) => Fate::Updated,
        };
        row.met = Met::Yes;
        row.uai = uai;
        row.name = staged.name;
        self.totals.establishment(fate);
        if let Some(row) = self.row(number) {
            row.establishment(fate);
        }
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        let places: Vec<(u32, Profile)> = staged
            .places
            .iter()
            .map(|place| {
                (
                    self.known.number_or_new(&place.establishment),
                    place.profile,
                )
            })
            .collect();
        let known = self.known.meet(&staged.key.id, Met::Yes);
        let bridged = self.bridged(&staged).filter(|_| known.is_none());
        let seen = known.map(|row| Seen {
            alias: row.alias,
            disappeared: row.disappeared,
            same: row.digest == staged.digest,
        });
        let fate = fate(seen, bridged, || {
            known.is_some_and(|row| is_elsewhere(&self.known.places(&row), &places))
        });
        if let Some(row) = known
            && row.identity != 0
            && !row.alias
        {
            let mark = identity_mark(&staged.names, staged.birth_date);
            self.count_identity(&self.known.places(&row), mark != row.identity);
        }
        if bridged.is_none() && known.is_none_or(|row| row.disappeared && !row.active) {
            self.consequences.accounts_to_activate += 1;
            self.consequences.codes_to_print += 1;
        }
        self.count_person(&places, fate);
        offer(
            &mut self.sample,
            &self.known,
            Some(&staged.key.id),
            &places,
            fate,
        );
        Ok(())
    }

    fn is_another(&mut self, staged: &StagedPerson) -> bool {
        let id = &staged.key.id;
        let Some(row) = self.known.row(id).filter(|row| row.identity != 0) else {
            return false;
        };
        let mark = identity_mark(&staged.names, staged.birth_date);
        let another = is_another(row.identity, mark) && !self.believed.contains(id);
        if another {
            // Held, and counted all the same: many of them are a delivery of another academy.
            self.count_identity(&self.known.places(&row), true);
        }
        another
    }

    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        if gone.category == Category::Establishment {
            let number = self.known.number_or_new(&gone.key.id);
            self.totals.establishment(Fate::Left);
            if let Some(row) = self.row(number) {
                row.establishment(Fate::Left);
            }
            return Ok(());
        }
        let known = self.known.meet(&gone.key.id, Met::Yes);
        if let Some(row) = known.filter(|row| !row.disappeared && !row.alias) {
            self.consequences.people_leaving += 1;
            self.consequences.sessions_to_end += u64::from(row.active);
            let places = self.known.places(&row);
            self.count_person(&places, Fate::Left);
            offer(
                &mut self.sample,
                &self.known,
                Some(&gone.key.id),
                &places,
                Fate::Left,
            );
        }
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        if held.category == Category::Establishment {
            let number = self.known.number_or_new(&held.id);
            if let Some(row) = self.known.establishments.get_mut(number as usize) {
                row.met = Met::Held;
            }
            self.totals.establishment(Fate::Held);
            if let Some(row) = self.row(number) {
                row.establishment(Fate::Held);
            }
            return Ok(());
        }
        match self.known.meet(&held.id, Met::Held) {
            Some(row) => {
                let places = self.known.places(&row);
                self.count_person(&places, Fate::Held);
            }
            // Nobody we know: counted under the profile that the file holds most of.
            None => self.totals.person(
                match held.category {
                    Category::Pupil => Profile::Pupil,
                    Category::Relative => Profile::Relative,
                    Category::Staff
                    | Category::Establishment
                    | Category::Matiere
                    | Category::Mef => Profile::Teacher,
                },
                Fate::Held,
            ),
        }
        Ok(())
    }
}

/// Whether the establishments differ, whatever the profiles.
fn is_elsewhere(before: &[(u32, Profile)], now: &[(u32, Profile)]) -> bool {
    let numbers = |places: &[(u32, Profile)]| {
        let mut numbers: Vec<u32> = places.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    numbers(before) != numbers(now)
}
