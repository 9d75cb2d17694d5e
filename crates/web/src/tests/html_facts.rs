//! Facts of HTML that no page may break (RGAA 4.1, and our own CSP).

use portique_domain::charter::Language;
use scraper::{ElementRef, Html, Selector};
use std::collections::HashSet;

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// Checks one page.
pub(super) fn check(name: &str, page: &str, language: Language) {
    let html = Html::parse_document(page);
    let root = html.root_element();
    assert_eq!(root.value().attr("lang"), Some(language.tag()), "{name}");
    assert_eq!(all(&html, "h1").len(), 1, "{name}: h1");
    assert_eq!(all(&html, "title").len(), 1, "{name}: title");
    for (landmark, count) in [
        ("main#contenu", 1),
        ("footer", 1),
        ("a.skip[href='#contenu']", 1),
    ] {
        assert_eq!(all(&html, landmark).len(), count, "{name}: {landmark}");
    }
    assert!(!all(&html, "header").is_empty(), "{name}: header");
    assert!(
        all(&html, "[style], style, script:not([src])").is_empty(),
        "{name}: inline"
    );
    for element in all(&html, "*") {
        let handler = element
            .value()
            .attrs()
            .find(|(name, _)| name.starts_with("on"));
        assert_eq!(handler, None, "{name}: a script in an attribute");
    }
    ids(name, &html);
    controls(name, &html);
    headings(name, &html);
    for link in all(&html, "a, button") {
        let named = !text(&link).is_empty() || link.value().attr("aria-label").is_some();
        assert!(named, "{name}: {}", link.html());
    }
    for form in all(&html, "form[method='post']") {
        let action = form.value().attr("action").unwrap_or_default();
        let guarded = form
            .select(&Selector::parse("input[name='csrf']").unwrap())
            .count()
            == 1;
        assert!(
            guarded || action == "/preferences",
            "{name}: {action} has no guard"
        );
        assert!(action.starts_with('/'), "{name}: {action}");
    }
}

fn ids(name: &str, html: &Html) {
    let mut seen = HashSet::new();
    for element in all(html, "[id]") {
        let id = element.value().attr("id").unwrap();
        assert!(seen.insert(id), "{name}: id {id} is there twice");
    }
    for attribute in [
        "aria-labelledby",
        "aria-describedby",
        "aria-controls",
        "for",
        "data-meter",
    ] {
        for element in all(html, &format!("[{attribute}]")) {
            for id in element.value().attr(attribute).unwrap().split_whitespace() {
                assert!(
                    seen.contains(id),
                    "{name}: {attribute} names {id}, which is not there"
                );
            }
        }
    }
    for link in all(html, "a[href^='#']") {
        let id = link.value().attr("href").unwrap().trim_start_matches('#');
        assert!(
            seen.contains(id),
            "{name}: link to {id}, which is not there"
        );
    }
}

fn controls(name: &str, html: &Html) {
    for field in all(
        html,
        "input:not([type='hidden']):not([hidden]), select, textarea",
    ) {
        let id = field.value().attr("id").unwrap_or_default();
        let labels = all(html, &format!("label[for='{id}']"));
        assert_eq!(labels.len(), 1, "{name}: {}", field.html());
        let personal = [
            "username",
            "password",
            "code",
            "birth_day",
            "birth_month",
            "birth_year",
        ];
        let field_name = field.value().attr("name").unwrap_or_default();
        if personal.contains(&field_name) {
            assert!(
                field.value().attr("autocomplete").is_some(),
                "{name}: {field_name}"
            );
        }
    }
    for table in all(html, "table") {
        assert_eq!(
            table.select(&Selector::parse("caption").unwrap()).count(),
            1,
            "{name}: caption"
        );
        assert_eq!(
            table
                .select(&Selector::parse("th:not([scope])").unwrap())
                .count(),
            0,
            "{name}: scope"
        );
    }
    for drawing in all(html, "svg") {
        let value = drawing.value();
        let hidden = value.attr("aria-hidden") == Some("true");
        let named = value.attr("role") == Some("img") && value.attr("aria-label").is_some();
        assert!(hidden || named, "{name}: a drawing without a name");
    }
}

/// Levels never jump by two on the way down.
fn headings(name: &str, html: &Html) {
    let mut before = 0;
    for heading in all(html, "h1, h2, h3, h4") {
        let level: u32 = heading
            .value()
            .name()
            .trim_start_matches('h')
            .parse()
            .unwrap();
        assert!(level <= before + 1, "{name}: h{level} after h{before}");
        assert!(!text(&heading).is_empty(), "{name}: an empty heading");
        before = level;
    }
}
