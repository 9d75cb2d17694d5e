use super::{ArchiveError, Caps, Member, is_archive, unpack};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use tar::{EntryType, Header};
use zip::write::SimpleFileOptions;

const PUPILS: &str = "ENT2DVA-ENT99_Complet_20240902_Eleve_0000.xml";
const STAFF: &str = "livraison/ENT2DVA-ENT99_Complet_20240902_PersEducNat_0000.xml";

/// A tar whose names may be anything; the library would not write some of them.
fn tar(members: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, content) in members {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(bytes: &[u8], caps: &Caps) -> Result<(Vec<Member>, Vec<u8>), String> {
    let mut spool = Vec::new();
    match unpack("livraison.tgz", Cursor::new(bytes), caps, &mut spool) {
        Ok(members) => Ok((members, spool)),
        Err(ArchiveError::Refused(finding)) => {
            assert_eq!(finding.file, "livraison.tgz");
            Err(finding.code)
        }
        Err(error @ ArchiveError::Spool(_)) => panic!("{error}"),
    }
}

fn code(bytes: &[u8]) -> String {
    read(bytes, &Caps::default()).unwrap_err()
}

fn regular<'a>(name: &'a str, content: &'a [u8]) -> (&'a str, EntryType, &'a [u8]) {
    (name, EntryType::Regular, content)
}

#[test]
fn every_kind_of_archive_gives_the_same_files() {
    let tarred = tar(&[
        ("livraison/", EntryType::Directory, b""),
        regular(PUPILS, b"<a/>"),
        regular("ficAlimMENESR.dtd", b"<!-- not ours -->"),
        regular(STAFF, b"<b>2</b>"),
    ]);
    let zipped = zip(&[
        (PUPILS, b"<a/>"),
        ("ficAlimMENESR.dtd", b"x"),
        (STAFF, b"<b>2</b>"),
    ]);
    for bytes in [&gz(&tarred), &tarred, &zipped] {
        let (members, spool) = read(bytes, &Caps::default()).unwrap();
        let text = |member: &Member| {
            let from = usize::try_from(member.start).unwrap();
            let to = from + usize::try_from(member.length).unwrap();
            String::from_utf8(spool[from..to].to_vec()).unwrap()
        };
        let found: Vec<(&str, String)> =
            members.iter().map(|m| (m.name.as_str(), text(m))).collect();
        assert_eq!(
            found,
            [(PUPILS, "<a/>".to_owned()), (STAFF, "<b>2</b>".to_owned())]
        );
    }
    assert!(is_archive("ENT2D.20240916.TGZ") && is_archive("a.tar.gz") && !is_archive("a.xml"));
}

#[test]
fn t71_a_path_that_leaves_the_archive_is_refused() {
    for name in [
        "../x_Eleve_0000.xml",
        "/etc/x_Eleve_0000.xml",
        "a/../../x_Eleve_0000.xml",
        "..\\x_Eleve_0000.xml",
        "C:x_Eleve_0000.xml",
        "a\n_Eleve_0000.xml",
        "a/b/c/d/e/f/g/h/i_Eleve_0000.xml",
        "..",
    ] {
        assert_eq!(
            code(&gz(&tar(&[regular(name, b"x")]))),
            "archive.path",
            "{name}"
        );
        assert_eq!(code(&zip(&[(name, b"x")])), "archive.path", "{name}");
    }
}

#[test]
fn t71_links_and_devices_are_refused() {
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::Block,
        EntryType::GNUSparse,
    ] {
        let code = code(&tar(&[(PUPILS, kind, b"")]));
        assert!(
            matches!(code.as_str(), "archive.link" | "archive.damaged"),
            "{kind:?}"
        );
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer.add_symlink(PUPILS, "/etc/passwd", options).unwrap();
    assert_eq!(code(&writer.finish().unwrap().into_inner()), "archive.link");
}

