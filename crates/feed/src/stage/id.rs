//! Ids of a feed in sixteen bytes, so that a delivery of a million people is remembered in little.

use aws_lc_rs::digest::{SHA256, digest};

/// The longest id held as it is; real ones have 4 to 10 characters.
const INLINE: usize = 15;
const HASHED: u8 = 0xFF;

/// An id: as it is up to fifteen bytes, its SHA-256 cut to fifteen bytes beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CompactId([u8; INLINE + 1]);

impl CompactId {
    pub(crate) fn of(text: &str) -> Self {
        let mut bytes = [0; INLINE + 1];
        let hashed;
        let (source, mark) = if text.len() <= INLINE {
            (text.as_bytes(), u8::try_from(text.len()).unwrap_or(HASHED))
        } else {
            hashed = digest(&SHA256, text.as_bytes());
            (hashed.as_ref(), HASHED)
        };
        for (slot, byte) in bytes.iter_mut().zip(source.iter().take(INLINE)) {
            *slot = *byte;
        }
        if let Some(last) = bytes.last_mut() {
            *last = mark;
        }
        Self(bytes)
    }

    /// The text, unless it was too long to be held.
    pub(crate) fn text(&self) -> Option<&str> {
        let length = *self.0.last()?;
        if length == HASHED {
            return None;
        }
        core::str::from_utf8(self.0.get(..usize::from(length))?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_apart_and_short_ones_read_back() {
        assert_eq!(CompactId::of("9100001").text(), Some("9100001"));
        assert_eq!(CompactId::of("").text(), Some(""));
        assert_ne!(CompactId::of("1"), CompactId::of("1\0"));
        let long = CompactId::of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        assert_eq!(long.text(), None);
        assert_ne!(long, CompactId::of("ABCDEFGHIJKLMNOPQRSTUVWXY"));
    }
}
