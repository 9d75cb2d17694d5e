//! Records in memory: people, accounts, charters, grants, keys and feeds behind one lock.
//!
//! One trait family a file: `people`, `accounts`, `rights`, `feeds`, `partners`. Every act takes the lock once, so it is atomic as the traits promise.

use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::charter::{Charter, CharterProof};
use portique_domain::identity::{
    Establishment, EstablishmentId, Login, Person, PersonId, Relation, SourceKey,
};
use portique_domain::partner::{Habilitation, PartnerId};
use portique_domain::resource::{Affectation, Resource, ResourceId, Subscription, SubscriptionId};
use portique_domain::rights::{Actor, Grant};
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_feed::staged::{RecordDigest, StagedPerson};
use portique_store::StoreError;
use portique_store::records::{
    Contact, Invitation, KeyRow, PseudonymRecord, RunId, SourceDelivery, SourceLook, StoredPartner,
    StoredPlan,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use uuid::Uuid;

/// Records without a disk. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub struct MemoryRecords {
    state: Arc<Mutex<State>>,
}

impl MemoryRecords {
    /// Empty ones.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Every change of an account's state so far: from, to, when, by whom.
    pub fn changes(
        &self,
        person: PersonId,
    ) -> Vec<(Option<AccountState>, AccountState, Timestamp, Actor)> {
        let state = self.lock();
        state
            .accounts
            .get(&person)
            .map(|account| account.changes.clone())
            .unwrap_or_default()
    }
}

/// Everything.
#[derive(Default)]
pub(super) struct State {
    pub(super) establishments: BTreeMap<EstablishmentId, EstablishmentRow>,
    /// Further keys of establishments.
    pub(super) site_aliases: BTreeMap<SourceKey, SiteAlias>,
    pub(super) people: BTreeMap<PersonId, PersonRecord>,
    pub(super) keys_of_people: HashMap<SourceKey, PersonId>,
    /// Records that lead nobody, with whom they are of and what they said last.
    pub(super) aliases: BTreeMap<String, (SourceKey, PersonId, RecordDigest)>,
    /// Who stands behind whom.
    pub(super) merges: BTreeMap<PersonId, Merge>,
    pub(super) relations: Vec<Relation>,
    pub(super) accounts: BTreeMap<PersonId, AccountRow>,
    pub(super) logins: BTreeMap<Login, PersonId>,
    pub(super) factors: BTreeMap<PersonId, (Vec<u8>, u64)>,
    pub(super) charters: Vec<Charter>,
    pub(super) proofs: Vec<CharterProof>,
    pub(super) grants: Vec<Grant>,
    pub(super) invitations: BTreeMap<[u8; 32], (Invitation, bool)>,
    pub(super) contacts: BTreeMap<PersonId, Contact>,
    pub(super) keys: Vec<KeyRow>,
    pub(super) plans: Vec<PlanRow>,
    pub(super) generation: u64,
    pub(super) partners: BTreeMap<PartnerId, PartnerRow>,
    pub(super) partners_generation: u64,
    pub(super) habilitations: Vec<Habilitation>,
    pub(super) pseudonyms: BTreeMap<(PersonId, String), PseudonymRecord>,
    pub(super) resources: BTreeMap<ResourceId, Resource>,
    pub(super) subscriptions: BTreeMap<SubscriptionId, Subscription>,
    pub(super) affectations: BTreeMap<SubscriptionId, Vec<Affectation>>,
    pub(super) notices: BTreeMap<(PersonId, PartnerId), u32>,
    pub(super) source_looks: BTreeMap<String, SourceLook>,
    pub(super) source_deliveries: BTreeMap<(String, String), SourceDelivery>,
    pub(super) outbox: super::outbox::Outbox,
    last_id: u128,
}

impl State {
    /// Ids in order of birth, apart from those that tests choose.
    pub(super) fn next_id(&mut self) -> Uuid {
        self.last_id += 1;
        Uuid::from_u128((1 << 100) + self.last_id)
    }
}

#[derive(Clone)]
pub(super) struct EstablishmentRow {
    pub(super) establishment: Establishment,
    pub(super) digest: RecordDigest,
    pub(super) disappeared: bool,
}

