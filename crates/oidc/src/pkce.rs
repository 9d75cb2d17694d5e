//! PKCE, S256 alone (RFC 7636; RFC 9700 §2.1.1). There is no `plain`, and no mode without a check.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_jose::digest::sha256;
use subtle::ConstantTimeEq as _;

/// A `code_challenge` of method S256: the SHA-256 of a verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// Reads 43 characters of base64url (RFC 7636 §4.2); `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Whether this is the challenge of that verifier (RFC 7636 §4.6), in constant time.
    pub fn is_met_by(&self, verifier: &Verifier) -> bool {
        sha256(verifier.0.as_bytes()).ct_eq(&self.0).into()
    }
}

impl core::fmt::Display for Challenge {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A `code_verifier`.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl core::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

impl Verifier {
    /// Reads 43 to 128 unreserved characters (RFC 7636 §4.1); `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let shaped = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        shaped.then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_pair_of_rfc_7636_appendix_b_matches() {
        let challenge = Challenge::parse(CHALLENGE).unwrap();
        assert_eq!(challenge.to_string(), CHALLENGE);
        assert!(challenge.is_met_by(&Verifier::parse(VERIFIER).unwrap()));
        let other = Verifier::parse(&VERIFIER.replace('d', "e")).unwrap();
        assert!(!challenge.is_met_by(&other));
        // `plain`: the challenge itself is no verifier of it.
        assert!(!challenge.is_met_by(&Verifier::parse(CHALLENGE).unwrap()));
    }

    #[test]
    fn t46_a_shortened_challenge_or_verifier_is_none() {
        for length in 0..43 {
            assert!(Challenge::parse(CHALLENGE.get(..length).unwrap()).is_none());
            assert!(Verifier::parse(VERIFIER.get(..length).unwrap()).is_none());
        }
        assert!(Challenge::parse(&format!("{CHALLENGE}A")).is_none());
        assert!(Challenge::parse(&format!("{CHALLENGE}=")).is_none());
        assert!(Challenge::parse(&CHALLENGE.replace('-', "+")).is_none());
        assert!(Verifier::parse(&"a".repeat(128)).is_some());
        assert!(Verifier::parse(&"a".repeat(129)).is_none());
        assert!(Verifier::parse(&format!("{VERIFIER} ")).is_none());
    }
}
