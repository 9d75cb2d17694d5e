//! Builders: people, establishments, deliveries, charters, grants, in one line each. Everything is
//! deterministic; nobody here reads a clock.

mod delivery;
mod partner;

pub use delivery::{Delivery, TestSeal, apply, order};
pub use partner::{partner, release_line};

use core::hash::{Hash, Hasher};
use core::time::Duration;
use portique_domain::charter::{
    AcceptedBy, Charter, CharterId, CharterProof, CharterSection, CharterText, Language,
};
use portique_domain::identity::{
    AcademyCode, EstablishmentKind, Names, PersonId, Profile, SourceKey, SourceName, Tutelle,
};
use portique_domain::rights::{Action, Actor, Grant, Perimeter};
use portique_domain::session::Digest;
use portique_domain::{CivilDate, Timestamp};
use portique_feed::staged::{
    RecordDigest, StagedEstablishment, StagedPerson, StagedPlace, StagedRelation,
};
use std::hash::DefaultHasher;
use uuid::Uuid;

/// The instant at which tests begin: 2025-09-01T06:00:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_756_706_400_000);

/// Some minutes after [`NOW`].
pub fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

/// An id by its number.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A digest that is all one byte.
pub fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

/// Whoever runs a command.
pub fn operator() -> Actor {
    Actor::Operator("camille".to_owned())
}

/// An academy by its number.
pub fn academy(number: u16) -> AcademyCode {
    AcademyCode::new(number).unwrap()
}

/// Toulouse.
pub const TOULOUSE: u16 = 16;

/// Montpellier.
pub const MONTPELLIER: u16 = 11;

fn record_digest(record: &impl core::fmt::Debug) -> RecordDigest {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        format!("{record:?}").hash(&mut hasher);
        hasher.finish().to_be_bytes()
    };
    let mut digest = RecordDigest::default();
    digest[..8].copy_from_slice(&half(1));
    digest[8..].copy_from_slice(&half(2));
    digest
}

/// A key of the academic source.
pub fn key(academy_number: u16, id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::aaf(),
        academy: academy(academy_number),
        id: id.to_owned(),
    }
}

/// A key of another source.
pub fn key_of(source: &str, academy_number: u16, id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::parse(source).unwrap(),
        ..key(academy_number, id)
    }
}

/// A collège under the éducation nationale, in a feed of its own academy.
pub fn establishment(academy_number: u16, id: &str, name: &str) -> StagedEstablishment {
    let mut staged = StagedEstablishment {
        key: key(academy_number, id),
        uai: format!("{id:0>7}C").parse().ok(),
        name: name.to_owned(),
        town: "Verlande".to_owned(),
        kind: EstablishmentKind::College,
        tutelle: Tutelle::Education,
        academy: academy(academy_number),
        phone: "05 00 00 00 00".to_owned(),
        digest: RecordDigest::default(),
    };
    staged.digest = record_digest(&staged);
    staged
}

/// A collège as a sheet names it: by its UAI, the one that [`establishment`] gives the academic id.
pub fn by_uai(academy_number: u16, id: &str) -> StagedEstablishment {
    let mut staged = establishment(academy_number, id, "");
    staged.key.id = staged.uai.as_ref().unwrap().to_string();
    staged.name.clone_from(&staged.key.id);
    staged.digest = record_digest(&staged);
    staged
}

/// The same under the ministry of agriculture.
pub fn agricultural(academy_number: u16, id: &str, name: &str) -> StagedEstablishment {
    let mut staged = establishment(academy_number, id, name);
    staged.tutelle = Tutelle::Agriculture;
    staged.digest = record_digest(&staged);
    staged
}

/// A person being built.
#[derive(Clone, Debug)]
pub struct PersonBuilder(StagedPerson);

/// A person of a feed, without a place yet.
pub fn person(academy_number: u16, id: &str, first: &str, last: &str) -> PersonBuilder {
    PersonBuilder(StagedPerson {
        key: key(academy_number, id),
        names: Names {
            last: last.to_owned(),
            first: first.to_owned(),
            birth: String::new(),
        },
        title: String::new(),
        birth_date: CivilDate::new(2012, 2, 29).ok(),
        ine: String::new(),
        mail: String::new(),
        until: None,
        places: Vec::new(),
        relatives: Vec::new(),
        digest: RecordDigest::default(),
    })
}

impl PersonBuilder {
    /// With an INE.
    #[must_use]
    pub fn with_ine(mut self, ine: &str) -> Self {
        ine.clone_into(&mut self.0.ine);
        self
    }

    /// With a mail address.
    #[must_use]
    pub fn with_mail(mut self, mail: &str) -> Self {
        mail.clone_into(&mut self.0.mail);
        self
    }

    /// There until that day, `AAAA-MM-JJ`, included.
    #[must_use]
    pub fn until(mut self, day: &str) -> Self {
        self.0.until = day.parse().ok();
        self
    }

    /// Born on that day, `AAAA-MM-JJ`.
    #[must_use]
    pub fn born(mut self, day: &str) -> Self {
        self.0.birth_date = day.parse().ok();
        self
    }

    /// One place more.
    #[must_use]
    pub fn at(mut self, establishment: &str, profile: Profile) -> Self {
        self.0.places.push(StagedPlace {
            establishment: establishment.to_owned(),
            profile,
            classes: vec!["6A".to_owned()],
            heads: Vec::new(),
        });
        self.0.places.sort();
        self
    }

    /// Without classes in one establishment.
    #[must_use]
    pub fn without_classes(mut self, establishment: &str) -> Self {
        let places = self.0.places.iter_mut();
        for place in places.filter(|it| it.establishment == establishment) {
            place.classes.clear();
        }
        self
    }

    /// One relative more.
    #[must_use]
    pub fn relative(mut self, id: &str, legal: bool) -> Self {
        self.0.relatives.push(StagedRelation {
            relative: id.to_owned(),
            link: "10".to_owned(),
            legal,
        });
        self.0.relatives.sort();
        self
    }

    /// The record, with its digest.
    pub fn staged(&self) -> StagedPerson {
        let mut staged = self.0.clone();
        staged.digest = RecordDigest::default();
        staged.digest = record_digest(&staged);
        staged
    }
}

/// A charter with a French text.
pub fn charter(
    number: u128,
    name: &str,
    version: u32,
    profiles: &[Profile],
    effective_at: Timestamp,
) -> Charter {
    let title = format!("Charte {name}, version {version}");
    Charter {
        id: CharterId(id(number)),
        name: name.to_owned(),
        version,
        profiles: profiles.to_vec(),
        effective_at,
        texts: vec![CharterText {
            language: Language::French,
            title,
            short: vec!["Vos données restent ici.".to_owned()],
            full: vec![CharterSection {
                heading: "Article 1".to_owned(),
                paragraphs: vec!["Chacun respecte chacun.".to_owned()],
            }],
            digest: [7; 32],
        }],
    }
}

/// A proof of acceptance, at first access.
pub fn proof(person: PersonId, charter: &Charter, at: Timestamp) -> CharterProof {
    CharterProof {
        person,
        charter: charter.id,
        language: Language::French,
        digest: [7; 32],
        at,
        by: AcceptedBy::FirstAccess,
        establishment: None,
    }
}

/// A power for thirty days from [`NOW`].
pub fn grant(number: u128, person: PersonId, action: Action, perimeter: Perimeter) -> Grant {
    Grant {
        id: id(number),
        person,
        action,
        perimeter,
        from: NOW,
        to: NOW.plus(Duration::from_hours(30 * 24)),
        reason: "rentrée".to_owned(),
        grantor: operator(),
        revoked_at: None,
    }
}
