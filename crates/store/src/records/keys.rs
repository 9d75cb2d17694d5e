//! Sealed keys and their slots.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;

/// Where a key stands (house §4.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySlot {
    /// Published, not used yet.
    Next,
    /// In use.
    Current,
    /// Used before; still verifies.
    Previous,
    /// Out of use, kept for the record only.
    Retired,
}

impl KeySlot {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Next, Self::Current, Self::Previous, Self::Retired]
            .into_iter()
            .find(|slot| slot.code() == code)
    }
}

/// A key at rest: sealed under the root key, which is never here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Its `kid`: unique.
    pub id: String,
    /// What it is for (`ent_token`, `log_checkpoint`, `pepper`, `activation`, `csrf`, …).
    pub purpose: String,
    /// Where it stands.
    pub slot: KeySlot,
    /// Algorithm (`ES256`, `HS256`, `A256GCM`).
    pub algorithm: String,
    /// The sealed secret.
    pub sealed: Vec<u8>,
    /// The public half, when there is one.
    pub public: Option<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Keeps sealed keys.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// All of them, by purpose and age.
    async fn keys(&self) -> Result<Vec<KeyRow>>;
    /// Adds keys, all or none; an id that is there already is a `Conflict`.
    async fn add(&self, rows: &[KeyRow]) -> Result<()>;
    /// One rotation of a purpose in one step: previous is retired, current becomes previous, next
    /// becomes current, and `next` comes in (with slot `Next`).
    async fn rotate(&self, purpose: &str, next: &KeyRow) -> Result<()>;
}
