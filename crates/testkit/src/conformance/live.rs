//! The promises of live state.

use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::login::{
    CounterKind, Destination, Evidence, Flow, FlowId, LocalPath, Proof, Tally,
};
use portique_domain::session::{
    DeviceClass, Digest, Level, Participation, ParticipationHandle, Session, SessionEnds,
};
use portique_store::Redeemed;
use portique_store::live::{
    AccessTokens, Counters, Flows, OneTime, Participations, SessionReader, SessionWriter,
};
use std::sync::Arc;
use uuid::Uuid;

/// When the suite begins.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_600_800_000);

/// Callers that race for one value.
pub(super) const RACERS: usize = 16;

/// Runs the whole suite, each part on a store of its own.
pub async fn all<L>(make: impl Fn() -> L)
where
    L: SessionReader
        + SessionWriter
        + Flows
        + OneTime
        + Counters
        + Participations
        + AccessTokens
        + Send
        + Sync
        + 'static,
{
    sessions_are_found_until_they_are_over(&make()).await;
    sessions_of_a_person_are_listed_and_closed(&make()).await;
    t57_a_late_use_revives_nothing(&make()).await;
    renewing_closes_the_old_secret(Arc::new(make())).await;
    flows_are_found_until_they_end(&make()).await;
    a_flow_ends_once(Arc::new(make())).await;
    for brief in [false, true] {
        one_time_values_are_spent_once(Arc::new(make()), brief).await;
        a_spent_value_cannot_be_put_again(&make(), brief).await;
    }
    counters_count_within_their_window(&make()).await;
    concurrent_failures_are_all_counted(Arc::new(make())).await;
    participations_are_kept_by_session(&make()).await;
    super::tokens::all(make).await;
}

/// A digest that is told from others by its first bytes.
pub fn digest(number: u16) -> Digest {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    Digest(bytes)
}

/// A person.
pub fn person(number: u16) -> PersonId {
    PersonId(Uuid::from_u128(0x9e_0000 + u128::from(number)))
}

/// A session of a pupil that opens at `at`.
pub fn session(number: u16, whose: u16, at: Timestamp) -> Session {
    let ends = SessionEnds::of(Profile::Pupil);
    Session {
        id: Uuid::from_u128(0x5e_0000 + u128::from(number)),
        digest: digest(number),
        person: person(whose),
        profile: Profile::Pupil,
        level: Level::One,
        opened_at: at,
        seen_at: at,
        idle: ends.idle,
        ends_at: at.plus(ends.absolute),
        device: DeviceClass::Tablet,
    }
}

/// A flow with everything in it.
pub fn flow(number: u8) -> Flow {
    Flow {
        id: FlowId([number; 16]),
        binding: digest(500),
        destination: Destination::Page(LocalPath::parse("/me?tab=sessions").unwrap()),
        evidence: Evidence {
            person: Some(person(1)),
            proof: Some(Proof::ActivationCode(digest(501))),
            confirmed: true,
            password_saved: true,
            second_factor: false,
            enrolling: Some(vec![1, 2, 3]),
            since: Some(Timestamp::from_millis(7)),
        },
        expires_at: at(20),
    }
}

