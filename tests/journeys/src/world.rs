//! The world of a test.

use crate::{Letterbox, WorldLive};
use axum::Router;
use portique_admin::Admin;
use portique_demo::{Cast, Region, write_feed};
use portique_domain::charter::{CharterSection, Language};
use portique_domain::identity::Profile;
use portique_domain::rights::{Action, AdminGrant};
use portique_domain::{CivilDate, Timestamp};
use portique_jose::seal::SealingKey;
use portique_journeys::login::{HashCost, Hasher, Limiter, WordLists};
use portique_journeys::mail::Mails;
use portique_journeys::{
    CharterDraft, Clock, Entropy, FeedDesk, FeedOptions, FeedSource, Journeys, KeyRing,
    PartnerShelf, Planned, Post, TextDraft,
};
use portique_store_sql::journal::{JournalKeys, JournalPaths, SqliteJournal};
use portique_store_sql::records::SqliteRecords;
use portique_ui::edge::{Accessibility, Edge, Help};
use portique_ui::proxies::TrustedProxies;
use portique_ui::{CookieNames, PublicAddress};
use portique_web::{Publisher, Web, WebSettings};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A clock that only the test moves.
#[derive(Debug)]
pub struct Moved(AtomicI64);

impl Moved {
    /// Moves it on.
    pub fn on(&self, by: core::time::Duration) {
        self.0
            .fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Moved {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

#[derive(Debug)]
struct System;

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).unwrap();
    }
}

/// What a world is made of.
#[derive(Clone, Copy, Debug)]
pub struct WorldOptions {
    /// How many people.
    pub persons: u64,
    /// Names of cookies.
    pub cookies: CookieNames,
    /// Hashes at once, hashes that wait, and how long they wait.
    pub hashing: (usize, usize, core::time::Duration),
    /// A profile for which no charter is published.
    pub lawless: Option<Profile>,
    /// Whether mail is sent.
    pub mails: bool,
    /// Changes the text of a file of the feed before it is read.
    pub rewrite: Option<fn(&Cast, String) -> String>,
    /// The port of the Redis server that holds live state; embedded without it.
    pub redis: Option<u16>,
}

impl Default for WorldOptions {
    fn default() -> Self {
        let cost = HashCost::default();
        Self {
            persons: 400,
            cookies: CookieNames::Default,
            hashing: (cost.permits, cost.queue, cost.deadline),
            lawless: None,
            mails: true,
            rewrite: None,
            redis: None,
        }
    }
}

/// A gateway with a fictitious region in it.
pub struct World {
    /// The clock.
    pub clock: Arc<Moved>,
    /// The journeys.
    pub journeys: Arc<Journeys>,
    /// The whole router.
    pub router: Router,
    /// People to play with.
    pub cast: Cast,
    /// What it is made of.
    pub options: WorldOptions,
    /// The access log.
    pub journal: Arc<SqliteJournal>,
    /// Live state.
    pub live: WorldLive,
    /// Where mails arrive.
    pub letterbox: Arc<Letterbox>,
    /// Where everything lies.
    pub folder: PathBuf,
}

static COUNT: AtomicU64 = AtomicU64::new(0);

impl Drop for World {
    fn drop(&mut self) {
        // A folder that stays behind is a nuisance and no failure.
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

#[derive(Debug, Clone, Default)]
struct Shelf(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

struct Volume {
    shelf: Shelf,
    path: String,
    bytes: Vec<u8>,
}

impl Write for Volume {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        self.shelf
            .0
            .lock()
            .unwrap()
            .insert(self.path.clone(), std::mem::take(&mut self.bytes));
    }
}

#[derive(Debug)]
pub(crate) struct Delivery(pub(crate) BTreeMap<String, Vec<u8>>);

impl FeedSource for Delivery {
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn open(&self, name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.0[name].clone())))
    }
}

impl World {
    /// A world of 400 people.
    pub async fn new() -> Self {
        Self::with(WorldOptions::default()).await
    }

