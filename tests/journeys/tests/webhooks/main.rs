//! Partners are told who left, moved or came back: signed, by their own identifier, once it works.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

mod receiver;

use core::time::Duration;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use portique_domain::identity::Person;
use portique_domain::journal::EventCode;
use portique_domain::partner::{EventsBinding, Partner, PartnerEvent, PartnerId};
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::admin::PartnerApplied;
use portique_journeys::{FeedOptions, FeedSource, OpenedFor, Planned, RoundTold, SessionFound};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_store::records::PlanId;
use portique_testkit::build::partner;
use portique_tests_journeys::World;
use receiver::{Receiver, pusher};
use serde_json::Value;
use std::io::{Cursor, Read};
use std::sync::Arc;

/// One file of a delta.
struct Delta(String, String);

impl FeedSource for Delta {
    fn names(&self) -> Vec<String> {
        vec![self.0.clone()]
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.1.clone().into_bytes())))
    }
}

/// A delta that removes one pupil.
fn removal(person: &Person) -> Delta {
    let (academy, id) = (person.key.academy.number(), &person.key.id);
    Delta(
        "ENT2DVA-ENT91_Delta_20260915_Eleve_0000.xml".to_owned(),
        format!(
            "<ficAlimMENESR><!-- codeAcademieExport=\"{academy}\" --><!-- degre=\"2D\" --><deleteRequest><operationalAttributes><attr name=\"categoriePersonne\"><value>Eleve</value></attr></operationalAttributes><identifier><id>{id}</id></identifier></deleteRequest></ficAlimMENESR>"
        ),
    )
}

fn feeds() -> AdminGrant {
    AdminGrant::of_operator("test", Action::RunFeeds)
}

async fn run(world: &World, delta: Delta) -> PlanId {
    let quiet = Arc::new(|_: &str, _: u64, _: u64| {});
    let (grant, options) = (feeds(), FeedOptions::default());
    let planned = world
        .journeys
        .plan_feed(&grant, Arc::new(delta), options, quiet, world.now());
    let Planned::Plan(id, _) = planned.await.unwrap() else {
        panic!("refused")
    };
    let progress = Box::new(|_, _| {});
    let run = world.journeys.apply_feed(&grant, id, progress, world.now());
    run.await.unwrap();
    id
}

async fn undo(world: &World, plan: PlanId) {
    let grant = feeds();
    let undone = world
        .journeys
        .undo_run(&grant, plan, "livraison fautive", world.now());
    undone.await.unwrap();
}

/// A partner in force that wants everything told at an address.
async fn declared(world: &World, id: &str, address: &str) -> Partner {
    let asking = Partner {
        events: Some(EventsBinding {
            address: address.to_owned(),
            which: PartnerEvent::ALL.to_vec(),
        }),
        ..partner(id)
    };
    let grant = AdminGrant::of_operator("test", Action::ManagePartners);
    let applied = world.journeys.apply_partner(&grant, &asking, world.now());
    assert!(matches!(applied.await.unwrap(), PartnerApplied::Written(_)));
    asking
}

/// The pupil opens partners; gives who she is at the last of them.
async fn known_at(world: &World, ids: &[&str]) -> String {
    let browser = world.pupil_in().await;
    let values: Vec<&str> = browser.cookies.values().map(String::as_str).collect();
    let mut subject = String::new();
    for value in values {
        let found = world.journeys.find_session(&[value], world.now()).await;
        let SessionFound::One(who) = found.unwrap() else {
            continue;
        };
        for id in ids {
            let id = PartnerId::parse(id).unwrap();
            let stored = world.journeys.partner(&id, world.now()).await;
            let (stored, visit) = (stored.unwrap().unwrap(), world.visit());
            let (journeys, what) = (&world.journeys, OpenedFor::default());
            let opened = journeys.open_partner(&who, &stored, what, &visit).await;
            subject = opened.unwrap().unwrap().subject;
        }
    }
    assert!(!subject.is_empty());
    subject
}

async fn pupil(world: &World) -> Person {
    let (id, _) = world.account(&world.cast.pupil).await;
    let person = world.journeys.stores.people.person(id).await.unwrap();
    person.unwrap()
}

/// One look of the gateway: whoever is due is told.
async fn look(world: &World) -> Vec<(String, RoundTold)> {
    let pusher = pusher();
    let due = world.journeys.partners_to_tell(world.now()).await.unwrap();
    let mut told = Vec::new();
    for partner in due {
        let days = Duration::from_hours(7 * 24);
        let round = world
            .journeys
            .tell_partner(&partner, &pusher, &*world.clock, days);
        told.push((partner.to_string(), round.await.unwrap()));
    }
    told
}

