//! Whatever feeds, people and undoings do one after the other: nobody gets what is somebody else's.

use super::merges::{activate, word};
use super::records::Records;
use crate::build::{
    Delivery, MONTPELLIER, PersonBuilder, TOULOUSE, by_uai, establishment, id, key, key_of, later,
    operator, person,
};
use portique_domain::identity::{Login, PersonId, Profile, SourceKey};
use portique_store::records::{Named, PlanId, RunId, UndoError};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Records of eight people: each with her key, her number, and what the feed says of her. The last three are
/// the first three once more, elsewhere.
fn records() -> Vec<(SourceKey, usize, PersonBuilder)> {
    let names = ["Ada", "Bao", "Cléo", "Dov", "Elsa", "Fanch", "Gil", "Hoa"];
    let pupil = |academy, key: &str, who: usize| {
        let site = if academy == TOULOUSE { "100" } else { "500" };
        person(academy, key, names[who], "Exemple")
            .born(&format!("2012-03-0{}", who + 1))
            .with_ine(&format!("99000000{who}AB"))
            .at(site, Profile::Pupil)
    };
    let mut all = Vec::new();
    for who in 0..8 {
        let id = format!("t{who}");
        all.push((key(TOULOUSE, &id), who, pupil(TOULOUSE, &id, who)));
    }
    for who in 0..3 {
        let id = format!("m{who}");
        all.push((key(MONTPELLIER, &id), who, pupil(MONTPELLIER, &id, who)));
    }
    for (who, first) in names.iter().enumerate().take(6).skip(3) {
        let id = format!("s{who}");
        let guest = person(TOULOUSE, &id, first, "Exemple").at("0000100C", Profile::Guest);
        all.push((key_of("csv", TOULOUSE, &id), who, guest));
    }
    all
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    people: BTreeMap<PersonId, usize>,
    logins: BTreeMap<Login, PersonId>,
    roots: BTreeMap<Uuid, PersonId>,
}

/// No sequence of feeds, merges, separations and undoings reuses an identifier, or gives one person's
/// account to another.
pub async fn no_sequence_of_feeds_and_merges_swaps_anybody(store: &impl Records) {
    let mut dice = Dice(20_251_125);
    let mut seen = Seen::default();
    let mut plans: Vec<PlanId> = Vec::new();
    for step in 0..70 {
        match dice.roll(6) {
            0..=2 => plans.push(deliver(store, &mut dice, step).await),
            3 => merge(store, &mut dice, step).await,
            4 => separate(store, &mut dice, step).await,
            _ => undo(store, &mut plans, step).await,
        }
        look(store, &mut seen, step).await;
    }
    assert!(seen.people.len() >= 8, "too little happened");
}

async fn deliver(store: &impl Records, dice: &mut Dice, step: u64) -> PlanId {
    let which = dice.roll(3);
    let delivery = [
        Delivery::of(TOULOUSE).with(establishment(TOULOUSE, "100", "Collège")),
        Delivery::of(MONTPELLIER).with(establishment(MONTPELLIER, "500", "Lycée")),
        Delivery::of(TOULOUSE)
            .by("csv")
            .with(by_uai(TOULOUSE, "100")),
    ];
    let keys = [
        key(TOULOUSE, ""),
        key(MONTPELLIER, ""),
        key_of("csv", TOULOUSE, ""),
    ];
    let mut delivery = delivery.into_iter().nth(which).unwrap();
    for (key, _, record) in records() {
        let ours = key.source == keys[which].source && key.academy == keys[which].academy;
        if ours && dice.roll(3) > 0 {
            delivery = delivery.and(&record);
        }
    }
    let plan = delivery.stage(store, later(step)).await;
    crate::build::apply(store, plan, later(step)).await.unwrap();
    plan
}

async fn some(store: &impl Records, dice: &mut Dice) -> Option<PersonId> {
    let records = records();
    let (key, _, _) = &records[dice.roll(records.len())];
    store.named(&Named::Key(key.clone())).await.unwrap()
}

/// Of any two, whether it makes sense or not; a refusal is an answer.
async fn merge(store: &impl Records, dice: &mut Dice, step: u64) {
    if let (Some(keep), Some(other)) = (some(store, dice).await, some(store, dice).await) {
        drop(store.merge(keep, other, &word(step)).await);
    }
}

async fn separate(store: &impl Records, dice: &mut Dice, step: u64) {
    if let Some(other) = some(store, dice).await {
        drop(store.unmerge(other, &word(step)).await);
    }
}

async fn undo(store: &impl Records, plans: &mut Vec<PlanId>, step: u64) {
    if let Some(plan) = plans.pop() {
        let undoing = RunId(id(5000 + u128::from(step)));
        let undone = store
            .undo(RunId(plan.0), undoing, &operator(), later(step))
            .await;
        assert!(
            matches!(undone, Ok(_) | Err(UndoError::UndoneBefore(_))),
            "{undone:?}"
        );
    }
}

/// Every id, login, password and identifier is of the person it was of before.
async fn look(store: &impl Records, seen: &mut Seen, step: u64) {
    for (key, who, _) in records() {
        let Some(person) = store.named(&Named::Key(key)).await.unwrap() else {
            continue;
        };
        assert_eq!(
            *seen.people.entry(person).or_insert(who),
            who,
            "step {step}"
        );
        let drawn = store
            .pseudonym(person, "sector", "key", later(step))
            .await
            .unwrap();
        assert_eq!(
            *seen.roots.entry(drawn.root).or_insert(person),
            person,
            "step {step}"
        );
        let merged = store.merged_into(person).await.unwrap();
        let Some(account) = store.account(person).await.unwrap() else {
            continue;
        };
        assert_eq!(merged, None, "step {step}");
        let login = seen.logins.entry(account.login.clone()).or_insert(person);
        assert_eq!(*login, person, "step {step}");
        let opened = store.account_by_login(&account.login).await.unwrap();
        assert_eq!(opened.map(|it| it.person), Some(person), "step {step}");
        let phc = format!("$of {who}");
        if !account.has_password {
            activate(store, person, &phc, step).await;
        }
        let credential = store.credential(person).await.unwrap().unwrap();
        assert_eq!(credential.phc, Some(phc), "step {step}");
    }
    for (login, person) in &seen.logins {
        assert!(store.is_login_used(login).await.unwrap(), "step {step}");
        let opened = store.account_by_login(login).await.unwrap();
        assert!(opened.is_none_or(|it| it.person == *person), "step {step}");
    }
}
