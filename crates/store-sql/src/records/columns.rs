//! Words of the domain as columns, and back. What does not read back names its column, never a value.

use super::connections::Work;
use super::sql::{Cells, read};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{
    AcademyCode, EstablishmentId, EstablishmentKind, Login, PersonId, Profile, SourceKey,
    SourceName, Tutelle,
};
use portique_domain::rights::{Actor, Perimeter};
use portique_store::StoreError;
use uuid::Uuid;

/// A value that does not read back.
pub(super) fn corrupt<T>(value: Option<T>, column: &'static str) -> Work<T> {
    Ok(value.ok_or(StoreError::Corrupt(column))?)
}

/// An id.
pub(super) fn id(row: &impl Cells, column: usize) -> Work<Uuid> {
    Ok(Uuid::from_bytes(read(row.cell(column)?)?))
}

/// An id that may be absent.
pub(super) fn maybe_id(row: &impl Cells, column: usize) -> Work<Option<Uuid>> {
    Ok(read::<Option<[u8; 16]>>(row.cell(column)?)?.map(Uuid::from_bytes))
}

/// An instant.
pub(super) fn instant(row: &impl Cells, column: usize) -> Work<Timestamp> {
    Ok(Timestamp::from_millis(read(row.cell(column)?)?))
}

/// An instant that may be absent.
pub(super) fn maybe_instant(row: &impl Cells, column: usize) -> Work<Option<Timestamp>> {
    Ok(read::<Option<i64>>(row.cell(column)?)?.map(Timestamp::from_millis))
}

/// A number that is never negative.
pub(super) fn count(row: &impl Cells, column: usize) -> Work<u64> {
    corrupt(
        u64::try_from(read::<i64>(row.cell(column)?)?).ok(),
        "a count",
    )
}

/// A number for a column.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A length for a column.
pub(super) fn length(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A state of an account.
pub(super) fn state(row: &impl Cells, column: usize) -> Work<AccountState> {
    corrupt(
        read::<String>(row.cell(column)?)?.parse().ok(),
        "account.state",
    )
}

/// A login.
pub(super) fn login(row: &impl Cells, column: usize) -> Work<Login> {
    corrupt(
        read::<String>(row.cell(column)?)?.parse().ok(),
        "account.login",
    )
}

/// A key at a source, in three columns from `first` on.
pub(super) fn source_key(row: &impl Cells, first: usize) -> Work<SourceKey> {
    Ok(SourceKey {
        source: corrupt(
            SourceName::parse(row.cell(first)?.as_str().unwrap_or_default()),
            "source",
        )?,
        academy: academy(row, first + 1)?,
        id: read(row.cell(first + 2)?)?,
    })
}

/// An academy.
pub(super) fn academy(row: &impl Cells, column: usize) -> Work<AcademyCode> {
    corrupt(AcademyCode::new(read(row.cell(column)?)?).ok(), "academy")
}

/// The national order of a profile, from 1.
pub(super) const fn profile_number(profile: Profile) -> i64 {
    match profile {
        Profile::Pupil => 1,
        Profile::Relative => 2,
        Profile::Teacher => 3,
        Profile::Documentalist => 4,
        Profile::Direction => 5,
        Profile::SchoolLife => 6,
        Profile::Staff => 7,
        Profile::Academic => 8,
        Profile::Collectivite => 9,
        Profile::Guest => 10,
    }
}

/// A profile.
pub(super) fn profile(row: &impl Cells, column: usize) -> Work<Profile> {
    let number: i64 = read(row.cell(column)?)?;
    let found = Profile::ALL
        .into_iter()
        .find(|profile| profile_number(*profile) == number);
    corrupt(found, "place.profile")
}

/// The code of a ministry.
pub(super) const fn tutelle_code(tutelle: Tutelle) -> &'static str {
    match tutelle {
        Tutelle::Education => "education",
        Tutelle::Agriculture => "agriculture",
    }
}

/// A ministry from its code.
pub(super) fn tutelle_of(code: &str) -> Option<Tutelle> {
    [Tutelle::Education, Tutelle::Agriculture]
        .into_iter()
        .find(|tutelle| tutelle_code(*tutelle) == code)
}

/// The code of a kind of establishment.
pub(super) const fn kind_code(kind: EstablishmentKind) -> &'static str {
    match kind {
        EstablishmentKind::College => "college",
        EstablishmentKind::Lycee => "lycee",
        EstablishmentKind::LyceeProfessionnel => "lycee_professionnel",
        EstablishmentKind::Ecole => "ecole",
        EstablishmentKind::Other => "other",
    }
}

/// A kind of establishment from its code.
pub(super) fn kind_of(code: &str) -> Option<EstablishmentKind> {
    [
        EstablishmentKind::College,
        EstablishmentKind::Lycee,
        EstablishmentKind::LyceeProfessionnel,
        EstablishmentKind::Ecole,
        EstablishmentKind::Other,
    ]
    .into_iter()
    .find(|kind| kind_code(*kind) == code)
}

/// `gateway`, `person:` and an id, `operator:` and a name.
pub(super) fn actor_text(actor: &Actor) -> String {
    actor.to_string()
}

/// Who acted.
pub(super) fn actor(row: &impl Cells, column: usize) -> Work<Actor> {
    let text: String = read(row.cell(column)?)?;
    let read = match text.split_once(':') {
        None if text == "gateway" => Some(Actor::Gateway),
        Some(("person", id)) => id.parse().ok().map(|id| Actor::Person(PersonId(id))),
        Some(("operator", name)) => Some(Actor::Operator(name.to_owned())),
        None | Some(_) => None,
    };
    corrupt(read, "an actor")
}

/// `instance`, `agriculture`, `academy:` and a code, `establishment:` and an id.
pub(super) fn perimeter_text(perimeter: Perimeter) -> String {
    match perimeter {
        Perimeter::Instance => "instance".to_owned(),
        Perimeter::Academy(code) => format!("academy:{code}"),
        Perimeter::Agriculture => "agriculture".to_owned(),
        Perimeter::Establishment(id) => format!("establishment:{}", id.0),
    }
}

/// Over whom a grant reaches.
pub(super) fn perimeter(row: &impl Cells, column: usize) -> Work<Perimeter> {
    let text: String = read(row.cell(column)?)?;
    let read = match text.split_once(':') {
        None if text == "instance" => Some(Perimeter::Instance),
        None if text == "agriculture" => Some(Perimeter::Agriculture),
        Some(("academy", code)) => code.parse().ok().map(Perimeter::Academy),
        Some(("establishment", id)) => id
            .parse()
            .ok()
            .map(|id| Perimeter::Establishment(EstablishmentId(id))),
        None | Some(_) => None,
    };
    corrupt(read, "power.perimeter")
}
