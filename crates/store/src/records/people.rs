//! People and establishments, read. Feeds write them, see [`super::FeedWriter`].

use crate::{Page, PageSize, Result};
use async_trait::async_trait;
use portique_domain::account::AccountState;
use portique_domain::identity::{
    Establishment, EstablishmentId, Login, Person, PersonId, Profile, SourceKey, Uai,
};
use portique_domain::rights::Perimeter;

/// What to list. Every list has a reach and a page size.
#[derive(Clone, Debug)]
pub struct PeopleQuery {
    /// Only people with a place inside one of these; people without a place for the instance only.
    pub reach: Vec<Perimeter>,
    /// Prefix of the folded last name, of the folded "last first", of the folded first name or of the
    /// login; empty for all.
    pub prefix: String,
    /// Only this profile.
    pub profile: Option<Profile>,
    /// Only accounts in this state.
    pub state: Option<AccountState>,
    /// Only people of this establishment.
    pub establishment: Option<EstablishmentId>,
    /// Where to go on, from [`Page::next`].
    pub after: Option<String>,
    /// How many.
    pub size: PageSize,
}

/// One line of a list of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub id: PersonId,
    /// Usage name.
    pub last: String,
    /// First name.
    pub first: String,
    /// Login, when she has an account.
    pub login: Option<Login>,
    /// State of the account, when she has one.
    pub state: Option<AccountState>,
    /// Leading profile and its establishment's name, when she has a place.
    pub place: Option<(Profile, String)>,
}

/// Reads people. Lists are ordered by folded last name, first name, id, and cost the same on every page.
#[async_trait]
pub trait PeopleReader: Send + Sync {
    /// One person with her places.
    async fn person(&self, id: PersonId) -> Result<Option<Person>>;
    /// The person of a source's key.
    async fn person_by_key(&self, key: &SourceKey) -> Result<Option<Person>>;
    /// A page of people, within the reach asked.
    async fn people(&self, query: &PeopleQuery) -> Result<Page<PersonRow>>;
    /// The children a person is a legal representative of.
    async fn children_of(&self, relative: PersonId) -> Result<Vec<Person>>;
    /// The legal representatives of a child.
    async fn relatives_of(&self, child: PersonId) -> Result<Vec<Person>>;
}

/// Reads establishments.
#[async_trait]
pub trait EstablishmentReader: Send + Sync {
    /// One establishment.
    async fn establishment(&self, id: EstablishmentId) -> Result<Option<Establishment>>;
    /// By national number; the oldest when several carry it.
    async fn establishment_by_uai(&self, uai: &Uai) -> Result<Option<Establishment>>;
    /// All of them within a reach, by name: hundreds, never pages.
    async fn establishments(&self, reach: &[Perimeter]) -> Result<Vec<Establishment>>;
}
