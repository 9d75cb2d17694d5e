//! What held and what did not.

use std::io::Write as _;

/// The count.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Checks {
    /// One check; what failed is said at once.
    pub(crate) fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if holds {
            self.passed += 1;
        } else {
            self.failed += 1;
            say(&format!("FAILED  {}", what()));
        }
    }
}

/// A line on standard error.
pub(crate) fn say(text: &str) {
    // Nobody to tell when standard error is closed.
    writeln!(std::io::stderr().lock(), "{text}").unwrap_or_default();
}
