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
    /// Generation.
    pub(super) generation: u64,
    /// Date of the last delivery.
    pub(super) date: Option<String>,
}

struct Channel(std::sync::mpsc::Sender<Result<KnownPerson, KnownEstablishment>>);

impl KnownSink for Channel {
    fn establishment(&mut self, known: KnownEstablishment) {
        self.0.send(Err(known)).unwrap();
    }

    fn person(&mut self, known: KnownPerson) {
        self.0.send(Ok(known)).unwrap();
    }

    fn bridge(&mut self, _mark: u64, _leader: Option<(&str, u16)>) {}

    fn into_known(self: Box<Self>) -> Option<portique_feed::Known> {
        None
    }
}

/// Everything that a store knows of the academic source in an academy.
pub(super) async fn known<S: FeedReader>(store: &S, academy_number: u16) -> Gathered {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sink = Box::new(Channel(sender));
    let (generation, date, sink) = store
        .known(&SourceName::aaf(), academy(academy_number), sink)
        .await
        .unwrap();
    drop(sink);
    let mut gathered = Gathered {
        generation,
        date,
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