#[test]
fn t71_an_archive_in_an_archive_is_refused() {
    for name in [
        "a.zip",
        "dir/ENT2D.20240916.tgz",
        "x.tar",
        "x.xml.gz",
        "X.RAR",
    ] {
        assert_eq!(
            code(&gz(&tar(&[regular(name, b"x")]))),
            "archive.nested",
            "{name}"
        );
        assert_eq!(code(&zip(&[(name, b"x")])), "archive.nested", "{name}");
    }
}

#[test]
fn t71_a_bomb_is_refused_whether_its_files_are_wanted_or_not() {
    let zeros = vec![0; 40 * 1024 * 1024];
    for name in [PUPILS, "readme.txt"] {
        assert_eq!(code(&gz(&tar(&[regular(name, &zeros)]))), "archive.ratio");
        assert_eq!(code(&zip(&[(name, &zeros)])), "archive.ratio");
    }
    // Behind the end of the archive too.
    let mut padded = tar(&[regular(PUPILS, b"x")]);
    padded.extend(&zeros);
    assert_eq!(code(&gz(&padded)), "archive.ratio");
}

#[test]
fn t71_caps_hold_on_size_unpacked_size_and_number() {
    let caps = |archive_bytes, unpacked_bytes, members| Caps {
        archive_bytes,
        unpacked_bytes,
        members,
        ..Caps::default()
    };
    for bytes in [
        gz(&tar(&[regular(PUPILS, b"12345"), regular(STAFF, b"x")])),
        zip(&[(PUPILS, b"12345"), (STAFF, b"x")]),
    ] {
        let refused = |caps| read(&bytes, &caps).unwrap_err();
        assert_eq!(refused(caps(50, 1000, 10)), "archive.size");
        assert_eq!(refused(caps(100_000, 5, 10)), "archive.unpacked");
        assert_eq!(refused(caps(100_000, 1000, 1)), "archive.members");
    }
}

#[test]
fn t71_a_header_without_end_is_refused_in_bounded_memory() {
    let long = vec![b'a'; 8 * 1024 * 1024];
    let name = "././@LongLink";
    let bytes = tar(&[(name, EntryType::GNULongName, &long), regular(PUPILS, b"x")]);
    assert_eq!(code(&bytes), "archive.damaged");
}

#[test]
fn damaged_encrypted_and_ambiguous_archives_are_refused() {
    let good = gz(&tar(&[regular(PUPILS, &vec![b'x'; 5000])]));
    assert_eq!(code(&good[..good.len() - 4]), "archive.damaged");
    let mut flipped = good.clone();
    let sum = flipped.len() - 6;
    flipped[sum] ^= 1;
    assert_eq!(code(&flipped), "archive.damaged");
    assert_eq!(code(b"not an archive"), "archive.damaged");
    let twice = tar(&[regular(PUPILS, b"1"), regular(PUPILS, b"2")]);
    assert_eq!(code(&gz(&twice)), "archive.twice");
    let mut sum = zip(&[(PUPILS, b"content")]);
    let central = sum
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .unwrap();
    let mut locked = sum.clone();
    locked[6] |= 1;
    locked[central + 8] |= 1;
    assert_eq!(code(&locked), "archive.encrypted");
    let mut packed = sum.clone();
    packed[8] = 14;
    packed[central + 10] = 14;
    assert_eq!(code(&packed), "archive.method");
    // The check sum of the directory is the one that counts.
    sum[central + 16] ^= 1;
    assert_eq!(code(&sum), "archive.damaged");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(kind in 0..3, bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
        let bytes = match kind {
            0 => gz(&bytes),
            1 => [b"PK\x03\x04".as_slice(), &bytes, b"PK\x05\x06", &[0; 18]].concat(),
            _ => bytes,
        };
        drop(read(&bytes, &Caps::default()));
    }

    #[test]
    fn damaged_archives_never_panic(at in 0_usize..4000, byte in any::<u8>()) {
        for mut bytes in [tar(&[regular(PUPILS, b"12345"), regular(STAFF, b"x")]), zip(&[(PUPILS, b"12345"), (STAFF, b"x")])] {
            if let Some(slot) = bytes.get_mut(at) {
                *slot = byte;
            }
            drop(read(&bytes, &Caps::default()));
        }
    }
}
