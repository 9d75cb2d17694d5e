//! Aaf §1: how feeds come.

use crate::world::{PUPIL, RELATIVE, Records, SCHOOL, file, read, record, with};
use portique_feed::Options;
use portique_feed::name::{Category, FileName, deliveries};
use portique_feed::plan::Severity;

const SCHOOLS: &str = "ENT2D_Complet_20240902_EtabEducNat_0000.xml";
const PUPILS: &str = "ENT2D_Complet_20240902_Eleve_0000.xml";

fn names(pupils: &[u8]) -> (String, String) {
    let schools = file(&[record("EtabEducNat", "90001", &SCHOOL)]);
    let files = [(SCHOOLS, schools.as_bytes()), (PUPILS, pupils)];
    let given = read(&files, Options::default()).unwrap();
    let names = &given.person("9100001").names;
    (names.last.clone(), names.first.clone())
}

fn named(last: &str, first: &str) -> String {
    let attributes = with(&PUPIL, &[("sn", Some(last)), ("givenName", Some(first))]);
    file(&[record("Eleve", "9100001", &attributes)])
}

fn pair(last: &str, first: &str) -> (String, String) {
    (last.to_owned(), first.to_owned())
}

/// As ISO-8859-15: what of Latin-1 the tests use, and its eight own letters.
fn latin_9(text: &str) -> Vec<u8> {
    text.chars()
        .map(|letter| match letter {
            'Œ' => 0xBC,
            'œ' => 0xBD,
            'Ÿ' => 0xBE,
            '€' => 0xA4,
            other => u8::try_from(u32::from(other)).unwrap(),
        })
        .collect()
}

fn fatal(pupils: &str) -> String {
    read(&[(PUPILS, pupils.as_bytes())], Options::default())
        .unwrap_err()
        .code
}

#[test]
fn trap_no_xml_declaration() {
    assert_eq!(
        names(named("FAUXNOM", "Élio").as_bytes()),
        pair("FAUXNOM", "Élio")
    );
}

#[test]
fn trap_byte_order_mark() {
    let text = format!("\u{feff}{}", named("FAUXNOM", "Élio"));
    assert_eq!(names(text.as_bytes()), pair("FAUXNOM", "Élio"));
}

#[test]
fn trap_declared_8859_15() {
    let text = format!(
        "<?xml version='1.0' encoding='ISO-8859-15'?>\n{}",
        named("CŒUR", "Élio")
    );
    assert_eq!(names(&latin_9(&text)), pair("CŒUR", "Élio"));
}

#[test]
fn trap_undeclared_8859_15() {
    assert_eq!(
        names(&latin_9(&named("FAUXNOM", "Élio"))),
        pair("FAUXNOM", "Élio")
    );
}

#[test]
fn trap_a_declaration_that_is_wrong() {
    // Says UTF-8, is not: what cannot be UTF-8 is read as windows-1252, and told.
    let text = format!(
        "<?xml version='1.0' encoding='UTF-8'?>\n{}",
        named("FAUXNOM", "Élio")
    );
    assert_eq!(names(&latin_9(&text)), pair("FAUXNOM", "Élio"));
}

#[test]
fn trap_utf_8_that_announces_latin() {
    // An editor or a script that changed the bytes and not the declaration.
    for announced in ["ISO-8859-15", "iso-8859-1", "windows-1252"] {
        let text = format!(
            "<?xml version='1.0' encoding='{announced}'?>\n{}",
            named("GARÇON", "Élio Œuvre")
        );
        assert_eq!(names(text.as_bytes()), pair("GARÇON", "Élio Œuvre"));
        // What it announces holds where its letters are so.
        let text = text.replace('Œ', "O");
        assert_eq!(names(&latin_9(&text)), pair("GARÇON", "Élio Ouvre"));
    }
    let text = "<?xml version='1.0' encoding='ISO-8859-15'?>".to_owned();
    let text = text + &named("FAUXNOM", "Elio");
    assert_eq!(names(text.as_bytes()), pair("FAUXNOM", "Elio"));
}

#[test]
fn trap_letters_that_are_not_seen() {
    let hidden = named("FAUX\u{200b}NOM\u{feff}", "\u{202e}É\u{ad}lio\u{2066}");
    assert_eq!(names(hidden.as_bytes()), pair("FAUXNOM", "Élio"));
    let typographic = named("D’ARC", "Zoé–Lou");
    assert_eq!(names(typographic.as_bytes()), pair("D’ARC", "Zoé–Lou"));
}

