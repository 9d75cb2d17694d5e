use super::{Flaw, Operation, RecordReader};
use proptest::prelude::*;
use std::io::{self, Read};

macro_rules! hostile {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/corpus/feed/hostile/", $name)).as_slice()
    };
}

/// What one record says, and how the file ends.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    records: Vec<(String, String, String, u64)>,
    flaws: Vec<(String, Flaw)>,
    fatal: Option<(String, u64)>,
    mended: u64,
}

fn see(source: impl Read) -> Seen {
    let mut reader = RecordReader::new("f.xml", source);
    let mut seen = Seen::default();
    loop {
        match reader.next_record() {
            Ok(Some(raw)) => {
                let names = (
                    raw.first("sn").to_owned(),
                    raw.first("givenName").to_owned(),
                );
                seen.records
                    .push((raw.id.clone(), names.0, names.1, raw.line));
                seen.flaws.extend(raw.flaws.clone());
            }
            Ok(None) => break,
            Err(finding) => {
                seen.fatal = Some((finding.code, finding.line));
                break;
            }
        }
    }
    seen.mended = reader.facts().mended;
    seen
}

fn fatal(source: &[u8]) -> Option<String> {
    see(source).fatal.map(|(code, _)| code)
}

fn names(source: &[u8]) -> Vec<(String, String)> {
    let seen = see(source);
    assert_eq!(seen.fatal, None);
    seen.records
        .into_iter()
        .map(|(_, last, first, _)| (last, first))
        .collect()
}

fn pair(last: &str, first: &str) -> (String, String) {
    (last.to_owned(), first.to_owned())
}

/// Gives its bytes a few at a time, as a slow disk or archive may.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(self.1);
        self.0.read(out.get_mut(..most).unwrap_or_default())
    }
}

#[test]
fn t71_a_truncated_file_is_refused_with_its_last_line() {
    let seen = see(hostile!("truncated.xml"));
    assert_eq!(seen.fatal, Some(("file.truncated".to_owned(), 25)));
    assert_eq!(seen.records.len(), 1);
    assert_eq!(
        fatal(hostile!("truncated-in-tag.xml")).unwrap(),
        "file.truncated"
    );
    assert_eq!(fatal(b"").unwrap(), "file.truncated");
}

#[test]
fn t71_an_entity_bomb_is_refused_before_anything_is_expanded() {
    for file in [hostile!("entity-bomb.xml"), hostile!("external-entity.xml")] {
        let seen = see(file);
        assert_eq!(seen.fatal.unwrap().0, "file.doctype");
        assert_eq!(seen.records, []);
    }
}

#[test]
fn t71_an_undeclared_entity_costs_its_value_only() {
    let seen = see(hostile!("undeclared-entity.xml"));
    assert_eq!(seen.fatal, None);
    assert_eq!(
        seen.flaws,
        [
            ("personalTitle".to_owned(), Flaw::UnknownEntity),
            ("sn".to_owned(), Flaw::UnknownEntity)
        ]
    );
    assert_eq!(seen.records[1].1, "");
}

#[test]
fn t71_other_roots_second_roots_and_depth_are_refused() {
    assert_eq!(fatal(hostile!("wrong-root.xml")).unwrap(), "file.root");
    assert_eq!(fatal(hostile!("two-roots.xml")).unwrap(), "file.root");
    assert_eq!(fatal(hostile!("deep.xml")).unwrap(), "file.depth");
    assert_eq!(fatal(b"hello").unwrap(), "file.malformed");
    assert_eq!(fatal(b"<ficAlimMENESR></a>").unwrap(), "file.malformed");
}

#[test]
fn t71_a_huge_value_is_dropped_and_an_endless_one_stops_the_file() {
    let seen = see(hostile!("huge-value.xml"));
    assert_eq!(
        seen.flaws,
        [
            ("personalTitle".to_owned(), Flaw::TooLong),
            ("sn".to_owned(), Flaw::TooLong)
        ]
    );
    for head in [
        "<ficAlimMENESR><addRequest><identifier><id>",
        "<ficAlimMENESR><a b='",
        "<!--",
    ] {
        let endless = head.as_bytes().chain(io::repeat(b'x'));
        assert_eq!(see(endless).fatal.unwrap().0, "file.oversize", "{head}");
    }
}

#[test]
fn t71_a_record_without_end_is_set_aside_in_bounded_memory() {
    let mut text = String::from("<ficAlimMENESR><addRequest><attributes>");
    for _ in 0..300 {
        text.push_str("<attr name='a'>");
        for _ in 0..600 {
            text.push_str("<value>0123456789012345678901234567890123456789</value>");
        }
        text.push_str("</attr>");
    }
    text.push_str("</attributes></addRequest></ficAlimMENESR>");
    let seen = see(text.as_bytes());
    let flaws: Vec<Flaw> = seen.flaws.into_iter().map(|(_, flaw)| flaw).collect();
    assert_eq!(flaws, [Flaw::TooMany, Flaw::RecordTooLarge]);
}

