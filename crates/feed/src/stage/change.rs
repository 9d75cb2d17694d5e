//! Deltas: `modifyRequest` and `deleteRequest` (aaf §3), staged as what they name and no more.
//!
//! A delta is not closed: what it refers to may be known from before. Establishments are therefore
//! given to [`Importer::delta`], and relatives are asked for at the end.

use super::checks::hold;
use super::people::legal_of;
use super::{Here, ImportError, Importer, Options, Sink};
use crate::dialect::Field;
use crate::name::Category;
use crate::record::{establishment, person, pupil, staff};
use crate::staged::{PersonChange, StagedChange, StagedDelete, StagedRelation};

impl Importer {
    /// Begins a delta, over the establishments that are known by their ids at the source.
    pub fn delta(options: Options, known: impl IntoIterator<Item = String>) -> Self {
        let mut importer = Self::new(options);
        importer.delta = true;
        for id in known {
            importer.enter(&id);
        }
        importer
    }

    pub(super) fn delete(
        &mut self,
        here: &Here<'_>,
        category: Category,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        if !category.is_people() && category != Category::Establishment {
            return Ok(());
        }
        let key = self.key(&here.raw.id)?;
        let at = (here.file.to_owned(), here.raw.line);
        Ok(sink.change(StagedChange::Delete(StagedDelete { key, category, at }))?)
    }

    pub(super) fn modify(
        &mut self,
        here: &Here<'_>,
        category: Category,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let mut change = self.nothing_changed(here, category)?;
        match category {
            Category::Establishment => {
                let raw = here.raw;
                let at = change.at;
                let mut report = self.findings.about(here.file, raw.line, &raw.id);
                let change = establishment::change(&here.view, (change.key, at), &mut report);
                return Ok(sink.change(StagedChange::Establishment(Box::new(change)))?);
            }
            Category::Pupil => {
                if !self.pupil_change(here, &mut change) {
                    self.no_establishment(here);
                    return Ok(hold(category, here.raw.id.clone(), sink)?);
                }
            }
            Category::Staff => self.staff_change(here, &mut change),
            Category::Relative => {}
            Category::Matiere | Category::Mef => return Ok(()),
        }
        Ok(sink.change(StagedChange::Person(Box::new(change)))?)
    }

    /// A change of names, title and birth date alone.
    fn nothing_changed(
        &mut self,
        here: &Here<'_>,
        category: Category,
    ) -> Result<PersonChange, ImportError> {
        let raw = here.raw;
        let key = self.key(&raw.id)?;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let mut change = PersonChange {
            key,
            category,
            at: (here.file.to_owned(), raw.line),
            last: None,
            first: None,
            birth: None,
            title: None,
            birth_date: None,
            ine: None,
            mail: None,
            attachment: None,
            classes: None,
            heads: None,
            functions: None,
            direction: None,
            teaches: None,
            relatives: None,
        };
        if category.is_people() {
            person::change(&here.view, &mut change, &mut report);
        }
        Ok(change)
    }

    /// `false` when the pupil would be in no establishment that we know.
    fn pupil_change(&mut self, here: &Here<'_>, change: &mut PersonChange) -> bool {
        let raw = here.raw;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let whereabouts = pupil::whereabouts(&here.view, &mut report);
        let relations = pupil::relations(&here.view, &mut report);
        let classes = self.inside(owned(&whereabouts.classes));
        let mut stays = true;
        if here.view.names_whole(Field::Attachment) {
            let home = whereabouts.establishment;
            let inside = self.number(home).is_some();
            stays = inside || !classes.is_empty();
            // Outside the perimeter it decides nothing, as in a full delivery.
            change.attachment = Some(if inside { home } else { "" }.to_owned());
        }
        if here.view.names_whole(Field::Ine) {
            let ine = self.own_ine(here);
            change.ine = (!ine.is_empty()).then_some(ine);
        }
        if usable(here, Field::Classes, whereabouts.classes.len()) {
            change.classes = Some(classes);
        }
        if usable(here, Field::Relatives, relations.len()) {
            let at = (self.feed.file_number(), raw.line);
            let mut staged = Vec::new();
            for relation in &relations {
                let Some(legal) = legal_of(relation.legal, self.options.second_rank) else {
                    continue;
                };
                self.relatives.cite(relation.relative, &[], false, at);
                staged.push(StagedRelation {
                    relative: relation.relative.to_owned(),
                    link: relation.link.to_owned(),
                    legal,
                });
            }
            staged.sort();
            change.relatives = Some(staged);
        }
        stays
    }

    fn staff_change(&mut self, here: &Here<'_>, change: &mut PersonChange) {
        let raw = here.raw;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let duties = staff::duties(&here.view, &mut report);
        if usable(here, Field::Functions, duties.rows) {
            change.functions = Some(self.inside(duties.functions.iter().copied()));
        }
        if here.view.names_whole(Field::Direction) {
            let mut led: Vec<String> = here
                .view
                .values(Field::Direction)
                .filter(|structure| self.number(structure).is_some())
                .map(str::to_owned)
                .collect();
            led.sort();
            led.dedup();
            change.direction = Some(led);
        }
        if usable(here, Field::Classes, duties.taught.len()) {
            change.classes = Some(self.inside(owned(&duties.taught)));
        }
        if usable(here, Field::Heads, duties.heads.len()) {
            change.heads = Some(self.inside(owned(&duties.heads)));
        }
        if here.view.names_whole(Field::Attachment) {
            change.attachment = Some(duties.attachment.to_owned());
        }
        change.teaches = duties.says_teaches.then_some(duties.teaches);
    }

    /// The pairs whose establishment is in the perimeter, sorted and distinct; the others are counted.
    fn inside<'p, T: Ord>(
        &mut self,
        pairs: impl Iterator<Item = (&'p str, T)>,
    ) -> Vec<(String, T)> {
        let mut inside = Vec::new();
        for (structure, what) in pairs {
            if self.number(structure).is_some() {
                inside.push((structure.to_owned(), what));
            } else {
                self.tally.outside += 1;
            }
        }
        inside.sort();
        inside.dedup();
        inside
    }
}

/// Whether a list that the delta names may replace what is known: it is no older form of it, it is whole,
/// and either it was sent empty or something of it could be read.
fn usable(here: &Here<'_>, field: Field, read: usize) -> bool {
    let view = &here.view;
    view.is_preferred(field)
        && view.names_whole(field)
        && (read > 0 || view.values(field).next().is_none())
}

fn owned<'p>(pairs: &'p [(&'p str, &'p str)]) -> impl Iterator<Item = (&'p str, String)> {
    pairs
        .iter()
        .map(|(structure, code)| (*structure, (*code).to_owned()))
}
