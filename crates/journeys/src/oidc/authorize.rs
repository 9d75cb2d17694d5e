//! The authorization endpoint: check, ask for a login if one is due, open the partner, give a code.

use super::issued::Issued;
use crate::login::{Secret, digest_of};
use crate::partner::{Opened, OpenedFor, Refused};
use crate::{Journeys, ResourceChoice, SignedIn, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::login::LocalPath;
use portique_domain::session::{Participation, ParticipationHandle};
use portique_oidc::authorize::{
    self, AuthorizeError, Delivery, Fault, Hint, Outcome, PageError, Prompt, Request, SessionFacts,
    Situation, check, decide, granted, refused,
};
use portique_oidc::code::{CODE_LIFETIME, CodeGrant};
use portique_oidc::id_token::{read_hint, sid};
use portique_store::records::StoredPartner;
use std::sync::Arc;

/// Kind of the one-time value that a code is.
pub(super) const CODE: &str = "oidc.code";

/// What becomes of an authorization request.
#[derive(Debug)]
pub enum Authorized {
    /// A page of ours: the target is not proven.
    Page(PageError),
    /// An answer to the client.
    Deliver(Delivery),
    /// A login, a charter or another step first; then on from there.
    Login(LocalPath),
    /// The partner does not open to her: a page in words.
    Refused(Refused),
}

impl Journeys {
    /// An authorization request as it came: a query or the body of a form.
    pub async fn authorize(
        &self,
        raw: &[u8],
        who: Option<&SignedIn>,
        visit: &Visit,
    ) -> Result<Authorized, Trouble> {
        self.authorize_since(raw, None, who, visit).await
    }

    /// A request that comes back from the login, by the name it was parked under; once.
    pub async fn authorize_resumed(
        &self,
        name: &str,
        who: Option<&SignedIn>,
        visit: &Visit,
    ) -> Result<Authorized, Trouble> {
        let parked = self.unpark_request(name, visit.now).await?;
        self.authorize_since(&parked.raw, Some(parked.at), who, visit)
            .await
    }

    async fn authorize_since(
        &self,
        raw: &[u8],
        parked_at: Option<Timestamp>,
        who: Option<&SignedIn>,
        visit: &Visit,
    ) -> Result<Authorized, Trouble> {
        let asked = match authorize::parse(raw) {
            Ok(asked) => asked,
            Err(error) => return Ok(Authorized::Page(error)),
        };
        let partner = match asked.client_id() {
            Some(client) => self.partner_by_client(client, visit.now).await?,
            None => None,
        };
        let binding = partner.as_ref().and_then(|one| one.partner.oidc.as_ref());
        let (request, partner) = match (check(&asked, binding), &partner) {
            (Ok(request), Some(partner)) => (request, partner),
            (Ok(_), None) => return Ok(Authorized::Page(PageError::Client)),
            (Err(refusal), _) => return Ok(self.answered(refusal.into())),
        };
        let situation = Situation {
            session: who.map(facts),
            hint: self.hint(&request, partner, who, visit).await?,
            parked_at,
            now: visit.now,
        };
        match (decide(&request, &situation), who) {
            (Outcome::Proceed, Some(who)) => self.grant_code(who, &request, partner, visit).await,
            (Outcome::Proceed, None) => Err(Trouble::Internal("nobody may proceed")),
            (Outcome::AskLogin(_), _) => {
                // The first time counts: a step in between must not ask for the password again.
                let at = parked_at.unwrap_or(visit.now);
                let path = self.park_request(raw, at, visit).await?;
                Ok(Authorized::Login(path))
            }
            (outcome @ (Outcome::ShowError(_) | Outcome::Redirect(_)), _) => {
                Ok(self.answered(outcome))
            }
        }
    }

    fn answered(&self, outcome: Outcome) -> Authorized {
        match outcome {
            Outcome::Redirect(error) => Authorized::Deliver(refused(&error, &self.issuer)),
            Outcome::ShowError(error) => Authorized::Page(error),
            Outcome::AskLogin(_) | Outcome::Proceed => Authorized::Page(PageError::Client),
        }
    }

    async fn hint(
        &self,
        request: &Request,
        partner: &StoredPartner,
        who: Option<&SignedIn>,
        visit: &Visit,
    ) -> Result<Hint, Trouble> {
        let Some(text) = request.id_token_hint.as_deref() else {
            return Ok(Hint::Absent);
        };
        let Ok(claims) = read_hint(text, &self.keys.oidc.public, &self.issuer) else {
            return Ok(Hint::Broken);
        };
        if claims.client_id != request.proven.client_id() {
            return Ok(Hint::Broken);
        }
        let Some(who) = who else {
            return Ok(Hint::Other);
        };
        let drawn = self
            .pseudonym(who.person.id, &partner.partner, visit.now)
            .await?;
        let hers = drawn.encoded(partner.partner.release.subject);
        Ok(if hers == claims.subject {
            Hint::Same
        } else {
            Hint::Other
        })
    }

    async fn grant_code(
        &self,
        who: &SignedIn,
        request: &Request,
        partner: &Arc<StoredPartner>,
        visit: &Visit,
    ) -> Result<Authorized, Trouble> {
        let child = self.child_at_hand(who, partner, visit).await?;
        let resource = self.resource_at_hand(who, partner, visit).await?;
        let what = OpenedFor {
            child,
            resource: resource.as_ref(),
            scopes: Some(&request.scopes),
        };
        match self.open_partner(who, partner, what, visit).await? {
            Ok(opened) => {
                let code = self.code_for(who, request, partner, (child, resource, opened), visit);
                Ok(Authorized::Deliver(code.await?))
            }
            Err(_) if request.prompt == Prompt::Silent => {
                let error = AuthorizeError {
                    to: request.proven.clone(),
                    fault: Fault::AccessDenied,
                };
                Ok(Authorized::Deliver(refused(&error, &self.issuer)))
            }
            Err(refused) => Ok(Authorized::Refused(refused)),
        }
    }

    /// The child of the tile that she comes from; only a relative has one.
    async fn child_at_hand(
        &self,
        who: &SignedIn,
        partner: &StoredPartner,
        visit: &Visit,
    ) -> Result<Option<PersonId>, Trouble> {
        let relative = |place: &crate::Place| place.profile == Profile::Relative;
        if who.places.iter().any(relative) {
            self.chosen_child(&who.session, &partner.partner.id, visit.now)
                .await
        } else {
            Ok(None)
        }
    }

    /// The resource that she comes from; only a provider has one.
    async fn resource_at_hand(
        &self,
        who: &SignedIn,
        partner: &StoredPartner,
        visit: &Visit,
    ) -> Result<Option<ResourceChoice>, Trouble> {
        let service = &partner.partner.id;
        if self
            .stores
            .resources
            .resources_of(service)
            .await?
            .is_empty()
        {
            return Ok(None);
        }
        self.chosen_resource(&who.session, service, visit.now).await
    }

    async fn code_for(
        &self,
        who: &SignedIn,
        request: &Request,
        partner: &StoredPartner,
        (child, chosen, opened): (Option<PersonId>, Option<ResourceChoice>, Opened),
        visit: &Visit,
    ) -> Result<Delivery, Trouble> {
        let to = &request.proven;
        let grant = CodeGrant {
            partner: partner.partner.id.clone(),
            client_id: to.client_id().to_owned(),
            redirect_uri: to.redirect_uri().to_owned(),
            challenge: request.challenge,
            nonce: request.nonce.clone(),
            scopes: request.scopes.clone(),
            person: who.person.id,
            session: who.session.id,
            authenticated_at: who.session.opened_at,
            level: who.session.level,
            child,
            issued_at: visit.now,
        };
        // Without a choice the decision took a resource; it is that one from here on.
        let taken = |resource| ResourceChoice {
            resource,
            establishment: None,
        };
        let issued = Issued {
            released: opened.opening.attributes,
            resource: chosen.or_else(|| opened.opening.resource.map(taken)),
            grant,
        };
        let value = issued.to_bytes()?;
        let code = Secret::fresh(self.entropy.bytes());
        let digest = digest_of(code.as_str()).ok_or(Trouble::Internal("a code has no digest"))?;
        let until = visit.now.plus(CODE_LIFETIME);
        self.stores
            .one_time
            .put_brief(CODE, &digest, value, until)
            .await?;
        // One for a session and partner, however often she comes back: the sid is always the same.
        let participation = Participation {
            session: who.session.id,
            partner: partner.partner.id.to_string(),
            partner_name: partner.partner.name.clone(),
            handle: ParticipationHandle::Oidc {
                sid: sid(&self.keys.csrf, who.session.id, to.client_id()),
            },
            at: visit.now,
        };
        self.stores.participations.record(&participation).await?;
        metrics::counter!("portique_oidc_codes_total").increment(1);
        Ok(granted(to, code.as_str(), &self.issuer))
    }
}

fn facts(who: &SignedIn) -> SessionFacts {
    SessionFacts {
        authenticated_at: who.session.opened_at,
        step_pending: who.charter_pending,
    }
}
