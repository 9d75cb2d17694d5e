//! Digests of staged records: equal digests mean that nothing changed.

use crate::staged::{RecordDigest, StagedEstablishment, StagedPerson};
use aws_lc_rs::digest::{SHA256, digest};
use portique_domain::identity::{EstablishmentKind, Tutelle};

/// Begins every canonical form. A change of the form makes every record look updated once.
const FORM: &str = "portique-feed-2";

/// Fields, each preceded by its length, so that no two records share a form.
struct Canon(Vec<u8>);

impl Canon {
    fn new(kind: &str) -> Self {
        let mut canon = Self(Vec::with_capacity(256));
        canon.text(FORM);
        canon.text(kind);
        canon
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn count(&mut self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&count.to_be_bytes());
    }

    fn finish(self) -> RecordDigest {
        let mut out = RecordDigest::default();
        for (slot, byte) in out.iter_mut().zip(digest(&SHA256, &self.0).as_ref()) {
            *slot = *byte;
        }
        out
    }
}

/// Over every kept field but the digest itself.
pub(crate) fn of_establishment(staged: &StagedEstablishment) -> RecordDigest {
    let mut canon = Canon::new("establishment");
    canon.text(&staged.key.to_string());
    canon.text(staged.uai.as_ref().map_or("", |uai| uai.as_str()));
    canon.text(&staged.name);
    canon.text(&staged.town);
    canon.text(match staged.kind {
        EstablishmentKind::College => "college",
        EstablishmentKind::Lycee => "lycee",
        EstablishmentKind::LyceeProfessionnel => "lycee-professionnel",
        EstablishmentKind::Ecole => "ecole",
        EstablishmentKind::Other => "other",
    });
    canon.text(match staged.tutelle {
        Tutelle::Education => "education",
        Tutelle::Agriculture => "agriculture",
    });
    canon.text(&staged.academy.to_string());
    canon.text(&staged.phone);
    canon.finish()
}

/// Over every kept field but the digest itself; places and relatives must be sorted.
pub(crate) fn of_person(staged: &StagedPerson) -> RecordDigest {
    let mut canon = Canon::new("person");
    canon.text(&staged.key.to_string());
    canon.text(&staged.names.last);
    canon.text(&staged.names.first);
    canon.text(&staged.names.birth);
    canon.text(&staged.title);
    let birth_date = staged.birth_date.map(|date| date.to_string());
    canon.text(birth_date.as_deref().unwrap_or_default());
    canon.text(&staged.ine);
    canon.text(&staged.mail);
    let until = staged.until.map(|date| date.to_string());
    canon.text(until.as_deref().unwrap_or_default());
    canon.count(staged.places.len());
    for place in &staged.places {
        canon.text(&place.establishment);
        canon.text(place.profile.mnemonic());
        canon.count(place.classes.len());
        for class in &place.classes {
            canon.text(class);
        }
        canon.count(place.heads.len());
        for class in &place.heads {
            canon.text(class);
        }
    }
    canon.count(staged.relatives.len());
    for relation in &staged.relatives {
        canon.text(&relation.relative);
        canon.text(&relation.link);
        canon.text(if relation.legal { "1" } else { "0" });
    }
    canon.finish()
}
