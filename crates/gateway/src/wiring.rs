//! Wiring: settings to stores, keys and journeys. The one place that knows every implementation.

use crate::chance::SystemEntropy;
use crate::folder::DataFolder;
use crate::live::Live;
use crate::records::Records;
use crate::settings::{AccessibilityState, CookiePreset, Settings};
use anyhow::{Context as _, anyhow};
use ipnet::IpNet;
use portique_jose::seal::SealingKey;
use portique_journeys::login::{HashCost, Hasher, Limiter, WordLists};
use portique_journeys::mail::Mails;
use portique_journeys::{Clock, Entropy, FeedDesk, Journeys, KeyRing, PartnerShelf, Post, Stores};
use portique_outbound::mail::Mailer;
use portique_store_sql::journal::{JournalKeys, JournalPaths, SqliteJournal};
use portique_ui::edge::{Accessibility, Edge, Help};
use portique_ui::proxies::TrustedProxies;
use portique_ui::{CookieNames, PublicAddress};
use portique_web::{Category, Publisher, Shortcut, Tile, WebSettings};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const WORDS: &str = include_str!("../../../config/wordlists/mots.txt");
const COMMON: &str = include_str!("../../../config/wordlists/courants.txt");

/// Everything that runs, wired.
pub(crate) struct App {
    pub(crate) journeys: Arc<Journeys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) records: Records,
    pub(crate) live: Live,
    pub(crate) journal: Arc<SqliteJournal>,
    pub(crate) folder: DataFolder,
    pub(crate) mailer: Option<Arc<Mailer>>,
    /// One import at a time: another one waits.
    pub(crate) imports: tokio::sync::Mutex<()>,
    /// One look at a source at a time.
    pub(crate) looks: tokio::sync::Mutex<()>,
}

/// Opens the stores of a folder and wires everything on them.
pub(crate) async fn wire(
    settings: Settings,
    folder: DataFolder,
    root: &SealingKey,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<App> {
    let now = clock.now();
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let path = folder.path();
    let records = Records::open(&settings, path).await?;
    let keys = KeyRing::open(records.keys(), root, &*entropy, now).await?;
    let live = Live::open(&settings, path, now).await?;
    let journal_keys = JournalKeys {
        seal: keys.log_seal.clone(),
        sign: keys.log.1.clone(),
        sign_id: keys.log.0.clone(),
        verify: keys.log_public.clone(),
    };
    let journal = SqliteJournal::open(journal_paths(path), journal_keys, now);
    let journal = Arc::new(journal.context("the access log cannot be opened")?);
    let hasher = Hasher::new(hash_cost(&settings), entropy.bytes())
        .map_err(|error| anyhow!("hashing: {error}"))?;
    let mailer = crate::mailer::mailer(&settings, clock.clone())?.map(Arc::new);
    let post = mailer.clone().map(|mailer| mailer as Arc<dyn Post>);
    let journeys = Journeys {
        stores: stores(&records, &live, &journal),
        keys,
        limiter: Limiter::new(&*entropy),
        hasher,
        words: WordLists::new(WORDS, COMMON)?,
        partner_shelf: PartnerShelf::default(),
        feed_desk: FeedDesk::default(),
        mails: Mails::new(post, &*entropy),
        issuer: public_address(&settings)?.origin().to_owned(),
        instance: settings.instance.name.clone(),
        entropy,
    };
    Ok(App {
        journeys: Arc::new(journeys),
        clock,
        settings: Arc::new(settings),
        records,
        live,
        journal,
        folder,
        mailer,
        imports: tokio::sync::Mutex::default(),
        looks: tokio::sync::Mutex::default(),
    })
}

/// Either kind of records beside either kind of live state.
fn stores(records: &Records, live: &Live, journal: &Arc<SqliteJournal>) -> Stores {
    match (records, live) {
        (Records::Embedded(records), Live::Embedded(live)) => Stores::new(records, live, journal),
        (Records::Embedded(records), Live::Redis(live)) => Stores::new(records, live, journal),
        (Records::Postgres(records), Live::Embedded(live)) => Stores::new(records, live, journal),
        (Records::Postgres(records), Live::Redis(live)) => Stores::new(records, live, journal),
    }
}

fn journal_paths(folder: &Path) -> JournalPaths {
    JournalPaths {
        days: folder.join("journal"),
        keys: folder.join("journal-keys"),
        spool: folder.join("journal-spool"),
    }
}

fn hash_cost(settings: &Settings) -> HashCost {
    let hashing = &settings.hashing;
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get);
    HashCost {
        memory_kib: hashing.memory_kib,
        passes: hashing.passes,
        permits: if hashing.permits == 0 {
            cores
        } else {
            hashing.permits
        },
        queue: hashing.queue,
        deadline: Duration::from_secs(hashing.deadline_seconds),
    }
}

/// The public address of the settings.
pub(crate) fn public_address(settings: &Settings) -> anyhow::Result<PublicAddress> {
    PublicAddress::parse(&settings.public.address)
        .map_err(|error| anyhow!("public.address: {error}"))
}

/// The proxies of the settings.
pub(crate) fn proxies(settings: &Settings) -> anyhow::Result<TrustedProxies> {
    let nets = settings
        .public
        .trusted_proxies
        .iter()
        .map(|text| {
            text.parse::<IpNet>()
                .map_err(|_| anyhow!("public.trusted_proxies: {text:?} is no network. Write it as 10.0.0.0/24 or fd00::/64"))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    Ok(TrustedProxies::new(nets))
}

/// The edge as `web` and `admin` know it.
pub(crate) fn edge(settings: &Settings) -> anyhow::Result<Edge> {
    let instance = &settings.instance;
    Ok(Edge {
        public: public_address(settings)?,
        proxies: proxies(settings)?,
        cookies: match settings.public.cookies {
            CookiePreset::Default => CookieNames::Default,
            CookiePreset::Kdecole => CookieNames::Kdecole,
        },
        node_hint: settings.public.node_hint.clone(),
        instance: instance.name.clone(),
        subtitle: instance.subtitle.clone(),
        accessibility: match instance.accessibility {
            AccessibilityState::Total => Accessibility::Total,
            AccessibilityState::Partial => Accessibility::Partial,
            AccessibilityState::None => Accessibility::None,
        },
        help: Help {
            name: instance.support.name.clone(),
            place: instance.support.place.clone(),
            phone: instance.support.phone.clone(),
            mail: instance.support.mail.clone(),
        },
        time_zone: instance.time_zone.clone(),
    })
}

/// The pages as `web` knows them.
pub(crate) fn pages(settings: &Settings, edge: Arc<Edge>) -> WebSettings {
    let legal = &settings.instance.legal;
    let infos: Vec<Shortcut> = settings
        .instance
        .links
        .iter()
        .map(|link| Shortcut {
            name: link.title.clone(),
            text: link.note.clone(),
            href: link.address.clone(),
            icon: link.icon.clone(),
        })
        .collect();
    let tiles = infos
        .iter()
        .map(|shortcut| Tile {
            shortcut: shortcut.clone(),
            category: Category::Public,
            profiles: Vec::new(),
        })
        .collect();
    WebSettings {
        edge,
        publisher: Publisher {
            name: legal.publisher.clone(),
            director: legal.publication_director.clone(),
            address: legal.contact.clone(),
            host: legal.host.clone(),
            controller: legal.data_controller.clone(),
            dpo: legal.data_protection_officer.clone(),
            dpo_mail: legal.data_protection_mail.clone(),
        },
        tiles,
        infos,
        console: Some("/admin".to_owned()),
    }
}
