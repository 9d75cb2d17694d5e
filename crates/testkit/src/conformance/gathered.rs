//! What a store knows of a source, gathered from its sink.

use crate::build::academy;
use portique_domain::identity::SourceName;
use portique_store::records::{FeedReader, KnownEstablishment, KnownPerson, KnownSink};

/// What a store knows, gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    /// Establishments, in the order they came.
    pub(super) establishments: Vec<KnownEstablishment>,
    /// People, sorted by their id at the source.
    pub(super) people: Vec<KnownPerson>,
    /// UAIs that other sources of the academy brought.
    pub(super) sites: Vec<String>,
    /// Generation.
    pub(super) generation: u64,
    /// Date of the last delivery.
    pub(super) date: Option<String>,
}

struct Channel {
    rows: std::sync::mpsc::Sender<Result<KnownPerson, KnownEstablishment>>,
    sites: std::sync::mpsc::Sender<String>,
}

impl KnownSink for Channel {
    fn establishment(&mut self, known: KnownEstablishment) {
        self.rows.send(Err(known)).unwrap();
    }

    fn person(&mut self, known: KnownPerson) {
        self.rows.send(Ok(known)).unwrap();
    }

    fn site(&mut self, uai: String) {
        self.sites.send(uai).unwrap();
    }

    fn bridge(&mut self, _mark: u64, _leader: Option<(&str, u16)>) {}

    fn into_known(self: Box<Self>) -> Option<portique_feed::Known> {
        None
    }
}

/// Everything that a store knows of the academic source in an academy.
pub(super) async fn known<S: FeedReader>(store: &S, academy_number: u16) -> Gathered {
    known_of(store, SourceName::aaf(), academy_number).await
}

/// Everything that a store knows of one source in an academy.
pub(super) async fn known_of<S: FeedReader>(
    store: &S,
    source: SourceName,
    academy_number: u16,
) -> Gathered {
    let (sender, receiver) = std::sync::mpsc::channel();
    let (other, sites) = std::sync::mpsc::channel();
    let sink = Box::new(Channel {
        rows: sender,
        sites: other,
    });
    let (generation, date, sink) = store
        .known(&source, academy(academy_number), sink)
        .await
        .unwrap();
    drop(sink);
    let mut gathered = Gathered {
        generation,
        date,
        sites: sites.into_iter().collect(),
        ..Gathered::default()
    };
    for row in receiver {
        match row {
            Ok(person) => gathered.people.push(person),
            Err(establishment) => {
                assert!(gathered.people.is_empty(), "establishments come first");
                gathered.establishments.push(establishment);
            }
        }
    }
    gathered.people.sort_by(|one, other| one.id.cmp(&other.id));
    gathered
}
