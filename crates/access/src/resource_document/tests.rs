use super::*;
use proptest::prelude::*;

const GOOD: &str = r#"
[[resources]]
id = "ark:/99999/maths-6e"
title = "Maths 6e"
kind = "manuel"
level = "6e"
subject = "Mathématiques"
provider = "manuels-du-causse"
access_url = "https://manuels.example/lire/maths-6e"

[[subscriptions]]
id = "causse-2026-0990001A"
resource = "ark:/99999/maths-6e"
uai = "0990001A"
from = "2026-09-01"
to = "2027-08-16"
audiences = ["ELEVE", "ENSEIGNANT"]
kind = "INDIV"

[[affectations]]
subscription = "causse-2026-0990001A"
class = "6A"

[[affectations]]
subscription = "causse-2026-0990001A"
profile = "National_ENS"
from = "2026-10-01"
"#;

#[test]
fn a_file_reads_with_careful_defaults() {
    let file = read(GOOD).unwrap();
    let resource = &file.resources[0];
    assert!(resource.active && resource.description.is_empty());
    let subscription = &file.subscriptions[0];
    assert!(!subscription.whole_establishment);
    let day = |text: &str| text.parse::<portique_domain::CivilDate>().unwrap().start();
    assert_eq!(subscription.from, day("2026-09-01"));
    assert_eq!(subscription.to, day("2027-08-16"));
    let (of, given) = &file.affectations[0];
    assert_eq!(*of, subscription.id);
    assert_eq!(given[0].target, AffectationTarget::Class("6A".to_owned()));
    assert_eq!(given[0].from, subscription.from);
    assert_eq!(
        given[1].target,
        AffectationTarget::Profile(Profile::Teacher)
    );
    assert_eq!(given[1].from, day("2026-10-01"));
}

/// A subscription without affectations says so: applying the file takes back those it had.
#[test]
fn a_subscription_without_affectations_names_none() {
    let start = GOOD.find("[[affectations]]").unwrap();
    let file = read(GOOD.get(..start).unwrap()).unwrap();
    assert_eq!(file.affectations[0].1, []);
    assert_eq!(read("").unwrap(), ResourceFile::default());
}

/// One piece of the good file is replaced; the error names that line, the field, and what to do.
#[test]
fn each_error_names_its_line_its_field_and_a_remedy() {
    let cases = [
        (
            "ark:/99999/maths-6e\"\ntitle",
            "ark:/99999/é\"\ntitle",
            "resources.id",
        ),
        ("title = \"Maths 6e\"", "title = \" \"", "resources.title"),
        (
            "title = \"Maths 6e\"",
            "titre = \"Maths 6e\"",
            "resources.titre",
        ),
        ("kind = \"manuel\"", "kind = 3", "resources.kind"),
        (
            "manuels-du-causse",
            "Manuels du Causse",
            "resources.provider",
        ),
        ("https://manuels", "http://manuels", "resources.access_url"),
        (
            "https://manuels",
            "https://a:b@manuels",
            "resources.access_url",
        ),
        (
            "https://manuels.example",
            "javascript:alert(1)//",
            "resources.access_url",
        ),
        ("\"0990001A\"", "\"990001A\"", "subscriptions.uai"),
        (
            "from = \"2026-09-01\"",
            "from = \"1er septembre\"",
            "subscriptions.from",
        ),
        (
            "to = \"2027-08-16\"",
            "to = \"2026-09-01\"",
            "subscriptions.to",
        ),
        ("\"ENSEIGNANT\"", "\"PARENT\"", "subscriptions.audiences"),
        ("\"ENSEIGNANT\"", "\"ELEVE\"", "subscriptions.audiences"),
        ("\"INDIV\"", "\"TOUS\"", "subscriptions.kind"),
        ("class = \"6A\"", "class = \"\"", "affectations.class"),
        ("\"National_ENS\"", "\"prof\"", "affectations.profile"),
        (
            "from = \"2026-10-01\"",
            "from = \"2026-10-32\"",
            "affectations.from",
        ),
        (
            "from = \"2026-10-01\"",
            "person = \"lea\"",
            "affectations.person",
        ),
    ];
    for (from, to, field) in cases {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let error = read(&text).unwrap_err();
        assert_eq!(error.field, field, "{error}");
        let wrong: Vec<_> = text.lines().zip(GOOD.lines()).collect();
        let (line, was) = wrong[error.line - 1];
        assert_ne!(line, was, "{error}");
        assert!(!error.remedy.is_empty());
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    let affectation = "[[affectations]]\nsubscription = \"causse-2026-0990001A\"\n";
    let cases = [
        (
            GOOD.replacen(
                "audiences = [\"ELEVE\", \"ENSEIGNANT\"]",
                "audiences = []",
                1,
            ),
            "subscriptions.audiences",
        ),
        (
            GOOD.replacen("\"INDIV\"", "\"ETABL\"", 1),
            "affectations.subscription",
        ),
        (
            GOOD.replacen(
                "class = \"6A\"",
                "class = \"6A\"\nprofile = \"National_ENS\"",
                1,
            ),
            "affectations",
        ),
        (GOOD.replacen("class = \"6A\"\n", "", 1), "affectations"),
        (
            format!("{GOOD}{affectation}class = \"6A\"\n"),
            "affectations",
        ),
        (
            format!(
                "{GOOD}{}class = \"6A\"\n",
                affectation.replace("2026", "2025")
            ),
            "affectations.subscription",
        ),
        (
            GOOD.replacen(
                "id = \"causse-2026",
                &format!("id = \"{}", "x".repeat(46)),
                1,
            ),
            "subscriptions.id",
        ),
        (format!("{GOOD}{GOOD}"), "resources.id"),
    ];
    for (text, field) in cases {
        assert_eq!(read(&text).unwrap_err().field, field);
    }
    let start = GOOD.find("[[subscriptions]]").unwrap();
    let twice = format!("{GOOD}{}", GOOD.get(start..).unwrap());
    assert_eq!(read(&twice).unwrap_err().field, "subscriptions.id");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", cut in 0..700_usize) {
        drop(read(&text));
        let start: String = GOOD.chars().take(cut).collect();
        drop(read(&format!("{start}{text}")));
    }
}
