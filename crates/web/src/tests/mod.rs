//! What holds for every page, whatever it says.

mod html_facts;
mod samples;
mod samples_inside;
mod samples_mail;
mod samples_me;
mod samples_resources;
mod words_used;

use html_facts::check;
use portique_domain::charter::Language;
use samples::{NASTY, pages, pages_named};
use scraper::{Html, Selector};

#[test]
fn every_page_holds_the_facts_of_html_in_every_language() {
    for language in Language::ALL {
        for (name, page) in pages(language) {
            check(&format!("{name} ({})", language.tag()), &page, language);
        }
    }
}

#[test]
fn titles_are_unique() {
    let titles = Selector::parse("title").unwrap();
    let mut seen: Vec<(String, String)> = Vec::new();
    for (name, page) in pages(Language::French) {
        let html = Html::parse_document(&page);
        let title: String = html.select(&titles).next().unwrap().text().collect();
        if let Some((other, _)) = seen.iter().find(|(_, known)| *known == title) {
            assert!(
                samples::same_page(&name, other),
                "{name} and {other}: {title}"
            );
        }
        seen.push((name, title));
    }
}

#[test]
fn a_page_with_an_error_says_so_first_in_its_title() {
    for (name, page) in pages(Language::French) {
        let wrong = name.ends_with("(wrong)") || name.starts_with("error ");
        assert_eq!(page.contains("<title>Erreur –"), wrong, "{name}");
    }
}

#[test]
fn t60_a_name_that_is_a_script_is_only_a_name() {
    for (name, page) in pages_named(Language::French, NASTY) {
        let html = Html::parse_document(&page);
        let scripts =
            Selector::parse("script:not([src]), [onerror], [onload], img, iframe").unwrap();
        assert_eq!(html.select(&scripts).count(), 0, "{name}");
        assert!(!page.contains(NASTY), "{name}");
        check(&name, &page, Language::French);
    }
}

#[test]
fn pages_speak_as_people_do() {
    const FORBIDDEN: [&str; 8] = [
        "saml",
        "jeton",
        "assertion",
        "token",
        "idp",
        "session invalide",
        "erreur 500",
        "fédération",
    ];
    let body = Selector::parse("main").unwrap();
    for (name, page) in pages(Language::French) {
        let html = Html::parse_document(&page);
        let text: String = html.select(&body).flat_map(|main| main.text()).collect();
        // The page of cookies names them as they are, and the names in use may be anything.
        let low = text.to_lowercase().replace("entmipkde-token", "");
        for word in FORBIDDEN {
            assert!(!low.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn a_page_of_an_unreviewed_language_says_so() {
    for (name, page) in pages(Language::Occitan) {
        assert!(page.contains("Traduccion pas encara relegida."), "{name}");
    }
    assert!(
        pages(Language::French)
            .iter()
            .all(|(_, page)| !page.contains("relegida"))
    );
}
