//! The words of the console, on top of those that all pages share.

use portique_ui::words::Catalogue;
use std::sync::LazyLock;

/// French is complete; what English and Occitan lack is shown in French and says so.
pub(crate) static CONSOLE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::with(
        &[
            include_str!("../../ui/locales/fr/console.ftl"),
            include_str!("../../ui/locales/fr/partners.ftl"),
            include_str!("../../ui/locales/fr/runs.ftl"),
        ],
        &[
            include_str!("../../ui/locales/en/console.ftl"),
            include_str!("../../ui/locales/en/partners.ftl"),
            include_str!("../../ui/locales/en/runs.ftl"),
        ],
        &[
            include_str!("../../ui/locales/oc/console.ftl"),
            include_str!("../../ui/locales/oc/runs.ftl"),
        ],
    )
});

#[cfg(test)]
mod tests {
    use super::CONSOLE;
    use portique_domain::charter::Language;

    #[test]
    fn the_console_is_complete_in_english() {
        let files = [
            include_str!("../../ui/locales/fr/console.ftl"),
            include_str!("../../ui/locales/fr/partners.ftl"),
            include_str!("../../ui/locales/fr/runs.ftl"),
        ];
        let keys = files.iter().flat_map(|file| file.lines());
        let keys = keys.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let keys: Vec<&str> = keys
            .filter_map(|line| Some(line.split_once(" =")?.0))
            .collect();
        assert!(keys.len() > 400, "{} messages", keys.len());
        for key in keys {
            assert!(CONSOLE.has(Language::English, key), "en lacks {key}");
        }
    }
}
