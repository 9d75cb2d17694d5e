//! Charters: what each person accepts before anything opens, and the proof that she did.

use crate::Timestamp;
use crate::identity::{EstablishmentId, PersonId, Profile};
use uuid::Uuid;

/// Our id of one version of a charter in one language set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharterId(pub Uuid);

/// Languages that pages speak. A legal text is authoritative in French.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// French.
    #[default]
    French,
    /// English.
    English,
    /// Occitan.
    Occitan,
}

impl Language {
    /// All of them, French first.
    pub const ALL: [Self; 3] = [Self::French, Self::English, Self::Occitan];

    /// BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
            Self::Occitan => "oc",
        }
    }

    /// From a BCP 47 tag of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// One version of a charter: immutable once published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charter {
    /// Id of this version.
    pub id: CharterId,
    /// Which charter it is a version of, such as `usagers` or `personnels`.
    pub name: String,
    /// Version number within that name, from 1.
    pub version: u32,
    /// Who has to accept it.
    pub profiles: Vec<Profile>,
    /// From when it is in force.
    pub effective_at: Timestamp,
    /// The texts, one per language, French always among them.
    pub texts: Vec<CharterText>,
}

/// The text of a charter in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterText {
    /// Language.
    pub language: Language,
    /// Title.
    pub title: String,
    /// *En bref*: at most twelve lines in plain words.
    pub short: Vec<String>,
    /// Full text: sections of a heading and paragraphs.
    pub full: Vec<CharterSection>,
    /// SHA-256 of the canonical form of this text, what a proof refers to.
    pub digest: [u8; 32],
}

/// A section of the full text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterSection {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
}

impl CharterText {
    /// The bytes that the digest is taken over: every line shown, in order, each ended by a line feed.
    pub fn canonical(title: &str, short: &[String], full: &[CharterSection]) -> String {
        let mut out = format!("{title}\n");
        for line in short {
            out.push_str(line);
            out.push('\n');
        }
        for section in full {
            out.push_str(&section.heading);
            out.push('\n');
            for paragraph in &section.paragraphs {
                out.push_str(paragraph);
                out.push('\n');
            }
        }
        out
    }
}

impl Charter {
    /// The text in a language, in French when there is none in that one.
    pub fn text(&self, language: Language) -> Option<&CharterText> {
        let in_language = |wanted: Language| self.texts.iter().find(|text| text.language == wanted);
        in_language(language).or_else(|| in_language(Language::French))
    }
}

/// By which way a charter was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcceptedBy {
    /// At activation.
    FirstAccess,
    /// A new version, at a later login.
    NewVersion,
}

/// Proof of acceptance (ux-and-law §2.12). It holds no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CharterProof {
    /// Who.
    pub person: PersonId,
    /// Which version.
    pub charter: CharterId,
    /// In which language it was shown.
    pub language: Language,
    /// SHA-256 of the text shown.
    pub digest: [u8; 32],
    /// When.
    pub at: Timestamp,
    /// How.
    pub by: AcceptedBy,
    /// In which establishment's name, when the person has one.
    pub establishment: Option<EstablishmentId>,
}
