//! A sheet beside an academic feed: one establishment, and one teacher under two keys, merged and separated
//! by a person.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

use portique_domain::identity::{Establishment, PersonId, SourceKey, SourceName};
use portique_domain::rights::{Action, Actor, AdminGrant, Grant, Perimeter};
use portique_journeys::admin::{MergeTrouble, Merged, Named, Suspect, SuspectQuery, Unmerged};
use portique_journeys::{FeedOptions, FeedSource, Planned, Trouble};
use portique_tests_journeys::{Browser, PASSWORD, World, show_code};
use std::io::{Cursor, Read};
use std::sync::Arc;

/// The CSV of Portique, with so many lines.
struct Sheet(String);

impl FeedSource for Sheet {
    fn names(&self) -> Vec<String> {
        vec!["remplacants.csv".to_owned()]
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.0.clone().into_bytes())))
    }
}

const HEAD: &str = "identifiant;nom;prenom;profil;uai;date_naissance\n";

fn operator(action: Action) -> AdminGrant {
    AdminGrant::of_operator("test", action)
}

async fn apply(world: &World, lines: &str) {
    let grant = operator(Action::RunFeeds);
    let options = FeedOptions {
        academy: Some(world.cast.teacher.academy),
        ..FeedOptions::default()
    };
    let source = Arc::new(Sheet(format!("{HEAD}{lines}")));
    let quiet = Arc::new(|_: &str, _: u64, _: u64| {});
    let now = world.now();
    let planned = world
        .journeys
        .plan_feed(&grant, source, options, quiet, now);
    let plan = match planned.await.unwrap() {
        Planned::Plan(id, plan) => {
            assert!(plan.guards.is_empty(), "{:?}", plan.guards);
            id
        }
        Planned::Refused(findings) => panic!("{findings:?}"),
    };
    let run = world
        .journeys
        .apply_feed(&grant, plan, Box::new(|_, _| {}), now);
    run.await.unwrap();
}

async fn establishments(world: &World) -> Vec<Establishment> {
    let reader = &world.journeys.stores.establishments;
    reader.establishments(&[Perimeter::Instance]).await.unwrap()
}

/// Another establishment of the teacher's academy than hers.
async fn elsewhere(world: &World) -> Establishment {
    let mine = &world.cast.teacher;
    let mut all = establishments(world).await.into_iter();
    let other = |site: &Establishment| {
        let uai = site.uai.as_ref().map(ToString::to_string);
        site.key.academy == mine.academy && uai.is_some_and(|uai| uai != mine.uai)
    };
    all.find(other).unwrap()
}

/// The teacher's further record, as the sheet has it.
fn line(world: &World, site: &Establishment) -> String {
    let teacher = &world.cast.teacher;
    format!(
        "r1;{};{};ENS;{};{}\n",
        teacher.last,
        teacher.first,
        site.uai.as_ref().unwrap(),
        teacher.birth_date.unwrap()
    )
}

fn of_sheet(world: &World) -> Named {
    Named::Key(SourceKey {
        source: SourceName::parse("csv").unwrap(),
        academy: world.cast.teacher.academy,
        id: "r1".to_owned(),
    })
}

async fn places(world: &World, person: PersonId) -> usize {
    let person = world.journeys.stores.people.person(person).await.unwrap();
    person.unwrap().affiliations.len()
}

async fn suspects(world: &World) -> Vec<Suspect> {
    let (grant, query) = (
        operator(Action::ReadPeople),
        SuspectQuery {
            establishment: None,
            min_score: 75,
        },
    );
    let visit = world.visit();
    world
        .journeys
        .suspects(&grant, &query, &visit)
        .await
        .unwrap()
}

/// A browser with the further record's account in it, and its login.
async fn activated(world: &World, person: PersonId) -> (Browser, String) {
    let grant = operator(Action::IssueCode);
    let code = world
        .journeys
        .issue_code(&grant, person, &world.visit())
        .await;
    let code = code.unwrap().unwrap();
    let login = code.account.login.to_string();
    let mut browser = world.browser();
    let birth = world.cast.teacher.birth_date.unwrap();
    let answer = show_code(&mut browser, &login, &code.code.to_string(), birth).await;
    world.finish_activation(&mut browser, answer).await;
    (browser, login)
}