/// Whom somebody stands behind, and whether a run saw it by itself.
#[derive(Clone, Copy)]
pub(super) struct Merge {
    pub(super) keep: PersonId,
    pub(super) by_run: bool,
}

/// What another source says of an establishment that it does not lead.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct SiteAlias {
    pub(super) site: EstablishmentId,
    pub(super) digest: RecordDigest,
    pub(super) gone: bool,
}

#[derive(Clone)]
pub(super) struct PersonRecord {
    pub(super) person: Person,
    pub(super) ine: String,
    /// The record as it came.
    pub(super) staged: Option<StagedPerson>,
    pub(super) digest: RecordDigest,
    /// Where she stands in lists: folded last name, folded first name, id.
    pub(super) place: (String, String, PersonId),
}

impl PersonRecord {
    pub(super) fn new(person: Person, digest: RecordDigest) -> Self {
        let (last, first) = (fold(&person.names.last), fold(&person.names.first));
        Self {
            place: (last, first, person.id),
            person,
            ine: String::new(),
            staged: None,
            digest,
        }
    }
}

/// A partner: its versions, the newest last, without secrets; those of the one in force apart.
#[derive(Default)]
pub(super) struct PartnerRow {
    pub(super) versions: Vec<StoredPartner>,
    pub(super) secrets: Vec<Digest>,
    pub(super) removed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeState {
    Open,
    Spent,
    Closed,
}

pub(super) struct AccountRow {
    pub(super) login: Login,
    pub(super) state: AccountState,
    pub(super) since: Timestamp,
    pub(super) before_freeze: Option<AccountState>,
    pub(super) before_end: Option<AccountState>,
    pub(super) code: Option<(Digest, Timestamp, CodeState)>,
    pub(super) phc: Option<String>,
    pub(super) activated_at: Option<Timestamp>,
    pub(super) changes: Vec<(Option<AccountState>, AccountState, Timestamp, Actor)>,
}

impl AccountRow {
    pub(super) fn open(login: Login, by: &Actor, now: Timestamp) -> Self {
        Self {
            login,
            state: AccountState::ToActivate,
            since: now,
            before_freeze: None,
            before_end: None,
            code: None,
            phc: None,
            activated_at: None,
            changes: vec![(None, AccountState::ToActivate, now, by.clone())],
        }
    }

    /// Whether an activation code may open it.
    pub(super) fn takes_a_code(&self) -> bool {
        match self.state {
            AccountState::ToActivate | AccountState::ToDelete | AccountState::Active => true,
            AccountState::Planned | AccountState::Suspended | AccountState::Deleted => false,
        }
    }

    /// A legal jump, written down.
    pub(super) fn jump(&mut self, to: AccountState, by: &Actor, now: Timestamp) -> bool {
        let from = self.state;
        if from.jump(to).is_err() {
            return false;
        }
        self.before_freeze = (to == AccountState::Suspended).then_some(from);
        self.state = to;
        self.since = now;
        self.changes.push((Some(from), to, now, by.clone()));
        true
    }

    /// A first password: the account opens.
    pub(super) fn activate(&mut self, person: PersonId, phc: &str, at: Timestamp) -> bool {
        if !self.takes_a_code() {
            return false;
        }
        if self.state != AccountState::Active {
            self.jump(AccountState::Active, &Actor::Person(person), at);
        }
        self.phc = Some(phc.to_owned());
        self.activated_at.get_or_insert(at);
        if let Some((_, _, state)) = &mut self.code {
            *state = CodeState::Spent;
        }
        true
    }
}

pub(super) struct PlanRow {
    pub(super) plan: StoredPlan,
    pub(super) staged: super::feed_stage::Staged,
    pub(super) run: Option<(RunId, Timestamp, Actor)>,
    /// Name, scope, who lifted it.
    pub(super) lifts: Vec<(String, String, Actor)>,
    pub(super) changes: Option<super::feed_undo::Changes>,
    pub(super) signature: Vec<u8>,
}

/// Where a page begins, by its token.
pub(super) fn page_token(token: &str) -> Result<Uuid, StoreError> {
    Uuid::try_parse(token).map_err(|_| StoreError::Conflict("a page token that is none of ours"))
}
