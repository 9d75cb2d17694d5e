//! The words of the console, on top of those that all pages share.

use portique_ui::words::Catalogue;
use std::sync::LazyLock;

/// French is complete; what English and Occitan lack is shown in French and says so.
pub(crate) static CONSOLE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::with(
        &[
            include_str!("../../ui/locales/fr/console.ftl"),
            include_str!("../../ui/locales/fr/partners.ftl"),
        ],
        &[include_str!("../../ui/locales/en/console.ftl")],
        &[include_str!("../../ui/locales/oc/console.ftl")],
    )
});