/// The claims of a token, its signature checked against the keys as they are published.
async fn claims(world: &World, token: &str, audience: &str) -> Value {
    let answer = world.browser().get("/oidc/jwks").await;
    let set: JwkSet = serde_json::from_str(&answer.body).unwrap();
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("secevent+jwt"));
    assert_eq!(header.alg, Algorithm::ES256);
    let jwk = set.find(header.kid.as_deref().unwrap()).unwrap();
    let mut checks = Validation::new(Algorithm::ES256);
    checks.set_audience(&[audience]);
    checks.set_issuer(&[world.journeys.issuer.as_str()]);
    // RFC 8417 §2.2: no `exp`.
    checks.required_spec_claims.clear();
    checks.validate_exp = false;
    let key = DecodingKey::from_jwk(jwk).unwrap();
    let decoded = jsonwebtoken::decode::<Value>(token, &key, &checks);
    decoded.unwrap().claims
}

fn told(count: usize) -> RoundTold {
    RoundTold {
        told: count,
        ..RoundTold::default()
    }
}

const DISABLED: &str = "https://schemas.openid.net/secevent/risc/event-type/account-disabled";
const ENABLED: &str = "https://schemas.openid.net/secevent/risc/event-type/account-enabled";

#[tokio::test]
async fn a_departure_and_a_return_are_told_signed_and_by_her_own_identifier() {
    let world = World::new().await;
    let receiver = Receiver::default();
    receiver.answers(202, "");
    let carnet = declared(&world, "carnet", &receiver.open().await).await;
    let stranger = Receiver::default();
    declared(&world, "etranger", &stranger.open().await).await;
    let subject = known_at(&world, &["carnet"]).await;
    let person = pupil(&world).await;
    let plan = run(&world, removal(&person)).await;
    assert_eq!(look(&world).await, [("carnet".to_owned(), told(1))]);
    let tokens = receiver.take();
    let [token] = tokens.as_slice() else {
        panic!("{tokens:?}")
    };
    let client = &carnet.oidc.as_ref().unwrap().client_id;
    let said = claims(&world, token, client).await;
    assert_eq!(said["sub_id"]["sub"], subject);
    assert!(said["events"][DISABLED].is_object(), "{said}");
    only_her_identifier(&said, &subject, &person);
    undo(&world, plan).await;
    assert_eq!(look(&world).await, [("carnet".to_owned(), told(1))]);
    let said = claims(&world, &receiver.take()[0], client).await;
    assert!(said["events"][ENABLED].is_object(), "{said}");
    assert!(look(&world).await.is_empty(), "once is enough");
    assert!(stranger.take().is_empty(), "it knows nobody");
    // Each of them is in the access log, with her and the partner.
    world.settle().await;
    let query = JournalQuery {
        person: Some(person.id),
        ..JournalQuery::default()
    };
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    let (size, now) = (PageSize::clamped(200), world.now());
    let page = world.journeys.search_journal(&grant, query, size, now);
    let rows = page.await.unwrap().rows;
    let lines = rows.iter().filter(|row| row.code == EventCode::PartnerTold);
    assert_eq!(lines.count(), 2);
}

/// Nothing in a token but what every partner may know: the keys of its claims are these, and no value says
/// more of her.
fn only_her_identifier(said: &Value, subject: &str, person: &Person) {
    let keys: Vec<&String> = said.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["aud", "events", "iat", "iss", "jti", "sub_id", "toe"]
    );
    let text = said.to_string().replace(subject, "");
    for word in [
        person.id.0.to_string(),
        person.id.0.simple().to_string(),
        person.key.id.clone(),
        person.names.first.clone(),
        person.names.last.clone(),
    ] {
        assert!(!text.contains(&word), "{word}: {text}");
    }
    let events = said["events"].as_object().unwrap();
    assert_eq!(events.len(), 1);
    assert!(events.values().all(|it| it.as_object().unwrap().is_empty()));
}

/// A partner that fails is tried again later, with the same name of the event; the others are told meanwhile.
#[tokio::test]
async fn a_partner_that_is_slow_or_down_is_tried_again_and_keeps_nobody_waiting() {
    let world = World::new().await;
    let (slow, well) = (Receiver::default(), Receiver::default());
    *slow.slow.lock().unwrap() = Duration::from_secs(5);
    well.answers(202, "");
    let address = slow.open().await;
    declared(&world, "lent", &address).await;
    declared(&world, "carnet", &well.open().await).await;
    declared(&world, "mort", "http://127.0.0.1:1/evenements").await;
    known_at(&world, &["lent", "carnet", "mort"]).await;
    run(&world, removal(&pupil(&world).await)).await;
    let failed = |why: &str| RoundTold {
        trouble: Some(why.to_owned()),
        ..RoundTold::default()
    };
    let mut rounds = look(&world).await;
    rounds.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        ("carnet".to_owned(), told(1)),
        ("lent".to_owned(), failed("timeout")),
        ("mort".to_owned(), failed("unreachable")),
    ];
    assert_eq!(rounds, expected);
    assert!(look(&world).await.is_empty(), "not before its time");
    // It is back, and says first that it cannot just now.
    *slow.slow.lock().unwrap() = Duration::ZERO;
    slow.answers(503, "");
    world.clock.on(Duration::from_secs(13));
    let mut rounds = look(&world).await;
    rounds.retain(|(partner, _)| partner == "lent");
    assert_eq!(rounds, [("lent".to_owned(), failed("http_503"))]);
    let first = slow.take();
    slow.answers(202, "");
    world.clock.on(Duration::from_secs(26));
    let mut rounds = look(&world).await;
    rounds.retain(|(partner, _)| partner == "lent");
    assert_eq!(rounds, [("lent".to_owned(), told(1))]);
    let again = slow.take();
    let one = claims(&world, &first[0], "lent").await;
    let two = claims(&world, &again[0], "lent").await;
    assert_eq!((&one["jti"], &one["toe"]), (&two["jti"], &two["toe"]));
    assert_ne!(one["iat"], two["iat"]);
}

