//! One value at a time: its shape, and an error with its place when it has another.

use super::raw::Text;
use super::reading::Reading;
use super::{DocumentError, line_of};
use portique_domain::CivilDate;
use portique_domain::identity::Uai;
use portique_domain::partner::Country;

pub(crate) type Read<T> = Result<T, DocumentError>;

pub(crate) const SHAPE: &str =
    "Write 2 to 40 lower-case letters, digits or hyphens, a letter first";

pub(crate) fn own(text: &Text) -> String {
    text.get_ref().clone()
}

pub(crate) fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> String {
    let list: Vec<&str> = all.iter().map(|value| code(*value)).collect();
    format!("Write one of {}", list.join(", "))
}

impl Reading<'_> {
    pub(crate) fn error(&self, field: &str, at: &Text, what: &str, remedy: &str) -> DocumentError {
        DocumentError {
            line: line_of(self.text, at.span().start),
            field: field.to_owned(),
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    pub(crate) fn word<T>(
        &self,
        field: &str,
        text: &Text,
        parse: impl Fn(&str) -> Option<T>,
        remedy: &str,
    ) -> Read<T> {
        parse(text.get_ref()).ok_or_else(|| {
            let what = format!("{:?} has not the right shape", text.get_ref());
            self.error(field, text, &what, remedy)
        })
    }

    pub(crate) fn code<T>(
        &self,
        field: &str,
        text: &Text,
        parse: fn(&str) -> Option<T>,
        remedy: &str,
    ) -> Read<T> {
        parse(text.get_ref()).ok_or_else(|| {
            let what = format!("{:?} is not in the list", text.get_ref());
            self.error(field, text, &what, remedy)
        })
    }

    pub(crate) fn each<T>(
        &self,
        field: &str,
        list: &[Text],
        read: impl Fn(&Text) -> Read<T>,
    ) -> Read<Vec<T>>
    where
        T: PartialEq,
    {
        let mut out = Vec::with_capacity(list.len());
        for text in list {
            let value = read(text)?;
            if out.contains(&value) {
                return Err(self.error(field, text, "this stands there twice", "Remove one"));
            }
            out.push(value);
        }
        Ok(out)
    }

    /// A text of one line that says something.
    pub(crate) fn words(&self, field: &str, text: &Text, longest: usize) -> Read<String> {
        let value = self.free(field, text, longest)?;
        if value.is_empty() {
            return Err(self.error(field, text, "nothing is written", "Write a few words"));
        }
        Ok(value)
    }

    pub(crate) fn optional(
        &self,
        field: &str,
        text: Option<&Text>,
        longest: usize,
    ) -> Read<Option<String>> {
        text.map(|text| self.words(field, text, longest))
            .transpose()
    }

    /// A text of one line, maybe empty.
    pub(crate) fn free(&self, field: &str, text: &Text, longest: usize) -> Read<String> {
        let value = text.get_ref().trim();
        if value.chars().count() > longest {
            let what = format!("more than {longest} characters");
            return Err(self.error(field, text, &what, "Say it in fewer words"));
        }
        if value.chars().any(char::is_control) {
            let what = "a line break or another control character";
            return Err(self.error(field, text, what, "Write one line"));
        }
        Ok(value.to_owned())
    }

    pub(crate) fn uai(&self, field: &str, text: &Text) -> Read<Uai> {
        let parse = |text: &str| text.parse().ok();
        let remedy = "Write seven digits and a letter, or the list [\"tous\"] alone";
        self.word(field, text, parse, remedy)
    }

    pub(crate) fn day(&self, field: &str, text: &Text) -> Read<CivilDate> {
        let parse = |text: &str| text.parse().ok();
        self.word(field, text, parse, "Write a day as \"2027-08-31\"")
    }

    pub(crate) fn country(&self, field: &str, text: &Text) -> Read<Country> {
        self.word(
            field,
            text,
            Country::parse,
            "Write two capital letters, such as FR",
        )
    }
}
