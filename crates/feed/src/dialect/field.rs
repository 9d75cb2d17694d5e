//! What we ask a record for, whatever a feed calls it.

use serde::Deserialize;

/// A field of ours; its name in `config/feeds/` is the same in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// The id of the record, repeated among its attributes.
    Id,
    /// UAI of an establishment.
    Uai,
    /// Name of an establishment.
    Name,
    /// Nature code of an establishment.
    TypeCode,
    /// Nature label of an establishment.
    TypeLabel,
    /// Ministry of an establishment.
    Ministry,
    /// Its code.
    MinistryCode,
    /// Town.
    Town,
    /// Telephone.
    Phone,
    /// Academy code of an establishment.
    Academy,
    /// Classes: sat in by a pupil, taught by staff.
    Classes,
    /// Usage name.
    LastName,
    /// Usual first name.
    FirstName,
    /// Birth name.
    BirthName,
    /// Title.
    Title,
    /// Birth date.
    BirthDate,
    /// Academic mail address of staff.
    Mail,
    /// Establishment of attachment.
    Attachment,
    /// Identifiant national élève.
    Ine,
    /// Relatives of a pupil.
    Relatives,
    /// MEF of a pupil.
    Mef,
    /// Matières that a pupil follows.
    Matieres,
    /// Functions of staff.
    Functions,
    /// Establishments that staff direct.
    Direction,
    /// Classes whose head teacher staff are.
    Heads,
    /// The mark of a teacher.
    Teaches,
    /// The older mark of a teacher: before pupils.
    BeforePupils,
}

/// What stands between two dollars of a composite value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Id of an establishment.
    Structure,
    /// Code or id of a class.
    Code,
    /// Its label.
    Label,
    /// Id of a relative.
    Relative,
    /// Code of the link.
    Link,
    /// Rank in law.
    Legal,
    /// Code of a function.
    Function,
    /// Code of a discipline.
    Discipline,
    /// Its label.
    DisciplineLabel,
    /// Not read.
    Skipped,
}

impl Part {
    /// From a pattern of `config/feeds/`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "structure" => Self::Structure,
            "code" => Self::Code,
            "label" => Self::Label,
            "relative" => Self::Relative,
            "link" => Self::Link,
            "legal" => Self::Legal,
            "function" => Self::Function,
            "discipline" => Self::Discipline,
            "discipline_label" => Self::DisciplineLabel,
            "-" => Self::Skipped,
            _ => return None,
        })
    }
}
