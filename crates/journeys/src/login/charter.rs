//! The charter gate (house §4.4): below every protocol, before anything opens.

use super::FlowRef;
use super::hub::{Whole, profile_of};
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use portique_domain::charter::{AcceptedBy, Charter, CharterProof, Language};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::login::{Proof, Step};
use portique_jose::digest::hex;
use std::sync::Arc;

/// The charter to accept.
#[derive(Clone, Debug)]
pub struct CharterToAccept {
    /// The version in force for the person.
    pub charter: Charter,
    /// The language of the text shown (French when there is none in the one asked).
    pub language: Language,
    /// SHA-256 of the text shown, hexadecimal: the form sends it back.
    pub digest: String,
    /// It is asked for again because it changed.
    pub again: bool,
}

impl Journeys {
    /// The charter that comes next in a flow.
    pub async fn charter_to_accept(
        &self,
        flow: &FlowRef,
        language: Language,
        visit: &Visit,
    ) -> Result<CharterToAccept, Trouble> {
        let (flow, whole) = self.flow_at(flow, Step::Charter, visit).await?;
        let charter = self.charter_of(&whole, visit).await?;
        let text = charter
            .text(language)
            .ok_or(Trouble::Internal("a charter without a text"))?;
        Ok(CharterToAccept {
            language: text.language,
            digest: hex(&text.digest),
            again: matches!(flow.evidence.proof, Some(Proof::Password)),
            charter,
        })
    }

    /// Accepts it. `digest` is that of the text shown: when the version changed meanwhile, nothing is
    /// accepted and the new text is shown.
    pub async fn accept_charter(
        &self,
        flow: &FlowRef,
        digest: &str,
        visit: &Visit,
    ) -> Result<Step, Trouble> {
        let (flow, whole) = self.flow_at(flow, Step::Charter, visit).await?;
        let charter = self.charter_of(&whole, visit).await?;
        // The digest says which text was shown, whatever language the form believes it was.
        let shown = charter
            .texts
            .iter()
            .find(|text| hex(&text.digest) == digest);
        let Some(text) = shown else {
            return Ok(Step::Charter);
        };
        let intent = self
            .intend(
                EventCode::CharterAccepted,
                About::person(whole.person.id),
                visit,
            )
            .await?;
        let by = if matches!(flow.evidence.proof, Some(Proof::Password)) {
            AcceptedBy::NewVersion
        } else {
            AcceptedBy::FirstAccess
        };
        let proof = CharterProof {
            person: whole.person.id,
            charter: charter.id,
            language: text.language,
            digest: text.digest,
            at: visit.now,
            by,
            establishment: whole
                .person
                .affiliations
                .first()
                .map(|place| place.establishment),
        };
        self.stores.charter_writer.accept(&proof).await?;
        self.conclude(intent, ResultCode::Done, None);
        self.step_of(&flow, visit).await
    }

    async fn charter_of(&self, whole: &Whole, visit: &Visit) -> Result<Charter, Trouble> {
        let found = self
            .stores
            .charters
            .in_force(profile_of(&whole.person), visit.now)
            .await?;
        let found = found.ok_or(Trouble::Internal("no charter is in force for this profile"))?;
        Ok(Arc::unwrap_or_clone(found))
    }
}