fn at(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

async fn sessions_are_found_until_they_are_over<L: SessionReader + SessionWriter>(live: &L) {
    let opened = session(1, 1, NOW);
    live.open(&opened).await.unwrap();
    assert_eq!(
        live.find(&digest(1), at(29)).await.unwrap(),
        Some(opened.clone())
    );
    assert_eq!(live.find(&digest(2), NOW).await.unwrap(), None);
    assert_eq!(live.find(&digest(1), at(30)).await.unwrap(), None);
    assert_eq!(live.count(at(29)).await.unwrap(), 1);
    assert_eq!(live.count(at(30)).await.unwrap(), 0);

    live.touch(&digest(1), at(20)).await.unwrap();
    // A use that arrives late does not take the last one back.
    live.touch(&digest(1), at(10)).await.unwrap();
    let found = live.find(&digest(1), at(49)).await.unwrap().unwrap();
    assert_eq!(found.seen_at, at(20));
    for minutes in (40..480).step_by(20) {
        live.touch(&digest(1), at(minutes)).await.unwrap();
    }
    assert!(live.find(&digest(1), at(479)).await.unwrap().is_some());
    assert_eq!(live.find(&digest(1), at(480)).await.unwrap(), None);
}

async fn sessions_of_a_person_are_listed_and_closed<L: SessionReader + SessionWriter>(live: &L) {
    for number in 0..4 {
        let when = NOW.plus(Duration::from_secs(number.into()));
        live.open(&session(number, 1, when)).await.unwrap();
    }
    live.open(&session(10, 2, NOW)).await.unwrap();
    let listed = live.of_person(person(1), at(1)).await.unwrap();
    let digests: Vec<Digest> = listed.iter().map(|one| one.digest).collect();
    assert_eq!(digests, [digest(3), digest(2), digest(1), digest(0)]);

    let closed = live.close(&digest(0)).await.unwrap();
    assert_eq!(closed, Some(session(0, 1, NOW)));
    assert_eq!(live.close(&digest(0)).await.unwrap(), None);

    let id = session(1, 1, NOW).id;
    assert_eq!(live.close_by_id(person(2), id).await.unwrap(), None);
    let closed = live.close_by_id(person(1), id).await.unwrap();
    assert_eq!(closed.unwrap().digest, digest(1));
    assert_eq!(live.close_by_id(person(1), id).await.unwrap(), None);

    assert_eq!(live.close_all_of(person(1)).await.unwrap().len(), 2);
    assert!(live.close_all_of(person(1)).await.unwrap().is_empty());
    assert!(live.of_person(person(1), at(1)).await.unwrap().is_empty());
    assert_eq!(live.count(at(1)).await.unwrap(), 1);
}

async fn t57_a_late_use_revives_nothing<L: SessionReader + SessionWriter>(live: &L) {
    live.open(&session(1, 1, NOW)).await.unwrap();
    live.close(&digest(1)).await.unwrap();
    live.touch(&digest(1), at(1)).await.unwrap();
    assert_eq!(live.find(&digest(1), at(1)).await.unwrap(), None);

    live.open(&session(2, 1, NOW)).await.unwrap();
    live.touch(&digest(2), at(31)).await.unwrap();
    assert_eq!(live.find(&digest(2), at(31)).await.unwrap(), None);
}

async fn renewing_closes_the_old_secret<L>(live: Arc<L>)
where
    L: SessionReader + SessionWriter + 'static,
{
    live.open(&session(100, 1, NOW)).await.unwrap();
    let mut racers = Vec::new();
    for number in 0..RACERS {
        let live = Arc::clone(&live);
        racers.push(tokio::spawn(async move {
            let fresh = digest(u16::try_from(number).unwrap());
            let renewed = Session {
                digest: fresh,
                level: Level::Two,
                ..session(100, 1, NOW)
            };
            live.renew(&digest(100), &renewed).await.unwrap()
        }));
    }
    assert_eq!(winners(racers).await, 1);
    assert_eq!(live.find(&digest(100), NOW).await.unwrap(), None);
    let left = live.of_person(person(1), NOW).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, session(100, 1, NOW).id);
    assert_eq!(left[0].level, Level::Two);

    // One that ended by itself does not live on under a new secret.
    let late = Session {
        digest: digest(200),
        seen_at: at(31),
        ..left[0].clone()
    };
    assert!(!live.renew(&left[0].digest, &late).await.unwrap());
    assert_eq!(live.find(&digest(200), at(31)).await.unwrap(), None);
}

async fn winners(racers: Vec<tokio::task::JoinHandle<bool>>) -> usize {
    let mut winners = 0;
    for racer in racers {
        winners += usize::from(racer.await.unwrap());
    }
    winners
}

async fn flows_are_found_until_they_end<L: Flows>(live: &L) {
    live.park(&flow(1)).await.unwrap();
    assert_eq!(
        live.find(FlowId([1; 16]), at(19)).await.unwrap(),
        Some(flow(1))
    );
    let mut more = flow(1);
    more.evidence.second_factor = true;
    assert!(live.save(&more).await.unwrap());
    assert_eq!(live.find(more.id, NOW).await.unwrap(), Some(more.clone()));
    assert_eq!(live.find(FlowId([9; 16]), NOW).await.unwrap(), None);
    assert!(live.end(more.id).await.unwrap());
    assert!(!live.save(&more).await.unwrap());
    assert_eq!(live.find(more.id, NOW).await.unwrap(), None);

    live.park(&flow(2)).await.unwrap();
    assert_eq!(live.find(FlowId([2; 16]), at(20)).await.unwrap(), None);
    assert!(!live.save(&flow(2)).await.unwrap());
    assert!(!live.end(FlowId([2; 16])).await.unwrap());
}

async fn a_flow_ends_once<L: Flows + 'static>(live: Arc<L>) {
    live.park(&flow(1)).await.unwrap();
    let racers = (0..RACERS).map(|_| {
        let live = Arc::clone(&live);
        tokio::spawn(async move { live.end(FlowId([1; 16])).await.unwrap() })
    });
    assert_eq!(winners(racers.collect()).await, 1);
}

async fn put<L: OneTime>(live: &L, brief: bool, (kind, number): (&str, u16), until: Timestamp) {
    let (digest, value) = (digest(number), b"value".to_vec());
    let kept = if brief {
        live.put_brief(kind, &digest, value, until).await
    } else {
        live.put(kind, &digest, value, until).await
    };
    kept.unwrap();
}

