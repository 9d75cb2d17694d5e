//! The forms of a page, found in its text. Our own pages only: no general HTML.

/// The first form that posts to an address.
pub fn form<'a>(html: &'a str, action: &str) -> Option<&'a str> {
    let wanted = format!("action=\"{action}\"");
    html.split("<form")
        .skip(1)
        .filter_map(|rest| rest.split_once("</form>"))
        .map(|(form, _)| form)
        .find(|form| {
            form.split('>')
                .next()
                .is_some_and(|tag| tag.contains(&wanted))
        })
}

/// The hidden fields of a form.
pub fn hidden(form: &str) -> Vec<(String, String)> {
    form.split("<input")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| attribute(tag, "type").as_deref() == Some("hidden"))
        .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
        .collect()
}

/// The text of the first element whose tag begins like this, such as `output class="phrase"`.
pub fn text_of(html: &str, tag: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("<{tag}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (text, _) = rest.split_once('<')?;
    Some(unescape(text.trim()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    let mut out = text.to_owned();
    for (word, letter) in [
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&lt;", "<"),
        ("&#62;", ">"),
        ("&gt;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(word, letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form class="out" method="post" action="/logout"><input type="hidden" name="csrf" value="t"></form>
        <form method="post" action="/login" class="flow"><input type="hidden" name="flow" value="a&#38;b">
        <input class="input" name="username" value="x"></form><output class="phrase" translate="no">lune valise </output>"#;

    #[test]
    fn hidden_fields_are_those_of_the_form_asked_for() {
        let fields = hidden(form(PAGE, "/login").unwrap());
        assert_eq!(fields, [("flow".to_owned(), "a&b".to_owned())]);
        assert!(form(PAGE, "/log").is_none());
    }

    #[test]
    fn the_text_of_an_element_is_found() {
        let phrase = text_of(PAGE, "output class=\"phrase\"");
        assert_eq!(phrase.as_deref(), Some("lune valise"));
    }
}
