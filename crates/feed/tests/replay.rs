//! The fuzz targets of feeds, in short.

#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "all of this is test code; a broken promise is a panic"
)]

#[path = "../../../tests/fuzz/feed_drivers.rs"]
mod drivers;

use portique_testkit::replay::replay;

/// What readers stumble over.
const BITS: &[&[u8]] = &[
    b"<",
    b">",
    b"/>",
    b"&",
    b"&amp;",
    b"&#0;",
    b"$",
    b"$$",
    b"\"",
    b";",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3",
    b"<!--",
    b"<![CDATA[",
    b"]]>",
    b"</attr>",
    b"<value>",
    b"<modifyRequest>",
    b"</ficAlimMENESR>",
    b"90001$6A",
    b"_Eleve_",
    b"Delta",
    b"../",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"0999901Z",
    b" = [",
];

#[test]
fn feed_read_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_read", BITS, 300, drivers::feed_read);
}

#[test]
fn feed_import_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_import", BITS, 300, drivers::feed_import);
}

#[test]
fn feed_archive_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_archive", BITS, 300, drivers::feed_archive);
}

#[test]
fn feed_csv_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_csv", BITS, 600, drivers::feed_csv);
}

#[test]
fn feed_names_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_names", BITS, 600, drivers::feed_names);
}

#[test]
fn feed_tables_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("feed_tables", BITS, 60, drivers::feed_tables);
}