async fn one_time_values_are_spent_once<L: OneTime + 'static>(live: Arc<L>, brief: bool) {
    put(&*live, brief, ("code", 1), at(1)).await;
    assert_eq!(
        live.redeem("ticket", &digest(1), NOW).await.unwrap(),
        Redeemed::Unknown
    );
    // Looking spends nothing and finds what spending would.
    for (at, found) in [
        (NOW, Redeemed::First(b"value".to_vec())),
        (at(1), Redeemed::Unknown),
    ] {
        assert_eq!(live.look("code", &digest(1), at).await.unwrap(), found);
    }
    let mut racers = Vec::new();
    for _ in 0..RACERS {
        let live = Arc::clone(&live);
        racers.push(tokio::spawn(async move {
            live.redeem("code", &digest(1), NOW).await.unwrap()
        }));
    }
    let mut first = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Redeemed::First(value) => {
                assert_eq!(value, b"value");
                first += 1;
            }
            Redeemed::Replay => {}
            Redeemed::Unknown => panic!("a value that is there is not unknown"),
        }
    }
    assert_eq!(first, 1);
    let spent = live.look("code", &digest(1), NOW).await.unwrap();
    assert_eq!(spent, Redeemed::Replay);
    assert_eq!(
        live.redeem("code", &digest(1), at(1)).await.unwrap(),
        Redeemed::Unknown
    );

    put(&*live, brief, ("code", 2), at(2)).await;
    assert_eq!(
        live.redeem("code", &digest(2), at(2)).await.unwrap(),
        Redeemed::Unknown
    );
}

async fn a_spent_value_cannot_be_put_again<L: OneTime>(live: &L, brief: bool) {
    put(live, brief, ("jti", 1), at(5)).await;
    let spent = live.redeem("jti", &digest(1), NOW).await.unwrap();
    assert_eq!(spent, Redeemed::First(b"value".to_vec()));
    put(live, brief, ("jti", 1), at(9)).await;
    assert_eq!(
        live.redeem("jti", &digest(1), at(1)).await.unwrap(),
        Redeemed::Replay
    );
}

async fn counters_count_within_their_window<L: Counters>(live: &L) {
    let window = Duration::from_mins(10);
    let kind = CounterKind::Account;
    assert_eq!(
        live.tally(kind, &digest(1), window, NOW).await.unwrap(),
        Tally::default()
    );
    for minutes in 0..3 {
        let tally = live
            .add(kind, &digest(1), window, at(minutes))
            .await
            .unwrap();
        assert_eq!(u64::from(tally.count), minutes + 1);
        assert_eq!(tally.last_millis, at(minutes).millis());
    }
    let (one, two) = (digest(1), digest(2));
    let tally = |key, minutes| live.tally(kind, key, window, at(minutes));
    assert_eq!(tally(&one, 9).await.unwrap().count, 3);
    assert_eq!(tally(&two, 9).await.unwrap().count, 0);
    // The window began with the first failure, not with the last.
    assert_eq!(tally(&one, 10).await.unwrap(), Tally::default());
    let again = live.add(kind, &digest(1), window, at(10)).await.unwrap();
    assert_eq!(again.count, 1);

    let other = CounterKind::Device;
    live.add(other, &digest(1), window, at(10)).await.unwrap();
    live.clear(kind, &digest(1)).await.unwrap();
    assert_eq!(tally(&one, 10).await.unwrap().count, 0);
    let device = live.tally(other, &one, window, at(10));
    assert_eq!(device.await.unwrap().count, 1);
}

async fn concurrent_failures_are_all_counted<L: Counters + 'static>(live: Arc<L>) {
    let window = Duration::from_mins(10);
    let racers = (0..RACERS).map(|_| {
        let live = Arc::clone(&live);
        tokio::spawn(async move {
            let key = digest(1);
            let added = live.add(CounterKind::Network, &key, window, NOW).await;
            added.unwrap().count
        })
    });
    let mut seen = Vec::new();
    for racer in racers.collect::<Vec<_>>() {
        seen.push(racer.await.unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, (1..=16).collect::<Vec<u32>>());
}

/// What one partner of each protocol was given under a session.
pub fn participations(session: Uuid) -> Vec<Participation> {
    let handles = [
        ParticipationHandle::Oidc {
            sid: "sid".to_owned(),
        },
        ParticipationHandle::Saml {
            name_id: "name".to_owned(),
            session_index: "index".to_owned(),
        },
        ParticipationHandle::Cas {
            service: "https://service.example/".to_owned(),
            ticket: vec![0, 159, 146, 150],
        },
    ];
    let minutes = 0_u64..;
    let given = handles.into_iter().zip(minutes);
    given
        .map(|(handle, minutes)| Participation {
            session,
            partner: "partner".to_owned(),
            partner_name: "Le partenaire".to_owned(),
            handle,
            at: at(minutes),
        })
        .collect()
}

async fn participations_are_kept_by_session<L: Participations>(live: &L) {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    for participation in participations(one) {
        live.record(&participation).await.unwrap();
        // The same again is the same.
        live.record(&participation).await.unwrap();
    }
    live.record(&participations(other)[0]).await.unwrap();
    assert_eq!(live.of_session(one).await.unwrap(), participations(one));
    live.forget(one).await.unwrap();
    assert!(live.of_session(one).await.unwrap().is_empty());
    assert_eq!(live.of_session(other).await.unwrap().len(), 1);
}
