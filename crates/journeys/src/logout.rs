//! The logout engine: closes our session first, then tells every partner, and reports what it knows.
//!
//! No partner exists yet, so no line is ever written here; the order and the report are those that
//! OIDC, SAML and CAS will use.

use crate::journal::About;
use crate::login::FlowRef;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::session::{LogoutLine, LogoutState, Participation, ParticipationHandle};

impl Journeys {
    /// Logs somebody out. It never waits for the log, and a partner that fails stops nobody else.
    pub async fn logout(&self, who: &SignedIn, visit: &Visit) -> Result<Vec<LogoutLine>, Trouble> {
        self.stores
            .session_writer
            .close(&who.session.digest)
            .await?;
        let about = About {
            session: Some(who.session.id),
            profile: Some(who.session.profile),
            ..About::person(who.person.id)
        };
        self.fact(EventCode::Logout, about, visit, ResultCode::Done, None);
        self.end_participations(who.session.id).await
    }

    /// Ends what partners were given under a session that is closed.
    pub(crate) async fn end_participations(
        &self,
        session: uuid::Uuid,
    ) -> Result<Vec<LogoutLine>, Trouble> {
        let open = self.stores.participations.of_session(session).await?;
        let report = open.iter().map(tell).collect();
        self.stores.participations.forget(session).await?;
        Ok(report)
    }

    /// Ends the flows of this browser that already speak of the person who leaves: a charter that waits
    /// for her must not open a session after her logout, for whoever sits down next (T-57).
    pub async fn forget_flows(
        &self,
        who: &SignedIn,
        flows: &[FlowRef],
        visit: &Visit,
    ) -> Result<(), Trouble> {
        for held in flows {
            if let Ok(flow) = self.load_flow(held, visit).await
                && flow.evidence.person == Some(who.person.id)
            {
                self.stores.flows.end(flow.id).await?;
            }
        }
        Ok(())
    }
}

/// Tells one partner. The protocols bring their ways of telling; until then none is reachable, and that
/// is what the report says.
fn tell(open: &Participation) -> LogoutLine {
    let state = match open.handle {
        ParticipationHandle::Oidc { .. }
        | ParticipationHandle::Saml { .. }
        | ParticipationHandle::Cas { .. } => LogoutState::Unable,
    };
    LogoutLine {
        partner_name: open.partner_name.clone(),
        state,
    }
}
