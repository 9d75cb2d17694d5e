//! Who is in, and what her portal shows.

use crate::journal::About;
use crate::launch::PartnerTile;
use crate::login::digest_of;
use crate::{Journeys, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::account::Account;
use portique_domain::charter::{Charter, CharterProof};
use portique_domain::identity::{Affiliation, Establishment, Person, Profile};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::session::Session;
use portique_jose::token::{ENT_TOKEN_SECONDS, EntClaims, sign_ent};
use uuid::Uuid;

/// One place of a person, with the establishment itself.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where.
    pub establishment: Establishment,
    /// What she is there.
    pub profile: Profile,
    /// Her classes there.
    pub classes: Vec<String>,
}

/// Somebody who is in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Her session.
    pub session: Session,
    /// Herself.
    pub person: Person,
    /// Her account.
    pub account: Account,
    /// Her establishments, each with the profile she has there and her classes.
    pub places: Vec<Place>,
    /// A charter has come into force that she has not accepted: nothing opens before she does.
    pub charter_pending: bool,
    /// She holds powers.
    pub powers: bool,
}

/// What the session cookies of a request are worth.
#[derive(Clone, Debug)]
pub enum SessionFound {
    /// Nobody is in.
    None,
    /// Two live sessions in one request: refused, and both cookies are cleared (cookie tossing).
    Several,
    /// She is in.
    One(Box<SignedIn>),
}

/// A child on the portal of a relative.
#[derive(Clone, Debug)]
pub struct ChildView {
    /// The child.
    pub person: Person,
    /// Where the child is.
    pub places: Vec<Place>,
    /// The partners that open to her for this child.
    pub tiles: Vec<PartnerTile>,
}

/// What the portal shows.
#[derive(Clone, Debug)]
pub struct PortalView {
    /// For a relative: her children, each with their places.
    pub children: Vec<ChildView>,
    /// The partners that open to her, for herself.
    pub tiles: Vec<PartnerTile>,
    /// Sessions open besides this one.
    pub other_sessions: usize,
}

impl Journeys {
    /// Finds the session of a request: at most three values of the cookie are tried, exactly one live
    /// session wins (house §5b). An account that was closed meanwhile has no session.
    pub async fn find_session(
        &self,
        values: &[&str],
        now: Timestamp,
    ) -> Result<SessionFound, Trouble> {
        let mut live: Vec<Session> = Vec::new();
        for digest in values.iter().take(3).filter_map(|value| digest_of(value)) {
            if let Some(session) = self.stores.sessions.find(&digest, now).await?
                && !live.iter().any(|known| known.id == session.id)
            {
                live.push(session);
            }
        }
        if live.len() > 1 {
            self.close_both(&live, now).await?;
            return Ok(SessionFound::Several);
        }
        let Some(session) = live.pop() else {
            return Ok(SessionFound::None);
        };
        let person = self.stores.people.person(session.person).await?;
        let account = self.stores.accounts.account(session.person).await?;
        let (Some(person), Some(account)) = (person, account) else {
            return Ok(SessionFound::None);
        };
        // A session that was open when a feed took her away ends here at the latest, whatever became of the
        // run after its commit.
        let left = person.disappeared_at;
        let left_since = left.is_some_and(|left| left > session.opened_at);
        if left_since || account.state != portique_domain::account::AccountState::Active {
            self.stores.session_writer.close(&session.digest).await?;
            return Ok(SessionFound::None);
        }
        if session.wants_touch_at(now) {
            self.stores
                .session_writer
                .touch(&session.digest, now)
                .await?;
        }
        let charter_pending = !self.charter_accepted(&person, now).await?;
        let powers = self.has_powers(person.id, now).await?;
        let places = self.places_of(&person).await?;
        Ok(SessionFound::One(Box::new(SignedIn {
            session,
            person,
            account,
            places,
            charter_pending,
            powers,
        })))
    }

    /// One of them was planted, and clearing cookies does not reach a cookie set for the whole domain
    /// (the names of the preset `kdecole` carry no prefix): left alive, it would be found alone by the
    /// next request, and somebody would work in another's session.
    async fn close_both(&self, live: &[Session], now: Timestamp) -> Result<(), Trouble> {
        for session in live {
            self.stores.session_writer.close(&session.digest).await?;
            let about = About {
                session: Some(session.id),
                target: Some(session.person),
                actor: Some(portique_domain::rights::Actor::Gateway),
                ..About::default()
            };
            self.fact_here(EventCode::SessionEnded, about, ResultCode::Done, now);
        }
        Ok(())
    }

    /// The establishments of a person; none once no source sends her any more, for what she was there
    /// opens nothing to her, though it is kept for her return.
    pub(crate) async fn places_of(&self, person: &Person) -> Result<Vec<Place>, Trouble> {
        if person.disappeared_at.is_some() {
            return Ok(Vec::new());
        }
        let mut places = Vec::with_capacity(person.affiliations.len());
        for place in &person.affiliations {
            if let Some(found) = self
                .stores
                .establishments
                .establishment(place.establishment)
                .await?
            {
                places.push(Place {
                    establishment: found,
                    profile: place.profile,
                    classes: place.classes.clone(),
                });
            }
        }
        Ok(places)
    }

