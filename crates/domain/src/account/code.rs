//! Codes that people copy from paper or read aloud.

use core::fmt;
use core::str::FromStr;

/// 28 characters that nobody confuses: no B, I, L, O, S, U, 0, 1 (ux-and-law §5.9).
pub const CODE_ALPHABET: &[u8; 28] = b"ACDEFGHJKMNPQRTVWXYZ23456789";

/// Bytes at or above this are thrown away, so that each character is as likely as the next.
const FAIR: u8 = 252;

fn draw<const N: usize>(entropy: &[u8]) -> Option<[u8; N]> {
    let mut out = [0_u8; N];
    let mut fair = entropy.iter().filter(|byte| **byte < FAIR);
    for place in &mut out {
        *place = *CODE_ALPHABET.get(usize::from(*fair.next()?) % 28)?;
    }
    Some(out)
}

fn read<const N: usize>(text: &str) -> Result<[u8; N], CodeError> {
    let mut out = [0_u8; N];
    let mut kept = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    for place in &mut out {
        let c = kept.next().ok_or(CodeError)?.to_ascii_uppercase();
        let byte = u8::try_from(c).map_err(|_| CodeError)?;
        if !CODE_ALPHABET.contains(&byte) {
            return Err(CodeError);
        }
        *place = byte;
    }
    if kept.next().is_some() {
        Err(CodeError)
    } else {
        Ok(out)
    }
}

fn group(bytes: &[u8], size: usize, by: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index % size == 0 {
            fmt::Write::write_char(f, by)?;
        }
        fmt::Write::write_char(f, char::from(*byte))?;
    }
    Ok(())
}

/// The text is no code: wrong length, or a character that codes never carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a code")]
pub struct CodeError;

/// The code of an activation letter: twelve characters of [`CODE_ALPHABET`], 57.7 bits, one use,
/// 90 days. Kept in clear only on the letter; stores hold its HMAC.
#[derive(Clone, PartialEq, Eq)]
pub struct ActivationCode([u8; 12]);

impl ActivationCode {
    /// From fresh random bytes; `None` (try again) in the unlikely case that too many were thrown
    /// away for fairness.
    pub fn from_entropy(entropy: &[u8; 32]) -> Option<Self> {
        draw(entropy).map(Self)
    }

    /// The characters without groups, what the HMAC is taken over.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for ActivationCode {
    type Err = CodeError;

    /// Case, spaces and hyphens do not count.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(text).map(Self)
    }
}

impl fmt::Display for ActivationCode {
    /// Three groups of four: `K7RM-4DWX-9TPC`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        group(&self.0, 4, '-', f)
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

/// The short number on an error page: six characters, read aloud easily (`K7R 4MD`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortRef([u8; 6]);

impl ShortRef {
    /// From fresh random bytes; `None` (try again) when too many were thrown away for fairness.
    pub fn from_entropy(entropy: &[u8; 16]) -> Option<Self> {
        draw(entropy).map(Self)
    }

    /// The six characters, ungrouped.
    pub fn compact(&self) -> String {
        self.0.iter().map(|byte| char::from(*byte)).collect()
    }
}

impl FromStr for ShortRef {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(text).map(Self)
    }
}

impl fmt::Display for ShortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        group(&self.0, 3, ' ', f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_no_pair_that_looks_alike() {
        for forbidden in b"BILOSU01" {
            assert!(!CODE_ALPHABET.contains(forbidden));
        }
        let mut sorted = CODE_ALPHABET.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 28);
    }

    #[test]
    fn a_code_reads_back_whatever_the_case_and_the_spaces() {
        let code = ActivationCode::from_entropy(&[7; 32]).unwrap();
        let shown = code.to_string();
        assert_eq!(shown.len(), 14);
        for text in [shown.clone(), shown.to_lowercase(), shown.replace('-', " ")] {
            assert_eq!(text.parse(), Ok(code.clone()));
        }
    }

    #[test]
    fn t46_a_truncated_or_longer_code_is_no_code() {
        let shown = ActivationCode::from_entropy(&[9; 32]).unwrap().to_string();
        assert!(shown.get(..13).unwrap().parse::<ActivationCode>().is_err());
        assert!(format!("{shown}A").parse::<ActivationCode>().is_err());
        assert!("".parse::<ActivationCode>().is_err());
    }

    #[test]
    fn unfair_bytes_are_thrown_away() {
        assert!(ActivationCode::from_entropy(&[255; 32]).is_none());
    }

    #[test]
    fn a_code_is_never_printed_by_debug() {
        let code = ActivationCode::from_entropy(&[7; 32]).unwrap();
        assert_eq!(format!("{code:?}"), "ActivationCode(…)");
    }
}