#[tokio::test]
async fn a_sheet_names_establishments_that_are_known_and_closes_none() {
    let world = World::new().await;
    let before = establishments(&world).await;
    let site = elsewhere(&world).await;
    apply(&world, &line(&world, &site)).await;
    assert_eq!(establishments(&world).await, before);
    let stores = &world.journeys.stores;
    let further = stores.identities.named(&of_sheet(&world)).await.unwrap();
    let further = stores
        .people
        .person(further.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(further.affiliations.len(), 1);
    assert_eq!(further.affiliations[0].establishment, site.id);
    // The next sheet has somebody else, in the teacher's own establishment: the one before is closed by none.
    let other = format!("r2;Exemple;Ida;INV;{};\n", world.cast.teacher.uai);
    let lines = format!("{}{other}", line(&world, &site));
    apply(&world, &lines).await;
    assert_eq!(establishments(&world).await, before);
    let (teacher, _) = world.account(&world.cast.teacher).await;
    assert!(places(&world, teacher).await > 0);
}

async fn merge(
    world: &World,
    grant: &AdminGrant,
    keep: PersonId,
    reason: &str,
) -> Result<Merged, MergeTrouble> {
    let (keep, other, visit) = (Named::Id(keep), of_sheet(world), world.visit());
    let both = (&keep, &other);
    world
        .journeys
        .merge_people(grant, both, reason, &visit)
        .await
}

async fn separate(world: &World, reason: &str) -> Result<Unmerged, MergeTrouble> {
    let (grant, visit) = (operator(Action::RunFeeds), world.visit());
    let other = of_sheet(world);
    world
        .journeys
        .unmerge_person(&grant, &other, reason, &visit)
        .await
}

#[tokio::test]
async fn two_records_of_a_teacher_are_suspected_merged_and_separated() {
    let world = World::new().await;
    let mut inside = world.teacher_in().await;
    let (teacher, _) = world.account(&world.cast.teacher).await;
    let site = elsewhere(&world).await;
    apply(&world, &line(&world, &site)).await;
    let pairs = suspects(&world).await;
    let pair = pairs.iter().find(|pair| pair.one.id == teacher).unwrap();
    let further = pair.other.id;
    let (mut as_further, login) = activated(&world, further).await;
    assert!(as_further.is_in().await);
    let before = places(&world, teacher).await;
    let grant = operator(Action::RunFeeds);
    let refused = merge(&world, &grant, teacher, "  ").await;
    assert!(
        matches!(refused, Err(MergeTrouble::NoReason)),
        "{refused:?}"
    );
    let merged = merge(&world, &grant, teacher, "une seule personne")
        .await
        .unwrap();
    assert_eq!(
        (merged.keep, merged.other, merged.sessions_ended),
        (teacher, further, 1)
    );
    assert!(
        !as_further.is_in().await,
        "her session under the further login ended"
    );
    assert!(inside.is_in().await, "the one who goes on stays in");
    assert_eq!(places(&world, teacher).await, before + 1);
    let (_, path) = world.sign_in(&mut world.browser(), &login, PASSWORD).await;
    assert_ne!(path, "/", "the login opens nothing");
    let pairs = suspects(&world).await;
    assert!(pairs.iter().all(|pair| pair.one.id != teacher));
    let events = world.events_of(further).await;
    assert!(
        events.contains(&"person.merged intent".to_owned()),
        "{events:?}"
    );
    let again = merge(&world, &grant, teacher, "encore").await;
    let told = again.unwrap_err().to_string();
    assert!(told.contains("separate them first"), "{told}");
    let separated = separate(&world, "deux homonymes").await.unwrap();
    assert_eq!((separated.keep, separated.other), (teacher, further));
    assert_eq!(places(&world, teacher).await, before);
    let (_, path) = world.sign_in(&mut world.browser(), &login, PASSWORD).await;
    assert_eq!(path, "/", "with the login and the password she had");
    let events = world.events_of(teacher).await;
    let told = events.iter().any(|it| it.starts_with("person.unmerged"));
    assert!(told, "{events:?}");
    let refused = separate(&world, "encore").await.unwrap_err().to_string();
    assert!(refused.contains("was not merged"), "{refused}");
}

/// Somebody whose power is over agriculture finds neither of the two.
#[tokio::test]
async fn nobody_merges_whom_he_does_not_reach() {
    let world = World::new().await;
    let (teacher, _) = world.account(&world.cast.teacher).await;
    let site = elsewhere(&world).await;
    apply(&world, &line(&world, &site)).await;
    let person = PersonId(uuid::Uuid::from_u128(8));
    let grant = Grant {
        id: uuid::Uuid::from_u128(9),
        person,
        action: Action::RunFeeds,
        perimeter: Perimeter::Agriculture,
        from: world.now(),
        to: world.now().plus(core::time::Duration::from_hours(1)),
        reason: "essai".to_owned(),
        grantor: Actor::Gateway,
        revoked_at: None,
    };
    let grant = AdminGrant::claim(person, &[grant], Action::RunFeeds, world.now()).unwrap();
    let refused = merge(&world, &grant, teacher, "essai").await;
    let unseen = matches!(refused, Err(MergeTrouble::Trouble(Trouble::NotFound)));
    assert!(unseen, "{refused:?}");
    let (query, visit) = (SuspectQuery::default(), world.visit());
    let reading = world.journeys.suspects(&grant, &query, &visit).await;
    assert!(
        reading.is_err(),
        "a grant for one action is none for another"
    );
}
