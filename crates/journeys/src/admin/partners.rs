//! Partners: lists, one file, writing, secrets.

use super::people::need;
use crate::journal::About;
use crate::login::Secret;
use crate::{Journeys, Refused, Released, Trouble, Visit};
use portique_access::document::{Change, changes};
use portique_access::preview::{Preview, preview};
use portique_access::publishing::{Fault, Notice, blocking, faults, notices};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::partner::{Partner, PartnerId, PartnerState};
use portique_domain::rights::{Action, Actor, AdminGrant, Perimeter};
use portique_domain::session::Digest;
use portique_jose::digest::sha256;
use portique_store::StoreError;
use portique_store::records::StoredPartner;

/// So many versions a page lists.
const VERSIONS: u32 = 20;

/// One version of a partner, in a list.
#[derive(Clone, Debug)]
pub struct VersionRow {
    /// Its number.
    pub version: u32,
    /// When it was written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: Actor,
    /// What changed with it; for the oldest of the list nothing is said.
    pub changes: Vec<Change>,
}

/// Everything a partner's page shows.
#[derive(Clone, Debug)]
pub struct PartnerFile {
    /// The version in force.
    pub stored: StoredPartner,
    /// What keeps it on trial, or would.
    pub faults: Vec<Fault>,
    /// What to look after.
    pub notices: Vec<Notice>,
    /// What sample people would make it receive.
    pub preview: Vec<Preview>,
    /// Its last versions, newest first.
    pub versions: Vec<VersionRow>,
    /// How many secrets it has.
    pub secrets: usize,
}

/// What became of a writing.
#[derive(Clone, Debug)]
pub enum PartnerApplied {
    /// It is written, or was the same already.
    Written(PartnerWritten),
    /// It has faults that its state does not allow: nothing is written.
    Refused(Vec<Fault>),
    /// Another partner has or had its client id.
    ClientIdTaken,
}

/// A writing that was done.
#[derive(Clone, Debug)]
pub struct PartnerWritten {
    /// The version in force.
    pub version: u32,
    /// What changed; empty when it was the same already.
    pub changes: Vec<Change>,
    /// What keeps it on trial, if it is there.
    pub faults: Vec<Fault>,
}

impl Journeys {
    /// All partners in force, by name.
    pub async fn list_partners(&self, grant: &AdminGrant) -> Result<Vec<StoredPartner>, Trouble> {
        need(grant, Action::ReadPartners)?;
        let mut all = self.stores.partners.partners().await?;
        for one in &mut all {
            veil(grant, &mut one.partner);
        }
        Ok(all)
    }

