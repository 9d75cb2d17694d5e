//! One dialect: categories, attributes, composite patterns.

use super::DialectError;
use super::field::{Field, Part};
use crate::name::{Category, Degree};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// An attribute that gives a field.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// Its name in the feed.
    pub(crate) name: String,
    /// Patterns of its values; none for plain ones.
    pub(crate) shapes: Vec<Shape>,
    /// Rank in law of a relation whose pattern has none.
    pub(crate) legal: Option<String>,
}

/// A pattern of composite values.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What each field is.
    pub(crate) parts: Vec<Part>,
}

/// What one category calls things.
#[derive(Debug, Default)]
pub(crate) struct Section {
    fields: BTreeMap<Field, Vec<Attribute>>,
    known: HashSet<String>,
}

impl Section {
    /// The attributes that give a field, the preferred one first.
    pub(crate) fn attributes(&self, field: Field) -> &[Attribute] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Whether an attribute is read, or dropped on purpose.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.known.contains(name)
    }
}

/// One dialect.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The word inside a record, and its category.
    categories: BTreeMap<String, Category>,
    /// By category, in the order of [`Category::ALL`].
    sections: BTreeMap<Category, Section>,
}

impl Dialect {
    /// Reads one file of `config/feeds/`.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, DialectError> {
        let refuse = |message: String| DialectError {
            file: file.to_owned(),
            message,
        };
        let raw: File = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
        let degree = if file.contains("1d") {
            Degree::First
        } else {
            Degree::Second
        };
        if raw.degree != degree.word() {
            return Err(refuse(format!(
                "degree: {:?} is expected here",
                degree.word()
            )));
        }
        let mut sections = BTreeMap::new();
        for (category, own, shared) in raw.sections() {
            let mut section = Section::default();
            for (name, source) in [("people", shared), (category_key(category), own)] {
                let Some(source) = source else { continue };
                fill(&mut section, source)
                    .map_err(|message| refuse(format!("{name}: {message}")))?;
            }
            if section.attributes(Field::Id).is_empty() {
                let name = if category.is_people() {
                    "people"
                } else {
                    category_key(category)
                };
                return Err(refuse(format!("{name}: id is missing")));
            }
            sections.insert(category, section);
        }
        Ok(Self {
            categories: raw.categories,
            sections,
        })
    }

    /// The words of the categories.
    pub(crate) fn words(&self) -> impl Iterator<Item = (&str, Category)> {
        self.categories
            .iter()
            .map(|(word, category)| (word.as_str(), *category))
    }

    /// The category whose word stands in a record.
    pub(crate) fn category(&self, word: &str) -> Option<Category> {
        self.categories.get(word).copied()
    }

    /// What a category calls things.
    pub(crate) fn section(&self, category: Category) -> &Section {
        static NONE: std::sync::LazyLock<Section> = std::sync::LazyLock::new(Section::default);
        // `parse` filled one for each category.
        self.sections.get(&category).unwrap_or(&NONE)
    }
}

const fn category_key(category: Category) -> &'static str {
    match category {
        Category::Establishment => "establishment",
        Category::Matiere => "matiere",
        Category::Mef => "mef",
        Category::Pupil => "pupil",
        Category::Relative => "relative",
        Category::Staff => "staff",
    }
}

fn fill(section: &mut Section, source: &RawSection) -> Result<(), String> {
    section.known.extend(source.dropped.iter().cloned());
    for (field, entry) in &source.fields {
        let mut attributes = Vec::new();
        entry.each(&mut |name, patterns, legal| {
            let shapes = patterns.iter().map(|pattern| shape(pattern));
            let shapes = shapes.collect::<Result<Vec<Shape>, String>>()?;
            section.known.insert(name.to_owned());
            attributes.push(Attribute {
                name: name.to_owned(),
                shapes,
                legal: legal.map(str::to_owned),
            });
            Ok(())
        })?;
        section.fields.insert(*field, attributes);
    }
    Ok(())
}

fn shape(pattern: &str) -> Result<Shape, String> {
    let part = |word: &str| {
        Part::parse(word.trim())
            .ok_or_else(|| format!("{:?} is no part of a composite", word.trim()))
    };
    Ok(Shape {
        parts: pattern.split('$').map(part).collect::<Result<_, _>>()?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    degree: String,
    #[expect(
        dead_code,
        reason = "the one root that the grammar has; written for who reads the file"
    )]
    root: String,
    categories: BTreeMap<String, Category>,
    establishment: RawSection,
    matiere: RawSection,
    mef: RawSection,
    people: RawSection,
    pupil: RawSection,
    relative: RawSection,
    staff: RawSection,
}

impl File {
    fn sections(&self) -> [(Category, Option<&RawSection>, Option<&RawSection>); 6] {
        let people = Some(&self.people);
        [
            (Category::Establishment, Some(&self.establishment), None),
            (Category::Matiere, Some(&self.matiere), None),
            (Category::Mef, Some(&self.mef), None),
            (Category::Pupil, Some(&self.pupil), people),
            (Category::Relative, Some(&self.relative), people),
            (Category::Staff, Some(&self.staff), people),
        ]
    }
}

#[derive(Deserialize)]
struct RawSection {
    #[serde(default)]
    dropped: Vec<String>,
    #[serde(flatten)]
    fields: BTreeMap<Field, Entry>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Name(String),
    Composite(Composite),
    Several(Vec<Self>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Composite {
    attribute: String,
    fields: Patterns,
    legal: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Patterns {
    One(String),
    Several(Vec<String>),
}

/// Takes the name of an attribute, its patterns, and its rank in law.
type Each<'a> = &'a mut dyn FnMut(&str, &[String], Option<&str>) -> Result<(), String>;

impl Entry {
    fn each(&self, take: Each<'_>) -> Result<(), String> {
        match self {
            Self::Name(name) => take(name, &[], None),
            Self::Composite(composite) => {
                let patterns = match &composite.fields {
                    Patterns::One(one) => core::slice::from_ref(one),
                    Patterns::Several(several) => several.as_slice(),
                };
                take(&composite.attribute, patterns, composite.legal.as_deref())
            }
            Self::Several(entries) => entries.iter().try_for_each(|entry| entry.each(take)),
        }
    }
}
