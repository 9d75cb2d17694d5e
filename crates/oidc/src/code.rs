//! What an authorization code stands for (RFC 6749 §4.1.2, RFC 9700 §2.1.1). The code itself is a random
//! value that the caller draws; stores know its digest and these bytes.

use crate::Scopes;
use crate::pkce::Challenge;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerId;
use portique_domain::session::Level;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A code lives a minute (protocols §4.5, 4).
pub const CODE_LIFETIME: Duration = Duration::from_mins(1);

/// What was granted, bound to everything that the token request must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeGrant {
    /// To which partner.
    pub partner: PartnerId,
    /// To which client.
    pub client_id: String,
    /// Sent to this address.
    pub redirect_uri: String,
    /// Whose verifier must come, if there was one.
    pub challenge: Option<Challenge>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The scopes granted.
    pub scopes: Scopes,
    /// Who.
    pub person: PersonId,
    /// Under which session of ours.
    pub session: Uuid,
    /// When she showed who she is.
    pub authenticated_at: Timestamp,
    /// How surely.
    pub level: Level,
    /// The child that the tile was opened for.
    pub child: Option<PersonId>,
    /// When the code was given.
    pub issued_at: Timestamp,
}

/// Stored bytes are no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stored bytes are no grant of a code")]
pub struct BadGrant;

/// The stored form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    partner: String,
    client_id: String,
    redirect_uri: String,
    challenge: Option<String>,
    nonce: Option<String>,
    scope: String,
    person: String,
    session: String,
    authenticated_at_ms: i64,
    level: u8,
    child: Option<String>,
    issued_at_ms: i64,
}

impl CodeGrant {
    /// The bytes to keep.
    ///
    /// # Errors
    /// [`BadGrant`] should serde refuse, which it does not for these fields.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadGrant> {
        let row = Row {
            partner: self.partner.to_string(),
            client_id: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.map(|challenge| challenge.to_string()),
            nonce: self.nonce.clone(),
            scope: self.scopes.to_string(),
            person: self.person.0.to_string(),
            session: self.session.to_string(),
            authenticated_at_ms: self.authenticated_at.millis(),
            level: match self.level {
                Level::One => 1,
                Level::Two => 2,
            },
            child: self.child.map(|child| child.0.to_string()),
            issued_at_ms: self.issued_at.millis(),
        };
        serde_json::to_vec(&row).map_err(|_| BadGrant)
    }

    /// Reads them back.
    ///
    /// # Errors
    /// [`BadGrant`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BadGrant> {
        let row: Row = serde_json::from_slice(bytes).map_err(|_| BadGrant)?;
        let id = |text: &str| Uuid::parse_str(text).map_err(|_| BadGrant);
        let challenge = |text: String| Challenge::parse(&text).ok_or(BadGrant);
        Ok(Self {
            partner: PartnerId::parse(&row.partner).ok_or(BadGrant)?,
            client_id: row.client_id,
            redirect_uri: row.redirect_uri,
            // A challenge that does not read is an error and never "none" (T-30).
            challenge: row.challenge.map(challenge).transpose()?,
            nonce: row.nonce,
            scopes: Scopes::parse(&row.scope),
            person: PersonId(id(&row.person)?),
            session: id(&row.session)?,
            authenticated_at: Timestamp::from_millis(row.authenticated_at_ms),
            level: match row.level {
                1 => Level::One,
                2 => Level::Two,
                _ => return Err(BadGrant),
            },
            child: row.child.as_deref().map(id).transpose()?.map(PersonId),
            issued_at: Timestamp::from_millis(row.issued_at_ms),
        })
    }
}

#[cfg(test)]
mod tests;