    /// One partner's file.
    pub async fn partner_file(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<PartnerFile, Trouble> {
        need(grant, Action::ReadPartners)?;
        let found = self.stores.partners.partner(id).await?;
        let mut stored = found.ok_or(Trouble::NotFound)?;
        veil(grant, &mut stored.partner);
        let oidc = stored.partner.oidc.as_mut();
        let secrets = oidc.map_or(0, |oidc| core::mem::take(&mut oidc.secrets).len());
        let today = now.day();
        Ok(PartnerFile {
            faults: faults(&stored.partner, today),
            notices: notices(&stored.partner, today),
            preview: preview(&stored.partner, today),
            versions: self.versions(grant, &stored).await?,
            stored,
            secrets,
        })
    }

    async fn versions(
        &self,
        grant: &AdminGrant,
        stored: &StoredPartner,
    ) -> Result<Vec<VersionRow>, Trouble> {
        let oldest = stored.version.saturating_sub(VERSIONS).max(1);
        let mut rows = Vec::new();
        let mut before: Option<Partner> = None;
        for version in oldest..=stored.version {
            let partners = &self.stores.partners;
            let Some(mut one) = partners
                .partner_version(&stored.partner.id, version)
                .await?
            else {
                continue;
            };
            veil(grant, &mut one.partner);
            rows.push(VersionRow {
                version,
                written_at: one.written_at,
                written_by: one.written_by,
                changes: before.map_or_else(Vec::new, |old| changes(Some(&old), &one.partner)),
            });
            before = Some(one.partner);
        }
        rows.reverse();
        Ok(rows)
    }

    /// Writes a partner. Leaving *essai* with faults is refused with their list, and so is what is refused
    /// on trial already.
    pub async fn apply_partner(
        &self,
        grant: &AdminGrant,
        partner: &Partner,
        now: Timestamp,
    ) -> Result<PartnerApplied, Trouble> {
        manage(grant)?;
        let known = self.stores.partners.partner(&partner.id).await?;
        let about = About::by(grant, None);
        let blocking = blocking(partner, now.day());
        if !blocking.is_empty() {
            let result = ResultCode::Refused;
            self.fact_here(EventCode::PartnerApplied, about, result, now);
            return Ok(PartnerApplied::Refused(blocking));
        }
        let intent = self
            .intend_here(EventCode::PartnerApplied, about, now)
            .await?;
        let written = self
            .stores
            .partner_writer
            .apply(partner, grant.actor(), now)
            .await;
        self.partner_shelf.forget();
        let version = match written {
            Err(StoreError::Conflict("client_id")) => {
                self.conclude(intent, ResultCode::Refused, None);
                return Ok(PartnerApplied::ClientIdTaken);
            }
            other => other?,
        };
        self.conclude(intent, ResultCode::Done, None);
        Ok(PartnerApplied::Written(PartnerWritten {
            version,
            changes: changes(known.as_ref().map(|one| &one.partner), partner),
            faults: faults(partner, now.day()),
        }))
    }

    /// Opens a partner further or less far, all else the same.
    pub async fn set_partner_state(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        state: PartnerState,
        now: Timestamp,
    ) -> Result<PartnerApplied, Trouble> {
        manage(grant)?;
        let known = self.stores.partners.partner(id).await?;
        let mut partner = known.ok_or(Trouble::NotFound)?.partner;
        partner.state = state;
        self.apply_partner(grant, &partner, now).await
    }

    /// Takes a partner out of force; `false` when there is none. It opens for nobody from then on.
    pub async fn remove_partner(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<bool, Trouble> {
        manage(grant)?;
        // Taking back never waits for the log (house §3).
        let removed = self
            .stores
            .partner_writer
            .remove(id, grant.actor(), now)
            .await?;
        self.partner_shelf.forget();
        let about = About::by(grant, None);
        self.fact_here(EventCode::PartnerRemoved, about, done(removed), now);
        Ok(removed)
    }

    /// Draws a secret of 256 bits and gives it, this once; its digest alone is kept. The former one goes on
    /// working, the one before stops. `None` when the partner speaks no OIDC.
    pub async fn draw_partner_secret(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<Option<String>, Trouble> {
        manage(grant)?;
        let known = self.stores.partners.partner(id).await?;
        let known = known.ok_or(Trouble::NotFound)?;
        if known.partner.oidc.is_none() {
            return Ok(None);
        }
        let about = About::by(grant, None);
        let intent = self
            .intend_here(EventCode::PartnerSecret, about, now)
            .await?;
        let secret = Secret::fresh(self.entropy.bytes());
        // The client sends these very characters, so they are what is digested.
        let digest = Digest(sha256(secret.as_str().as_bytes()));
        let added = self
            .stores
            .partner_writer
            .add_secret(id, &digest, grant.actor(), now)
            .await?;
        self.partner_shelf.forget();
        self.conclude(intent, done(added), None);
        Ok(added.then(|| secret.as_str().to_owned()))
    }

    /// Closes every secret but the newest; gives how many.
    pub async fn close_partner_secrets(
        &self,
        grant: &AdminGrant,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<u64, Trouble> {
        manage(grant)?;
        let known = self.stores.partners.partner(id).await?;
        known.ok_or(Trouble::NotFound)?;
        let closed = self
            .stores
            .partner_writer
            .close_old_secrets(id, grant.actor(), now)
            .await?;
        self.partner_shelf.forget();
        let about = About::by(grant, None);
        self.fact_here(EventCode::PartnerSecret, about, ResultCode::Done, now);
        Ok(closed)
    }

    /// What a partner would receive of a real person, and why not. It shows her data, so it takes the power
    /// to read people, is written down as such, and draws no pseudonym.
    pub async fn test_partner(
        &self,
        grant: &AdminGrant,
        partner: &Partner,
        person: PersonId,
        visit: &Visit,
    ) -> Result<Result<Vec<Released>, Refused>, Trouble> {
        need(grant, Action::ReadPeople)?;
        let (found, places) = self.within_reach(grant, person, visit).await?;
        let account = self.stores.accounts.account(person).await?;
        let account = account.ok_or(Trouble::NotFound)?;
        let about = About::by(grant, Some(person));
        let intent = self.intend(EventCode::PersonRead, about, visit).await?;
        let who = (&found, &account, places.as_slice());
        let outcome = self.would_release(who, partner, visit.now).await?;
        let reason: Option<ReasonCode> = outcome.as_ref().err().map(|refused| refused.reason);
        self.conclude(intent, ResultCode::Done, reason);
        Ok(outcome)
    }
}

const fn done(yes: bool) -> ResultCode {
    if yes {
        ResultCode::Done
    } else {
        ResultCode::Refused
    }
}

/// A partner is the whole instance's: a power over one school writes none.
fn manage(grant: &AdminGrant) -> Result<(), Trouble> {
    need(grant, Action::ManagePartners)?;
    if grant.reach().contains(&Perimeter::Instance) {
        Ok(())
    } else {
        Err(Trouble::Forbidden)
    }
}

/// Testers are people of any school: only who sees the whole instance sees them.
fn veil(grant: &AdminGrant, partner: &mut Partner) {
    if !grant.reach().contains(&Perimeter::Instance) {
        partner.access.testers.clear();
    }
}
