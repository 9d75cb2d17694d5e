//! Login names: `prenom.nom`, set once, never changed, never reused.

use crate::text::fold;
use core::fmt;
use core::str::FromStr;

/// Each part of a proposed login is cut there.
const PART: usize = 30;

/// The stem of whose names cannot be typed everywhere.
const NAMELESS: &str = "compte";

/// Letters that no decomposition opens.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let (one, other) = match letter {
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ø' => ('o', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'þ' => ('t', Some('h')),
        letter => (letter, None),
    };
    core::iter::once(one).chain(other)
}

/// A login in its one canonical form: `[0-9a-z.-]`, 1 to 64 characters.
///
/// What people type is folded first (case, accents, full-width letters), so that one account has one
/// counter (T-52).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

/// The text can be no login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a login is 1 to 64 letters, digits, dots or hyphens")]
pub struct LoginError;

impl Login {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `prenom.nom`, with `rank` appended from 2 on; `compte` when neither name has a letter that can be
    /// typed everywhere, so that nobody goes without an account for her alphabet. `None` when both are empty.
    pub fn propose(first: &str, last: &str, rank: u32) -> Option<Self> {
        let part = |text: &str| -> String {
            fold(text)
                .chars()
                .flat_map(plain)
                .filter(char::is_ascii_alphanumeric)
                .take(PART)
                .collect()
        };
        if first.trim().is_empty() && last.trim().is_empty() {
            return None;
        }
        let (first, last) = (part(first), part(last));
        let stem = match (first.is_empty(), last.is_empty()) {
            (true, true) => NAMELESS.to_owned(),
            (true, false) => last,
            (false, true) => first,
            (false, false) => format!("{first}.{last}"),
        };
        Some(Self(if rank < 2 {
            stem
        } else {
            format!("{stem}{rank}")
        }))
    }
}

impl FromStr for Login {
    type Err = LoginError;

    fn from_str(text: &str) -> Result<Self, LoginError> {
        let folded = fold(text);
        let shaped = (1..=64).contains(&folded.len())
            && folded
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
        if shaped {
            Ok(Self(folded))
        } else {
            Err(LoginError)
        }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t52_every_spelling_of_a_login_is_one_login() {
        let one: Login = "lea.marchais".parse().unwrap();
        for text in ["LEA.MARCHAIS", " Léa.Marchais ", "ｌｅａ.marchais"] {
            assert_eq!(text.parse::<Login>(), Ok(one.clone()), "{text}");
        }
    }

    #[test]
    fn a_proposed_login_drops_what_cannot_be_typed() {
        assert_eq!(
            Login::propose("Élio-Noé", "D'ARC", 1).unwrap().as_str(),
            "elionoe.darc"
        );
        assert_eq!(Login::propose("Ines", "", 2).unwrap().as_str(), "ines2");
        assert_eq!(
            Login::propose("Łukasz", "Đặng-Ørsted", 1).unwrap().as_str(),
            "lukasz.dangorsted"
        );
        assert_eq!(Login::propose("", " ", 1), None);
    }

    #[test]
    fn nobody_goes_without_a_login_for_her_alphabet() {
        for (first, last) in [("明", "李"), ("—", "..."), ("", "مرحبا"), ("😀", "’")] {
            assert_eq!(Login::propose(first, last, 1).unwrap().as_str(), "compte");
        }
        assert_eq!(Login::propose("明", "李", 3).unwrap().as_str(), "compte3");
    }

    #[test]
    fn other_characters_are_refused() {
        for text in ["", "a b", "a@b", "a\nb", "'or'1"] {
            assert!(text.parse::<Login>().is_err(), "{text}");
        }
    }
}
