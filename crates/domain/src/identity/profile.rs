//! What a person is in an establishment.

use core::fmt;
use core::str::FromStr;

/// `ENTPersonProfils`, the national profiles, and the guest, who has none. A person has one per
/// establishment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// `National_ELV`: pupil.
    Pupil,
    /// `National_TUT`: relative responsible for a pupil.
    Relative,
    /// `National_ENS`: teacher.
    Teacher,
    /// `National_DOC`: teacher librarian.
    Documentalist,
    /// `National_DIR`: direction.
    Direction,
    /// `National_EVS`: vie scolaire.
    SchoolLife,
    /// `National_ETA`: administrative and technical staff of the establishment.
    Staff,
    /// `National_ACA`: rectorat, DRAF, DSDEN, inspection.
    Academic,
    /// `National_COL`: agent of a collectivité.
    Collectivite,
    /// A guest: known to the establishment, and nothing that the nation has a word for. She may open what
    /// names guests, and no other thing.
    Guest,
}

impl Profile {
    /// All of them, in the order of the national numbers.
    pub const ALL: [Self; 10] = [
        Self::Pupil,
        Self::Relative,
        Self::Teacher,
        Self::Documentalist,
        Self::Direction,
        Self::SchoolLife,
        Self::Staff,
        Self::Academic,
        Self::Collectivite,
        Self::Guest,
    ];

    /// The mnemonic of the SDET (`National_ELV`); of a guest our own word.
    pub const fn mnemonic(self) -> &'static str {
        match self {
            Self::Pupil => "National_ELV",
            Self::Relative => "National_TUT",
            Self::Teacher => "National_ENS",
            Self::Documentalist => "National_DOC",
            Self::Direction => "National_DIR",
            Self::SchoolLife => "National_EVS",
            Self::Staff => "National_ETA",
            Self::Academic => "National_ACA",
            Self::Collectivite => "National_COL",
            Self::Guest => "Invite",
        }
    }

    /// Whether the person works there.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Self::Pupil | Self::Relative | Self::Guest)
    }

    /// Whether the SDET has a value for it, which partners may be told.
    pub const fn is_national(self) -> bool {
        !matches!(self, Self::Guest)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mnemonic())
    }
}

/// No profile has this mnemonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no profile has this mnemonic")]
pub struct ProfileError;

impl FromStr for Profile {
    type Err = ProfileError;

    fn from_str(text: &str) -> Result<Self, ProfileError> {
        Self::ALL
            .into_iter()
            .find(|profile| profile.mnemonic() == text)
            .ok_or(ProfileError)
    }
}
