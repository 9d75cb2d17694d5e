//! A parked flow: who wants to go where, and what has been proven so far.

use crate::Timestamp;
use crate::identity::PersonId;
use crate::session::Digest;
use core::time::Duration;

/// A flow waits twenty minutes.
pub const FLOW_LIFETIME: Duration = Duration::from_mins(20);

/// At most ten flows a browser (house §4.5); the oldest goes.
pub const FLOWS_A_BROWSER: usize = 10;

/// Random id of a flow; it travels in URLs and forms and proves nothing by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub [u8; 16]);

impl core::fmt::Debug for FlowId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FlowId(…)")
    }
}

/// A path of our own, safe to redirect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Reads a path; `None` for anything that could leave this host: another scheme or host, `//`,
    /// a backslash, a control character, or more than 1,024 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let ours = text.starts_with('/')
            && !text.starts_with("//")
            && text.len() <= 1024
            && !text.contains('\\')
            && text.chars().all(|c| !c.is_control() && !c.is_whitespace());
        ours.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a flow goes when it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The portal.
    Portal,
    /// A page of ours, asked for before logging in.
    Page(LocalPath),
}

/// How the person first showed who she is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Login and password.
    Password,
    /// Login, activation code and birth date; the digest is the HMAC of the code, spent when the
    /// password is saved.
    ActivationCode(Digest),
    /// The one-time link of an administrator, by the HMAC of its secret.
    Invitation(Digest),
    /// The one-time link of a recovery mail, by the HMAC of its secret; spent when the password is saved.
    Recovery(Digest),
}

/// What has been proven in a flow. Each field is set by the journey that saw the proof and by nothing
/// else; a step without its evidence is not done (T-45).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Who, once a proof holds.
    pub person: Option<PersonId>,
    /// By what.
    pub proof: Option<Proof>,
    /// "Yes, it is me" at activation.
    pub confirmed: bool,
    /// A password was saved in this flow.
    pub password_saved: bool,
    /// A second factor was shown in this flow.
    pub second_factor: bool,
    /// A second factor being enrolled: its sealed secret, until the first code proves it.
    pub enrolling: Option<Vec<u8>>,
    /// When she showed who she is, in a flow that goes on from a session: what that flow opens is no
    /// younger a login (OIDC Core §2, `auth_time`).
    pub since: Option<Timestamp>,
}

/// A flow parked on the server, bound to one browser by its flow cookie (T-44).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its id.
    pub id: FlowId,
    /// Digest of the secret in the flow cookie.
    pub binding: Digest,
    /// Where it goes.
    pub destination: Destination,
    /// What has been proven.
    pub evidence: Evidence,
    /// When it stops waiting.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_destinations() {
        for good in ["/", "/me", "/admin/people?q=a&page=2", "/mediacentre#x"] {
            assert!(LocalPath::parse(good).is_some(), "{good}");
        }
        let long = format!("/{}", "a".repeat(1024));
        for bad in [
            "",
            "me",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/a b",
            "javascript:1",
            &long,
        ] {
            assert!(LocalPath::parse(bad).is_none(), "{bad}");
        }
    }
}
