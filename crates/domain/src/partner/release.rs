//! What leaves towards a partner: a policy names each attribute, and nothing else even is loaded.

use super::legal::{Purpose, closed};
use crate::CivilDate;

closed! {
    /// Everything that can ever leave, besides the identifier. The stable codes stand in policies,
    /// receipts and the access log; what a protocol calls them is the binding's business.
    Attribute {
        /// First name.
        GivenName = "prenom",
        /// Last name.
        FamilyName = "nom",
        /// Her verified mail address, if she has one.
        Email = "mail",
        /// A synthetic address `<pseudonym>@<domain of the instance>`, never delivered, for partners that
        /// cannot live without one.
        SyntheticEmail = "mail-synthetique",
        /// A synthetic user name, for the same reason: the pseudonym.
        SyntheticUsername = "nom-utilisateur-synthetique",
        /// Her login on the gateway; identifies everywhere, so hardly ever justified.
        Login = "identifiant",
        /// National profiles, one an establishment.
        Profile = "profil",
        /// UAI of her establishments (those that the access rule reaches).
        Uai = "uai",
        /// Names of these establishments.
        EstablishmentName = "etablissement",
        /// Codes of her classes there.
        Classes = "classes",
        /// Groups that she holds by a live habilitation and that the access rule names.
        Groups = "groupes",
        /// The child that the tile was opened for, as that child's pseudonym at the same partner.
        Child = "enfant",
        /// Birth date.
        BirthDate = "date-naissance",
    }
}

/// How the partner is told who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// Pairwise, 160 bits in base32, lower case, 32 characters: the default (house §4.2).
    Short,
    /// Pairwise, 128 hex characters, as the GAR does (gar §6.3).
    Gar128,
}

impl SubjectKind {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Gar128 => "gar128",
        }
    }
}

/// One attribute that may leave, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseLine {
    /// What.
    pub attribute: Attribute,
    /// For which purpose of the closed catalogue.
    pub purpose: Purpose,
    /// Why the partner needs it, in words shown to people.
    pub justification: String,
    /// The partner does not work without it: a person who lacks it is refused.
    pub required: bool,
}

/// The release policy of a partner. Empty releases the identifier and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasePolicy {
    /// The identifier's encoding.
    pub subject: SubjectKind,
    /// The sector that pseudonyms are drawn for; empty means the partner's own id. Two partners of one
    /// sector know a person by one identifier, so sharing one is a decision of the policy.
    pub sector: String,
    /// Attributes, each once.
    pub lines: Vec<ReleaseLine>,
    /// Who approved it, by function or name.
    pub approved_by: Option<String>,
    /// When.
    pub approved_on: Option<CivilDate>,
}
