//! What partners are to be told: whom, once, and until they have taken it.

use super::records::{Records, of, toulouse, with_lea};
use crate::build::{
    Delivery, NOW, TOULOUSE, apply, establishment, id, later, operator, partner, person,
};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::partner::{EventsBinding, Partner, PartnerEvent, PartnerId};
use portique_domain::rights::Actor;
use portique_store::records::{EndsBefore, Outgoing, PartnerWriter, PlanId, RunId, Settlement};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A partner that asks for these events.
fn asking(name: &str, which: &[PartnerEvent]) -> Partner {
    Partner {
        events: Some(EventsBinding {
            address: "https://carnet.example.fr/evenements".to_owned(),
            which: which.to_vec(),
        }),
        ..partner(name)
    }
}

async fn wants(store: &impl Records, name: &str, which: &[PartnerEvent]) -> PartnerId {
    let partner = asking(name, which);
    PartnerWriter::apply(store, &partner, &operator(), NOW)
        .await
        .unwrap();
    partner.id
}

async fn knows(store: &impl Records, sector: &str, person: PersonId) {
    store.pseudonym(person, sector, "k1", NOW).await.unwrap();
}

/// What waits for a partner: event and root.
async fn waits(store: &impl Records, partner: &PartnerId) -> BTreeSet<(PartnerEvent, Uuid)> {
    let rows = store.outgoing(partner, false, 99).await.unwrap();
    let distinct: BTreeSet<(PartnerEvent, Uuid)> =
        rows.iter().map(|row| (row.event, row.root)).collect();
    assert_eq!(distinct.len(), rows.len(), "{rows:?}");
    distinct
}

/// Léa and Anne are known to the partner; Léa goes to another collège, Ilan leaves, Anne stays.
fn moved() -> Delivery {
    let lea = person(TOULOUSE, "p1", "Léa", "Marchais").at("200", Profile::Pupil);
    colleges().and(&lea.relative("r1", true)).and(&anne())
}

fn colleges() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
}

fn anne() -> crate::build::PersonBuilder {
    person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative)
}

/// The run that moves her, and who is who.
async fn a_run(store: &impl Records) -> (PlanId, PersonId, PersonId) {
    let lea = with_lea(store).await;
    let ilan = of(store, TOULOUSE, "p2").await;
    for known in [lea, ilan, of(store, TOULOUSE, "r1").await] {
        knows(store, "carnet", known).await;
    }
    let plan = moved().stage(store, later(1)).await;
    (plan, lea, ilan)
}

/// Only who is known there, only what was asked for, with the root and the key of her identifier.
pub async fn a_run_tells_who_left_and_who_moved(store: &impl Records) {
    let all = wants(store, "carnet", PartnerEvent::ALL).await;
    let few = wants(store, "bulletin", &[PartnerEvent::Returned]).await;
    let stranger = wants(store, "etranger", PartnerEvent::ALL).await;
    let (plan, lea, ilan) = a_run(store).await;
    knows(store, "bulletin", lea).await;
    assert!(
        waits(store, &all).await.is_empty(),
        "nothing before the switch"
    );
    apply(store, plan, later(1)).await.unwrap();
    let told = BTreeSet::from([(PartnerEvent::Moved, lea.0), (PartnerEvent::Left, ilan.0)]);
    assert_eq!(waits(store, &all).await, told);
    assert!(waits(store, &few).await.is_empty());
    assert!(waits(store, &stranger).await.is_empty());
    let rows = store.outgoing(&all, true, 99).await.unwrap();
    for row in &rows {
        assert_eq!(
            (row.cause, row.at, row.key.as_str()),
            (plan.0, later(1), "k1")
        );
        assert_eq!((row.given_up_at, row.error.as_str()), (None, ""));
    }
    assert!(rows.windows(2).all(|pair| pair[0].number < pair[1].number));
    // The same again is no event.
    moved().deliver(store, later(2)).await;
    assert_eq!(waits(store, &all).await, told);
}

async fn undo(store: &impl Records, plan: PlanId, now: Timestamp) {
    let (run, by) = (RunId(plan.0), operator());
    store.undo(run, RunId(id(902)), &by, now).await.unwrap();
}

