//! The promises of the access log.

use core::net::IpAddr;
use core::time::Duration;
use portique_domain::account::ShortRef;
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_domain::journal::{AccessEvent, EventCode, Opening, Phase, ReasonCode, ResultCode};
use portique_domain::partner::{Attribute, PartnerId};
use portique_domain::resource::ResourceId;
use portique_domain::rights::Actor;
use portique_domain::session::DeviceClass;
use portique_domain::{CivilDate, Timestamp};
use portique_store::PageSize;
use portique_store::journal::{JournalKeeper, JournalQuery, JournalReader, JournalWriter};
use std::sync::Arc;
use uuid::Uuid;

/// When the suite begins: 2026-11-25T10:00:00Z. Open the log under test then.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_600_800_000);

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Runs the whole suite, each part on an empty log.
pub async fn all<J>(make: impl Fn() -> J)
where
    J: JournalWriter + JournalReader + JournalKeeper + Send + Sync + 'static,
{
    an_event_reads_back_whole(&make()).await;
    pages_go_from_new_to_old_over_days(&make()).await;
    every_field_of_a_query_narrows(&make()).await;
    a_person_is_found_as_actor_and_as_target(&make()).await;
    super::openings::all([make(), make(), make()]).await;
    racing_writers_lose_nothing(Arc::new(make())).await;
    nothing_older_than_twelve_months_is_given(&make()).await;
    days_close_and_late_lines_go_to_today(&make()).await;
    a_day_goes_when_its_oldest_event_reaches_twelve_months(&make()).await;
}

/// An event with everything in it.
pub fn event(number: u16, at: Timestamp) -> AccessEvent {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&at.millis().to_be_bytes());
    id[14..].copy_from_slice(&number.to_be_bytes());
    AccessEvent {
        id: Uuid::from_bytes(id),
        at,
        correlation: Uuid::from_u128(0xc0_0000 + u128::from(number)),
        phase: Phase::Outcome,
        code: EventCode::LoginPassword,
        result: ResultCode::Refused,
        reason: Some(ReasonCode::WrongPassword),
        actor: Some(Actor::Person(person(1))),
        profile: Some(Profile::Teacher),
        establishment: Some(place(1)),
        target: Some(person(2)),
        address: Some(IpAddr::from([192, 0, 2, 7])),
        session: Some(Uuid::from_u128(0x5e)),
        device: Some(DeviceClass::Phone),
        reference: ShortRef::from_entropy(&[number.to_be_bytes()[1]; 16]),
        opening: Some(Box::new(opening("moodle"))),
    }
}

/// What a partner may be opened with.
pub(super) fn opening(partner: &str) -> Opening {
    Opening {
        partner: PartnerId::parse(partner).unwrap(),
        resource: ResourceId::parse("ark:/12345/manuel,6e"),
        version: 3,
        attributes: vec![Attribute::GivenName, Attribute::FamilyName],
    }
}

/// An event with nothing in it that may be left out.
pub fn bare(number: u16, at: Timestamp) -> AccessEvent {
    AccessEvent {
        reason: None,
        actor: None,
        profile: None,
        establishment: None,
        target: None,
        address: None,
        session: None,
        device: None,
        reference: None,
        opening: None,
        ..event(number, at)
    }
}

pub(super) fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn place(number: u128) -> EstablishmentId {
    EstablishmentId(Uuid::from_u128(number))
}

/// The ids of all events that a query finds, page by page.
pub(super) async fn found<J: JournalReader>(
    journal: &J,
    query: &JournalQuery,
    size: u16,
    now: Timestamp,
) -> Vec<Uuid> {
    let mut query = query.clone();
    let mut ids = Vec::new();
    loop {
        let page = journal.search(&query, PageSize::clamped(size), now).await;
        let page = page.unwrap();
        assert!(page.rows.len() <= usize::from(size));
        ids.extend(page.rows.iter().map(|event| event.id));
        query.after = page.next;
        if query.after.is_none() {
            return ids;
        }
    }
}

