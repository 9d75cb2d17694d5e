//! Establishments: collèges, lycées and the like.

use super::{AcademyCode, SourceKey, Uai};
use uuid::Uuid;

/// Our own id of an establishment; time-ordered, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EstablishmentId(pub Uuid);

/// Which ministry an establishment answers to. It decides who answers for the data and which
/// administrators see its people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tutelle {
    /// Éducation nationale.
    Education,
    /// Agriculture.
    Agriculture,
}

/// What kind of establishment, read from `ENTStructureCodeTypeStruct` or its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EstablishmentKind {
    /// Collège.
    College,
    /// Lycée général, technologique or polyvalent.
    Lycee,
    /// Lycée professionnel.
    LyceeProfessionnel,
    /// École.
    Ecole,
    /// Anything else, virtual structures included.
    Other,
}

/// An establishment as the gateway knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Establishment {
    /// Our id.
    pub id: EstablishmentId,
    /// How its source names it.
    pub key: SourceKey,
    /// National number, when it has one.
    pub uai: Option<Uai>,
    /// Name to show, such as `Collège Odette-Verlande`.
    pub name: String,
    /// Town, may be empty.
    pub town: String,
    /// Kind.
    pub kind: EstablishmentKind,
    /// Ministry.
    pub tutelle: Tutelle,
    /// The academy it belongs to (`ENTServAcCodeAcademie`, else the academy of the feed).
    pub academy: AcademyCode,
    /// Telephone of the establishment, may be empty; shown as "who can help".
    pub phone: String,
}
