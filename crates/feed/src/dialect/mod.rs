//! Dialects: how a kind of feed names things, and what its codes mean. Data, in `config/feeds/`.
//!
//! The tables that stand there are built in; an installation gives its own text for those that it wants
//! to change, and [`Dialects::read`] refuses what it does not understand, by file and line.

mod codes;
mod field;
mod table;
mod view;

pub(crate) use codes::{Codes, Legal};
pub(crate) use field::{Field, Part};
pub(crate) use table::Dialect;
pub(crate) use view::{Row, View};

use crate::name::{Category, Degree};
use std::sync::{Arc, LazyLock};

/// The tables built in: name of the file below `config/feeds/`, and its text.
const BUILT_IN: [(&str, &str); 3] = [
    (
        "aaf-2d.toml",
        include_str!("../../../../config/feeds/aaf-2d.toml"),
    ),
    (
        "aaf-1d.toml",
        include_str!("../../../../config/feeds/aaf-1d.toml"),
    ),
    (
        "codes.toml",
        include_str!("../../../../config/feeds/codes.toml"),
    ),
];

/// A table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct DialectError {
    /// File below `config/feeds/`.
    pub file: String,
    /// What is wrong and where; of a syntax error, with line and column.
    pub message: String,
}

/// Every table of academic feeds.
#[derive(Debug)]
pub struct Dialects {
    first: Dialect,
    second: Dialect,
    codes: Codes,
}

impl Dialects {
    /// The names of the tables, for whoever looks for an installation's own.
    pub fn files() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads the tables, each from `own` when that gives a text for it, else as built in.
    ///
    /// # Errors
    /// [`DialectError`] names the file and what it does not understand.
    pub fn read(own: &dyn Fn(&str) -> Option<String>) -> Result<Self, DialectError> {
        let text = |name: &str| {
            own(name).unwrap_or_else(|| {
                let found = BUILT_IN.iter().find(|(known, _)| *known == name);
                found
                    .map(|(_, text)| (*text).to_owned())
                    .unwrap_or_default()
            })
        };
        let table = |name: &str| Dialect::parse(name, &text(name));
        Ok(Self {
            first: table("aaf-1d.toml")?,
            second: table("aaf-2d.toml")?,
            codes: Codes::parse("codes.toml", &text("codes.toml"))?,
        })
    }

    /// The tables as they are built in.
    ///
    /// # Errors
    /// None, as the tests of this crate prove; the type spares a way to fail at start.
    pub fn built_in() -> Result<Arc<Self>, DialectError> {
        static TABLES: LazyLock<Result<Arc<Dialects>, DialectError>> =
            LazyLock::new(|| Dialects::read(&|_| None).map(Arc::new));
        TABLES.clone()
    }

    pub(crate) fn of(&self, degree: Degree) -> &Dialect {
        match degree {
            Degree::First => &self.first,
            Degree::Second => &self.second,
        }
    }

    /// The words that names of files end in, and their categories.
    pub(crate) fn words(&self) -> Vec<(&str, Category)> {
        self.second.words().chain(self.first.words()).collect()
    }

    pub(crate) fn codes(&self) -> &Codes {
        &self.codes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str, old: &str, new: &str) -> String {
        let own = |asked: &str| {
            let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == asked)?;
            (asked == name).then(|| {
                assert!(text.contains(old), "{old}");
                text.replacen(old, new, 1)
            })
        };
        Dialects::read(&own).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_tables_are_sound() {
        assert!(Dialects::built_in().is_ok());
    }

    #[test]
    fn a_table_that_is_not_understood_is_refused_by_name() {
        for (file, old, new, told) in [
            (
                "aaf-2d.toml",
                "degree = \"2D\"",
                "degree = \"3D\"",
                "degree",
            ),
            ("aaf-2d.toml", "last_name =", "lastname =", "lastname"),
            (
                "aaf-2d.toml",
                "structure $ code\"",
                "structure $ kode\"",
                "kode",
            ),
            (
                "aaf-2d.toml",
                "Eleve = \"pupil\"",
                "Eleve = \"child\"",
                "child",
            ),
            ("aaf-1d.toml", "[pupil]", "[pupils]", "pupils"),
            (
                "aaf-1d.toml",
                "id = \"ENTPersonJointure\"",
                "",
                "people: id",
            ),
            ("codes.toml", "National_EVS", "National_XYZ", "National_XYZ"),
            ("codes.toml", "[agriculture]", "agriculture", "line"),
            (
                "codes.toml",
                "lycee_professionnel = ",
                "lycee_pro = ",
                "lycee_pro",
            ),
        ] {
            let message = error(file, old, new);
            assert!(
                message.starts_with(file) && message.contains(told),
                "{message}"
            );
        }
    }
}