async fn an_event_reads_back_whole<J: JournalWriter + JournalReader>(journal: &J) {
    let operator = AccessEvent {
        actor: Some(Actor::Operator("exploitant".to_owned())),
        address: Some(IpAddr::from([
            0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        ])),
        ..event(2, NOW)
    };
    let gateway = AccessEvent {
        actor: Some(Actor::Gateway),
        opening: Some(Box::new(Opening {
            resource: None,
            attributes: Vec::new(),
            ..opening("pix")
        })),
        ..bare(3, NOW)
    };
    let events = [bare(0, NOW), event(1, NOW), operator, gateway];
    for event in events.clone() {
        journal.record(event).await.unwrap();
    }
    let query = JournalQuery::default();
    let page = journal.search(&query, PageSize::clamped(200), NOW).await;
    let mut rows = page.unwrap().rows;
    rows.reverse();
    assert_eq!(rows, events);
}

async fn pages_go_from_new_to_old_over_days<J: JournalWriter + JournalReader>(journal: &J) {
    let mut written = Vec::new();
    // Out of order, several in one millisecond, over three days.
    for number in 0..50_u16 {
        let back = HOUR * u32::from((number * 7) % 50 / 2);
        let event = bare(number, NOW.minus(back * 2));
        written.push((event.at, event.id));
        journal.record(event).await.unwrap();
    }
    written.sort_unstable();
    let expected: Vec<Uuid> = written.into_iter().rev().map(|(_, id)| id).collect();
    for size in [1, 7, 50, 200] {
        let query = JournalQuery::default();
        assert_eq!(found(journal, &query, size, NOW).await, expected, "{size}");
    }
    let forged = JournalQuery {
        after: Some("forged".to_owned()),
        ..JournalQuery::default()
    };
    assert!(found(journal, &forged, 10, NOW).await.is_empty());
}

