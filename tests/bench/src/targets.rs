//! The targets, as the project's sheet of targets has them. Nothing else here is a typed figure.

/// What a figure is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// What has to be reached.
    pub(crate) must: f64,
    /// What is aimed at.
    pub(crate) moonshot: f64,
    /// What is compared, and in which direction.
    pub(crate) of: Of,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// CPU time as a ratio to one signature, at most. Only these are gates.
    Signs,
    /// The figure itself, at most.
    AtMost,
    /// The figure itself, at least.
    AtLeast,
}

const fn target(must: f64, moonshot: f64, of: Of) -> Target {
    Target { must, moonshot, of }
}

/// One signature on the machine of the sheet, in milliseconds: turns its absolute figures into ratios.
const SHEET_SIGN_MS: f64 = 0.28;

/// Form login beyond its Argon2id: 2 ms and 0.5 ms on the machine of the sheet.
pub(crate) const LOGIN_BEYOND: Target = target(2.0 / SHEET_SIGN_MS, 0.5 / SHEET_SIGN_MS, Of::Signs);

/// Pages that cost no more than a discovery document.
pub(crate) const DISCOVERY: Target = target(0.1, 0.035, Of::Signs);

/// A code flow (authorize, token, userinfo) with an ID token signed RS256.
pub(crate) const FLOW_RS256: Target = target(2.6, 1.6, Of::Signs);

/// The same signed ES256.
pub(crate) const FLOW_ES256: Target = target(1.3, 0.6, Of::Signs);

/// An authorization request with a session: a code is given.
pub(crate) const AUTHORIZE: Target = target(0.6, 0.3, Of::Signs);

/// What the last hundred of a thousand sign-ons in one session may cost more than the first hundred, in
/// percent.
pub(crate) const GROWTH: Target = target(5.0, 5.0, Of::AtMost);

/// Access events made durable in a second.
pub(crate) const EVENTS: Target = target(20_000.0, 100_000.0, Of::AtLeast);

/// Start to first right answer, milliseconds.
pub(crate) const START: Target = target(100.0, 20.0, Of::AtMost);

/// MiB for one hashing permit, beside what follows.
pub(crate) const HASHING_PERMIT: f64 = 19.0;

/// Resident memory after the first answer, MiB, beside the hashing permits.
pub(crate) const RSS_FIRST: Target = target(40.0, 15.0, Of::AtMost);

/// Resident memory with 10,000 live sessions, MiB, beside the hashing permits.
pub(crate) const RSS_SESSIONS: Target = target(80.0, 35.0, Of::AtMost);

/// People of the feed that the sheet speaks of.
const SHEET_PEOPLE: f64 = 1_000_000.0;

/// A first import: 150 s and 60 s for that feed, as people in a second.
pub(crate) const FEED_FIRST: Target =
    target(SHEET_PEOPLE / 150.0, SHEET_PEOPLE / 60.0, Of::AtLeast);

/// The same feed again: 75 s and 25 s.
pub(crate) const FEED_AGAIN: Target = target(SHEET_PEOPLE / 75.0, SHEET_PEOPLE / 25.0, Of::AtLeast);

/// The p99 of a login while a feed is imported, as a ratio to the idle one.
pub(crate) const LOGIN_BESIDE_IMPORT: Target = target(3.0, 3.0, Of::AtMost);

/// Highest memory of an import, MiB: said of that feed, so a smaller one proves nothing.
pub(crate) const FEED_MEMORY: Target = target(512.0, 256.0, Of::AtMost);
