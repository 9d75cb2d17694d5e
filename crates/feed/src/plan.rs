//! Plans: what a delivery would change, before it changes anything. Their JSON form is a contract
//! (`portique feed plan --json`).

use crate::rank::Ranks;
use serde::{Deserialize, Serialize};

/// What a delivery is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedHead {
    /// Name of the source, such as `aaf`.
    pub source: String,
    /// Three digits.
    pub academy: String,
    /// `2D`.
    pub degree: String,
    /// Date of the delivery, `AAAA-MM-JJ`, from the file names, else from the header comment.
    pub date: String,
    /// `full`, `delta`, or `year` for the end of a school year, which no delivery brings.
    pub kind: String,
    /// `versionAF` of the header, may be empty.
    pub version: String,
    /// The files, in the order they were read.
    pub files: Vec<FeedFile>,
    /// The source of the settings that brought it by itself, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought_by: Option<BroughtBy>,
    /// How its source stands beside the others.
    #[serde(default, skip_serializing_if = "Ranks::are_even")]
    pub ranks: Ranks,
}

/// A source of the settings, as it was named when it brought a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroughtBy {
    /// Its id.
    pub id: String,
    /// Its name.
    pub label: String,
    /// The organisation that answers for it.
    pub owner: String,
}

/// One file of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedFile {
    /// Name within the delivery.
    pub name: String,
    /// Category word (`Eleve`, `PersRelEleve`, …).
    pub category: String,
    /// Bytes read.
    pub bytes: u64,
    /// Records read.
    pub records: u64,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// How many records fare how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// New.
    pub created: u64,
    /// Known, changed in place.
    pub updated: u64,
    /// Known, now in another establishment.
    pub moved: u64,
    /// Known, absent from this full delivery.
    pub left: u64,
    /// Had left, is back.
    pub returned: u64,
    /// Known, nothing changed.
    pub unchanged: u64,
    /// Set aside by a finding or a guard.
    pub held: u64,
}

/// Counts of one profile or category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCounts {
    /// Mnemonic of the profile (`National_ELV`), or `EtabEducNat`.
    pub category: String,
    /// The counts.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What would change in one establishment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstablishmentPlan {
    /// Id at the source; empty in plans of an older version.
    #[serde(default)]
    pub id: String,
    /// UAI, may be empty.
    pub uai: String,
    /// Name.
    pub name: String,
    /// By profile.
    pub categories: Vec<CategoryCounts>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Told; nothing is lost.
    Note,
    /// A value was skipped; the record is kept.
    Warning,
    /// A record was set aside.
    Refused,
    /// The delivery cannot be used.
    Fatal,
}

/// Something that the reader or the checks found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code, such as `eleve.birth_date`.
    pub code: String,
    /// How grave.
    pub severity: Severity,
    /// File.
    pub file: String,
    /// Line of the record in the file, from 1.
    pub line: u64,
    /// Id of the record, may be empty. Never a name.
    pub record: String,
    /// Attribute, may be empty.
    pub field: String,
    /// What is wrong and what to do, in French. Never a value that identifies.
    pub message: String,
}

/// A change drawn at random, for somebody to check by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampled {
    /// Id of the record at the source. Never a name.
    pub record: String,
    /// Id of the establishment at the source, may be empty.
    pub establishment: String,
    /// Mnemonic of the profile.
    pub category: String,
    /// `created`, `updated`, `moved`, `left` or `returned`.
    pub change: String,
}

/// What applying would bring about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequences {
    /// Accounts that would wait for activation.
    pub accounts_to_activate: u64,
    /// People who would be marked as disappeared.
    pub people_leaving: u64,
    /// Of these, how many have an active account, whose sessions end.
    pub sessions_to_end: u64,
    /// Activation codes to print: accounts that would be new, and those of people who come back and
    /// never activated theirs.
    #[serde(default)]
    pub codes_to_print: u64,
    /// What becomes of those who would be marked as disappeared, unless they come back.
    #[serde(default)]
    pub deletion: Deletion,
    /// Rights on resources that were given to a class and end with the school year.
    #[serde(default)]
    pub class_rights_ending: u64,
}

/// The end of the accounts of those who leave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    /// How many people.
    pub people: u64,
    /// The day on which their accounts count down to deletion, `AAAA-MM-JJ`; empty when nobody leaves.
    pub on: String,
    /// The day on which they are gone.
    pub erased_on: String,
}

/// What a guard holds until it is lifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holds {
    /// All of it: nothing can be applied.
    #[default]
    Delivery,
    /// Everybody whom the delivery does not send: they stay. The rest goes.
    Departures,
    /// One establishment: nothing changes there, for nobody who is there. The rest goes.
    Establishment,
}

/// A guard that holds something back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// Stable name: `missing_category`, `missing_establishment`, `shrinkage`, `identity_changes`,
    /// `older_delivery`, `wrong_academy`, `summer_window`, `year_not_over`.
    pub name: String,
    /// UAI, profile or category it speaks of, may be empty.
    pub scope: String,
    /// Id of the establishment at the source, when it holds one.
    #[serde(default)]
    pub establishment: String,
    /// What it holds.
    #[serde(default)]
    pub holds: Holds,
    /// In words, French.
    pub message: String,
    /// How many people must lift it, each with a reason: 1, or 2 for the gravest.
    #[serde(default = "one")]
    pub lifts_needed: u8,
    /// How many did.
    #[serde(default)]
    pub lifts: u8,
    /// Whether they are enough.
    #[serde(default)]
    pub lifted: bool,
}

const fn one() -> u8 {
    1
}

/// What the guards of a plan hold back, as long as they are not lifted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// Everything.
    pub delivery: bool,
    /// Departures.
    pub departures: bool,
    /// Ids at the source of establishments, sorted, distinct.
    pub establishments: Vec<String>,
}

impl Plan {
    /// What is held back now.
    pub fn holding(&self) -> Holding {
        let mut holding = Holding::default();
        for guard in self.guards.iter().filter(|guard| !guard.lifted) {
            match guard.holds {
                Holds::Delivery => holding.delivery = true,
                Holds::Departures => holding.departures = true,
                Holds::Establishment => holding.establishments.push(guard.establishment.clone()),
            }
        }
        holding.establishments.sort_unstable();
        holding.establishments.dedup();
        holding
    }
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The delivery.
    pub feed: FeedHead,
    /// All together, by category.
    pub totals: Vec<CategoryCounts>,
    /// Establishment by establishment.
    pub by_establishment: Vec<EstablishmentPlan>,
    /// Findings, the first thousand.
    pub findings: Vec<Finding>,
    /// How many findings there are in all.
    pub findings_count: u64,
    /// Attributes that the sheet of the format (aaf §2) does not know, with how often they came. Those it
    /// knows and that are dropped on purpose are not told.
    pub unknown_attributes: Vec<(String, u64)>,
    /// What applying brings about.
    pub consequences: Consequences,
    /// Guards.
    pub guards: Vec<Guard>,
    /// Ten changes of people, or as many as there are, drawn at random.
    #[serde(default)]
    pub sample: Vec<Sampled>,
}
