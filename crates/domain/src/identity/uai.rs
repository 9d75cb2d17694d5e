//! UAI: the national number of an establishment.

use core::fmt;
use core::str::FromStr;

/// Seven digits and a letter, upper case (`0290009C`).
///
/// A wrong check letter is a warning and never a refusal: real feeds carry some
/// (virtual structures), see [`Uai::check_letter_holds`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uai(String);

/// The text has not the shape of a UAI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a UAI is seven digits and a letter")]
pub struct UaiError;

impl Uai {
    /// The text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the letter is the seven digits modulo 23 in `ABCDEFGHJKLMNPRSTUVWXYZ`.
    pub fn check_letter_holds(&self) -> bool {
        const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";
        let (digits, letter) = self.0.split_at(7);
        let number: usize = digits.parse().unwrap_or(0);
        LETTERS
            .get(number % 23)
            .is_some_and(|found| letter.as_bytes() == [*found])
    }
}

impl FromStr for Uai {
    type Err = UaiError;

    fn from_str(text: &str) -> Result<Self, UaiError> {
        let upper = text.trim().to_ascii_uppercase();
        let bytes = upper.as_bytes();
        let shaped = bytes.len() == 8
            && bytes.iter().take(7).all(u8::is_ascii_digit)
            && bytes.last().is_some_and(u8::is_ascii_uppercase);
        if shaped {
            Ok(Self(upper))
        } else {
            Err(UaiError)
        }
    }
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_hold_their_check_letter() {
        for text in ["0290009C", "0441550W", "0693045K", "9760167c"] {
            assert!(text.parse::<Uai>().unwrap().check_letter_holds(), "{text}");
        }
    }

    #[test]
    fn a_wrong_letter_is_accepted_and_said() {
        assert!(!"1004001V".parse::<Uai>().unwrap().check_letter_holds());
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in [
            "",
            "029000C",
            "02900099",
            "O290009C",
            "0290009É",
            "0290009CC",
        ] {
            assert!(text.parse::<Uai>().is_err(), "{text}");
        }
    }
}