/// What a partner refuses for good, and what nobody takes for a week, is given up, shown, and tried again
/// when somebody says so.
#[tokio::test]
async fn what_is_given_up_is_shown_and_tried_again_on_demand() {
    let world = World::new().await;
    let receiver = Receiver::default();
    receiver.answers(400, "{\"err\":\"invalid_request\"}");
    let carnet = declared(&world, "carnet", &receiver.open().await).await.id;
    known_at(&world, &["carnet"]).await;
    let plan = run(&world, removal(&pupil(&world).await)).await;
    let rounds = look(&world).await;
    assert_eq!((rounds[0].1.refused, rounds[0].1.told), (1, 0));
    undo(&world, plan).await;
    // It has lost our keys: that passes, or does not.
    receiver.answers(400, "{\"err\":\"invalid_key\"}");
    let rounds = look(&world).await;
    assert_eq!(rounds[0].1.trouble.as_deref(), Some("invalid_key"));
    world.clock.on(Duration::from_hours(8 * 24));
    look(&world).await;
    assert!(look(&world).await.is_empty());
    let grant = AdminGrant::of_operator("test", Action::ReadPartners);
    let events = world
        .journeys
        .partner_events(&grant, &carnet)
        .await
        .unwrap();
    let shown: Vec<(PartnerEvent, &str)> = events
        .rows
        .iter()
        .map(|(_, row)| (row.event, row.error.as_str()))
        .collect();
    let expected = [
        (PartnerEvent::Left, "invalid_request"),
        (PartnerEvent::Returned, "invalid_key"),
    ];
    assert_eq!(shown, expected);
    assert!(events.rows.iter().all(|(_, row)| row.given_up_at.is_some()));
    receiver.answers(202, "");
    receiver.take();
    let grant = AdminGrant::of_operator("test", Action::ManagePartners);
    let back = world
        .journeys
        .retry_partner_events(&grant, &carnet, world.now());
    assert_eq!(back.await.unwrap(), 2);
    assert_eq!(look(&world).await, [("carnet".to_owned(), told(2))]);
    let named: Vec<String> = events.rows.into_iter().map(|(jti, _)| jti).collect();
    let mut sent = Vec::new();
    for token in receiver.take() {
        let said = claims(&world, &token, "carnet").await;
        sent.push(said["jti"].as_str().unwrap().to_owned());
    }
    assert_eq!(sent, named);
}

/// Once the file asks for nothing, or its contract has ended, nothing leaves.
#[tokio::test]
async fn a_partner_that_asks_no_more_or_is_out_of_contract_is_told_nothing() {
    let world = World::new().await;
    let receiver = Receiver::default();
    receiver.answers(202, "");
    let address = receiver.open().await;
    for id in ["carnet", "echu"] {
        declared(&world, id, &address).await;
    }
    known_at(&world, &["carnet", "echu"]).await;
    run(&world, removal(&pupil(&world).await)).await;
    let stores = &world.journeys.stores;
    let mut ended = partner("echu");
    ended.events = Some(EventsBinding {
        address,
        which: PartnerEvent::ALL.to_vec(),
    });
    ended.legal.contract_until = Some(world.now().day().previous());
    let by = portique_domain::rights::Actor::Gateway;
    for file in [&partner("carnet"), &ended] {
        let written = stores.partner_writer.apply(file, &by, world.now());
        written.await.unwrap();
    }
    let mut rounds = look(&world).await;
    rounds.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(rounds[0], ("carnet".to_owned(), RoundTold::default()));
    assert_eq!(rounds[1].1.trouble.as_deref(), Some("contract_ended"));
    assert!(receiver.take().is_empty());
    let outlets = stores.partner_outbox.outlets().await.unwrap();
    assert_eq!(outlets.len(), 1, "{outlets:?}");
}

/// Another administrator than one of partners neither sees nor sends.
#[tokio::test]
async fn t62_events_of_partners_take_the_powers_of_partners() {
    let world = World::new().await;
    let carnet = declared(&world, "carnet", "https://carnet.example.fr/e")
        .await
        .id;
    let other = feeds();
    assert!(
        world
            .journeys
            .partner_events(&other, &carnet)
            .await
            .is_err()
    );
    let reader = AdminGrant::of_operator("test", Action::ReadPartners);
    for grant in [&other, &reader] {
        let sent = world
            .journeys
            .retry_partner_events(grant, &carnet, world.now());
        assert!(sent.await.is_err());
    }
}
