//! Deliveries: staged, planned and applied in one line each.

use super::{PersonBuilder, academy, operator, record_digest};
use portique_domain::Timestamp;
use portique_domain::identity::SourceName;
use portique_domain::rights::Actor;
use portique_feed::Held;
use portique_feed::name::Category;
use portique_feed::plan::{Consequences, FeedHead, Guard, Holds, Plan};
use portique_feed::rank::{RankedSource, Ranks};
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_store::records::{
    Applied, ApplyError, ApplyOrder, FeedReader, FeedWriter, PlanId, PlanSeal, RunId,
};
use std::sync::Arc;

/// A full delivery of the academic source.
#[derive(Clone, Debug)]
pub struct Delivery {
    source: SourceName,
    academy: u16,
    date: String,
    establishments: Vec<StagedEstablishment>,
    people: Vec<StagedPerson>,
    held: Vec<Held>,
    guards: Vec<Guard>,
    gone: Vec<(bool, String)>,
    kind: &'static str,
    ranks: Ranks,
}

impl Delivery {
    /// An empty one.
    pub fn of(academy_number: u16) -> Self {
        Self {
            source: SourceName::aaf(),
            academy: academy_number,
            date: "2025-09-01".to_owned(),
            establishments: Vec::new(),
            people: Vec::new(),
            held: Vec::new(),
            guards: Vec::new(),
            gone: Vec::new(),
            kind: "full",
            ranks: Ranks::default(),
        }
    }

    /// Of another source: so are all records that come after.
    #[must_use]
    pub fn by(mut self, source: &str) -> Self {
        self.source = SourceName::parse(source).unwrap();
        self
    }

    /// Dated otherwise, `AAAA-MM-JJ`.
    #[must_use]
    pub fn dated(mut self, date: &str) -> Self {
        date.clone_into(&mut self.date);
        self
    }

    /// With one establishment more.
    #[must_use]
    pub fn with(mut self, mut establishment: StagedEstablishment) -> Self {
        establishment.key.source = self.source.clone();
        self.establishments.push(establishment);
        self
    }

    /// With one person more.
    #[must_use]
    pub fn and(mut self, person: &PersonBuilder) -> Self {
        let mut staged = person.staged();
        staged.key.source = self.source.clone();
        self.people.push(staged);
        self
    }

    /// With the rank of its own source, and that of another academy's.
    #[must_use]
    pub fn ranked(mut self, own: u8, other: u16, rank: u8) -> Self {
        self.ranks = Ranks {
            own,
            others: vec![RankedSource {
                source: SourceName::aaf().as_str().to_owned(),
                academy: other,
                rank,
            }],
        };
        self
    }

    /// A delta instead.
    #[must_use]
    pub fn delta(mut self) -> Self {
        self.kind = "delta";
        self
    }

    /// An end of a school year instead.
    #[must_use]
    pub fn year(mut self) -> Self {
        self.kind = portique_feed::year::YEAR;
        self
    }

    /// Without this person, or this establishment: a delta removes it.
    #[must_use]
    pub fn without(mut self, people: bool, id: &str) -> Self {
        self.gone.push((people, id.to_owned()));
        self
    }

    /// With a record set aside.
    #[must_use]
    pub fn holding(mut self, category: Category, id: &str) -> Self {
        self.held.push(Held {
            category,
            id: id.to_owned(),
        });
        self
    }

    /// With a guard that holds its plan.
    #[must_use]
    pub fn guarded(mut self, name: &str, scope: &str) -> Self {
        self.guards.push(Guard {
            name: name.to_owned(),
            scope: scope.to_owned(),
            message: "la livraison a fondu".to_owned(),
            lifts_needed: 1,
            ..Guard::default()
        });
        self
    }

    /// With a guard that holds one establishment, by its id at the source, until so many lift it.
    #[must_use]
    pub fn guarding(mut self, name: &str, establishment: &str, lifts_needed: u8) -> Self {
        self.guards.push(Guard {
            name: name.to_owned(),
            scope: establishment.to_owned(),
            establishment: establishment.to_owned(),
            holds: Holds::Establishment,
            lifts_needed,
            ..Guard::default()
        });
        self
    }

    /// With a guard that holds the departures.
    #[must_use]
    pub fn without_departures(mut self) -> Self {
        self.guards.push(Guard {
            name: "summer_window".to_owned(),
            holds: Holds::Departures,
            lifts_needed: 1,
            ..Guard::default()
        });
        self
    }

    /// Its plan, as far as stores look at it.
    pub fn plan(&self) -> Plan {
        Plan {
            feed: FeedHead {
                brought_by: None,
                ranks: self.ranks.clone(),
                source: self.source.as_str().to_owned(),
                academy: academy(self.academy).to_string(),
                degree: "2D".to_owned(),
                date: self.date.clone(),
                kind: self.kind.to_owned(),
                version: String::new(),
                files: Vec::new(),
            },
            totals: Vec::new(),
            by_establishment: Vec::new(),
            findings: Vec::new(),
            findings_count: 3,
            unknown_attributes: Vec::new(),
            consequences: Consequences::default(),
            guards: self.guards.clone(),
            sample: Vec::new(),
        }
    }

    /// Stages it against the records as they are, and freezes its plan.
    pub async fn stage<S: FeedReader + FeedWriter>(&self, store: &S, now: Timestamp) -> PlanId {
        let base = store.generation().await.unwrap();
        let mut stager = store
            .stage(&self.source, academy(self.academy), base)
            .await
            .unwrap();
        for establishment in &self.establishments {
            stager.establishment(establishment).unwrap();
        }
        for person in &self.people {
            stager.person(person).unwrap();
        }
        for held in &self.held {
            stager.held(held).unwrap();
        }
        for (people, id) in &self.gone {
            stager.gone(*people, id).unwrap();
        }
        stager
            .finish(&self.plan(), &operator(), &TestSeal, now)
            .unwrap()
    }

    /// Stages and applies it.
    pub async fn deliver<S: FeedReader + FeedWriter>(&self, store: &S, now: Timestamp) -> Applied {
        let plan = self.stage(store, now).await;
        apply(store, plan, now).await.unwrap()
    }
}

/// Signs plans with a digest: whoever wants to forge one here may.
#[derive(Clone, Copy, Debug)]
pub struct TestSeal;

impl PlanSeal for TestSeal {
    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        record_digest(&bytes).to_vec()
    }

    fn holds(&self, bytes: &[u8], signature: &[u8]) -> bool {
        self.sign(bytes) == signature
    }
}

/// Applies a plan; the run has the id of the plan.
///
/// # Errors
/// What the store answers.
pub async fn apply<S: FeedWriter>(
    store: &S,
    plan: PlanId,
    now: Timestamp,
) -> Result<Applied, ApplyError> {
    store
        .apply(plan, order(RunId(plan.0), operator(), now))
        .await
}

/// An order to apply, signed as tests sign.
pub fn order(run: RunId, by: Actor, now: Timestamp) -> ApplyOrder {
    ApplyOrder {
        run,
        by,
        now,
        seal: Arc::new(TestSeal),
        progress: Box::new(|_, _| ()),
    }
}