    /// A fresh ENT token for a session (house §4.7).
    pub fn ent_token(&self, session: &Session, now: Timestamp) -> Result<String, Trouble> {
        let seconds = now.millis().div_euclid(1000);
        let claims = EntClaims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: session.id.to_string(),
            iat: seconds,
            exp: seconds.saturating_add(ENT_TOKEN_SECONDS),
        };
        sign_ent(&self.keys.ent.1, &self.keys.ent.0, &claims)
            .map_err(|_| Trouble::Internal("the ENT token cannot be signed"))
    }

    /// What the portal shows besides her own places.
    pub async fn portal(&self, who: &SignedIn, visit: &Visit) -> Result<PortalView, Trouble> {
        let children = self.children_of(&who.person).await?;
        let (tiles, theirs) = self.tiles(who, &children, visit.now).await?;
        let sessions = self
            .stores
            .sessions
            .of_person(who.person.id, visit.now)
            .await?;
        let children = children.into_iter().zip(theirs);
        let children = children.map(|((person, places), tiles)| ChildView {
            person,
            places,
            tiles,
        });
        Ok(PortalView {
            children: children.collect(),
            tiles,
            other_sessions: sessions.len().saturating_sub(1),
        })
    }

    /// The children of a relative, each with their places; nobody's when she is none.
    pub(crate) async fn children_of(
        &self,
        person: &Person,
    ) -> Result<Vec<(Person, Vec<Place>)>, Trouble> {
        let is_relative = |place: &Affiliation| place.profile == Profile::Relative;
        let mut children = Vec::new();
        if person.affiliations.iter().any(is_relative) {
            for child in self.stores.people.children_of(person.id).await? {
                let places = self.places_of(&child).await?;
                children.push((child, places));
            }
        }
        Ok(children)
    }

    /// Shuts somebody out: her sessions end, and so do the flows that already speak of her, else one
    /// parked before with an old password would open a session after (T-57). `but` is the flow in which
    /// she acts herself.
    pub(crate) async fn shut_out(
        &self,
        person: portique_domain::identity::PersonId,
        but: Option<portique_domain::login::FlowId>,
    ) -> Result<Vec<Session>, Trouble> {
        self.stores.flows.end_all_of(person, but).await?;
        Ok(self.stores.session_writer.close_all_of(person).await?)
    }

    /// Her open sessions, newest first.
    pub async fn my_sessions(
        &self,
        who: &SignedIn,
        visit: &Visit,
    ) -> Result<Vec<Session>, Trouble> {
        Ok(self
            .stores
            .sessions
            .of_person(who.person.id, visit.now)
            .await?)
    }

    /// Ends one of her own sessions by its public id; what is not hers is not found.
    pub async fn end_my_session(
        &self,
        who: &SignedIn,
        id: Uuid,
        visit: &Visit,
    ) -> Result<(), Trouble> {
        let closed = self
            .stores
            .session_writer
            .close_by_id(who.person.id, id)
            .await?
            .ok_or(Trouble::NotFound)?;
        let about = About {
            session: Some(closed.id),
            ..About::person(who.person.id)
        };
        self.fact(
            EventCode::SessionEnded,
            about,
            visit,
            ResultCode::Done,
            None,
        );
        Ok(())
    }

    /// The charter she accepted last, with its proof.
    pub async fn my_charter(
        &self,
        who: &SignedIn,
    ) -> Result<Option<(Charter, CharterProof)>, Trouble> {
        let Some(proof) = self
            .stores
            .charters
            .proofs(who.person.id)
            .await?
            .into_iter()
            .next()
        else {
            return Ok(None);
        };
        let charter = self.stores.charters.charter(proof.charter).await?;
        Ok(charter.map(|charter| (charter, proof)))
    }

    /// Whether people can sign in now: the stores that a login needs answer.
    pub async fn can_sign_in(&self, now: Timestamp) -> bool {
        let nobodys = portique_domain::session::Digest([0; 32]);
        self.stores.feeds.generation().await.is_ok()
            && self.stores.sessions.find(&nobodys, now).await.is_ok()
    }

    /// The establishments with a public home.
    pub async fn public_establishments(&self) -> Result<Vec<Establishment>, Trouble> {
        let all = self
            .stores
            .establishments
            .establishments(&[portique_domain::rights::Perimeter::Instance])
            .await?;
        Ok(all
            .into_iter()
            .filter(|place| place.uai.is_some())
            .collect())
    }

    /// One establishment by its UAI.
    pub async fn public_establishment(
        &self,
        uai: &portique_domain::identity::Uai,
    ) -> Result<Establishment, Trouble> {
        self.stores
            .establishments
            .establishment_by_uai(uai)
            .await?
            .ok_or(Trouble::NotFound)
    }

    /// Parks a flow for somebody who is in and owes the new charter: she comes back where she was going.
    pub async fn begin_charter_flow(
        &self,
        who: &SignedIn,
        destination: portique_domain::login::Destination,
        visit: &Visit,
    ) -> Result<(portique_domain::login::FlowId, crate::login::Secret), Trouble> {
        let (id, secret) = self.begin_flow(destination, visit).await?;
        let flow_ref = crate::login::FlowRef {
            id,
            secret: Some(secret.as_str().to_owned()),
        };
        let mut flow = self.load_flow(&flow_ref, visit).await?;
        flow.evidence.person = Some(who.person.id);
        flow.evidence.proof = Some(portique_domain::login::Proof::Password);
        flow.evidence.second_factor = who.session.level == portique_domain::session::Level::Two;
        flow.evidence.since = Some(who.session.opened_at);
        self.move_on(&flow, visit).await?;
        Ok((id, secret))
    }
}