/// Undoing tells the contrary; who is back by a feed is told too.
pub async fn an_undoing_tells_who_is_back(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let (plan, lea, ilan) = a_run(store).await;
    apply(store, plan, later(1)).await.unwrap();
    settle_all(store, &carnet, later(2)).await;
    undo(store, plan, later(3)).await;
    let told = BTreeSet::from([
        (PartnerEvent::Moved, lea.0),
        (PartnerEvent::Returned, ilan.0),
    ]);
    assert_eq!(waits(store, &carnet).await, told);
    let rows = store.outgoing(&carnet, false, 99).await.unwrap();
    assert!(rows.iter().all(|row| row.cause == id(902)), "{rows:?}");
    settle_all(store, &carnet, later(4)).await;
    let gone = colleges().and(&anne()).deliver(store, later(5)).await;
    assert!(gone.left.contains(&lea) && gone.left.contains(&ilan));
    settle_all(store, &carnet, later(6)).await;
    toulouse().deliver(store, later(7)).await;
    let told = waits(store, &carnet).await;
    assert!(told.contains(&(PartnerEvent::Returned, lea.0)), "{told:?}");
    assert!(told.contains(&(PartnerEvent::Returned, ilan.0)), "{told:?}");
}

/// Whoever came with an undone run and was known somewhere is told as erased, or as departed when she has
/// begun to use her account.
pub async fn an_undone_newcomer_is_told(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let plan = toulouse().stage(store, NOW).await;
    apply(store, plan, NOW).await.unwrap();
    let (ilan, anne) = (
        of(store, TOULOUSE, "p2").await,
        of(store, TOULOUSE, "r1").await,
    );
    for known in [ilan, anne] {
        knows(store, "carnet", known).await;
    }
    store.freeze(anne, &operator(), NOW).await.unwrap();
    undo(store, plan, later(3)).await;
    let told = BTreeSet::from([(PartnerEvent::Erased, ilan.0), (PartnerEvent::Left, anne.0)]);
    assert_eq!(waits(store, &carnet).await, told);
}

/// A last day that is over, and an erasure, which is told after her rows are gone.
pub async fn the_life_of_accounts_tells_too(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let guest = person(TOULOUSE, "g1", "Ada", "Passage").at("100", Profile::Teacher);
    colleges()
        .and(&guest.until("2025-10-31"))
        .deliver(store, NOW)
        .await;
    let ada = of(store, TOULOUSE, "g1").await;
    knows(store, "carnet", ada).await;
    let today = "2025-11-01".parse().unwrap();
    assert_eq!(store.end_stays(today, 9, later(2)).await.unwrap(), [ada]);
    let left = BTreeSet::from([(PartnerEvent::Left, ada.0)]);
    assert_eq!(waits(store, &carnet).await, left);
    settle_all(store, &carnet, later(2)).await;
    let all = |at| EndsBefore {
        disappeared: at,
        to_delete: at,
        without_account: at,
    };
    let begun = store.begin_ends(all(later(3)), 9, &Actor::Gateway, later(4));
    assert_eq!(begun.await.unwrap(), [ada]);
    assert!(waits(store, &carnet).await.is_empty());
    assert!(store.erase(ada, all(later(5)), later(6)).await.unwrap());
    let rows = store.outgoing(&carnet, false, 9).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].event, rows[0].root), (PartnerEvent::Erased, ada.0));
    assert_eq!((rows[0].at, rows[0].key.as_str()), (later(6), "k1"));
}

async fn settle_all(store: &impl Records, partner: &PartnerId, now: Timestamp) {
    let rows = store.outgoing(partner, false, 999).await.unwrap();
    let settlement = Settlement {
        told: rows.iter().map(|row| row.number).collect(),
        ..Settlement::default()
    };
    let settled = store.settle_outlet(partner, &settlement, NOW, now);
    settled.await.unwrap();
    assert!(waits(store, partner).await.is_empty());
}

async fn claimed(store: &impl Records, minute: u64) -> Vec<PartnerId> {
    let now = later(minute);
    let until = now.plus(Duration::from_mins(5));
    let claimed = store.claim_outlets(now, until, Timestamp::from_millis(0));
    claimed.await.unwrap()
}

