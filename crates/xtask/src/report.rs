//! What a check found, and how it is printed.

use std::io::{self, Write};

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// `path` or `path:line`, relative to the workspace.
    pub(crate) place: String,
    /// What was found there.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) remedy: String,
}

impl Finding {
    /// A finding about a whole file.
    pub(crate) fn in_file(
        path: impl Into<String>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            place: path.into(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }

    /// A finding about one line, counted from 1.
    pub(crate) fn at_line(
        path: &str,
        line: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::in_file(format!("{path}:{line}"), message, remedy)
    }
}

/// The result of one check.
#[derive(Debug)]
pub(crate) struct Report {
    /// The name of the check, as typed on the command line.
    pub(crate) check: &'static str,
    /// Lines to print whatever was found.
    pub(crate) facts: Vec<String>,
    /// What does not hold; empty when all is well.
    pub(crate) findings: Vec<Finding>,
}

impl Report {
    /// Whether the check passed.
    pub(crate) fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    /// Writes facts, then findings, then one closing line.
    pub(crate) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        for fact in &self.facts {
            writeln!(out, "{}: {fact}", self.check)?;
        }
        for finding in &self.findings {
            writeln!(out, "{}: {}", finding.place, finding.message)?;
            writeln!(out, "    remedy: {}", finding.remedy)?;
        }
        match self.findings.len() {
            0 => writeln!(out, "{}: ok", self.check),
            1 => writeln!(out, "{}: 1 finding", self.check),
            many => writeln!(out, "{}: {many} findings", self.check),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Report};

    #[test]
    fn a_report_with_a_finding_does_not_hold_and_names_place_and_remedy() {
        let report = Report {
            check: "walls",
            facts: vec!["2 packages".to_owned()],
            findings: vec![Finding::at_line(
                "crates/a/src/lib.rs",
                3,
                "async",
                "move it up",
            )],
        };
        let mut out = Vec::new();
        report.write_to(&mut out).unwrap();
        assert!(!report.holds());
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "walls: 2 packages\ncrates/a/src/lib.rs:3: async\n    remedy: move it up\nwalls: 1 finding\n"
        );
    }
}
