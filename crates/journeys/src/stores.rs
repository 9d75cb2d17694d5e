//! The doors, gathered.

use portique_store::journal::{JournalKeeper, JournalReader, JournalWriter};
use portique_store::live::{
    AccessTokens, Counters, Flows, OneTime, Participations, SessionReader, SessionWriter,
};
use portique_store::records::{
    AccountLife, AccountReader, AccountWriter, CharterReader, CharterWriter, Contacts,
    EstablishmentReader, FeedReader, FeedWriter, GrantReader, GrantWriter, Habilitations,
    Identities, Invitations, KeyStore, Notices, PartnerOutbox, PartnerReader, PartnerWriter,
    PeopleReader, PlanRows, Pseudonyms, ResourceReader, ResourceWriter, SecondFactors,
    SourceKeeper,
};
use std::sync::Arc;

macro_rules! doors {
    ($($(#[$doc:meta])* $field:ident: $door:path,)+) => {
        /// One handle for each door; three stores stand behind them.
        #[derive(Clone)]
        pub struct Stores { $($(#[$doc])* pub $field: Arc<dyn $door>,)+ }
    };
}

doors! {
    /// People.
    people: PeopleReader,
    /// Establishments.
    establishments: EstablishmentReader,
    /// Accounts, read.
    accounts: AccountReader,
    /// Accounts, written.
    account_writer: AccountWriter,
    /// The end of accounts.
    account_life: AccountLife,
    /// Second factors.
    factors: SecondFactors,
    /// Charters, read.
    charters: CharterReader,
    /// Charters, written.
    charter_writer: CharterWriter,
    /// Grants, read.
    grants: GrantReader,
    /// Grants, written.
    grant_writer: GrantWriter,
    /// Invitations.
    invitations: Invitations,
    /// Mail addresses.
    contacts: Contacts,
    /// Sealed keys.
    keys: KeyStore,
    /// Feeds, read.
    feeds: FeedReader,
    /// Feeds, written.
    feed_writer: FeedWriter,
    /// Who is one with whom.
    identities: Identities,
    /// Sources of feeds.
    sources: SourceKeeper,
    /// Rows of plans that wait.
    plan_rows: PlanRows,
    /// Partners, read.
    partners: PartnerReader,
    /// Partners, written.
    partner_writer: PartnerWriter,
    /// Habilitations.
    habilitations: Habilitations,
    /// Pseudonym records.
    pseudonyms: Pseudonyms,
    /// What partners are to be told.
    partner_outbox: PartnerOutbox,
    /// Resources, read.
    resources: ResourceReader,
    /// Resources, written.
    resource_writer: ResourceWriter,
    /// Who was told what a provider receives.
    notices: Notices,
    /// Sessions, read.
    sessions: SessionReader,
    /// Sessions, written.
    session_writer: SessionWriter,
    /// Parked flows.
    flows: Flows,
    /// One-time values.
    one_time: OneTime,
    /// Counters of failures.
    counters: Counters,
    /// What partners were given.
    participations: Participations,
    /// Access tokens of our own.
    access_tokens: AccessTokens,
    /// Access log, written.
    journal: JournalWriter,
    /// Access log, read.
    journal_reader: JournalReader,
    /// Access log, kept.
    journal_keeper: JournalKeeper,
}

impl core::fmt::Debug for Stores {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Stores(…)")
    }
}

impl Stores {
    /// From the three stores.
    pub fn new<R, L, J>(records: &Arc<R>, live: &Arc<L>, journal: &Arc<J>) -> Self
    where
        R: PeopleReader
            + EstablishmentReader
            + AccountReader
            + AccountWriter
            + AccountLife
            + SecondFactors
            + CharterReader
            + CharterWriter
            + GrantReader
            + GrantWriter
            + Invitations
            + Contacts
            + KeyStore
            + FeedReader
            + FeedWriter
            + Identities
            + PlanRows
            + PartnerReader
            + PartnerWriter
            + Habilitations
            + Pseudonyms
            + PartnerOutbox
            + ResourceReader
            + ResourceWriter
            + Notices
            + SourceKeeper
            + 'static,
        L: SessionReader
            + SessionWriter
            + Flows
            + OneTime
            + Counters
            + Participations
            + AccessTokens
            + 'static,
        J: JournalWriter + JournalReader + JournalKeeper + 'static,
    {
        Self {
            people: records.clone(),
            establishments: records.clone(),
            accounts: records.clone(),
            account_writer: records.clone(),
            factors: records.clone(),
            charters: records.clone(),
            charter_writer: records.clone(),
            grants: records.clone(),
            grant_writer: records.clone(),
            invitations: records.clone(),
            contacts: records.clone(),
            keys: records.clone(),
            feeds: records.clone(),
            feed_writer: records.clone(),
            identities: records.clone(),
            sources: records.clone(),
            plan_rows: records.clone(),
            account_life: records.clone(),
            partners: records.clone(),
            partner_writer: records.clone(),
            habilitations: records.clone(),
            pseudonyms: records.clone(),
            partner_outbox: records.clone(),
            resources: records.clone(),
            resource_writer: records.clone(),
            notices: records.clone(),
            sessions: live.clone(),
            session_writer: live.clone(),
            flows: live.clone(),
            one_time: live.clone(),
            counters: live.clone(),
            participations: live.clone(),
            access_tokens: live.clone(),
            journal: journal.clone(),
            journal_reader: journal.clone(),
            journal_keeper: journal.clone(),
        }
    }
}
