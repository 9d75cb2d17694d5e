//! Intent before, outcome after, under one id (house §3).

use crate::ports::Entropy;
use crate::visit::Visit;
use crate::{Journeys, Trouble};
use portique_domain::account::ShortRef;
use portique_domain::identity::{EstablishmentId, PersonId, Profile};
use portique_domain::journal::{AccessEvent, EventCode, Opening, Phase, ReasonCode, ResultCode};
use portique_domain::rights::{Actor, AdminGrant};
use uuid::Uuid;

/// What an event is about, beyond the visit.
#[derive(Clone, Debug, Default)]
pub(crate) struct About {
    pub(crate) actor: Option<Actor>,
    pub(crate) profile: Option<Profile>,
    pub(crate) establishment: Option<EstablishmentId>,
    pub(crate) target: Option<PersonId>,
    pub(crate) session: Option<Uuid>,
    pub(crate) opening: Option<Opening>,
}

impl About {
    pub(crate) fn person(person: PersonId) -> Self {
        Self {
            actor: Some(Actor::Person(person)),
            ..Self::default()
        }
    }
}

impl About {
    /// What a holder of a power does, on somebody or on nobody in particular.
    pub(crate) fn by(grant: &AdminGrant, target: Option<PersonId>) -> Self {
        Self {
            actor: Some(grant.actor().clone()),
            target,
            ..Self::default()
        }
    }
}

/// An intent that is durable and waits for its outcome.
pub(crate) struct Intent {
    event: AccessEvent,
}

impl Journeys {
    fn event(
        &self,
        code: EventCode,
        about: About,
        visit: Option<&Visit>,
        now: portique_domain::Timestamp,
    ) -> AccessEvent {
        let entropy: &dyn Entropy = &*self.entropy;
        AccessEvent {
            id: entropy.id(now),
            at: now,
            correlation: entropy.id(now),
            phase: Phase::Fact,
            code,
            result: ResultCode::Done,
            reason: None,
            actor: about.actor,
            profile: about.profile,
            establishment: about.establishment,
            target: about.target,
            address: visit.map(|visit| visit.address),
            session: about.session,
            device: visit.map(|visit| visit.device),
            reference: None,
            opening: about.opening.map(Box::new),
        }
    }

    /// Makes an intent durable. Nothing opens when this fails.
    pub(crate) async fn intend(
        &self,
        code: EventCode,
        about: About,
        visit: &Visit,
    ) -> Result<Intent, Trouble> {
        let mut event = self.event(code, about, Some(visit), visit.now);
        event.phase = Phase::Intent;
        event.result = ResultCode::Asked;
        self.stores
            .journal
            .record(event.clone())
            .await
            .map_err(Trouble::LogDown)?;
        Ok(Intent { event })
    }

    /// As [`Journeys::intend`] for whoever acts on the machine itself.
    pub(crate) async fn intend_here(
        &self,
        code: EventCode,
        about: About,
        now: portique_domain::Timestamp,
    ) -> Result<Intent, Trouble> {
        let mut event = self.event(code, about, None, now);
        event.phase = Phase::Intent;
        event.result = ResultCode::Asked;
        self.stores
            .journal
            .record(event.clone())
            .await
            .map_err(Trouble::LogDown)?;
        Ok(Intent { event })
    }

    /// Notes what became of an intent, without waiting.
    pub(crate) fn conclude(&self, intent: Intent, result: ResultCode, reason: Option<ReasonCode>) {
        let mut event = intent.event;
        event.id = self.entropy.id(event.at);
        event.phase = Phase::Outcome;
        event.result = result;
        event.reason = reason;
        self.stores.journal.note(event);
    }

    /// Notes a fact, without waiting: refusals, logouts, faults.
    pub(crate) fn fact(
        &self,
        code: EventCode,
        about: About,
        visit: &Visit,
        result: ResultCode,
        reason: Option<ReasonCode>,
    ) {
        let mut event = self.event(code, about, Some(visit), visit.now);
        event.result = result;
        event.reason = reason;
        self.stores.journal.note(event);
    }

    /// As [`Journeys::fact`] for whoever acts on the machine itself.
    pub(crate) fn fact_here(
        &self,
        code: EventCode,
        about: About,
        result: ResultCode,
        now: portique_domain::Timestamp,
    ) {
        let mut event = self.event(code, about, None, now);
        event.result = result;
        self.stores.journal.note(event);
    }

    /// Notes a refusal under a short number, so that whoever is asked can look it up; as with faults, no
    /// number once a robot must be at work.
    pub(crate) fn refused_with_number(
        &self,
        code: EventCode,
        about: About,
        visit: &Visit,
        reason: ReasonCode,
    ) -> Option<ShortRef> {
        let admitted = self.limiter.admits_fault(visit.now);
        let reference = admitted.then(|| self.entropy.short_ref());
        let mut event = self.event(code, about, Some(visit), visit.now);
        event.result = ResultCode::Refused;
        event.reason = Some(reason);
        event.reference = reference;
        self.stores.journal.note(event);
        reference
    }

    /// Draws the short number of an error page and notes the fault under it, so that an administrator
    /// can look it up. Public pages never wait for the log. `None` once this node has numbered so many
    /// faults within the hour that a robot must be at work: a number that nobody can look up is no help.
    pub fn note_fault(
        &self,
        reason: ReasonCode,
        person: Option<PersonId>,
        visit: &Visit,
    ) -> Option<ShortRef> {
        metrics::counter!("portique_faults_total", "reason" => reason.code()).increment(1);
        if !self.limiter.admits_fault(visit.now) {
            return None;
        }
        let reference = self.entropy.short_ref();
        let about = person.map_or_else(About::default, About::person);
        let mut event = self.event(EventCode::Fault, about, Some(visit), visit.now);
        event.result = ResultCode::Failed;
        event.reason = Some(reason);
        event.reference = Some(reference);
        self.stores.journal.note(event);
        Some(reference)
    }
}
