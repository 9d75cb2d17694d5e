//! Accounts and their secrets.

use crate::{Redeemed, Result};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::account::Account;
use portique_domain::identity::{Login, PersonId};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;

/// What checks a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Whose.
    pub person: PersonId,
    /// Argon2id hash in PHC form, absent while no password was chosen.
    pub phc: Option<String>,
}

/// Reads accounts.
#[async_trait]
pub trait AccountReader: Send + Sync {
    /// The account of a person.
    async fn account(&self, person: PersonId) -> Result<Option<Account>>;
    /// The account of a login.
    async fn account_by_login(&self, login: &Login) -> Result<Option<Account>>;
    /// Whether a login was ever given, to whomever: also of people who are erased. It is nobody else's.
    async fn is_login_used(&self, login: &Login) -> Result<bool>;
    /// What checks the password of a person.
    async fn credential(&self, person: PersonId) -> Result<Option<Credential>>;
    /// The HMAC and the end of the activation code at hand, if there is one (spent and closed codes
    /// included, so that a replay can be told: `Replay` once spent, `Unknown` when there is none).
    async fn activation_code(
        &self,
        person: PersonId,
        mac: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Timestamp>>;
}

/// What an activation does, all or nothing.
#[derive(Clone, Debug)]
pub struct Activation {
    /// Whose account.
    pub person: PersonId,
    /// HMAC of the code to spend.
    pub code: Digest,
    /// Hash of the password chosen, in PHC form.
    pub phc: String,
    /// When.
    pub at: Timestamp,
}

/// How an activation fared.
pub type Activated = Redeemed<()>;

/// Writes accounts. Each method is one atomic, durable act.
#[async_trait]
pub trait AccountWriter: Send + Sync {
    /// Stores the HMAC of a new activation code and its end; the former code stops. Only an account that
    /// waits for activation or is active (its owner forgot her password) gets one, else `false`.
    async fn issue_code(
        &self,
        person: PersonId,
        mac: Digest,
        expires_at: Timestamp,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool>;
    /// Spends the code, saves the password and opens the account, in one step.
    async fn activate(&self, activation: Activation) -> Result<Activated>;
    /// Closes an activation code whose bearer said "not me"; `true` the first time.
    async fn disown_code(&self, person: PersonId, mac: &Digest, now: Timestamp) -> Result<bool>;
    /// Replaces the hash of a password (a new choice, or a rehash under stronger parameters).
    async fn save_password(&self, person: PersonId, phc: &str, now: Timestamp) -> Result<()>;
    /// Suspends an account; `false` when its state does not allow it.
    async fn freeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool>;
    /// Gives a suspended account back the state it had; `false` when it is not suspended.
    async fn unfreeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool>;
}

/// Second factors (TOTP, RFC 6238). The secret is sealed before it comes here.
#[async_trait]
pub trait SecondFactors: Send + Sync {
    /// The sealed secret, when one is enrolled.
    async fn sealed_secret(&self, person: PersonId) -> Result<Option<Vec<u8>>>;
    /// Enrols a secret together with the step that proved it; `false` when one is enrolled already.
    async fn enrol(
        &self,
        person: PersonId,
        sealed: &[u8],
        step: u64,
        now: Timestamp,
    ) -> Result<bool>;
    /// Accepts a time step once: `true` when it is later than every step accepted before. Of sixteen
    /// racing callers with one step exactly one gets `true`.
    async fn accept_step(&self, person: PersonId, step: u64) -> Result<bool>;
    /// Forgets the factor, so that the person enrols anew.
    async fn forget(&self, person: PersonId) -> Result<()>;
}
