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
    let code =
        without_comments_and_literals("let s = r#\"a \" async\"#; fn f<'a>(x: &'a str) {} async");
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