#[test]
fn trap_a_request_that_the_grammar_does_not_know() {
    for wrong in ["AddRequest", "replaceRequest", "updaterequest"] {
        let text = named("FAUXNOM", "Élio").replace("addRequest", wrong);
        assert_eq!(fatal(&text), "file.request", "{wrong}");
    }
}

#[test]
fn trap_entities() {
    let text = named("D&apos;ARC &amp; FILS", "&#201;lio &#xC9;l&eacute;a");
    assert_eq!(names(text.as_bytes()), pair("D'ARC & FILS", "Élio Éléa"));
}

#[test]
fn trap_double_escapes() {
    let text = named("D&amp;apos;ARC", "&amp;#201;lio");
    assert_eq!(names(text.as_bytes()), pair("D'ARC", "Élio"));
}

#[test]
fn trap_crlf() {
    let text = named("LA\r\n  TOUR", "Élio").replace('\n', "\r\n");
    assert_eq!(names(text.as_bytes()), pair("LA TOUR", "Élio"));
}

#[test]
fn trap_cdata() {
    let text = named("<![CDATA[FAUX & NOM]]>", "Él<!-- cut -->io");
    assert_eq!(names(text.as_bytes()), pair("FAUX & NOM", "Élio"));
}

#[test]
fn trap_the_dtd_beside_is_never_fetched() {
    // Were it looked for, these would hang or fail.
    for system in [
        "ficAlimMENESR.dtd",
        "http://127.0.0.1:9/x.dtd",
        "file:///dev/zero",
    ] {
        let doctype = format!("<!DOCTYPE ficAlimMENESR SYSTEM \"{system}\">\n");
        let text = doctype + &named("FAUXNOM", "Élio");
        assert_eq!(names(text.as_bytes()), pair("FAUXNOM", "Élio"));
    }
}

#[test]
fn trap_no_entity_is_expanded_beyond_the_predefined() {
    let inner = "<!DOCTYPE ficAlimMENESR [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>";
    assert_eq!(
        fatal(&format!("{inner}{}", named("&x;", "Élio"))),
        "file.doctype"
    );
    let attributes = with(&PUPIL, &[("ENTPersonNomPatro", Some("&x;"))]);
    let pupils = vec![record("Eleve", "9100001", &attributes)];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(given.person("9100001").names.birth, "");
    assert_eq!(given.codes(), [("value.entity", Severity::Warning)]);
}

#[test]
fn trap_a_truncated_file() {
    let text = named("FAUXNOM", "Élio");
    assert_eq!(
        fatal(text.strip_suffix("</ficAlimMENESR>\n").unwrap()),
        "file.truncated"
    );
}

#[test]
fn trap_matieres_are_mateducnat_inside_and_matiereeducnat_outside() {
    for inside in ["MatEducNat", "MatiereEducNat"] {
        let matiere = record(inside, "030201", &[("ENTLibelleMatiere", "ANGLAIS LV1")]);
        let more = vec![(
            "ENT2D_Complet_20240902_MatiereEducNat_0000.xml",
            file(&[matiere]),
        )];
        let given = Records {
            more,
            ..Records::default()
        }
        .read();
        assert_eq!(given.codes(), [], "{inside}");
    }
    let name = FileName::parse("ENT2D_Complet_20240902_MatEducNat_0000.xml").unwrap();
    assert_eq!(name.category, Category::Matiere);
}

#[test]
fn trap_eleve_also_ends_perseleve() {
    let name = FileName::parse("ENT_Complet_20240902_PersRelEleve_0000.xml").unwrap();
    assert_eq!(name.category, Category::Relative);
    assert_eq!(FileName::parse("Eleve_0000.xml"), None);
}

#[test]
fn trap_prefixes_of_importers() {
    for prefix in ["FULL_", "clean-FULL_", "2024-09-16T00:00/"] {
        let name = format!("{prefix}ENTTSSERVICES_Complet_20130117_Eleve_0000.xml");
        let read = FileName::parse(&name).unwrap();
        assert_eq!(read.date.unwrap().to_string(), "2013-01-17", "{prefix}");
    }
}

