use super::*;
use fluent_bundle::FluentResource;
use std::collections::BTreeMap;

/// Key to raw text of every message of some files.
fn messages(files: &[&str]) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for file in files {
        assert!(
            FluentResource::try_new((*file).to_owned()).is_ok(),
            "a message file does not parse"
        );
        let mut key = String::new();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, text)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                assert!(!out.contains_key(name), "{name} is there twice");
                key = name.to_owned();
                out.insert(key.clone(), text.trim().to_owned());
            } else if let Some(text) = out.get_mut(&key) {
                text.push('\n');
                text.push_str(line.trim());
            }
        }
    }
    out
}

/// What a message says, without selectors and placeables.
fn prose(raw: &str) -> String {
    raw.lines()
        .filter(|line| !line.contains("->") && *line != "}")
        .map(|line| line.rsplit_once(']').map_or(line, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn french_has_every_message_of_the_other_languages() {
    let french = messages(FRENCH);
    for other in [ENGLISH, OCCITAN] {
        for key in messages(other).keys() {
            assert!(french.contains_key(key), "fr lacks {key}");
        }
    }
}

#[test]
fn public_pages_are_complete_in_english_and_occitan() {
    let legal = messages(&[include_str!("../../locales/fr/legal.ftl")]);
    for (tag, other) in [("en", ENGLISH), ("oc", OCCITAN)] {
        let other = messages(other);
        for key in messages(FRENCH)
            .keys()
            .filter(|key| !legal.contains_key(*key))
        {
            assert!(other.contains_key(key), "{tag} lacks {key}");
        }
    }
}

#[test]
fn a_missing_message_is_given_in_french_and_says_so() {
    let text = Words::new(Language::Occitan).get("privacy-controller", &[]);
    assert!(text.borrowed);
    assert_eq!(text.to_string(), "<span lang=\"fr\">Responsable</span>");
    assert!(!Words::new(Language::Occitan).get("back", &[]).borrowed);
}

#[test]
fn occitan_counts_zero_and_one_as_french_does() {
    let at = |language, n: u32| {
        Words::new(language)
            .get("portal-places", &[("n", &n)])
            .plain
    };
    assert_eq!(at(Language::Occitan, 0), "Mon establiment");
    assert_eq!(at(Language::Occitan, 1), "Mon establiment");
    assert_eq!(at(Language::Occitan, 2), "Mos establiments");
    let children = |n: u32| {
        Words::new(Language::English)
            .get("portal-children", &[("n", &n)])
            .plain
    };
    assert_eq!(
        (children(0), children(1)),
        ("My children".into(), "My child".into())
    );
}

#[test]
fn t60_what_a_name_says_is_escaped() {
    let words = Words::new(Language::French);
    let shown = words
        .get("portal-h1", &[("first", &"<script>alert(1)</script>")])
        .to_string();
    assert_eq!(shown, "Bonjour &lt;script&gt;alert(1)&lt;/script&gt;");
    let fluent = words
        .get("portal-h1", &[("first", &"{ $x } \"'&")])
        .to_string();
    assert_eq!(fluent, "Bonjour { $x } &quot;&#39;&amp;");
}

#[test]
fn no_page_speaks_as_machines_do() {
    const FORBIDDEN: [&str; 9] = [
        "saml",
        "jeton",
        "assertion",
        "token",
        "idp",
        "session invalide",
        "erreur 500",
        "fédération",
        "contactez votre administrateur",
    ];
    for (key, raw) in messages(FRENCH) {
        let low = prose(&raw).to_lowercase();
        for word in FORBIDDEN {
            assert!(!low.contains(word), "{key} says {word}");
        }
    }
}

#[test]
fn sentences_are_short() {
    let (mut sentences, mut words) = (0, 0);
    for (key, raw) in messages(FRENCH) {
        for sentence in prose(&raw).split(['.', '!', '?', ':']) {
            let count = sentence
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphabetic))
                .count();
            assert!(count <= 20, "{key}: {count} words in « {sentence} »");
            if count > 3 {
                sentences += 1;
                words += count;
            }
        }
    }
    assert!(
        words <= 15 * sentences,
        "{words} words in {sentences} sentences"
    );
}

#[test]
fn french_typography_holds() {
    let console = messages(&[
        include_str!("../../locales/fr/console.ftl"),
        include_str!("../../locales/fr/partners.ftl"),
    ]);
    for (key, raw) in messages(FRENCH).into_iter().chain(console) {
        let text = prose(&raw);
        assert!(!text.contains('\''), "{key}: straight apostrophe");
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let (before, sign) = (pair[0], pair[1]);
            match sign {
                ';' | '?' | '!' => assert_eq!(before, '\u{202f}', "{key}: {text}"),
                ':' | '»' => assert_eq!(before, '\u{a0}', "{key}: {text}"),
                _ => {}
            }
            if before == '«' {
                assert_eq!(sign, '\u{a0}', "{key}: {text}");
            }
        }
    }
}

#[test]
fn every_kind_of_error_has_its_four_words() {
    for kind in crate::ErrorKind::ALL {
        for part in ["title", "what", "now", "button"] {
            let key = format!("error-{}-{part}", kind.word());
            assert!(Catalogue::shared().has(Language::French, &key), "{key}");
        }
    }
}

#[test]
fn the_first_of_a_month_is_written_as_people_say_it() {
    let day = |language, day: i64| {
        let values: [(&str, &dyn Arg); 3] =
            [("day", &day), ("month", &"septembre"), ("year", &"2026")];
        Words::new(language).get("date-day", &values).plain
    };
    assert_eq!(day(Language::French, 1), "1er septembre 2026");
    assert_eq!(day(Language::French, 21), "21 septembre 2026");
    assert_eq!(day(Language::Occitan, 1), "1èr septembre 2026");
    assert_eq!(day(Language::English, 1), "1 septembre 2026");
}
