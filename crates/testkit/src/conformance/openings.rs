//! The promises of the access log about what partners were opened with, and about what others did.

use super::journal::{NOW, event, found, opening, person, year_after};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::journal::{AccessEvent, EventCode, Opening, Phase, ResultCode};
use portique_domain::partner::PartnerId;
use portique_domain::rights::Actor;
use portique_store::journal::{JournalQuery, JournalReader, JournalWriter};
use uuid::Uuid;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// This part of the suite, each of it on an empty log.
pub(super) async fn all<J>([first, second, third]: [J; 3])
where
    J: JournalWriter + JournalReader,
{
    a_phase_and_a_partner_narrow(&first).await;
    what_others_did_to_a_person_is_found_alone(&second).await;
    what_was_released_is_told_once_for_each_way(&third).await;
}

async fn a_phase_and_a_partner_narrow<J: JournalWriter + JournalReader>(journal: &J) {
    let outcome = event(1, NOW);
    let fact = AccessEvent {
        phase: Phase::Fact,
        opening: Some(Box::new(opening("pix"))),
        ..event(2, NOW)
    };
    let nothing = AccessEvent {
        opening: None,
        ..event(3, NOW)
    };
    for event in [&outcome, &fact, &nothing] {
        journal.record(event.clone()).await.unwrap();
    }
    let all = JournalQuery::default;
    let phases = JournalQuery {
        phases: vec![Phase::Fact, Phase::Intent],
        ..all()
    };
    assert_eq!(found(journal, &phases, 9, NOW).await, [fact.id]);
    for (partner, expected) in [
        ("pix", vec![fact.id]),
        ("moodle", vec![outcome.id]),
        ("mood", vec![]),
    ] {
        let query = JournalQuery {
            partner: PartnerId::parse(partner),
            ..all()
        };
        assert_eq!(found(journal, &query, 9, NOW).await, expected, "{partner}");
    }
}

async fn what_others_did_to_a_person_is_found_alone<J>(journal: &J)
where
    J: JournalWriter + JournalReader,
{
    let hers = AccessEvent {
        actor: Some(Actor::Person(person(2))),
        ..event(1, NOW)
    };
    let by_somebody = event(2, NOW.minus(HOUR));
    let by_nobody_known = AccessEvent {
        actor: None,
        ..event(3, NOW.minus(DAY))
    };
    let by_the_gateway = AccessEvent {
        actor: Some(Actor::Gateway),
        ..event(4, NOW.minus(DAY * 2))
    };
    let acts = AccessEvent {
        actor: Some(Actor::Person(person(2))),
        target: Some(person(1)),
        ..event(5, NOW)
    };
    for event in [
        &hers,
        &by_somebody,
        &by_nobody_known,
        &by_the_gateway,
        &acts,
    ] {
        journal.record(event.clone()).await.unwrap();
    }
    let query = JournalQuery {
        suffered_by: Some(person(2)),
        ..JournalQuery::default()
    };
    assert_eq!(
        found(journal, &query, 2, NOW).await,
        [by_somebody.id, by_nobody_known.id, by_the_gateway.id]
    );
}

/// An opening by the first person, asked for.
fn opened(number: u16, at: Timestamp, opening: Opening) -> AccessEvent {
    AccessEvent {
        phase: Phase::Intent,
        code: EventCode::PartnerOpened,
        result: ResultCode::Asked,
        reason: None,
        opening: Some(Box::new(opening)),
        ..event(number, at)
    }
}

async fn what_was_released_is_told_once_for_each_way<J>(journal: &J)
where
    J: JournalWriter + JournalReader,
{
    let yesterday = NOW.minus(DAY);
    let outcome = |of: &AccessEvent, number, result| AccessEvent {
        id: event(number, of.at).id,
        phase: Phase::Outcome,
        result,
        ..of.clone()
    };
    let older = opened(1, yesterday, opening("moodle"));
    let newer = opened(2, NOW, opening("moodle"));
    let refused = opened(3, NOW, opening("pix"));
    let failed = opened(4, yesterday, opening("pronote"));
    // Its outcome was lost.
    let alone = opened(5, NOW.minus(HOUR), opening("cantine"));
    let mut fuller = opened(6, yesterday, opening("moodle"));
    fuller.opening.as_mut().unwrap().version = 2;
    let mut fact = opened(7, NOW.minus(HOUR * 2), opening("manuel"));
    (fact.phase, fact.result) = (Phase::Fact, ResultCode::Done);
    let mut not_hers = opened(8, NOW, opening("moodle"));
    not_hers.actor = Some(Actor::Person(person(3)));
    let mut barred = opened(9, NOW, opening("barre"));
    (barred.phase, barred.result) = (Phase::Fact, ResultCode::Refused);
    for (event, result) in [
        (&older, Some(ResultCode::Done)),
        (&newer, Some(ResultCode::Done)),
        (&refused, Some(ResultCode::Refused)),
        (&failed, Some(ResultCode::Failed)),
        (&alone, None),
        (&fuller, Some(ResultCode::Done)),
        (&fact, None),
        (&not_hers, Some(ResultCode::Done)),
        (&barred, None),
    ] {
        journal.record(event.clone()).await.unwrap();
        if let Some(result) = result {
            let number = u16::from(event.id.as_bytes()[15]) + 100;
            let outcome = outcome(event, number, result);
            journal.record(outcome).await.unwrap();
        }
    }
    let released = async |from, to, now| -> Vec<Uuid> {
        let found = journal.released(person(1), from, to, now).await.unwrap();
        found.iter().map(|event| event.id).collect()
    };
    let expected = [newer.id, alone.id, fact.id, fuller.id];
    assert_eq!(released(None, None, NOW).await, expected);
    assert_eq!(
        released(None, Some(NOW.day().start()), NOW).await,
        [fuller.id, older.id]
    );
    assert_eq!(released(Some(NOW), None, NOW).await, [newer.id]);
    assert!(released(None, None, year_after(NOW)).await.is_empty());
}
