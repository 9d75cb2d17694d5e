//! Suspected duplicates, and lists of people of whom some are merged.

use super::merges::{FIRST, SECOND, two, word};
use super::records::{Records, toulouse};
use crate::build::{TOULOUSE, key, later, person};
use portique_domain::identity::{Likeness, PersonId, Profile};
use portique_domain::rights::Perimeter;
use portique_store::PageSize;
use portique_store::records::{PeopleQuery, SuspectQuery};

/// One line in each list in which one of her records would stand.
pub async fn lists_hold_one_line_of_her(store: &impl Records) {
    let (lea, twin) = two(store).await;
    store.merge(lea, twin, &word(3)).await.unwrap();
    let sites = store.establishments(&[Perimeter::Instance]).await.unwrap();
    let named = |name: &str| sites.iter().find(|it| it.name == name).map(|it| it.id);
    for (site, prefix) in [
        (None, "marchais l"),
        (named(FIRST), ""),
        (named(SECOND), ""),
        (named(SECOND), "lea"),
    ] {
        let reach = site.map_or(Perimeter::Instance, Perimeter::Establishment);
        let query = PeopleQuery {
            reach: vec![reach],
            prefix: prefix.to_owned(),
            profile: Some(Profile::Pupil),
            state: None,
            establishment: None,
            after: None,
            size: PageSize::clamped(200),
        };
        let rows = store.people(&query).await.unwrap().rows;
        let hers = rows.iter().filter(|row| row.last == "Marchais");
        assert_eq!(
            hers.map(|row| row.id).collect::<Vec<_>>(),
            [lea],
            "{prefix}"
        );
    }
}

async fn suspects(store: &impl Records, min_score: u8) -> Vec<(PersonId, PersonId, u8)> {
    let query = SuspectQuery {
        establishment: None,
        min_score,
    };
    let found = store.suspects(&query).await.unwrap();
    found
        .iter()
        .map(|it| (it.one.id, it.other.id, it.score))
        .collect()
}

/// Two records of one name and birth date, and no twin; the establishment narrows the list, and whoever is
/// merged is suspected no more.
pub async fn suspects_are_few_and_say_why(store: &impl Records) {
    let (lea, twin) = two(store).await;
    let brother = person(TOULOUSE, "p7", "Tom", "Marchais").at("100", Profile::Pupil);
    let delivery = toulouse().and(&brother);
    delivery.deliver(store, later(3)).await;
    assert_eq!(suspects(store, 60).await, [(lea, twin, 80)]);
    assert_eq!(suspects(store, 81).await, []);
    let found = store.suspects(&SuspectQuery::default()).await.unwrap();
    let reasons = [
        Likeness::LastName,
        Likeness::FirstName,
        Likeness::BirthDate,
        Likeness::Category,
    ];
    assert_eq!(found[0].reasons, reasons);
    assert_eq!(found[0].one.key, key(TOULOUSE, "p1"));
    let sites = store.establishments(&[Perimeter::Instance]).await.unwrap();
    for site in sites {
        let query = SuspectQuery {
            establishment: Some(site.id),
            min_score: 60,
        };
        let found = store.suspects(&query).await.unwrap().len();
        assert_eq!(
            found,
            usize::from(site.name != "Lycée agricole du Causse"),
            "{}",
            site.name
        );
    }
    store.merge(lea, twin, &word(4)).await.unwrap();
    assert_eq!(suspects(store, 60).await, []);
}
