//! One establishment under several keys: sheets and other feeds that name its UAI.

use super::gathered::{Gathered, known, known_of};
use super::records::{Records, of};
use crate::build::{
    Delivery, MONTPELLIER, NOW, PersonBuilder, TOULOUSE, apply, by_uai, establishment, id, key_of,
    later, operator, person,
};
use portique_domain::identity::{Establishment, PersonId, Profile, SourceName};
use portique_domain::rights::Perimeter;
use portique_store::records::{RunId, Undone};

/// A source of sheets.
const SHEET: &str = "csv";

/// The academic feed of one collège with one pupil.
fn annuaire() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .and(&person(TOULOUSE, "p1", "Léa", "Marchais").at("100", Profile::Pupil))
}

/// What the sheet calls the same collège.
const NAMED: &str = "0000100C";

fn guest() -> PersonBuilder {
    person(TOULOUSE, "g1", "Ida", "Passage").at(NAMED, Profile::Teacher)
}

/// A sheet of a guest there.
fn sheet() -> Delivery {
    Delivery::of(TOULOUSE)
        .by(SHEET)
        .with(by_uai(TOULOUSE, "100"))
        .and(&guest())
}

async fn all(store: &impl Records) -> Vec<Establishment> {
    store.establishments(&[Perimeter::Instance]).await.unwrap()
}

async fn guest_of(store: &impl Records) -> PersonId {
    let found = store.person_by_key(&key_of(SHEET, TOULOUSE, "g1")).await;
    found.unwrap().expect("the guest of the sheet").id
}

async fn of_sheet(store: &impl Records) -> Gathered {
    known_of(store, SourceName::parse(SHEET).unwrap(), TOULOUSE).await
}

async fn undo(store: &impl Records, plan: portique_store::records::PlanId, minute: u64) -> Undone {
    let undoing = RunId(id(700 + u128::from(minute)));
    let run = RunId(plan.0);
    store
        .undo(run, undoing, &operator(), later(minute))
        .await
        .unwrap()
}

/// The guest is placed in the collège that the feed brought, which is called what the feed calls it; a
/// replay of either writes nothing.
pub async fn a_sheet_beside_a_feed_makes_no_second_establishment(store: &impl Records) {
    annuaire().deliver(store, NOW).await;
    let before = all(store).await;
    assert_eq!(of_sheet(store).await.sites, [NAMED]);
    let applied = sheet().deliver(store, later(1)).await;
    assert_eq!((applied.rows_written, applied.accounts_created), (2, 1));
    assert_eq!(all(store).await, before);
    let guest = store.person(guest_of(store).await).await.unwrap().unwrap();
    assert_eq!(guest.affiliations.len(), 1);
    assert_eq!(guest.affiliations[0].establishment, before[0].id);
    let known = of_sheet(store).await;
    assert_eq!(known.establishments.len(), 1);
    assert_eq!(known.establishments[0].id, NAMED);
    assert_eq!(known.establishments[0].name, "Collège Odette-Verlande");
    assert_eq!(
        known.people[0].places,
        [(NAMED.to_owned(), Profile::Teacher)]
    );
    assert!(known.sites.is_empty());
    for (replay, minute) in [(sheet(), 2), (annuaire(), 3)] {
        let again = replay.deliver(store, later(minute)).await;
        assert_eq!((again.rows_written, again.left.len()), (0, 0));
    }
}

/// Each source removes what it brought: the sheet its guest, the feed its pupil. The collège is open as long
/// as one of them sends it.
pub async fn a_feed_removes_only_what_it_brought(store: &impl Records) {
    annuaire().deliver(store, NOW).await;
    let lea = of(store, TOULOUSE, "p1").await;
    sheet().deliver(store, later(1)).await;
    let guest = guest_of(store).await;
    let empty = Delivery::of(TOULOUSE).by(SHEET);
    let gone = empty.deliver(store, later(2)).await;
    assert_eq!(gone.left, [guest]);
    assert!(!known(store, TOULOUSE).await.establishments[0].disappeared);
    assert!(of_sheet(store).await.establishments[0].disappeared);
    sheet().deliver(store, later(3)).await;
    let without = Delivery::of(TOULOUSE).deliver(store, later(4)).await;
    assert_eq!(without.left, [lea]);
    assert!(known(store, TOULOUSE).await.establishments[0].disappeared);
    assert!(!of_sheet(store).await.establishments[0].disappeared);
    let back = annuaire().deliver(store, later(5)).await;
    assert!(back.left.is_empty());
    let named = all(store).await;
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].key.source, SourceName::aaf());
    let again = annuaire().deliver(store, later(6)).await;
    assert_eq!(again.rows_written, 0);
}

