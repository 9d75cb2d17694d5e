//! The child that a tile was opened for: named in an address by a mark that means nothing outside the
//! session, kept on the session's side until the sign-on begins.

use crate::{Journeys, Trouble};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerId;
use portique_domain::session::{Digest, Session};
use portique_store::Redeemed;
use uuid::Uuid;

/// Kind of the one-time value that holds a choice.
const KIND: &str = "child";

/// A choice waits so long for the sign-on.
const LIFE: Duration = Duration::from_mins(5);

/// Choices of one session for one partner within [`LIFE`]: a spent value cannot be filled again, so each
/// choice has a place of its own.
const CHOICES: u8 = 8;

/// A child as an address names it: a mark that only this session can read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildRef(String);

impl ChildRef {
    /// As it came in an address.
    pub fn from_address(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Journeys {
    /// The mark of a child in the addresses of a session.
    pub(crate) fn child_ref(&self, session: Uuid, child: PersonId) -> ChildRef {
        let tag = self.keys.csrf.mac("child-ref", &both(session, child));
        ChildRef(URL_SAFE_NO_PAD.encode(tag))
    }

    /// Whether a mark is that of a child in this session.
    pub(crate) fn is_child(&self, session: Uuid, child: PersonId, mark: &ChildRef) -> bool {
        let tag = URL_SAFE_NO_PAD.decode(&mark.0).unwrap_or_default();
        let key = &self.keys.csrf;
        key.verifies("child-ref", &both(session, child), &tag)
    }

    /// Notes for which child a partner is being opened; a later choice takes the place of an earlier one.
    /// The caller has made sure that the child is hers and the partner opens. `Busy` after too many
    /// choices within five minutes.
    pub async fn choose_child(
        &self,
        session: &Session,
        partner: &PartnerId,
        child: PersonId,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let mut free = None;
        for place in 0..CHOICES {
            let digest = self.choice(session.id, partner, place);
            let found = self.stores.one_time.redeem(KIND, &digest, now).await?;
            if found == Redeemed::Unknown && free.is_none() {
                free = Some(digest);
            }
        }
        let free = free.ok_or(Trouble::Busy(LIFE))?;
        let value = child.0.as_bytes().to_vec();
        let until = now.plus(LIFE);
        Ok(self.stores.one_time.put(KIND, &free, value, until).await?)
    }

    /// The child that a partner is being opened for, once: asking spends the choice. To be asked when the
    /// sign-on is about to answer. `None` when no child was chosen, or too long ago, or when the child is
    /// not hers any more.
    pub async fn chosen_child(
        &self,
        session: &Session,
        partner: &PartnerId,
        now: Timestamp,
    ) -> Result<Option<PersonId>, Trouble> {
        for place in 0..CHOICES {
            let digest = self.choice(session.id, partner, place);
            let found = self.stores.one_time.redeem(KIND, &digest, now).await?;
            if let Redeemed::First(value) = found {
                let chosen = Uuid::from_slice(&value).ok().map(PersonId);
                let children = self.stores.people.children_of(session.person).await?;
                let hers = |id: &PersonId| children.iter().any(|child| child.id == *id);
                return Ok(chosen.filter(hers));
            }
        }
        Ok(None)
    }

    /// Where a choice is kept. Keyed, so that nobody can compute it from what he knows.
    fn choice(&self, session: Uuid, partner: &PartnerId, place: u8) -> Digest {
        let mut bytes = session.as_bytes().to_vec();
        bytes.push(place);
        bytes.extend_from_slice(partner.as_str().as_bytes());
        Digest(self.keys.csrf.mac("child-choice", &bytes))
    }
}

fn both(session: Uuid, child: PersonId) -> Vec<u8> {
    [session.as_bytes().as_slice(), child.0.as_bytes()].concat()
}