async fn every_field_of_a_query_narrows<J: JournalWriter + JournalReader>(journal: &J) {
    let early = event(1, NOW.minus(HOUR * 2));
    let other = AccessEvent {
        code: EventCode::Logout,
        establishment: Some(place(2)),
        ..event(2, NOW.minus(HOUR))
    };
    let nowhere = bare(3, NOW);
    for event in [&early, &other, &nowhere] {
        journal.record(event.clone()).await.unwrap();
    }
    let all = JournalQuery::default;
    let cases = [
        (
            JournalQuery {
                from: Some(other.at),
                ..all()
            },
            vec![nowhere.id, other.id],
        ),
        (
            JournalQuery {
                to: Some(other.at),
                ..all()
            },
            vec![early.id],
        ),
        (
            JournalQuery {
                codes: vec![EventCode::Logout, EventCode::Fault],
                ..all()
            },
            vec![other.id],
        ),
        (
            JournalQuery {
                reference: early.reference,
                ..all()
            },
            vec![early.id],
        ),
        (
            JournalQuery {
                correlation: Some(nowhere.correlation),
                ..all()
            },
            vec![nowhere.id],
        ),
        (
            JournalQuery {
                establishments: Some(vec![place(1), place(2)]),
                ..all()
            },
            vec![other.id, early.id],
        ),
        (
            JournalQuery {
                establishments: Some(Vec::new()),
                ..all()
            },
            vec![],
        ),
        (
            JournalQuery {
                establishments: Some(vec![place(1)]),
                codes: vec![EventCode::Logout],
                ..all()
            },
            vec![],
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(found(journal, &query, 10, NOW).await, expected, "{query:?}");
    }
}

async fn a_person_is_found_as_actor_and_as_target<J>(journal: &J)
where
    J: JournalWriter + JournalReader,
{
    let yesterday = event(1, NOW.minus(DAY));
    let acts = AccessEvent {
        target: None,
        ..event(2, NOW)
    };
    let stranger = AccessEvent {
        actor: Some(Actor::Person(person(3))),
        target: None,
        ..event(3, NOW)
    };
    for event in [&yesterday, &acts, &stranger] {
        journal.record(event.clone()).await.unwrap();
    }
    let about = |number| JournalQuery {
        person: Some(person(number)),
        ..JournalQuery::default()
    };
    for (number, expected) in [
        (1, vec![acts.id, yesterday.id]),
        (2, vec![yesterday.id]),
        (3, vec![stranger.id]),
        (4, vec![]),
    ] {
        assert_eq!(found(journal, &about(number), 1, NOW).await, expected);
    }
}

async fn racing_writers_lose_nothing<J>(journal: Arc<J>)
where
    J: JournalWriter + JournalReader + 'static,
{
    let mut writers = Vec::new();
    for writer in 0..16 {
        let journal = Arc::clone(&journal);
        writers.push(tokio::spawn(async move {
            for number in 0..20 {
                let event = bare(writer * 100 + number, NOW);
                if number % 2 == 0 {
                    journal.note(event);
                } else {
                    journal.record(event).await.unwrap();
                }
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    // A record comes after every note before it.
    journal.record(bare(5000, NOW)).await.unwrap();
    let ids = found(journal.as_ref(), &JournalQuery::default(), 200, NOW).await;
    assert_eq!(ids.len(), 16 * 20 + 1);
    let reports = journal.verify(NOW).await.unwrap();
    assert!(reports.iter().all(|day| day.broken_at.is_none()));
}

/// One year later, to the millisecond.
pub(super) fn year_after(at: Timestamp) -> Timestamp {
    let (year, month, day) = at.day().parts();
    let date = CivilDate::new(year + 1, month, day).unwrap();
    date.start().plus(at.since(at.day().start()))
}

async fn nothing_older_than_twelve_months_is_given<J>(journal: &J)
where
    J: JournalWriter + JournalReader,
{
    let later = NOW.plus(HOUR);
    journal.record(bare(1, NOW)).await.unwrap();
    journal.record(bare(2, later)).await.unwrap();
    let before = |at: Timestamp| at.minus(Duration::from_millis(1));
    let query = JournalQuery::default();
    for (now, expected) in [
        (before(year_after(NOW)), 2),
        (year_after(NOW), 1),
        (before(year_after(later)), 1),
        (year_after(later), 0),
    ] {
        assert_eq!(
            found(journal, &query, 10, now).await.len(),
            expected,
            "{now}"
        );
    }
}

async fn days_close_and_late_lines_go_to_today<J>(journal: &J)
where
    J: JournalWriter + JournalReader + JournalKeeper,
{
    let yesterday = NOW.minus(DAY);
    journal.record(bare(1, yesterday)).await.unwrap();
    journal.record(bare(2, NOW)).await.unwrap();
    assert_eq!(journal.close_days(NOW).await.unwrap(), 1);
    assert_eq!(journal.close_days(NOW).await.unwrap(), 0);
    let late = bare(3, yesterday.plus(HOUR));
    journal.record(late.clone()).await.unwrap();

    let reports = journal.verify(NOW).await.unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|day| (day.day, day.lines, day.closed, day.broken_at))
        .collect();
    assert_eq!(
        told,
        [
            (yesterday.day(), 1, true, None),
            (NOW.day(), 2, false, None),
        ]
    );
    let ids = found(journal, &JournalQuery::default(), 1, NOW).await;
    assert_eq!(ids, [bare(2, NOW).id, late.id, bare(1, yesterday).id]);
}

async fn a_day_goes_when_its_oldest_event_reaches_twelve_months<J>(journal: &J)
where
    J: JournalWriter + JournalReader + JournalKeeper,
{
    journal.record(bare(1, NOW)).await.unwrap();
    journal.record(bare(2, NOW.plus(HOUR))).await.unwrap();
    journal.record(bare(3, NOW.plus(DAY))).await.unwrap();
    let goes_at = year_after(NOW);
    let before = goes_at.minus(Duration::from_millis(1));
    assert!(journal.purge(before).await.unwrap().is_empty());
    let certificates = journal.purge(goes_at).await.unwrap();
    assert_eq!(certificates.len(), 1);
    assert_eq!(certificates[0].day, NOW.day());
    assert_eq!(certificates[0].lines, 2);
    assert_eq!(certificates[0].at, goes_at);
    assert_eq!(journal.certificates().await.unwrap(), certificates);
    assert!(journal.purge(goes_at).await.unwrap().is_empty());
    let left = journal.verify(goes_at).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].day, NOW.plus(DAY).day());
    let second = journal.purge(goes_at.plus(DAY)).await.unwrap();
    let told = journal.certificates().await.unwrap();
    assert_eq!(told, [second, certificates].concat());
}
