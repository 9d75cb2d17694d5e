//! The fuzz targets of OpenID Connect, in short.

#![expect(
    clippy::expect_used,
    reason = "all of this is test code; a broken promise is a panic"
)]

#[path = "../../../tests/fuzz/drivers.rs"]
mod drivers;

use portique_testkit::replay::replay;

/// Mutants of each file.
const MUTANTS: u32 = 1500;

/// What parsers stumble over.
const BITS: &[&[u8]] = &[
    b"%",
    b"%0",
    b"%00",
    b"%FF",
    b"%C3",
    b"+",
    b"&",
    b"=",
    b"&&",
    b"==",
    b".",
    b"..",
    b"\n",
    b"\0",
    b"\xff",
    b"&state=x",
    b"&prompt=none",
    b"&max_age=0",
    b"#",
    b"\\",
    b"@",
    b"client_secret=secret",
    b"Basic ",
    b"A",
];

#[test]
fn authorize_parse_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("authorize_parse", BITS, MUTANTS, drivers::authorize_parse);
}

#[test]
fn token_parse_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("token_parse", BITS, MUTANTS, drivers::token_parse);
}

#[test]
fn id_token_hint_keeps_its_promises_over_its_corpus_and_mutants() {
    replay("id_token_hint", BITS, MUTANTS, drivers::id_token_hint);
}
