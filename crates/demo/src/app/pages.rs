//! The few pages of the application.

use askama::Template;
use serde_json::Value;

/// One thing that came.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// Nobody is in.
#[derive(Template)]
#[template(path = "outside.html")]
pub(crate) struct Outside<'a> {
    pub(crate) title: &'a str,
    pub(crate) text: &'a str,
    pub(crate) path: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) note: Option<String>,
}

/// Somebody is in.
#[derive(Template)]
#[template(path = "inside.html")]
pub(crate) struct Inside<'a> {
    pub(crate) title: &'a str,
    pub(crate) path: &'a str,
    pub(crate) issuer: &'a str,
    pub(crate) received: Vec<Line>,
    pub(crate) proof: Vec<Line>,
}

/// The members of an object, in order of their names.
pub(crate) fn lines(value: &Value) -> Vec<Line> {
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(name, value)| Line {
            name: name.clone(),
            value: words(value),
        })
        .collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
