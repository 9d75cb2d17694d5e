//! Counts, by establishment and profile.

use super::Fate;
use crate::guard::Identities;
use crate::plan::{CategoryCounts, Counts};
use portique_domain::identity::Profile;

pub(super) fn bump(counts: &mut Counts, fate: Fate) {
    let slot = match fate {
        Fate::Created => &mut counts.created,
        Fate::Updated => &mut counts.updated,
        Fate::Moved => &mut counts.moved,
        Fate::Left => &mut counts.left,
        Fate::Returned => &mut counts.returned,
        Fate::Unchanged => &mut counts.unchanged,
        Fate::Held => &mut counts.held,
    };
    *slot += 1;
}

/// One row of counts: the establishment itself, then a column a profile.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    establishment: Counts,
    profiles: [Counts; Profile::ALL.len()],
    /// People known and present before this delivery, by profile.
    before: [u64; Profile::ALL.len()],
    identities: Identities,
}

impl Row {
    pub(super) fn establishment(&mut self, fate: Fate) {
        bump(&mut self.establishment, fate);
    }

    pub(super) fn establishment_leaves(&self) -> bool {
        self.establishment.left > 0
    }

    pub(super) fn person(&mut self, profile: Profile, fate: Fate) {
        if let Some(counts) = at(&mut self.profiles, profile) {
            bump(counts, fate);
        }
    }

    pub(super) fn was_here(&mut self, profile: Profile) {
        if let Some(count) = at(&mut self.before, profile) {
            *count += 1;
        }
    }

    /// Notes a known person whose identity could be compared.
    pub(super) fn identity(&mut self, changed: bool) {
        self.identities.compared += 1;
        self.identities.changed += u64::from(changed);
    }

    /// What changed of whom. A delta brings those who changed and few others: they are set against
    /// everybody who was here.
    pub(super) fn identities(&self, is_delta: bool) -> Identities {
        let mut identities = self.identities;
        if is_delta {
            identities.compared = self.before.iter().sum();
        }
        identities
    }

    /// For each profile: how many were here, and how many left.
    pub(super) fn losses(&self) -> impl Iterator<Item = (Profile, u64, u64)> + '_ {
        Profile::ALL
            .into_iter()
            .zip(self.before)
            .zip(&self.profiles)
            .map(|((profile, before), counts)| (profile, before, counts.left))
    }

    /// The columns that hold something, establishments first.
    pub(super) fn columns(&self) -> Vec<CategoryCounts> {
        let first = ("EtabEducNat", self.establishment);
        let profiles = Profile::ALL
            .into_iter()
            .map(Profile::mnemonic)
            .zip(self.profiles);
        core::iter::once(first)
            .chain(profiles)
            .filter(|(_, counts)| *counts != Counts::default())
            .map(|(category, counts)| CategoryCounts {
                category: category.to_owned(),
                counts,
            })
            .collect()
    }
}

fn at<T>(columns: &mut [T], profile: Profile) -> Option<&mut T> {
    let index = Profile::ALL.iter().position(|known| *known == profile)?;
    columns.get_mut(index)
}

/// The profile that speaks for a person in the totals: the first one that works there, else the first.
pub(super) fn leading(mut places: impl Iterator<Item = Profile> + Clone) -> Option<Profile> {
    places
        .clone()
        .find(|profile| profile.is_staff())
        .or_else(|| places.next())
}