#[test]
fn trap_a_category_cut_in_any_number_of_files() {
    let pupils: Vec<String> = (0..12)
        .map(|at| record("Eleve", &format!("91{at:05}"), &PUPIL))
        .collect();
    let files: Vec<(String, String)> = pupils
        .chunks(1)
        .enumerate()
        .map(|(at, part)| {
            (
                format!("ENT2D_Complet_20240902_Eleve_{at:04}.xml"),
                file(part),
            )
        })
        .collect();
    let schools = file(&[record("EtabEducNat", "90001", &SCHOOL)]);
    let relatives = file(&[record("PersRelEleve", "9200001", &RELATIVE)]);
    let mut all: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_bytes()))
        .collect();
    all.push((
        "ENT2D_Complet_20240902_PersRelEleve_0000.xml",
        relatives.as_bytes(),
    ));
    all.push((SCHOOLS, schools.as_bytes()));
    let given = read(&all, Options::default()).unwrap();
    assert_eq!(given.people.len(), 13);
    assert_eq!(given.codes(), []);
}

#[test]
fn trap_whoever_is_in_two_schools_comes_with_both() {
    let name = |uai: &str, word: &str| format!("ENT_{uai}_Complet_20240902_{word}_0000.xml");
    let mut files = Vec::new();
    for (uai, school, pupil) in [
        ("0999901Z", "90001", "9100001"),
        ("0999902A", "90002", "9100002"),
    ] {
        let class = format!("{school}$6A");
        let place = [
            ("ENTPersonStructRattach", Some(school)),
            ("ENTEleveClasses", Some(&*class)),
        ];
        let structure = [
            ("ENTStructureJointure", Some(school)),
            ("ENTStructureUAI", Some(uai)),
        ];
        let structure = record("EtabEducNat", school, &with(&SCHOOL, &structure));
        files.push((name(uai, "EtabEducNat"), file(&[structure])));
        files.push((
            name(uai, "Eleve"),
            file(&[record("Eleve", pupil, &with(&PUPIL, &place))]),
        ));
        let mother = record("PersRelEleve", "9200001", &RELATIVE);
        files.push((name(uai, "PersRelEleve"), file(&[mother])));
    }
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_bytes()))
        .collect();
    let given = read(&files, Options::default()).unwrap();
    assert_eq!(given.codes(), [("record.again", Severity::Note)]);
    let places = &given.person("9200001").places;
    let places: Vec<&str> = places
        .iter()
        .map(|place| place.establishment.as_str())
        .collect();
    assert_eq!(places, ["90001", "90002"]);
}

#[test]
fn trap_the_order_of_attributes_and_records_means_nothing() {
    let usual = Records::default().read();
    let mut turned: Vec<(&str, &str)> = PUPIL.to_vec();
    turned.reverse();
    let other = record("Eleve", "9100002", &PUPIL);
    let pupils = vec![other, record("Eleve", "9100001", &turned)];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(usual.person("9100001"), given.person("9100001"));
}

#[test]
fn trap_an_empty_value_is_as_good_as_none() {
    let usual = Records::default().read();
    for empty in ["", " ", "\n"] {
        let attributes = with(
            &PUPIL,
            &[
                ("ENTEleveINE", Some(empty)),
                ("ENTEleveGroupes", Some(empty)),
            ],
        );
        let pupils = vec![record("Eleve", "9100001", &attributes)];
        let given = Records {
            pupils,
            ..Records::default()
        }
        .read();
        assert_eq!(usual.person("9100001"), given.person("9100001"));
        assert_eq!(given.codes(), []);
    }
}

#[test]
fn trap_unknown_attributes_are_ignored_and_counted() {
    let attributes = with(
        &PUPIL,
        &[("ENTEleveNouveaute", Some("1")), ("ENTAutre", Some("2"))],
    );
    let pupils = vec![record("Eleve", "9100001", &attributes)];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(
        given.person("9100001"),
        Records::default().read().person("9100001")
    );
    let unknown = given.outcome.unwrap().unknown_attributes;
    assert_eq!(
        unknown,
        [
            ("ENTAutre".to_owned(), 1),
            ("ENTEleveNouveaute".to_owned(), 1)
        ]
    );
}

#[test]
fn trap_several_academies_and_days_in_one_folder() {
    let found = deliveries([
        "ENT2DVA-ENT16_Complet_20240916_Eleve_0000.xml",
        "ENT2DVA-ENT09_Complet_20240916_Eleve_0000.xml",
        "ENT2DVA-ENT16_Delta_20240917_Eleve_0000.xml",
    ]);
    assert_eq!(found.found.len(), 3);
}
