//! The end of a flow: one session opens, under a fresh secret.

use super::hub::{Secret, profile_of};
use super::{FlowRef, digest_of};
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::login::{Destination, Step};
use portique_domain::session::{Level, Session, SessionEnds};

/// A session that just opened.
#[derive(Debug)]
pub struct Finished {
    /// Secret for the session cookie.
    pub secret: Secret,
    /// Where to go.
    pub destination: Destination,
    /// Value of the device cookie.
    pub device_cookie: String,
    /// The session.
    pub session: Session,
}

impl Journeys {
    /// Opens the session of a flow that is done. The intent is durable before; whatever session the
    /// browser had is closed, so that none is fixed from outside (T-44). A flow opens one session. Whoever
    /// shows again who she is keeps the public id of her session, and with it what partners know of it;
    /// of somebody else's session everything ends.
    pub async fn finish(
        &self,
        flow: &FlowRef,
        old: &[&str],
        visit: &Visit,
    ) -> Result<Finished, Trouble> {
        let (flow, whole) = self.flow_at(flow, Step::Done, visit).await?;
        let person = whole.person.id;
        let profile = profile_of(&whole.person);
        let ends = SessionEnds::of(profile);
        let secret = Secret::fresh(self.entropy.bytes());
        let held = self.held_sessions(old, visit).await?;
        let own = held.iter().find(|held| held.person == person);
        let opened_at = flow.evidence.since.unwrap_or(visit.now);
        let session = Session {
            id: own.map_or_else(|| self.entropy.id(visit.now), |own| own.id),
            digest: digest_of(secret.as_str())
                .ok_or(Trouble::Internal("a secret has no digest"))?,
            person,
            profile,
            level: if flow.evidence.second_factor {
                Level::Two
            } else {
                Level::One
            },
            opened_at,
            seen_at: visit.now,
            idle: ends.idle,
            ends_at: opened_at.plus(ends.absolute),
            device: visit.device,
        };
        let about = About {
            profile: Some(profile),
            establishment: whole
                .person
                .affiliations
                .first()
                .map(|place| place.establishment),
            session: Some(session.id),
            ..About::person(person)
        };
        let intent = self.intend(EventCode::SessionOpened, about, visit).await?;
        if !self.stores.flows.end(flow.id).await? {
            self.conclude(intent, ResultCode::Refused, None);
            return Err(Trouble::FlowLost);
        }
        for old in &held {
            self.stores.session_writer.close(&old.digest).await?;
            if old.id != session.id {
                self.end_participations(old.id).await?;
            }
        }
        self.stores.session_writer.open(&session).await?;
        self.conclude(intent, ResultCode::Done, None);
        metrics::counter!("portique_sessions_opened_total").increment(1);
        Ok(Finished {
            secret,
            destination: flow.destination,
            device_cookie: self.device_cookie(person, visit.now),
            session,
        })
    }

    /// The live sessions that a browser holds.
    async fn held_sessions(&self, values: &[&str], visit: &Visit) -> Result<Vec<Session>, Trouble> {
        let mut held = Vec::new();
        for digest in values.iter().take(3).filter_map(|value| digest_of(value)) {
            held.extend(self.stores.sessions.find(&digest, visit.now).await?);
        }
        Ok(held)
    }
}
