//! What a feed says, checked and ready to be stored: the only shape that stores take in.
//!
//! This is also the written inventory of the fields kept: whatever is not here is dropped at
//! the door.

use portique_domain::CivilDate;
use portique_domain::identity::{
    AcademyCode, EstablishmentKind, Names, Profile, SourceKey, Tutelle, Uai,
};

/// Digest of a staged record: equal digests mean that nothing changed. First 16 bytes of SHA-256 over
/// the canonical form of every kept field.
pub type RecordDigest = [u8; 16];

/// An establishment as the feed gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedEstablishment {
    /// Key at the source.
    pub key: SourceKey,
    /// UAI, when it has one.
    pub uai: Option<Uai>,
    /// Name to show.
    pub name: String,
    /// Town, may be empty.
    pub town: String,
    /// Kind.
    pub kind: EstablishmentKind,
    /// Ministry.
    pub tutelle: Tutelle,
    /// Academy.
    pub academy: AcademyCode,
    /// Telephone, may be empty.
    pub phone: String,
    /// Digest of the above.
    pub digest: RecordDigest,
}

/// A person as the feed gives her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedPerson {
    /// Key at the source.
    pub key: SourceKey,
    /// Names.
    pub names: Names,
    /// `personalTitle` (`M.`, `Mme`), may be empty.
    pub title: String,
    /// Birth date; relatives have none.
    pub birth_date: Option<CivilDate>,
    /// Places, sorted; for a relative, one for each establishment of her children.
    pub places: Vec<StagedPlace>,
    /// For a pupil: her relatives, sorted, one row each.
    pub relatives: Vec<StagedRelation>,
    /// Digest of the above.
    pub digest: RecordDigest,
}

/// One place of a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StagedPlace {
    /// `ENTStructureJointure` of the establishment, in the academy of the feed.
    pub establishment: String,
    /// Profile there.
    pub profile: Profile,
    /// Class codes, sorted, distinct.
    pub classes: Vec<String>,
}

/// A relative of a pupil.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StagedRelation {
    /// `ENTPersonJointure` of the relative.
    pub relative: String,
    /// BCN code of the link.
    pub link: String,
    /// Legal representative.
    pub legal: bool,
}
