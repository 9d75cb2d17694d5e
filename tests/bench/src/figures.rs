//! Figures, and what they are held against.

use crate::args::Row;
use crate::targets::{Of, Target};
use std::io::Write as _;
use std::time::Duration;

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) row: Row,
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// CPU time as a ratio to one signature.
    pub(crate) signs: Option<f64>,
    pub(crate) target: Option<Target>,
}

/// One step of an import.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) what: String,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) peak_kib: u64,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    /// CPU seconds of one signature.
    pub(crate) sign: f64,
    pub(crate) lines: Vec<Line>,
    pub(crate) steps: Vec<Step>,
}

impl Figures {
    /// A figure by itself.
    pub(crate) fn add(
        &mut self,
        row: Row,
        what: &str,
        value: f64,
        unit: &'static str,
        target: Option<Target>,
    ) {
        let line = Line {
            row,
            what: what.to_owned(),
            value,
            unit,
            signs: None,
            target,
        };
        self.lines.push(line);
    }

    /// CPU time, in seconds, shown in milliseconds and as a ratio to one signature.
    pub(crate) fn cpu(&mut self, row: Row, what: &str, seconds: f64, target: Option<Target>) {
        let line = Line {
            row,
            what: what.to_owned(),
            value: seconds * 1000.0,
            unit: "ms",
            signs: Some(seconds / self.sign),
            target,
        };
        self.lines.push(line);
    }
}

/// How a line stands to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reached {
    Moonshot,
    Must,
    Missed,
}

impl Line {
    /// What is compared with the target.
    fn compared(&self) -> Option<(f64, Target)> {
        let target = self.target?;
        let figure = match target.of {
            Of::Signs => self.signs?,
            Of::AtMost | Of::AtLeast => self.value,
        };
        Some((figure, target))
    }

    pub(crate) fn reached(&self) -> Option<Reached> {
        let (figure, target) = self.compared()?;
        let holds = |limit: f64| match target.of {
            Of::Signs | Of::AtMost => figure <= limit,
            Of::AtLeast => figure >= limit,
        };
        Some(if holds(target.moonshot) {
            Reached::Moonshot
        } else if holds(target.must) {
            Reached::Must
        } else {
            Reached::Missed
        })
    }

    /// Whether this is a ratio that exceeds its must by more than half.
    pub(crate) fn breaks_gate(&self) -> bool {
        self.compared()
            .is_some_and(|(figure, target)| target.of == Of::Signs && figure > target.must * 1.5)
    }
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    if sorted.len().is_multiple_of(2) && half > 0 {
        f64::midpoint(at(half - 1), at(half))
    } else {
        at(half)
    }
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A line on standard error: progress, faults.
pub(crate) fn say(text: &str) {
    // Nobody to tell when standard error is closed.
    writeln!(std::io::stderr().lock(), "{text}").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets;

    fn line(value: f64, signs: Option<f64>, target: Target) -> Line {
        Line {
            row: Row::Pages,
            what: String::new(),
            value,
            unit: "",
            signs,
            target: Some(target),
        }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn more_is_better_where_it_is() {
        assert_eq!(
            line(1e6, None, targets::EVENTS).reached(),
            Some(Reached::Moonshot)
        );
        assert_eq!(
            line(3e4, None, targets::EVENTS).reached(),
            Some(Reached::Must)
        );
        assert_eq!(
            line(1e3, None, targets::EVENTS).reached(),
            Some(Reached::Missed)
        );
    }

    #[test]
    fn only_ratios_are_gates() {
        assert!(line(0.0, Some(0.16), targets::DISCOVERY).breaks_gate());
        assert!(!line(0.0, Some(0.14), targets::DISCOVERY).breaks_gate());
        assert!(!line(1e6, None, targets::START).breaks_gate());
    }
}
