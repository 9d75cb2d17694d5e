//! Every key and every icon that a template or a handler names is there.

use portique_domain::charter::Language;
use portique_ui::icons;
use portique_ui::words::Catalogue;
use std::fs;
use std::path::Path;

fn files(folder: &str, end: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// What stands between `before` and the next quote.
fn named<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn every_word_of_a_template_is_in_french() {
    let templates = [
        files("templates", ".html"),
        files("../ui/templates", ".html"),
    ]
    .concat();
    let mut count = 0;
    for template in &templates {
        for call in ["p.t(\"", "p.t1(\"", "p.t2(\"", "p.plain(\"", "p.plain1(\""] {
            for key in named(template, call) {
                assert!(Catalogue::shared().has(Language::French, key), "{key}");
                count += 1;
            }
        }
        for icon in named(template, "p.icon(\"") {
            assert!(icons::exists(icon), "{icon}");
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn every_word_that_a_handler_names_is_in_french() {
    const STARTS: [&str; 24] = [
        "res-",
        "me-",
        "barred-",
        "who-",
        "login-",
        "code-",
        "complaint-",
        "strength-",
        "privacy-",
        "legal-",
        "access-",
        "help-",
        "map-",
        "todo-",
        "portal-",
        "profile-",
        "device-",
        "closed-",
        "status-",
        "charter-",
        "factor-",
        "forgot-",
        "recovery-",
        "mail-",
    ];
    for source in files("src", ".rs") {
        for text in source.split('"').skip(1).step_by(2) {
            let key = text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if key && STARTS.iter().any(|start| text.starts_with(start)) {
                assert!(Catalogue::shared().has(Language::French, text), "{text}");
            }
        }
    }
}
