//! The academies, by the number that AAF and EduConnect give them.

use core::fmt;
use core::str::FromStr;

/// An academy code, written with or without leading zeros in feeds (`016`, `16`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademyCode(u16);

/// Not a number of one to three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an academy code is one to three digits")]
pub struct AcademyError;

impl AcademyCode {
    /// The code that agricultural feeds carry.
    pub const AGRICULTURE: Self = Self(98);

    /// From its number, 0 to 999.
    ///
    /// # Errors
    /// [`AcademyError`] above 999.
    pub const fn new(number: u16) -> Result<Self, AcademyError> {
        if number > 999 {
            Err(AcademyError)
        } else {
            Ok(Self(number))
        }
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl FromStr for AcademyCode {
    type Err = AcademyError;

    fn from_str(text: &str) -> Result<Self, AcademyError> {
        let text = text.trim();
        if text.is_empty() || text.len() > 3 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AcademyError);
        }
        text.parse().map(Self).map_err(|_| AcademyError)
    }
}

impl fmt::Display for AcademyCode {
    /// Three digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}
