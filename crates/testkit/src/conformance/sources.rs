//! Sources of feeds.

use super::records::{Records, race};
use crate::build::{NOW, id, later};
use portique_store::records::{Fate, LookState, PlanId, RunId, SourceDelivery, SourceLook};

const SOURCE: &str = "toulouse-2d";

fn delivery(mark: &str, minutes: u64) -> SourceDelivery {
    SourceDelivery {
        source: SOURCE.to_owned(),
        mark: mark.to_owned(),
        name: "ENT2DVA.20240916.tgz".to_owned(),
        digest: [7; 32],
        at: later(minutes),
        fate: Fate::Planned,
        plan: Some(PlanId(id(1))),
        run: None,
        problem: String::new(),
    }
}

/// Nodes that share records look once.
pub async fn sixteen_racing_looks_have_one_winner(store: &impl Records) {
    let (first, second) = (store.clone(), store.clone());
    let begun = race(move || {
        let store = first.clone();
        async move { store.begin_look(SOURCE, None, NOW).await.unwrap() }
    });
    assert_eq!(begun.await.iter().filter(|won| **won).count(), 1);
    let begun = race(move || {
        let store = second.clone();
        async move {
            let next = store.begin_look(SOURCE, Some(NOW), later(5));
            next.await.unwrap()
        }
    });
    assert_eq!(begun.await.iter().filter(|won| **won).count(), 1);
    assert!(store.begin_look("another", None, NOW).await.unwrap());
}

/// How a look ended stays until the next one begins, and never lands on a later one.
pub async fn a_look_tells_how_it_ended(store: &impl Records) {
    assert_eq!(store.last_look(SOURCE).await.unwrap(), None);
    assert!(store.begin_look(SOURCE, None, NOW).await.unwrap());
    let ended = SourceLook {
        source: SOURCE.to_owned(),
        at: NOW,
        state: LookState::Again,
        problem: "the server does not answer".to_owned(),
    };
    store.end_look(&ended).await.unwrap();
    assert_eq!(store.last_look(SOURCE).await.unwrap(), Some(ended.clone()));
    let next = store.begin_look(SOURCE, Some(NOW), later(5));
    assert!(next.await.unwrap());
    store.end_look(&ended).await.unwrap();
    let last = store.last_look(SOURCE).await.unwrap().unwrap();
    assert_eq!(
        (last.at, last.state, last.problem.as_str()),
        (later(5), LookState::Running, "")
    );
}

/// Newest first, of this source alone; the same mark replaces.
pub async fn a_source_remembers_what_it_brought(store: &impl Records) {
    let mut first = delivery("a", 1);
    let second = delivery("b", 2);
    for one in [&first, &second] {
        store.remember(one).await.unwrap();
    }
    let mut foreign = delivery("c", 3);
    "another".clone_into(&mut foreign.source);
    store.remember(&foreign).await.unwrap();
    first.at = later(4);
    first.fate = Fate::Applied;
    first.run = Some(RunId(id(2)));
    "none".clone_into(&mut first.problem);
    store.remember(&first).await.unwrap();
    let found = store.deliveries(SOURCE).await.unwrap();
    assert_eq!(found, [first, second]);
}
