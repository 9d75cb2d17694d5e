//! Accounts: their life, their codes, their password policies.

mod code;
mod life;
mod policy;
mod state;

pub use code::{ActivationCode, CODE_ALPHABET, CodeError, ShortRef};
pub use life::{LifeSpan, Summer};
pub use policy::{PasswordPolicy, Strength};
pub use state::{AccountState, IllegalJump};

use crate::Timestamp;
use crate::identity::{Login, PersonId};

/// An account: what lets one person in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub person: PersonId,
    /// Her login, set once.
    pub login: Login,
    /// Where it stands in its life.
    pub state: AccountState,
    /// When it came to that state.
    pub state_since: Timestamp,
    /// When the activation code at hand stops, if there is one.
    pub code_expires_at: Option<Timestamp>,
    /// First sign-in, if any.
    pub activated_at: Option<Timestamp>,
    /// Whether a password is stored.
    pub has_password: bool,
    /// Whether a second factor is enrolled.
    pub has_second_factor: bool,
}

/// How long an activation code lives: 90 days (ux-and-law §2.4).
pub const ACTIVATION_CODE_LIFETIME: core::time::Duration =
    core::time::Duration::from_hours(90 * 24);
