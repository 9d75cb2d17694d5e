//! Mail addresses in memory.

use super::records::MemoryRecords;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{MailAddress, PersonId};
use portique_domain::session::Digest;
use portique_store::records::{Contact, Contacts, Offered, Verified, VerifiedMail};
use portique_store::{Result, StoreError};

#[async_trait]
impl Contacts for MemoryRecords {
    async fn contact(&self, person: PersonId) -> Result<Contact> {
        let state = self.lock();
        Ok(state.contacts.get(&person).cloned().unwrap_or_default())
    }

    async fn people_of_mail(&self, address: &MailAddress) -> Result<Vec<PersonId>> {
        let state = self.lock();
        let theirs = state.contacts.iter().filter(|(_, contact)| {
            let verified = contact.verified.as_ref();
            verified.is_some_and(|it| it.address.folded() == address.folded())
        });
        Ok(theirs.map(|(person, _)| *person).take(20).collect())
    }

    async fn offer_mail(&self, person: PersonId, offered: &Offered) -> Result<()> {
        let mut state = self.lock();
        if !state.people.contains_key(&person) {
            return Err(StoreError::Conflict("no such person"));
        }
        state.contacts.entry(person).or_default().offered = Some(offered.clone());
        Ok(())
    }

    async fn verify_mail(
        &self,
        person: PersonId,
        code: &Digest,
        now: Timestamp,
    ) -> Result<Option<VerifiedMail>> {
        let mut state = self.lock();
        let Some(contact) = state.contacts.get_mut(&person) else {
            return Ok(None);
        };
        let holds = |offered: &Offered| offered.code == *code && now < offered.expires_at;
        if !contact.offered.as_ref().is_some_and(holds) {
            return Ok(None);
        }
        let address = contact.offered.take().unwrap().address;
        let verified = Verified {
            address: address.clone(),
            at: now,
        };
        let former = contact.verified.replace(verified);
        let former = former
            .map(|verified| verified.address)
            .filter(|former| former.folded() != address.folded());
        Ok(Some(VerifiedMail { address, former }))
    }

    async fn remove_mail(&self, person: PersonId) -> Result<Contact> {
        Ok(self.lock().contacts.remove(&person).unwrap_or_default())
    }
}
