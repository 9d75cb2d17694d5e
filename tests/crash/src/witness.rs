//! What clients saw: everything here was acknowledged before the kill.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Instant;

/// A session that opened.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) login: String,
    /// Public id, from the ENT token.
    pub(crate) id: String,
    /// Value of the cookie.
    pub(crate) secret: String,
    pub(crate) at: Instant,
}

/// How a session fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Nobody tried to close it.
    Open,
    /// Somebody tried, and was not answered.
    Unsure,
    /// It was said to be closed.
    Closed,
}

/// An account whose password was said to be saved.
#[derive(Clone, Debug)]
pub(crate) struct Entered {
    pub(crate) login: String,
    pub(crate) code: String,
    pub(crate) birth_date: String,
    pub(crate) password: String,
}

/// What one client saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) sessions: Vec<(Opened, End)>,
    pub(crate) entered: Vec<Entered>,
    /// What went wrong before the kill.
    pub(crate) trouble: Vec<String>,
}

impl Seen {
    pub(crate) fn take(&mut self, other: Self) {
        self.sessions.extend(other.sessions);
        self.entered.extend(other.entered);
        self.trouble.extend(other.trouble);
    }
}

/// The session that an ENT token speaks of.
pub(crate) fn session_of(token: &str) -> Option<String> {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&body).ok()?;
    Some(claims.get("sub")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_session() {
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode("{\"sub\":\"s\"}"));
        assert_eq!(session_of(&token).as_deref(), Some("s"));
        assert_eq!(session_of("x"), None);
    }
}
