//! Which passwords hold (ux-and-law §2.4): bits, not recipes.

use super::words::{WORDS, WordLists};
use portique_domain::account::{PasswordPolicy, Strength};
use portique_domain::text::{fold, squeeze};
use zxcvbn::matching::patterns::MatchPattern;

/// Only so many characters are estimated; what is longer is at least as strong.
const ESTIMATED: usize = 64;

/// Bits of a word that is not of our list.
const A_WORD: f64 = 17.0;

/// A person's own words: anyone who knows her would try them first.
#[derive(Clone, Debug, Default)]
pub struct OwnWords {
    /// Her first name.
    pub first: String,
    /// Her names.
    pub names: Vec<String>,
    /// Her login.
    pub login: String,
    /// School, town, classes.
    pub places: Vec<String>,
    /// Birth date in the usual spellings.
    pub dates: Vec<String>,
}

/// Why a password is refused, one reason at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Nothing was typed.
    Empty,
    /// More than 4,096 bytes.
    TooLong,
    /// Among the common ones.
    Common,
    /// Contains her first name.
    FirstName,
    /// Contains another of her names, or her login.
    Name,
    /// Contains her school, town or class.
    Place,
    /// Contains her birth date.
    BirthDate,
    /// Too few guesses.
    Weak,
}

/// What the meter says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// In words.
    pub strength: Strength,
    /// What is wrong, if something is.
    pub complaint: Option<Complaint>,
}

/// Measures a password.
pub(crate) fn measure(
    password: &str,
    policy: PasswordPolicy,
    own: &OwnWords,
    words: &WordLists,
) -> Measure {
    let refuse = |complaint| Measure {
        strength: Strength::Weak,
        complaint: Some(complaint),
    };
    if password.trim().is_empty() {
        return refuse(Complaint::Empty);
    }
    if password.len() > super::hashing::LONGEST_PASSWORD {
        return refuse(Complaint::TooLong);
    }
    if words.is_common(&fold(password)) {
        return refuse(Complaint::Common);
    }
    if let Some(complaint) = own_word_in(password, own) {
        return refuse(complaint);
    }
    let strength = Strength::of(bits(password, words), policy);
    Measure {
        strength,
        complaint: (strength != Strength::Good).then_some(Complaint::Weak),
    }
}

fn own_word_in(password: &str, own: &OwnWords) -> Option<Complaint> {
    let squeezed = squeeze(password);
    // Two letters stand in any phrase; from three on a name gives itself away.
    let holds = |word: &String| {
        let word = squeeze(word);
        word.chars().count() >= 3 && squeezed.contains(&word)
    };
    if holds(&own.first) {
        Some(Complaint::FirstName)
    } else if own.names.iter().any(holds) || holds(&own.login) {
        Some(Complaint::Name)
    } else if own.dates.iter().any(holds) {
        Some(Complaint::BirthDate)
    } else if own.places.iter().any(holds) {
        Some(Complaint::Place)
    } else {
        None
    }
}

/// Bits of a password: what a guesser who knows our word list, common passwords and patterns has to
/// try, the smaller of two readings.
pub(crate) fn bits(password: &str, words: &WordLists) -> f64 {
    let head: String = password.chars().take(ESTIMATED).collect();
    pattern_bits(&head).min(phrase_bits(&head, words))
}

/// As a phrase, part by part: twelve bits a word of our list, 3.3 a digit, and for any other word what a
/// dictionary of 131,072 holds, however long it is. One part alone is no phrase.
fn phrase_bits(password: &str, words: &WordLists) -> f64 {
    let parts: Vec<&str> = password
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | ','))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 {
        return f64::INFINITY;
    }
    parts
        .into_iter()
        .map(|part| {
            if part.chars().all(|c| c.is_ascii_digit()) {
                small(part.len()) * 10_f64.log2()
            } else if words.is_proposed(&fold(part)) {
                small(WORDS).log2()
            } else if part.chars().all(char::is_alphabetic) {
                pattern_bits(part).min(A_WORD)
            } else {
                pattern_bits(part)
            }
        })
        .sum()
}

/// zxcvbn finds what is guessable (words, names, dates, walks, repeats); what it leaves over counts as
/// drawn from the kinds of characters used.
fn pattern_bits(password: &str) -> f64 {
    let a_character = alphabet(password).log2();
    zxcvbn::zxcvbn(password, &[])
        .sequence()
        .iter()
        .map(|found| {
            let length = found.j.saturating_sub(found.i).saturating_add(1);
            let at_most = small(length) * a_character;
            if matches!(found.pattern, MatchPattern::BruteForce) {
                at_most
            } else {
                found
                    .guesses
                    .map_or(at_most, |guesses| guesses_bits(guesses).min(at_most))
            }
        })
        .sum()
}

/// How many characters the kinds used have: 26, 26, 10, 37, and 100 for letters beyond ASCII.
fn alphabet(password: &str) -> f64 {
    let any = |is_of: fn(char) -> bool| password.chars().any(is_of);
    let mut size = 0.0;
    for (used, adds) in [
        (any(|c| c.is_ascii_lowercase()), 26.0),
        (any(|c| c.is_ascii_uppercase()), 26.0),
        (any(|c| c.is_ascii_digit()), 10.0),
        (any(|c| c.is_ascii() && !c.is_ascii_alphanumeric()), 37.0),
        (any(|c| !c.is_ascii()), 100.0),
    ] {
        if used {
            size += adds;
        }
    }
    f64::max(size, 1.0)
}

fn small(length: usize) -> f64 {
    f64::from(u32::try_from(length).unwrap_or(u32::MAX))
}

fn guesses_bits(guesses: u64) -> f64 {
    // Halves of the number are exact in f64; the lost low bits do not move a logarithm.
    let high = f64::from(u32::try_from(guesses >> 32).unwrap_or(u32::MAX));
    let low = f64::from(u32::try_from(guesses & 0xffff_ffff).unwrap_or(u32::MAX));
    (high * 4_294_967_296.0 + low).max(1.0).log2()
}

#[cfg(test)]
mod tests;