/// A partner is told by one at a time, again when that one died, and not before its time.
pub async fn an_outlet_is_claimed_by_one(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let bulletin = wants(store, "bulletin", PartnerEvent::ALL).await;
    assert!(claimed(store, 0).await.is_empty());
    let (plan, lea, _) = a_run(store).await;
    knows(store, "bulletin", lea).await;
    apply(store, plan, later(1)).await.unwrap();
    let mut both = claimed(store, 2).await;
    both.sort();
    assert_eq!(both, [bulletin.clone(), carnet.clone()]);
    assert!(claimed(store, 6).await.is_empty());
    settle_all(store, &bulletin, later(6)).await;
    assert_eq!(
        claimed(store, 7).await,
        std::slice::from_ref(&carnet),
        "its holder died"
    );
    let trouble = Settlement {
        trouble: Some((3, later(20), "timeout".to_owned())),
        ..Settlement::default()
    };
    let settled = store.settle_outlet(&carnet, &trouble, NOW, later(8));
    settled.await.unwrap();
    assert!(claimed(store, 19).await.is_empty());
    let stand = store.outlets().await.unwrap();
    assert_eq!(stand.len(), 2);
    assert_eq!(
        (&stand[1].partner, stand[1].waiting, stand[1].given_up),
        (&carnet, 2, 0)
    );
    assert_eq!((stand[1].tries, stand[1].next_at), (3, later(20)));
    assert_eq!(
        (stand[1].oldest, stand[1].error.as_str()),
        (Some(later(1)), "timeout")
    );
    assert_eq!((stand[0].waiting, stand[0].oldest), (0, None));
    assert_eq!(claimed(store, 20).await, [carnet]);
}

/// What was given up is shown with its reason, waits again when somebody says so, and is forgotten once.
pub async fn what_is_given_up_is_shown_and_tried_again(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let (plan, ..) = a_run(store).await;
    apply(store, plan, later(1)).await.unwrap();
    let rows = store.outgoing(&carnet, false, 9).await.unwrap();
    let [first, second] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(
        store.outgoing(&carnet, false, 1).await.unwrap(),
        std::slice::from_ref(first)
    );
    let settlement = Settlement {
        refused: vec![(first.number, "invalid_request".to_owned())],
        trouble: Some((1, later(9), "http_503".to_owned())),
        ..Settlement::default()
    };
    // The second came about before what is too old now.
    let settled = store.settle_outlet(&carnet, &settlement, later(2), later(3));
    settled.await.unwrap();
    assert!(waits(store, &carnet).await.is_empty());
    assert!(claimed(store, 99).await.is_empty());
    let shown = store.outgoing(&carnet, true, 9).await.unwrap();
    let given_up = |row: &Outgoing, error: &str| Outgoing {
        given_up_at: Some(later(3)),
        error: error.to_owned(),
        ..row.clone()
    };
    assert_eq!(
        shown,
        [
            given_up(first, "invalid_request"),
            given_up(second, "http_503")
        ]
    );
    assert_eq!(store.retry_outlet(&carnet, later(4)).await.unwrap(), 2);
    assert_eq!(store.outgoing(&carnet, true, 9).await.unwrap(), rows);
    assert_eq!(claimed(store, 4).await, std::slice::from_ref(&carnet));
    let settled = store.settle_outlet(&carnet, &settlement, later(2), later(5));
    settled.await.unwrap();
    let forgotten = store.claim_outlets(later(7), later(8), later(6));
    assert!(forgotten.await.unwrap().is_empty());
    assert!(store.outgoing(&carnet, true, 9).await.unwrap().is_empty());
}

/// A partner out of force, or that asks no more, is written nothing; what waited can be dropped.
pub async fn a_partner_that_asks_no_more_is_told_nothing(store: &impl Records) {
    let carnet = wants(store, "carnet", PartnerEvent::ALL).await;
    let removed = wants(store, "retire", PartnerEvent::ALL).await;
    let (plan, lea, _) = a_run(store).await;
    knows(store, "retire", lea).await;
    store.remove(&removed, &operator(), NOW).await.unwrap();
    apply(store, plan, later(1)).await.unwrap();
    assert!(waits(store, &removed).await.is_empty());
    PartnerWriter::apply(store, &partner("carnet"), &operator(), later(2))
        .await
        .unwrap();
    assert_eq!(store.discard_outgoing(&carnet).await.unwrap(), 2);
    assert!(store.outlets().await.unwrap().is_empty());
    undo(store, plan, later(3)).await;
    assert!(waits(store, &carnet).await.is_empty());
}
