//! One person whom several records name: suspected duplicates, and the word of a person that two are one.

use crate::{Result, StoreError};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{EstablishmentId, Likeness, Login, PersonId, Profile, SourceKey};
use portique_domain::rights::Actor;

/// How a command names somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By id.
    Id(PersonId),
    /// By login, also one that opens nothing because its bearer stands behind another.
    Login(Login),
    /// By the key of a record.
    Key(SourceKey),
}

/// By whom, when and why.
#[derive(Clone, Debug)]
pub struct MergeWord {
    /// By whom.
    pub by: Actor,
    /// Why, in her own words.
    pub reason: String,
    /// When.
    pub now: Timestamp,
}

/// Why two people were not merged, or not separated.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// No such person, or erased.
    #[error("no such person: unknown, or erased")]
    Unknown,
    /// One and the same.
    #[error("these are one person already")]
    Same,
    /// She stands behind somebody: separate them first.
    #[error("this person was merged into {} before: separate them first (portique person unmerge)", .0.0)]
    Merged(PersonId),
    /// Others stand behind her: separate them first, or keep her.
    #[error("other records were merged into this person: keep her, or separate them first")]
    KeepsOthers,
    /// The one to keep has no account.
    #[error("the person to keep has no account: keep the other one")]
    NoAccount,
    /// One of the two accounts is suspended.
    #[error("one of the two accounts is suspended: unfreeze it first, or leave them apart")]
    Suspended,
    /// She stands behind nobody.
    #[error("this person was not merged into another")]
    NotMerged,
    /// The store failed; nothing changed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which suspected duplicates to list.
#[derive(Clone, Debug, Default)]
pub struct SuspectQuery {
    /// Only pairs of whom at least one has a place there.
    pub establishment: Option<EstablishmentId>,
    /// Only pairs of this score at least.
    pub min_score: u8,
}

/// One of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectSide {
    /// Who.
    pub id: PersonId,
    /// Her record.
    pub key: SourceKey,
    /// Last name.
    pub last: String,
    /// First name.
    pub first: String,
    /// Login, when she has an account.
    pub login: Option<Login>,
    /// Where, as what.
    pub places: Vec<(EstablishmentId, Profile)>,
}

/// Two records that may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// The older record.
    pub one: SuspectSide,
    /// The younger.
    pub other: SuspectSide,
    /// 0 to 100, the sum of the reasons.
    pub score: u8,
    /// Why.
    pub reasons: Vec<Likeness>,
}

/// Merges and separates people. Who is merged into another stands behind her: her record stays one of its
/// own, which feeds go on writing, so that each feed removes only what it brought; her places and ties are
/// those of the other as well; her account, her login and her pseudonyms wait, opened by nobody and given to
/// nobody. Separating gives her all of it back.
#[async_trait]
pub trait Identities: Send + Sync {
    /// Who is meant, whether she stands behind another or not.
    async fn named(&self, who: &Named) -> Result<Option<PersonId>>;
    /// Lets `other` stand behind `keep`, in one step.
    async fn merge(
        &self,
        keep: PersonId,
        other: PersonId,
        word: &MergeWord,
    ) -> std::result::Result<(), MergeError>;
    /// Separates somebody from whom she stands behind, in one step; gives whom. Whoever never had an account
    /// and is entitled to one gets it.
    async fn unmerge(
        &self,
        other: PersonId,
        word: &MergeWord,
    ) -> std::result::Result<PersonId, MergeError>;
    /// Whom somebody stands behind.
    async fn merged_into(&self, other: PersonId) -> Result<Option<PersonId>>;
    /// Who stands behind somebody, the oldest record first.
    async fn merged_behind(&self, keep: PersonId) -> Result<Vec<PersonId>>;
    /// People who are here under two keys perhaps, the highest score first. Only records of one folded last
    /// name and birth date are compared, of one first name and birth date, or, where a birth date is
    /// missing, of one last and one first name.
    async fn suspects(&self, query: &SuspectQuery) -> Result<Vec<Suspect>>;
}
