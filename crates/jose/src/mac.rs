//! HMAC (RFC 2104): SHA-256 with a label, so that one key never says the same thing twice, and SHA-512
//! for pseudonyms.

use aws_lc_rs::hmac;

/// A key for message authentication.
pub struct MacKey(hmac::Key);

impl core::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MacKey(…)")
    }
}

impl MacKey {
    /// From 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// HMAC over `label`, a zero byte, and `data`.
    pub fn mac(&self, label: &str, data: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(label.as_bytes());
        context.update(&[0]);
        context.update(data);
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    /// Whether `tag` is the whole MAC, compared in constant time. A shorter tag never is (T-46).
    pub fn verifies(&self, label: &str, data: &[u8], tag: &[u8]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.mac(label, data), tag).is_ok()
    }
}

/// A key that pseudonyms are drawn with: HMAC-SHA-512. Whoever has it can join what partners know, so it
/// serves this purpose alone.
pub struct PairwiseKey(hmac::Key);

impl core::fmt::Debug for PairwiseKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PairwiseKey(…)")
    }
}

impl PairwiseKey {
    /// From 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA512, secret))
    }

    /// HMAC over the parts, one after the other: separators are the caller's business.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 64] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        let mut out = [0; 64];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t46_a_truncated_tag_is_no_tag() {
        let key = MacKey::new(&[1; 32]);
        let tag = key.mac("csrf", b"flow");
        assert!(key.verifies("csrf", b"flow", &tag));
        for length in 0..32 {
            assert!(!key.verifies("csrf", b"flow", &tag[..length]));
        }
    }

    #[test]
    fn t36_a_tag_of_one_label_is_none_of_another() {
        let key = MacKey::new(&[1; 32]);
        assert!(!key.verifies("device", b"x", &key.mac("csrf", b"x")));
        assert_ne!(key.mac("a", b"b"), key.mac("", b"a\0b"));
    }

    /// RFC 4231 §4.3 (test case 2), its key padded with zeros as RFC 2104 §2 does.
    #[test]
    fn the_vector_of_rfc_4231_holds() {
        let mut secret = [0; 32];
        secret[..4].copy_from_slice(b"Jefe");
        let tag = PairwiseKey::new(&secret).mac(&[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            crate::digest::hex(&tag),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
             9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        );
    }
}
