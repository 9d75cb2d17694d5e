//! Collecting what the reader and the checks find. Messages are French and never hold a value that
//! identifies someone: they are shown, printed and mailed.

use crate::plan::{Finding, Severity};

/// How many findings a plan keeps; the others are counted.
pub const MOST_FINDINGS: usize = 1000;

/// Of these, how many notes: they must not crowd out what costs a value or a record.
const MOST_NOTES: usize = 300;

/// Findings of one delivery: the first thousand, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The first ones, in the order of reading.
    pub(crate) kept: Vec<Finding>,
    /// How many in all.
    pub(crate) count: u64,
    notes: usize,
}

impl Findings {
    /// Counts a finding, and builds it only while there is room.
    fn add(&mut self, severity: Severity, make: impl FnOnce() -> Finding) {
        self.count += 1;
        self.notes += usize::from(severity == Severity::Note);
        let crowded = severity == Severity::Note && self.notes > MOST_NOTES;
        if self.kept.len() < MOST_FINDINGS && !crowded {
            self.kept.push(make());
        }
    }

    /// Where the findings of one record go.
    pub(crate) fn about<'a>(&'a mut self, file: &'a str, line: u64, record: &'a str) -> Report<'a> {
        Report {
            findings: self,
            file,
            line,
            record,
        }
    }
}

/// Findings about one record (or one file, when `record` is empty).
#[derive(Debug)]
pub(crate) struct Report<'a> {
    findings: &'a mut Findings,
    file: &'a str,
    line: u64,
    record: &'a str,
}

impl Report<'_> {
    /// Told; nothing is lost.
    pub(crate) fn note(&mut self, code: &str, field: &str, message: &str) {
        self.add(Severity::Note, code, field, message);
    }

    /// A value was skipped.
    pub(crate) fn warn(&mut self, code: &str, field: &str, message: &str) {
        self.add(Severity::Warning, code, field, message);
    }

    /// The record was set aside.
    pub(crate) fn refuse(&mut self, code: &str, field: &str, message: &str) {
        self.add(Severity::Refused, code, field, message);
    }

    fn add(&mut self, severity: Severity, code: &str, field: &str, message: &str) {
        let Self {
            findings,
            file,
            line,
            record,
        } = self;
        findings.add(severity, || Finding {
            code: code.to_owned(),
            severity,
            file: (*file).to_owned(),
            line: *line,
            record: (*record).to_owned(),
            field: field.to_owned(),
            message: message.to_owned(),
        });
    }
}
