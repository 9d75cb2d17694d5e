//! Checks that every record passes before its own.

use super::feed::not_full;
use super::{CompactId, Held, Here, ImportError, Importer, Sink, SinkError};
use crate::dialect::{Field, View};
use crate::name::{self, Category};
use crate::read::{Flaw, Operation, fatal};
use crate::record::{establishment, person};

/// How many distinct unknown attributes are counted by name.
const MOST_UNKNOWN: usize = 200;

impl Importer {
    /// The academy of the delivery: the expected one, else the header's, else the first
    /// establishment's. It is part of every key, so nothing is staged without it.
    pub(super) fn learn_academy(
        &mut self,
        here: &Here<'_>,
        category: Category,
    ) -> Result<(), ImportError> {
        if self.feed.found_academy.is_none() && category == Category::Establishment {
            self.feed.found_academy = establishment::academy(&here.view);
        }
        if self.academy.is_none() {
            self.academy = self.feed.found_academy;
        }
        if self.academy.is_none() {
            return Err(fatal(
                "feed.academy",
                here.file,
                here.raw.line,
                "la livraison ne dit pas son académie : précisez-la dans les réglages de la source",
            )
            .into());
        }
        Ok(())
    }

    /// Operation, category, id, flaws, duplicates. `false` when the record was set aside.
    pub(super) fn admit(
        &mut self,
        here: &Here<'_>,
        category: Category,
        sink: &mut dyn Sink,
    ) -> Result<bool, ImportError> {
        let raw = here.raw;
        if raw.operation != Operation::Add && !self.delta {
            return Err(not_full(here.file, raw.line).into());
        }
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        if here.dialect.category(&raw.category) != Some(category) {
            report.refuse(
                "record.category",
                "",
                "la catégorie de la fiche n'est pas celle du fichier : fiche écartée",
            );
            return Ok(false);
        }
        if !person::is_id(&raw.id) {
            report.refuse(
                "record.id",
                "",
                "identifiant absent ou illisible : fiche écartée",
            );
            return Ok(false);
        }
        let (field, repeated) = (here.view.name(Field::Id), here.view.first(Field::Id));
        if !repeated.is_empty() && repeated != raw.id {
            report.refuse(
                "record.id_differs",
                field,
                "l'identifiant de la fiche et celui de ses attributs diffèrent : fiche écartée",
            );
            // Two ids are named: neither may be taken for departed.
            let other = repeated.to_owned();
            hold(category, raw.id.clone(), sink)?;
            hold(category, other, sink)?;
            return Ok(false);
        }
        for (attribute, flaw) in &raw.flaws {
            let (code, message) = told(*flaw);
            if *flaw == Flaw::RecordTooLarge {
                report.refuse(code, attribute, message);
            } else {
                report.warn(code, attribute, message);
            }
        }
        if raw.is_too_large() {
            hold(category, raw.id.clone(), sink)?;
            return Ok(false);
        }
        Ok(self.is_first(here, category))
    }

    /// Whether this id comes for the first time; the second record is refused, the first one stands.
    fn is_first(&mut self, here: &Here<'_>, category: Category) -> bool {
        let id = CompactId::of(&here.raw.id);
        // A relative whom nobody names gets no account, so her id is not taken.
        let first = if category == Category::Relative && !self.delta && !self.relatives.cites(id) {
            true
        } else if category.is_people() {
            self.people.insert(id)
        } else if category == Category::Establishment {
            self.structures.insert(id)
        } else {
            true
        };
        // A delta may say several things of one record, one after the other.
        if !first && self.delta && here.raw.operation == Operation::Modify {
            return true;
        }
        if !first && category.is_people() && name::is_of_one_school(here.file) {
            // Whoever is in two schools stands in the files of both.
            self.tally.again += 1;
        } else if !first {
            self.findings
                .about(here.file, here.raw.line, &here.raw.id)
                .refuse(
                    "record.duplicate",
                    "",
                    "le même identifiant vient deux fois dans la livraison : seule la première fiche compte",
                );
        }
        first
    }

    /// Counts the attributes that the dialect does not know.
    pub(super) fn count_unknown(&mut self, view: &View<'_>) {
        for name in view.raw.names().filter(|name| !view.section.knows(name)) {
            if let Some(count) = self.unknown_attributes.get_mut(name) {
                *count += 1;
                continue;
            }
            // A feed that invents names without end must not fill the memory (T-71).
            let readable = name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric());
            let room = self.unknown_attributes.len() < MOST_UNKNOWN;
            let name = if readable && room { name } else { "…" };
            *self.unknown_attributes.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// Tells the sink that a record was set aside.
pub(super) fn hold(category: Category, id: String, sink: &mut dyn Sink) -> Result<(), SinkError> {
    if category.is_people() || category == Category::Establishment {
        sink.held(Held { category, id })?;
    }
    Ok(())
}

const fn told(flaw: Flaw) -> (&'static str, &'static str) {
    match flaw {
        Flaw::TooLong => ("value.length", "valeur de plus de 4 Kio ignorée"),
        Flaw::UnknownEntity => (
            "value.entity",
            "valeur ignorée : elle contient une entité inconnue",
        ),
        Flaw::Control => (
            "value.control",
            "valeur ignorée : elle contient un caractère de commande",
        ),
        Flaw::TooMany => (
            "value.count",
            "trop de valeurs ou d'attributs : le surplus est ignoré",
        ),
        Flaw::Operation => (
            "delta.operation",
            "modification ignorée : « replace » est la seule opération connue",
        ),
        Flaw::RecordTooLarge => ("record.size", "fiche de plus de 256 Kio écartée"),
    }
}
