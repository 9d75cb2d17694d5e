//! What pupils say of relatives, remembered until the relatives come.

use super::id::CompactId;
use std::collections::HashMap;

/// One relative: in which establishments her children are, and where she was first cited.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// The first establishment, plus one; 0 when there is none.
    first: u32,
    /// The others: most families have one or two in all.
    others: Box<[u32]>,
    /// Line of the first pupil who names her, and the number of the file.
    pub(super) line: u32,
    pub(super) file: u16,
    /// A pupil who was taken in names her.
    pub(super) has_child: bool,
    /// Her record came.
    pub(super) came: bool,
}

impl Entry {
    fn add(&mut self, establishment: u32) {
        let number = establishment.saturating_add(1);
        if self.first == 0 {
            self.first = number;
        } else if self.first != number && !self.others.contains(&number) {
            let mut others = core::mem::take(&mut self.others).into_vec();
            others.push(number);
            self.others = others.into_boxed_slice();
        }
    }

    /// The establishments of her children.
    pub(super) fn establishments(&self) -> impl Iterator<Item = u32> + '_ {
        core::iter::once(&self.first)
            .chain(&self.others)
            .filter_map(|number| number.checked_sub(1))
    }
}

/// All relatives that pupils name as theirs in law.
#[derive(Debug, Default)]
pub(super) struct Relatives(HashMap<CompactId, Entry>);

impl Relatives {
    /// A pupil at `establishments` names a relative. `held` when the pupil herself was set aside: her
    /// relatives then keep what they have, and nobody is created on her word alone.
    pub(super) fn cite(
        &mut self,
        relative: &str,
        establishments: &[u32],
        held: bool,
        (file, line): (usize, u64),
    ) {
        let entry = self
            .0
            .entry(CompactId::of(relative))
            .or_insert_with(|| Entry {
                line: u32::try_from(line).unwrap_or(u32::MAX),
                file: u16::try_from(file).unwrap_or(u16::MAX),
                ..Entry::default()
            });
        entry.has_child |= !held;
        for establishment in establishments {
            entry.add(*establishment);
        }
    }

    /// Whether a pupil names her.
    pub(super) fn cites(&self, relative: CompactId) -> bool {
        self.0.contains_key(&relative)
    }

    /// The entry of a relative whose record is being read; marked as come.
    pub(super) fn meet(&mut self, relative: &str) -> Option<&Entry> {
        let entry = self.0.get_mut(&CompactId::of(relative))?;
        entry.came = true;
        Some(entry)
    }

    /// Those who were named by a pupil and never came, by file, line and id.
    pub(super) fn dangling(&self) -> Vec<(u16, u32, String)> {
        let mut dangling: Vec<(u16, u32, String)> = self
            .0
            .iter()
            .filter(|(_, entry)| entry.has_child && !entry.came)
            .map(|(id, entry)| {
                let id = id.text().unwrap_or_default().to_owned();
                (entry.file, entry.line, id)
            })
            .collect();
        dangling.sort();
        dangling
    }
}
