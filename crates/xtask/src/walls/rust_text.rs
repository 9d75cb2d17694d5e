//! Reads Rust text far enough to tell code from comments, literals and tests.
//!
//! A full parser would be a heavy dependency for three questions, so this is a scanner. It knows
//! nested block comments, raw strings, and that `'a` may be a lifetime.

/// Rust text in which everything but code outside tests has become spaces. Lines keep their places.
#[derive(Debug)]
pub(super) struct Code {
    /// What is left.
    pub(super) text: String,
    /// Modules declared as `#[cfg(test)] mod name;`, whose files hold tests only.
    pub(super) test_modules: Vec<String>,
}

impl Code {
    /// Blanks comments, literals and items marked `#[cfg(test)]`.
    pub(super) fn outside_tests(text: &str) -> Self {
        let code = without_comments_and_literals(text);
        let mut kept = String::with_capacity(code.len());
        let mut test_modules = Vec::new();
        let mut rest = code.as_str();
        while let Some((before, marked)) = rest.split_once("#[cfg(test)]") {
            kept.push_str(before);
            let (item, after) = split(marked, item_len(marked));
            test_modules.extend(declared_module(item));
            push_blank(&mut kept, "#[cfg(test)]");
            push_blank(&mut kept, item);
            rest = after;
        }
        kept.push_str(rest);
        Self {
            text: kept,
            test_modules,
        }
    }
}

/// Blanks comments and literals, and keeps tests.
pub(super) fn without_comments_and_literals(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let blank = blank_len(rest, next);
        let (taken, after) = split(rest, blank.unwrap_or(next.len_utf8()));
        if blank.is_some() {
            push_blank(&mut kept, taken);
        } else {
            kept.push(next);
        }
        rest = after;
    }
    kept
}

/// The paths that `use` declarations name, groups spelled out, each with the line where it starts.
pub(super) fn used_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("use") {
        let (before, from_use) = split(code, at);
        let (_, after) = split(from_use, "use".len());
        let stands_alone = before.chars().next_back().is_none_or(|last| !is_word(last))
            && after.starts_with(char::is_whitespace);
        if let (true, Some((tree, _))) = (stands_alone, after.split_once(';')) {
            let line = line_of(before);
            let mut named = Vec::new();
            spell_out(tree, "", &mut named);
            paths.extend(named.into_iter().map(|path| (line, path)));
        }
    }
    paths
}

/// The lines on which the words stand, neither end being the middle of a longer word.
pub(super) fn lines_with(code: &str, words: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, _) in code.match_indices(words) {
        let (before, from_words) = split(code, at);
        let (_, after) = split(from_words, words.len());
        let starts_clean = before.chars().next_back().is_none_or(|last| !is_word(last));
        let ends_clean =
            words.ends_with(':') || after.chars().next().is_none_or(|next| !is_word(next));
        if starts_clean && ends_clean {
            lines.push(line_of(before));
        }
    }
    lines
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn line_of(before: &str) -> usize {
    before.matches('\n').count() + 1
}

/// Cuts at a byte offset; an offset inside a character or past the end takes everything.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

fn push_blank(kept: &mut String, text: &str) {
    kept.extend(
        text.chars()
            .map(|letter| if letter == '\n' { '\n' } else { ' ' }),
    );
}

/// How many bytes to blank at the start of the text; nothing when it starts with code.
fn blank_len(rest: &str, next: char) -> Option<usize> {
    match next {
        '/' if rest.starts_with("//") => Some(rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => Some(block_comment_len(rest)),
        '"' => Some(string_len(rest)),
        'r' => raw_string_len(rest),
        '\'' => char_len(rest),
        _ => None,
    }
}

fn block_comment_len(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        let (_, here) = split(rest, at);
        let Some(next) = here.chars().next() else {
            return rest.len();
        };
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += next.len_utf8();
        }
    }
}

fn string_len(rest: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

fn raw_string_len(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.chars().take_while(|letter| *letter == '#').count();
    let (_, quoted) = split(after, hashes);
    let content = quoted.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let opened = 1 + hashes + 1;
    Some(
        content
            .find(&close)
            .map_or(rest.len(), |at| opened + at + close.len()),
    )
}

/// The length of a character literal; nothing for a lifetime.
fn char_len(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first == '\\' {
        let (_, _) = letters.next()?;
        return letters
            .find(|(_, letter)| *letter == '\'')
            .map(|(at, _)| at + 1);
    }
    letters
        .next()
        .filter(|(_, letter)| *letter == '\'')
        .map(|(at, _)| at + 1)
}

/// The length of the item that follows an attribute, up to its `;` or its closing brace.
fn item_len(text: &str) -> usize {
    let mut inside = 0_usize;
    let mut braces = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => inside += 1,
            ')' | ']' => inside = inside.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return at + 1;
                }
            }
            ';' if inside == 0 && braces == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn declared_module(item: &str) -> Option<String> {
    let (head, _) = item.split_once(';')?;
    let mut words = head.split_whitespace().rev();
    let name = words.next()?;
    (words.next()? == "mod").then(|| name.to_owned())
}

