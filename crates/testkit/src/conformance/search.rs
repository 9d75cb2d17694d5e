//! The list of people, searched in every way, against a plain walk through all of them.

use super::records::Records;
use crate::build::{Delivery, NOW, TOULOUSE, academy, establishment, person};
use crate::memory::records::MemoryRecords;
use portique_domain::identity::{Establishment, Profile};
use portique_domain::rights::Perimeter;
use portique_store::PageSize;
use portique_store::records::{EstablishmentReader, PeopleQuery, PeopleReader};

/// Enough homonyms that every way of searching is taken: few matches sorted, many met on a walk, one
/// list, several lists, everybody's.
pub async fn the_search_agrees_with_a_plain_one(store: &impl Records) {
    let firsts = [
        "Ana", "Léo", "Ana", "Marin", "Ana", "Zoé", "Ana", "Ana", "Ana", "Ana",
    ];
    let lasts = [
        "Marin",
        "Dupont",
        "Dupont Ana",
        "D'Arc",
        "Élan",
        "Anatole",
        "Zola",
    ];
    let mut delivery = Delivery::of(TOULOUSE);
    for number in 0..70 {
        let name = format!("Collège {number}");
        delivery = delivery.with(establishment(TOULOUSE, &number.to_string(), &name));
    }
    for number in 0..3000_usize {
        // The rarer a school's number, the more pupils it has.
        let school = (number * number) % 70;
        let profile = [Profile::Pupil, Profile::Teacher, Profile::Relative][number % 3];
        let first = firsts[number % firsts.len()];
        let person = person(
            TOULOUSE,
            &format!("p{number}"),
            first,
            lasts[(number / 5) % 7],
        );
        delivery = delivery.and(&person.at(&school.to_string(), profile));
    }
    let plain = MemoryRecords::new();
    delivery.deliver(store, NOW).await;
    delivery.deliver(&plain, NOW).await;
    let mut reaches = vec![(vec![Perimeter::Instance], vec![Perimeter::Instance])];
    let academy = vec![Perimeter::Academy(academy(TOULOUSE))];
    reaches.push((academy.clone(), academy));
    let (ours, theirs) = (sites(store).await, sites(&plain).await);
    for count in [1, 6] {
        reaches.push((ours[..count].to_vec(), theirs[..count].to_vec()));
    }
    for (reach, plain_reach) in reaches {
        for prefix in [
            "", "a", "ana", "ana.", "ana.mar", "marin", "dupont a", "d", "zo", "zzz",
        ] {
            for profile in [None, Some(Profile::Teacher)] {
                let ours = walk_through(store, &reach, prefix, profile).await;
                let theirs = walk_through(&plain, &plain_reach, prefix, profile).await;
                assert_eq!(ours, theirs, "{reach:?} {prefix} {profile:?}");
            }
        }
    }
}

async fn sites<S: EstablishmentReader>(store: &S) -> Vec<Perimeter> {
    let all = store.establishments(&[Perimeter::Instance]).await.unwrap();
    let site = |it: &Establishment| Perimeter::Establishment(it.id);
    all.iter().map(site).collect()
}

/// The first three pages of a list, without the ids, which differ between stores.
async fn walk_through<S: PeopleReader>(
    store: &S,
    reach: &[Perimeter],
    prefix: &str,
    profile: Option<Profile>,
) -> Vec<String> {
    let mut query = PeopleQuery {
        reach: reach.to_vec(),
        prefix: prefix.to_owned(),
        profile,
        state: None,
        establishment: None,
        after: None,
        size: PageSize::clamped(40),
    };
    let mut lines = Vec::new();
    for _ in 0..3 {
        let page = store.people(&query).await.unwrap();
        for row in page.rows {
            let (last, first, login) = (row.last, row.first, row.login);
            lines.push(format!("{last} {first} {login:?} {:?}", row.place));
        }
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    lines
}
