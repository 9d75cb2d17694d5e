//! Inline drawings, from one source file.

use core::fmt;
use std::collections::HashMap;
use std::sync::LazyLock;

const SOURCE: &str = include_str!("../assets/icons.svg");

/// Name to the inside of its symbol.
static ICONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    SOURCE
        .split("<symbol id=\"")
        .skip(1)
        .filter_map(|part| {
            let (name, rest) = part.split_once('"')?;
            let (_, rest) = rest.split_once('>')?;
            Some((name, rest.split_once("</symbol>")?.0))
        })
        .collect()
});

/// Markup of our own making: the one way past the escaping of templates. Nothing that a person or a
/// feed wrote ever becomes one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// A drawing that a journey made (a QR code). Anything but one `<svg>` element gives nothing.
    pub fn drawing(svg: &str) -> Self {
        let start = svg.find("<svg").and_then(|at| svg.get(at..));
        let whole = start.map(str::trim).filter(|text| {
            text.ends_with("</svg>")
                && text.matches("<svg").count() == 1
                && !text.contains("<script")
        });
        Self(whole.unwrap_or_default().to_owned())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Markup {}

/// An icon: decoration, hidden from assistive tools, since a word always stands beside it.
#[derive(Clone, Copy, Debug)]
pub struct Icon(&'static str);

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inside = self.0;
        write!(
            f,
            r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{inside}</svg>"#
        )
    }
}

impl askama::filters::HtmlSafe for Icon {}

/// The icon of a name of `icons.svg`; an empty drawing for any other name.
pub fn icon(name: &str) -> Icon {
    Icon(ICONS.get(name).copied().unwrap_or_default())
}

/// Whether there is such an icon; for tests over templates.
pub fn exists(name: &str) -> bool {
    ICONS.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_of_the_source_is_an_icon() {
        assert_eq!(ICONS.len(), SOURCE.matches("<symbol").count());
        assert!(icon("key").to_string().contains("<circle"));
        assert!(!exists("no-such-icon"));
    }

    #[test]
    fn t60_only_a_single_drawing_becomes_markup() {
        assert_eq!(
            Markup::drawing("<?xml version=\"1.0\"?><svg><path/></svg>").to_string(),
            "<svg><path/></svg>"
        );
        for bad in [
            "<p>x</p>",
            "<svg><script>1</script></svg>",
            "<svg></svg><img>",
        ] {
            assert_eq!(Markup::drawing(bad).to_string(), "", "{bad}");
        }
    }
}
