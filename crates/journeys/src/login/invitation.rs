//! The one-time link of an administrator (`portique admin create`).

use super::FlowRef;
use super::hub::digest_of;
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::{Evidence, Proof, Step};
use portique_domain::session::Digest;
use portique_store::Redeemed;

/// What an invitation page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvitationSeen {
    /// It waits for its owner: first name, last name, login.
    Open {
        /// First name.
        first: String,
        /// Last name.
        last: String,
        /// Login.
        login: String,
    },
    /// It was used.
    Spent,
    /// There is no such invitation, or it is too old.
    Unknown,
}

impl Journeys {
    pub(crate) fn invitation_mac(&self, secret: &str) -> Option<Digest> {
        digest_of(secret).map(|digest| Digest(self.keys.activation.mac("invitation", &digest.0)))
    }

    /// Looks at an invitation; opening the link spends nothing, mail scanners follow links.
    pub async fn see_invitation(
        &self,
        secret: &str,
        visit: &Visit,
    ) -> Result<InvitationSeen, Trouble> {
        let Some(mac) = self.invitation_mac(secret) else {
            return Ok(InvitationSeen::Unknown);
        };
        Ok(
            match self.stores.invitations.invitation(&mac, visit.now).await? {
                Redeemed::First(found) => InvitationSeen::Open {
                    first: found.names.first,
                    last: found.names.last,
                    login: found.login.as_str().to_owned(),
                },
                Redeemed::Replay => InvitationSeen::Spent,
                Redeemed::Unknown => InvitationSeen::Unknown,
            },
        )
    }

    /// Takes an invitation into a flow: what follows are charter, password and second factor. The link
    /// is spent when the password is saved.
    pub async fn take_invitation(
        &self,
        flow: &FlowRef,
        secret: &str,
        visit: &Visit,
    ) -> Result<Step, Trouble> {
        let mut flow = self.load_flow(flow, visit).await?;
        let mac = self.invitation_mac(secret).ok_or(Trouble::NotFound)?;
        let Redeemed::First(found) = self.stores.invitations.invitation(&mac, visit.now).await?
        else {
            self.fact(
                EventCode::LoginCode,
                About::default(),
                visit,
                ResultCode::Refused,
                Some(ReasonCode::SpentCode),
            );
            return Err(Trouble::NotFound);
        };
        flow.evidence = Evidence {
            person: Some(found.person),
            proof: Some(Proof::Invitation(mac)),
            ..Evidence::default()
        };
        self.move_on(&flow, visit).await
    }
}