    /// A world to measure.
    pub async fn with(options: WorldOptions) -> Self {
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let folder =
            std::env::temp_dir().join(format!("portique-world-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let start = CivilDate::new(2026, 11, 25)
            .unwrap()
            .start()
            .plus(core::time::Duration::from_hours(8));
        let clock = Arc::new(Moved(AtomicI64::new(start.millis())));
        let letterbox = Arc::new(Letterbox::default());
        let (journeys, journal, live) = open(&folder, options, &letterbox, clock.now()).await;
        let region = Region::new(7, options.persons);
        let cast = region.cast().unwrap();
        for mut delivery in deliveries(&region, 1) {
            if let Some(rewrite) = options.rewrite {
                for bytes in delivery.values_mut() {
                    let text = String::from_utf8(std::mem::take(bytes)).unwrap();
                    *bytes = rewrite(&cast, text).into_bytes();
                }
            }
            import(&journeys, delivery, clock.now()).await;
        }
        publish(&journeys, options.lawless, clock.now()).await;
        let journeys = Arc::new(journeys);
        let router = router(&journeys, clock.clone(), options.cookies);
        Self {
            clock,
            journeys,
            router,
            cast,
            options,
            journal,
            live,
            letterbox,
            folder,
        }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The same folder, opened again as after a restart.
    pub async fn restarted(&self) -> Router {
        self.live.shutdown().await;
        let (journeys, ..) = open(&self.folder, self.options, &self.letterbox, self.now()).await;
        router(
            &Arc::new(journeys),
            self.clock.clone(),
            self.options.cookies,
        )
    }
}

async fn open(
    folder: &Path,
    options: WorldOptions,
    letterbox: &Arc<Letterbox>,
    now: Timestamp,
) -> (Journeys, Arc<SqliteJournal>, WorldLive) {
    let entropy: Arc<dyn Entropy> = Arc::new(System);
    let root = SealingKey::new(&[7; 32]).unwrap();
    let records = Arc::new(SqliteRecords::open(folder).unwrap());
    let keys = KeyRing::open(&*records, &root, &*entropy, now)
        .await
        .unwrap();
    let live = WorldLive::open(folder, options.redis, now);
    let journal_keys = JournalKeys {
        seal: keys.log_seal.clone(),
        sign: keys.log.1.clone(),
        sign_id: keys.log.0.clone(),
        verify: keys.log_public.clone(),
    };
    let journal = Arc::new(SqliteJournal::open(paths(folder), journal_keys, now).unwrap());
    // The cheapest Argon2id: journeys test the order of steps, not the cost of a guess.
    let (permits, queue, deadline) = options.hashing;
    let cost = HashCost {
        memory_kib: 8,
        passes: 1,
        permits,
        queue,
        deadline,
    };
    let post: Arc<dyn Post> = letterbox.clone();
    let journeys = Journeys {
        stores: live.stores(&records, &journal),
        keys,
        limiter: Limiter::new(&*entropy),
        hasher: Hasher::new(cost, entropy.bytes()).unwrap(),
        words: WordLists::new(
            include_str!("../../../config/wordlists/mots.txt"),
            include_str!("../../../config/wordlists/courants.txt"),
        )
        .unwrap(),
        partner_shelf: PartnerShelf::default(),
        feed_desk: FeedDesk::default(),
        mails: Mails::new(options.mails.then_some(post), &*entropy),
        issuer: "https://ent.example".into(),
        instance: "ENT d’essai".into(),
        entropy,
    };
    (journeys, journal, live)
}

fn paths(folder: &Path) -> JournalPaths {
    JournalPaths {
        days: folder.join("journal"),
        keys: folder.join("journal-keys"),
        spool: folder.join("journal-spool"),
    }
}

pub(crate) fn deliveries(region: &Region, day: i8) -> Vec<BTreeMap<String, Vec<u8>>> {
    let shelf = Shelf::default();
    let mut open = |path: &str| -> std::io::Result<Box<dyn Write>> {
        Ok(Box::new(Volume {
            shelf: shelf.clone(),
            path: path.to_owned(),
            bytes: Vec::new(),
        }))
    };
    write_feed(region, CivilDate::new(2026, 9, day).unwrap(), &mut open).unwrap();
    let mut by_folder: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for (path, bytes) in shelf.0.lock().unwrap().iter() {
        let (folder, name) = path.rsplit_once('/').unwrap();
        by_folder
            .entry(folder.to_owned())
            .or_default()
            .insert(name.to_owned(), bytes.clone());
    }
    by_folder.into_values().collect()
}

async fn import(journeys: &Journeys, delivery: BTreeMap<String, Vec<u8>>, now: Timestamp) {
    let grant = AdminGrant::of_operator("test", Action::RunFeeds);
    let quiet = Arc::new(|_: &str, _: u64, _: u64| {});
    let planned = journeys
        .plan_feed(
            &grant,
            Arc::new(Delivery(delivery)),
            FeedOptions::default(),
            quiet,
            now,
        )
        .await
        .unwrap();
    let Planned::Plan(id, plan) = planned else {
        panic!("{planned:?}")
    };
    assert!(plan.guards.is_empty(), "{:?}", plan.guards);
    journeys
        .apply_feed(&grant, id, Box::new(|_, _| {}), now)
        .await
        .unwrap();
}

async fn publish(journeys: &Journeys, lawless: Option<Profile>, now: Timestamp) {
    let grant = AdminGrant::of_operator("test", Action::PublishCharter);
    let texts = |words: &str| {
        vec![TextDraft {
            language: Language::French,
            title: format!("Charte des {words}"),
            short: vec!["Mon mot de passe est à moi.".into()],
            full: vec![CharterSection {
                heading: "Tout".into(),
                paragraphs: vec![format!("Texte des {words}.")],
            }],
        }]
    };
    let (staff, users): (Vec<Profile>, Vec<Profile>) = Profile::ALL
        .into_iter()
        .filter(|profile| Some(*profile) != lawless)
        .partition(|profile| profile.is_staff());
    for (name, profiles) in [("usagers", users), ("personnels", staff)] {
        let draft = CharterDraft {
            name: name.into(),
            profiles,
            effective_at: None,
            texts: texts(name),
        };
        journeys.publish_charter(&grant, draft, now).await.unwrap();
    }
}

fn router(journeys: &Arc<Journeys>, clock: Arc<Moved>, cookies: CookieNames) -> Router {
    let edge = Arc::new(Edge {
        public: PublicAddress::parse("https://ent.example").unwrap(),
        proxies: TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap()]),
        cookies,
        node_hint: matches!(cookies, CookieNames::Kdecole).then(|| "n1".to_owned()),
        instance: "ENT d’essai".into(),
        subtitle: String::new(),
        accessibility: Accessibility::Partial,
        help: Help {
            name: "Assistance".into(),
            place: String::new(),
            phone: "05 36 49 12 00".into(),
            mail: String::new(),
        },
        time_zone: "Europe/Paris".into(),
    });
    let settings = WebSettings {
        edge: edge.clone(),
        publisher: Publisher::default(),
        tiles: Vec::new(),
        infos: Vec::new(),
        console: Some("/admin".into()),
    };
    let web = Web {
        journeys: journeys.clone(),
        clock: clock.clone(),
        settings: Arc::new(settings),
    };
    let admin = Admin {
        journeys: journeys.clone(),
        clock,
        edge,
    };
    portique_web::router(web, portique_admin::router(admin))
}