/// Whoever came first, the academic feed says what an establishment is called.
pub async fn the_academic_feed_leads_whoever_came_first(store: &impl Records) {
    sheet().deliver(store, NOW).await;
    let first = all(store).await;
    annuaire().deliver(store, later(1)).await;
    let then = all(store).await;
    assert_eq!(then.len(), 1);
    assert_eq!(then[0].id, first[0].id);
    assert_eq!(then[0].name, "Collège Odette-Verlande");
    let again = sheet().deliver(store, later(2)).await;
    assert_eq!((again.rows_written, again.left.len()), (0, 0));
    assert_eq!(all(store).await, then);
}

/// A changed id of the same source is a further key; those who are sent under it are placed there.
pub async fn a_changed_id_of_an_establishment_is_one_key_more(store: &impl Records) {
    annuaire().deliver(store, NOW).await;
    let before = all(store).await;
    let mut renamed = establishment(TOULOUSE, "100", "Collège Odette-Verlande");
    "900".clone_into(&mut renamed.key.id);
    let next = Delivery::of(TOULOUSE)
        .with(renamed)
        .and(&person(TOULOUSE, "p1", "Léa", "Marchais").at("900", Profile::Pupil));
    let applied = next.deliver(store, later(1)).await;
    assert!(applied.left.is_empty());
    let after = all(store).await;
    assert_eq!((after.len(), after[0].id), (1, before[0].id));
    let lea = of(store, TOULOUSE, "p1").await;
    let lea = store.person(lea).await.unwrap().unwrap();
    assert_eq!(lea.affiliations[0].establishment, before[0].id);
    assert_eq!(next.deliver(store, later(2)).await.rows_written, 0);
}

/// A sheet of one academy names no establishment of another.
pub async fn another_academy_gets_no_key_of_it(store: &impl Records) {
    annuaire().deliver(store, NOW).await;
    let mut foreign = by_uai(MONTPELLIER, "100");
    foreign.academy = crate::build::academy(MONTPELLIER);
    let sheet = Delivery::of(MONTPELLIER).by(SHEET).with(foreign);
    sheet.deliver(store, later(1)).await;
    assert_eq!(all(store).await.len(), 2);
}

/// Undoing either run, in either order, leaves what the other brought.
pub async fn undoing_one_source_leaves_the_other(store: &impl Records) {
    let feed = annuaire().stage(store, NOW).await;
    apply(store, feed, NOW).await.unwrap();
    let before = all(store).await;
    let sheet_run = sheet().stage(store, later(1)).await;
    apply(store, sheet_run, later(1)).await.unwrap();
    let undone = undo(store, sheet_run, 2).await;
    assert_eq!((undone.rows_written, undone.rows_kept), (2, 0));
    assert_eq!(all(store).await, before);
    assert!(of_sheet(store).await.establishments.is_empty());
    let sheet_run = sheet().stage(store, later(3)).await;
    apply(store, sheet_run, later(3)).await.unwrap();
    undo(store, feed, 4).await;
    let left = all(store).await;
    assert_eq!((left.len(), left[0].id), (1, before[0].id));
    assert_eq!(left[0].key, key_of(SHEET, TOULOUSE, NAMED));
    let guest = store.person(guest_of(store).await).await.unwrap().unwrap();
    assert_eq!(guest.disappeared_at, None);
    assert_eq!(guest.affiliations[0].establishment, before[0].id);
}

/// A held sheet changes nothing, and neither does what it says of who is there.
pub async fn a_guard_of_a_sheet_holds_its_own_people_alone(store: &impl Records) {
    annuaire().deliver(store, NOW).await;
    let held = sheet().guarding("shrinkage", NAMED, 1);
    let applied = held.deliver(store, later(1)).await;
    assert_eq!(applied.rows_written, 0);
    sheet().deliver(store, later(2)).await;
    let guest = guest_of(store).await;
    let empty = Delivery::of(TOULOUSE)
        .by(SHEET)
        .with(by_uai(TOULOUSE, "100"))
        .guarding("shrinkage", NAMED, 1);
    assert!(empty.deliver(store, later(3)).await.left.is_empty());
    let guest = store.person(guest).await.unwrap().unwrap();
    assert_eq!(guest.disappeared_at, None);
    // The feed's own guard holds the pupil, by its own id.
    let lea = of(store, TOULOUSE, "p1").await;
    let feed = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège"))
        .guarding("shrinkage", "100", 1);
    assert!(feed.deliver(store, later(4)).await.left.is_empty());
    let lea = store.person(lea).await.unwrap().unwrap();
    assert_eq!(lea.disappeared_at, None);
}
