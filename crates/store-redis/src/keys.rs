//! Names of keys. They hold digests only: whoever lists them learns no id.
//!
//! A name is prefix, letter, colon, digest:
//!
//! | letter | what | digest of |
//! |---|---|---|
//! | `s` | a session | its secret |
//! | `p` | sessions of a person | the person |
//! | `a` | all sessions, by their end | - |
//! | `f` | a flow | its id |
//! | `q` | flows of a person | the person |
//! | `o` | a one-time value | its kind and secret |
//! | `c` | a counter | its kind and key |
//! | `g` | participations of a session | the session's id |
//! | `t` | an access token | its secret |
//! | `x`, `y` | a closed family, tokens of a family | its code; in braces, so that both share a slot |
//! | `z` | access tokens of a session | the session's id |
//!
//! **Redis Cluster, later.** One-time values, counters and participations are scripts over one key. A
//! session, a flow and a token are found by their secret alone, so they cannot share a slot with the
//! indexes of a person, a session or a family, nor an old secret with the new one: those scripts need
//! all keys in one slot. A prefix with a tag, such as `{portique}:`, puts everything into one slot:
//! failover without sharding.

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::identity::PersonId;
use portique_domain::login::FlowId;
use portique_domain::session::Digest;
use uuid::Uuid;

/// Writes names.
pub(crate) struct Keys {
    prefix: String,
}

/// The text of a digest in names and indexes.
pub(crate) fn text(digest: &Digest) -> String {
    URL_SAFE_NO_PAD.encode(digest.0)
}

/// A digest from its text.
pub(crate) fn digest(text: &str) -> Option<Digest> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok().map(Digest)
}

/// SHA-256 of what is no digest yet. Each part is preceded by its length, so that two lists of parts
/// never give the same bytes.
pub(crate) fn hashed(parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    URL_SAFE_NO_PAD.encode(context.finish())
}

/// How indexes name a person.
pub(crate) fn person(person: PersonId) -> String {
    hashed(&[b"person", person.0.as_bytes()])
}

/// How indexes name a session's id.
pub(crate) fn session(id: Uuid) -> String {
    hashed(&[b"session", id.as_bytes()])
}

/// How indexes name a flow.
pub(crate) fn flow(id: FlowId) -> String {
    hashed(&[b"flow", &id.0])
}

impl Keys {
    /// With this prefix; `None` when it is none.
    pub(crate) fn new(prefix: &str) -> Option<Self> {
        let fits = (1..=32).contains(&prefix.len())
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b":_-.{}".contains(&byte));
        fits.then(|| Self {
            prefix: prefix.to_owned(),
        })
    }

    /// The prefix, for scripts that find names in indexes.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name of a thing.
    pub(crate) fn name(&self, letter: char, digest: &str) -> String {
        format!("{}{letter}:{digest}", self.prefix)
    }

    /// The name of the index of all sessions.
    pub(crate) fn all_sessions(&self) -> String {
        format!("{}a", self.prefix)
    }

    /// The name of something of a family.
    pub(crate) fn family(&self, letter: char, family: &str) -> String {
        format!("{}{letter}:{{{family}}}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_no_id() {
        let id = Uuid::from_u128(0x0192_0000_7000_8000_0000_0000_0000_0001);
        let keys = Keys::new("portique:").unwrap();
        for name in [
            keys.name('p', &person(PersonId(id))),
            keys.name('g', &session(id)),
            keys.name('f', &flow(FlowId(*id.as_bytes()))),
        ] {
            let plain = URL_SAFE_NO_PAD.encode(id.as_bytes());
            assert!(!name.contains(&plain) && !name.contains("0192"), "{name}");
            assert_eq!(name.len(), "portique:p:".len() + 43);
        }
        // The same bytes in another role have another name.
        assert_ne!(person(PersonId(id)), session(id));
        assert_ne!(hashed(&[b"ab", b"c"]), hashed(&[b"a", b"bc"]));
        assert_eq!(digest(&text(&Digest([7; 32]))), Some(Digest([7; 32])));
    }
}
