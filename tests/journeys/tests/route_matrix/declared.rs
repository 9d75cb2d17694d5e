//! The routes that there are, read from the source.

use std::collections::BTreeSet;
use std::path::Path;

/// A source file with the paths of the engine written out.
fn named(text: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/oidc/src/discovery.rs");
    let constants = std::fs::read_to_string(path).unwrap();
    let mut text = text.to_owned();
    for line in constants.lines() {
        if let Some(rest) = line.trim().strip_prefix("pub const ")
            && let Some((name, value)) = rest.split_once(": &str = ")
        {
            let value = value.trim_end_matches(';');
            text = text.replace(&format!("paths::{name},"), &format!("{value},"));
        }
    }
    text
}

/// The routes a source file declares: method and path.
pub(crate) fn declared(file: &str) -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crates")
        .join(file);
    let text = named(&std::fs::read_to_string(&path).unwrap());
    let mut out = BTreeSet::new();
    for piece in text.split(".route(").skip(1) {
        let mut depth = 1_u32;
        let end = piece.find(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let call = piece.get(..end.unwrap()).unwrap();
        let (_, rest) = call.split_once('"').unwrap();
        let (path, handlers) = rest.split_once('"').unwrap();
        for (word, method) in [
            ("get(", "GET"),
            ("post(", "POST"),
            ("put(", "PUT"),
            ("delete(", "DELETE"),
            ("patch(", "PATCH"),
            ("any(", "ANY"),
        ] {
            let starts = handlers.match_indices(word).any(|(at, _)| {
                let before = handlers.get(..at).unwrap().chars().next_back();
                before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
            });
            if starts {
                out.insert((method.to_owned(), path.to_owned()));
            }
        }
    }
    out
}
