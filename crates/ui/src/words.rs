//! The words of the pages: Fluent messages in French, English and Occitan.
//!
//! French is complete (a test sees to it). A message that another language lacks is given in French and
//! says so with `lang="fr"`.

use core::fmt;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use portique_domain::charter::Language;
use std::sync::LazyLock;
use unic_langid::{LanguageIdentifier, langid};

macro_rules! files {
    ($tag:literal: $($name:literal),+) => {
        &[$(include_str!(concat!("../locales/", $tag, "/", $name, ".ftl")),)+]
    };
}

const FRENCH: &[&str] = files!("fr": "shared", "errors", "public", "login", "activation", "charter", "portal", "me", "resources", "legal", "mail");
const ENGLISH: &[&str] = files!("en": "shared", "errors", "public", "login", "activation", "charter", "portal", "me", "resources", "legal", "mail");
const OCCITAN: &[&str] = files!("oc": "shared", "errors", "public", "login", "activation", "charter", "portal", "me", "resources", "legal", "mail");

/// Messages of one room in all languages. The console has one of its own on top of the shared one.
pub struct Catalogue {
    french: FluentBundle<FluentResource>,
    english: FluentBundle<FluentResource>,
    occitan: FluentBundle<FluentResource>,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalogue(…)")
    }
}

static SHARED: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::with(&[], &[], &[]));

fn bundle(plurals: LanguageIdentifier, files: [&[&str]; 2]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![plurals]);
    // Isolation marks would show up in titles and in copied text; names here are left to right.
    bundle.set_use_isolating(false);
    for file in files.into_iter().flatten() {
        // What does not parse is left out by the library; the tests find such messages.
        let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(kept, _)| kept);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Catalogue {
    /// The messages shared by all pages.
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// The shared messages and those of some more files.
    pub fn with(french: &[&str], english: &[&str], occitan: &[&str]) -> Self {
        Self {
            french: bundle(langid!("fr"), [FRENCH, french]),
            english: bundle(langid!("en"), [ENGLISH, english]),
            // The library has no plural rules for Occitan and would take English ones; Occitan counts
            // as French does (0 and 1 are singular).
            occitan: bundle(langid!("fr"), [OCCITAN, occitan]),
        }
    }

    /// These words in a language.
    pub fn words(&'static self, language: Language) -> Words {
        Words {
            catalogue: self,
            language,
        }
    }

    fn of(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language {
            Language::French => &self.french,
            Language::English => &self.english,
            Language::Occitan => &self.occitan,
        }
    }

    /// Whether a language has a message; for tests.
    pub fn has(&self, language: Language, key: &str) -> bool {
        self.of(language)
            .get_message(key)
            .is_some_and(|message| message.value().is_some())
    }

    fn find(&self, language: Language, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = self.of(language);
        let pattern = bundle.get_message(key)?.value()?;
        let mut faults = Vec::new();
        Some(
            bundle
                .format_pattern(pattern, args, &mut faults)
                .into_owned(),
        )
    }
}

/// Words in one language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    catalogue: &'static Catalogue,
    language: Language,
}

/// What can be put into a message.
pub trait Arg {
    /// The value as Fluent wants it.
    fn arg(&self) -> FluentValue<'_>;
}

impl Arg for str {
    fn arg(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Arg for String {
    fn arg(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Arg for $number {
            fn arg(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        })+
    };
}

numbers!(u8, u32, u64, usize, i64);

impl<T: Arg + ?Sized> Arg for &T {
    fn arg(&self) -> FluentValue<'_> {
        (**self).arg()
    }
}

/// A message ready for a page: escaped when shown, and marked when it is French on a page of another
/// language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The plain text.
    pub plain: String,
    /// Whether it is French for want of a translation.
    pub borrowed: bool,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.borrowed {
            f.write_str("<span lang=\"fr\">")?;
        }
        for c in self.plain.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        if self.borrowed {
            f.write_str("</span>")?;
        }
        Ok(())
    }
}

impl askama::filters::HtmlSafe for Text {}

impl Words {
    /// Shared words in a language.
    pub fn new(language: Language) -> Self {
        Catalogue::shared().words(language)
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message with values. The key itself when even French has none, which a test excludes.
    pub fn get(&self, key: &str, values: &[(&str, &dyn Arg)]) -> Text {
        let args: Option<FluentArgs<'_>> = (!values.is_empty()).then(|| {
            let mut args = FluentArgs::new();
            for (name, value) in values {
                args.set((*name).to_owned(), value.arg());
            }
            args
        });
        let found = self.catalogue.find(self.language, key, args.as_ref());
        let borrowed = found.is_none() && self.language != Language::French;
        let plain = found
            .or_else(|| self.catalogue.find(Language::French, key, args.as_ref()))
            .unwrap_or_else(|| key.to_owned());
        Text { plain, borrowed }
    }

    /// A message as plain text, for titles and attributes.
    pub fn plain(&self, key: &str) -> String {
        self.get(key, &[]).plain
    }
}

#[cfg(test)]
mod tests;
