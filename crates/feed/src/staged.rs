//! What a feed says, checked and ready to be stored: the only shape that stores take in.
//!
//! This is also the written inventory of the fields kept: whatever is not here is dropped at
//! the door.

use crate::name::Category;
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
    /// `ENTEleveINE` of a pupil, upper case, may be empty: the bridge between academies and degrees
    /// (aaf §3). Never in a log.
    pub ine: String,
    /// Academic mail address of staff, may be empty: the join with the agents' guichet.
    pub mail: String,
    /// The day on which her places end, when the source says one; the last day counts.
    pub until: Option<CivilDate>,
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
    /// Of these, the classes whose head teacher she is, sorted, distinct.
    pub heads: Vec<String>,
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

/// What a delta asks about a record that is known already (aaf §3). An `addRequest` of a delta is no
/// change of this kind: it brings the whole record, and is staged as one of a full delivery is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StagedChange {
    /// `modifyRequest` of an establishment.
    Establishment(Box<EstablishmentChange>),
    /// `modifyRequest` of a person.
    Person(Box<PersonChange>),
    /// `deleteRequest`: gone from the perimeter of the academy; disappeared, never purged.
    Delete(StagedDelete),
}

/// A record that left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedDelete {
    /// Key at the source.
    pub key: SourceKey,
    /// What it was.
    pub category: Category,
    /// File of the request, and its line from 1: for the finding when nobody knows the record.
    pub at: (String, u64),
}

/// What a delta changes of an establishment: each field that it names, with its new value. An empty
/// value clears the field, except the name and the UAI, which stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstablishmentChange {
    /// Key at the source.
    pub key: SourceKey,
    /// File of the request, and its line from 1.
    pub at: (String, u64),
    /// UAI.
    pub uai: Option<Uai>,
    /// Name to show.
    pub name: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Kind; given when the delta names the code or the label of the type.
    pub kind: Option<EstablishmentKind>,
    /// Ministry; given when the delta names its label or its code.
    pub tutelle: Option<Tutelle>,
    /// Academy.
    pub academy: Option<AcademyCode>,
    /// Telephone.
    pub phone: Option<String>,
}

/// What a delta changes of a person: each field that it names, with its whole new value. `None` is a
/// field that the delta does not name, or whose values were all unusable: what is known stays.
///
/// Lists are whole: an empty one clears. Names and the birth date of a pupil are never cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonChange {
    /// Key at the source.
    pub key: SourceKey,
    /// Pupil, relative or staff.
    pub category: Category,
    /// File of the request, and its line from 1.
    pub at: (String, u64),
    /// Usage name.
    pub last: Option<String>,
    /// Usual first name.
    pub first: Option<String>,
    /// Birth name.
    pub birth: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Birth date; `Some(None)` clears it.
    pub birth_date: Option<Option<CivilDate>>,
    /// INE of a pupil.
    pub ine: Option<String>,
    /// Academic mail address of staff; empty clears it.
    pub mail: Option<String>,
    /// `ENTPersonStructRattach`. For a pupil it decides her establishment, and classes elsewhere are
    /// none of hers; empty, or outside the perimeter (then given empty), it leaves that to her classes.
    /// For staff it counts when nothing else places her.
    pub attachment: Option<String>,
    /// Classes of a pupil, or those that staff teach: establishment and code, sorted, distinct, within
    /// the perimeter. Those of a head teacher are hers besides, whether the delta names them or not.
    pub classes: Option<Vec<(String, String)>>,
    /// For staff, the classes whose head teacher she is; she teaches them whether `classes` says so or
    /// not, and `classes` alone leaves them as they are.
    pub heads: Option<Vec<(String, String)>>,
    /// For staff, what she is where, one row an establishment, within the perimeter: replaces every
    /// place but those that stand on classes alone.
    pub functions: Option<Vec<(String, Profile)>>,
    /// For staff, the establishments that she directs, within the perimeter.
    pub direction: Option<Vec<String>>,
    /// For staff, whether she teaches, when the delta says so.
    pub teaches: Option<bool>,
    /// For a pupil: her relatives, sorted, one row each. They may be in the delta or be known before.
    pub relatives: Option<Vec<StagedRelation>>,
}