fn spell_out(tree: &str, prefix: &str, named: &mut Vec<String>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let inner = group.trim_end().strip_suffix('}').unwrap_or(group);
        let prefix = format!("{prefix}{}", head.trim());
        for branch in branches(inner) {
            spell_out(branch, &prefix, named);
        }
    } else if let Some(path) = tree.split_whitespace().next() {
        named.push(format!("{prefix}{path}"));
    }
}

/// Cuts a group at the commas that belong to it and not to a group inside.
fn branches(group: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut rest = group;
    let mut at = 0;
    loop {
        let (_, here) = split(rest, at);
        let Some(letter) = here.chars().next() else {
            found.push(rest);
            return found;
        };
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let (branch, after) = split(rest, at);
                found.push(branch);
                rest = after.strip_prefix(',').unwrap_or(after);
                at = 0;
                continue;
            }
            _ => {}
        }
        at += letter.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, lines_with, used_paths, without_comments_and_literals};

    #[test]
    fn comments_and_literals_become_spaces_and_lines_stay() {
        let text = "let a = \"async \\\" x\"; // async\n/* async /* async */ */ let b = 'a';\n";
        let code = without_comments_and_literals(text);
        assert!(!code.contains("async"));
        assert_eq!(code.lines().count(), 2);
        assert!(code.contains("let b ="));
    }

    #[test]
    fn raw_strings_and_lifetimes_are_told_apart_from_code() {
        let code = without_comments_and_literals(
            "let s = r#\"a \" async\"#; fn f<'a>(x: &'a str) {} async",
        );
        assert_eq!(code.matches("async").count(), 1);
        assert!(code.contains("<'a>(x: &'a str)"));
        assert!(without_comments_and_literals("let r#type = 1;").contains("r#type"));
    }

    #[test]
    fn escaped_and_byte_literals_end_where_they_end() {
        let code = without_comments_and_literals(r#"let q = '\''; let b = b"\\"; async { b'"' }"#);
        assert!(code.contains("async"));
        let code = without_comments_and_literals("let u = '\\u{1F600}'; let k = br##\"x\"##; end");
        assert!(code.trim_end().ends_with("end"));
    }

    #[test]
    fn an_unfinished_literal_swallows_the_rest_and_does_not_loop() {
        assert_eq!(without_comments_and_literals("a \"b").trim_end(), "a");
        assert_eq!(without_comments_and_literals("a /* b").trim_end(), "a");
        assert_eq!(without_comments_and_literals("a r#\"b").trim_end(), "a");
    }

    #[test]
    fn test_modules_are_blanked_and_code_after_them_is_kept() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn t() { async {} } }\nfn async_b() {}\n";
        let code = Code::outside_tests(text);
        assert!(lines_with(&code.text, "async").is_empty());
        assert!(code.text.contains("async_b"));
        assert!(code.test_modules.is_empty());
    }

    #[test]
    fn a_test_module_in_its_own_file_is_named() {
        let code = Code::outside_tests("#[cfg(test)]\npub(crate) mod tests;\nuse std::fs;\n");
        assert_eq!(code.test_modules, ["tests"]);
        assert_eq!(lines_with(&code.text, "std::fs"), [3]);
    }

    #[test]
    fn a_test_function_with_an_array_type_is_blanked_whole() {
        let code = Code::outside_tests("#[cfg(test)]\nfn t(a: [u8; 3]) { async {} }\nstruct S;");
        assert!(lines_with(&code.text, "async").is_empty());
        assert!(code.text.contains("struct S;"));
    }

    #[test]
    fn words_match_whole_words_only() {
        assert_eq!(
            lines_with("async_trait brand::x\nrand::y async{}", "rand::"),
            [2]
        );
        assert_eq!(lines_with("async_trait\nasync{}", "async"), [2]);
    }

    #[test]
    fn grouped_imports_are_spelled_out() {
        let code =
            "use std::{\n    fs,\n    io::{self, Read as R},\n};\nuse a::b;\nimpl X + use<'a> {}\n";
        let paths: Vec<String> = used_paths(code).into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, ["std::fs", "std::io::self", "std::io::Read", "a::b"]);
    }
}