#[test]
fn t71_other_encodings_and_control_characters_are_refused() {
    assert_eq!(fatal(hostile!("utf-16.xml")).unwrap(), "file.encoding");
    let utf7 = b"<?xml version='1.0' encoding='UTF-7'?><ficAlimMENESR/>";
    assert_eq!(fatal(utf7).unwrap(), "file.encoding");
    let seen = see(hostile!("control-character.xml"));
    assert_eq!(seen.flaws, [("sn".to_owned(), Flaw::Control)]);
}

#[test]
fn declared_and_undeclared_latin_files_are_read() {
    let declared = hostile!("latin-9-declared.xml");
    assert_eq!(names(declared), [pair("LEFÈVRE-CŒUR", "Élio")]);
    let undeclared = hostile!("latin-9-undeclared.xml");
    assert_eq!(names(undeclared), [pair("LEFÈVRE-C?UR", "Élio")]);
    assert_eq!(see(undeclared).mended, 1);
    assert_eq!(see(declared).mended, 0);
}

#[test]
fn a_stray_byte_does_not_turn_a_utf_8_file_into_a_latin_one() {
    let text = "<ficAlimMENESR><addRequest><attributes><attr name='sn'><value>É~É</value></attr></attributes></addRequest></ficAlimMENESR>";
    let bytes: Vec<u8> = text
        .bytes()
        .map(|b| if b == b'~' { 0xE9 } else { b })
        .collect();
    assert_eq!(names(&bytes), [pair("ÉéÉ", "")]);
}

#[test]
fn crlf_and_blanks_are_joined_and_lines_are_counted() {
    let seen = see(hostile!("crlf.xml"));
    let (_, last, first, line) = seen.records[0].clone();
    assert_eq!(
        (last.as_str(), first.as_str(), line),
        ("ÉLOI DE LA TOUR", "Élio", 4)
    );
    assert_eq!(seen.records[1].3, 17);
}

#[test]
fn entities_are_opened_once_twice_escaped_ones_too() {
    assert_eq!(
        names(hostile!("double-escape.xml")),
        [pair("D'ARC & FILS", "Zoé Éléa"), pair("AT&T", "A & B")]
    );
}

#[test]
fn a_lone_ampersand_stays() {
    let text = b"<ficAlimMENESR><addRequest><attributes><attr name='sn'><value>A & B</value></attr></attributes></addRequest></ficAlimMENESR>";
    assert_eq!(names(text), [pair("A & B", "")]);
}

#[test]
fn modifications_and_deletions_are_recognised() {
    let delta = include_bytes!(
        "../../../../tests/corpus/feed/example/ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml"
    );
    let mut reader = RecordReader::new("f.xml", delta.as_slice());
    let mut seen = Vec::new();
    while let Some(raw) = reader.next_record().unwrap() {
        let classes: Vec<String> = raw.values("ENTEleveClasses").map(str::to_owned).collect();
        seen.push((raw.operation, raw.id.clone(), classes));
    }
    let row = |operation, id: &str, classes: &[&str]| {
        (
            operation,
            id.to_owned(),
            classes.iter().map(|c| (*c).to_owned()).collect(),
        )
    };
    assert_eq!(
        seen,
        [
            row(Operation::Add, "9100002", &["90001$6A"]),
            row(Operation::Modify, "9100001", &["90001$6B"]),
            row(Operation::Delete, "9100003", &[]),
        ]
    );
    assert_eq!(reader.header().version, "AAF-VE2407");
    assert_eq!(reader.header().academy, "99");
    assert_eq!(reader.header().date.unwrap().to_string(), "2024-09-02");
    assert_eq!(reader.facts().bytes, delta.len() as u64);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        see(bytes.as_slice());
    }

    #[test]
    fn arbitrary_markup_never_panics(text in "(<|>|/|&|;|#|!|-|\\[|\\]|\\?|\"|'| |é|[a-z]|<ficAlimMENESR>|<addRequest>|<attr name='a'>|<value>|</value>|</attr>|<!\\[CDATA\\[|<!DOCTYPE |<\\?xml ){0,60}") {
        see(text.as_bytes());
    }

    #[test]
    fn damaged_files_never_panic(at in 0_usize..1200, byte in any::<u8>(), cut in 0_usize..1400) {
        let mut bytes = hostile!("double-escape.xml").to_vec();
        bytes.truncate(cut.max(1));
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        see(bytes.as_slice());
    }

    #[test]
    fn the_size_of_reads_changes_nothing(step in 1_usize..40) {
        for file in [hostile!("crlf.xml"), hostile!("latin-9-undeclared.xml"), hostile!("truncated.xml")] {
            prop_assert_eq!(see(Drip(file, step)), see(file));
        }
    }
}
