//! The comments at the head of a file (aaf §1), read as far as they go.

use portique_domain::CivilDate;

/// What the comments say; empty when they say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `versionAF`, such as `AAF-VE2407`.
    pub version: String,
    /// `codeAcademieExport`.
    pub academy: String,
    /// `degre`: `1D` or `2D`.
    pub degree: String,
    /// `dateGenerationExport`.
    pub date: Option<CivilDate>,
}

impl Header {
    /// Takes in one comment, such as `versionAF="AAF-VE2407"`; the first one of each kind counts.
    pub(super) fn comment(&mut self, text: &str) {
        let Some((name, value)) = text.trim().split_once('=') else {
            return;
        };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if value.len() > 64 || value.chars().any(char::is_control) {
            return;
        }
        let slot = match name.trim() {
            "versionAF" => &mut self.version,
            "codeAcademieExport" => &mut self.academy,
            "degre" => &mut self.degree,
            "dateGenerationExport" => {
                if self.date.is_none() {
                    self.date = CivilDate::parse_french(value).ok();
                }
                return;
            }
            _ => return,
        };
        if slot.is_empty() {
            value.clone_into(slot);
        }
    }
}
