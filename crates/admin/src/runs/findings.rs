//! What the reading found, by code.

use crate::names::{Mark, severity};
use portique_feed::plan::Finding;
use std::collections::BTreeMap;

/// So many of a code are shown before one asks for all.
const FEW: usize = 10;

/// The findings of one code.
pub(super) struct Group {
    pub(super) code: String,
    pub(super) mark: Mark,
    /// How many were kept of it.
    pub(super) count: usize,
    pub(super) rows: Vec<Finding>,
    /// Whether it is shown open: the one asked for.
    pub(super) open: bool,
}

/// Groups, the gravest and largest first. Of the code asked for, everything that was kept.
pub(super) fn groups(findings: &[Finding], asked: Option<&str>) -> Vec<Group> {
    let mut by_code = BTreeMap::<&str, Vec<&Finding>>::new();
    for finding in findings {
        by_code.entry(&finding.code).or_default().push(finding);
    }
    let mut groups: Vec<(portique_feed::plan::Severity, Group)> = by_code
        .into_iter()
        .filter_map(|(code, found)| {
            let open = asked == Some(code);
            let worst = found.iter().map(|finding| finding.severity).max()?;
            let shown = if open { found.len() } else { FEW };
            let group = Group {
                code: code.to_owned(),
                mark: severity(worst),
                count: found.len(),
                rows: found.into_iter().take(shown).cloned().collect(),
                open,
            };
            Some((worst, group))
        })
        .collect();
    groups.sort_by_key(|(worst, group)| core::cmp::Reverse((*worst, group.count)));
    groups.into_iter().map(|(_, group)| group).collect()
}
