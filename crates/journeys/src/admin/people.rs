//! People: lists, one file, a new code, freezing, ending sessions.

use super::pages::List;
use crate::journal::About;
use crate::{Journeys, Place, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::account::{ACTIVATION_CODE_LIFETIME, Account, ActivationCode};
use portique_domain::charter::CharterProof;
use portique_domain::identity::{Establishment, Person, PersonId};
use portique_domain::journal::{AccessEvent, EventCode, ReasonCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Grant, Perimeter};
use portique_domain::session::Session;
use portique_store::journal::JournalQuery;
use portique_store::records::{PeopleQuery, PersonRow};
use portique_store::{Page, PageSize};

/// Everything a person's page shows.
#[derive(Clone, Debug)]
pub struct PersonFile {
    /// Herself.
    pub person: Person,
    /// Her account.
    pub account: Option<Account>,
    /// Her places.
    pub places: Vec<Place>,
    /// Her children within reach (for a relative).
    pub children: Vec<Person>,
    /// Her legal representatives (for a pupil).
    pub relatives: Vec<Person>,
    /// Her open sessions.
    pub sessions: Vec<Session>,
    /// Proofs of charters.
    pub proofs: Vec<CharterProof>,
    /// Her powers.
    pub grants: Vec<Grant>,
    /// The last events of her account.
    pub events: Vec<AccessEvent>,
}

/// A code just drawn: shown once, on a letter, never again.
#[derive(Clone, Debug)]
pub struct IssuedCode {
    /// The code.
    pub code: ActivationCode,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// Whose.
    pub person: Person,
    /// Her account.
    pub account: Account,
    /// Her places.
    pub places: Vec<Place>,
    /// Where the letter's square leads.
    pub link: String,
    /// The same as an SVG path: side in modules, path data.
    pub qr: (usize, String),
}

impl Journeys {
    /// The proof that a person who is in may do something: from her live grants, with two factors.
    pub async fn claim(
        &self,
        who: &crate::SignedIn,
        action: Action,
        now: Timestamp,
    ) -> Result<AdminGrant, Trouble> {
        if who.session.level != portique_domain::session::Level::Two {
            return Err(Trouble::Forbidden);
        }
        let grants = self.stores.grants.grants_of(who.person.id).await?;
        AdminGrant::claim(who.person.id, &grants, action, now).ok_or(Trouble::Forbidden)
    }

    /// A page of people within the reach of the grant. The query's own reach is replaced.
    pub async fn list_people(
        &self,
        grant: &AdminGrant,
        mut query: PeopleQuery,
        visit: &Visit,
    ) -> Result<Page<PersonRow>, Trouble> {
        need(grant, Action::ReadPeople)?;
        query.reach = grant.reach().to_vec();
        query.after = self.open_page(grant, List::People, query.after.take())?;
        let about = About::by(grant, None);
        let intent = self.intend(EventCode::PeopleListed, about, visit).await?;
        let mut page = self.stores.people.people(&query).await?;
        page.next = page
            .next
            .map(|key| self.sign_page(grant, List::People, &key));
        self.conclude(intent, ResultCode::Done, None);
        Ok(page)
    }

    /// One person's file. Outside the reach it answers as if she did not exist.
    pub async fn person_file(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<PersonFile, Trouble> {
        need(grant, Action::ReadPeople)?;
        let (person, places) = self.within_reach(grant, id, visit).await?;
        let about = About::by(grant, Some(id));
        let intent = self.intend(EventCode::PersonRead, about, visit).await?;
        let mut children = Vec::new();
        for child in self.stores.people.children_of(id).await? {
            // A child of another school is somebody else's pupil.
            let places = self.places_of(&child).await?;
            if grant.covers_any(places.iter().map(|place| &place.establishment)) {
                children.push(child);
            }
        }
        let query = JournalQuery {
            person: Some(id),
            ..JournalQuery::default()
        };
        let events = self
            .stores
            .journal_reader
            .search(&query, PageSize::clamped(20), visit.now)
            .await?
            .rows;
        let file = PersonFile {
            account: self.stores.accounts.account(id).await?,
            relatives: self.stores.people.relatives_of(id).await?,
            sessions: self.stores.sessions.of_person(id, visit.now).await?,
            proofs: self.stores.charters.proofs(id).await?,
            grants: self.stores.grants.grants_of(id).await?,
            person,
            places,
            children,
            events,
        };
        self.conclude(intent, ResultCode::Done, None);
        Ok(file)
    }

    /// Draws a new activation code; the former one stops. `None` when the account's state allows none.
    /// A letter opens the account of its bearer, so that of somebody with powers is drawn by whoever
    /// holds the whole instance alone: else it would be a way to more powers than one has (T-61).
    pub async fn issue_code(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<Option<IssuedCode>, Trouble> {
        need(grant, Action::IssueCode)?;
        let (person, places) = self.within_reach(grant, id, visit).await?;
        self.no_more_powers_than_his(grant, id, visit.now).await?;
        let whole = grant.reach().contains(&Perimeter::Instance);
        if !whole && self.has_powers(id, visit.now).await? {
            return Err(Trouble::Forbidden);
        }
        let account = self
            .stores
            .accounts
            .account(id)
            .await?
            .ok_or(Trouble::NotFound)?;
        let about = About::by(grant, Some(id));
        let intent = self.intend(EventCode::CodeIssued, about, visit).await?;
        let code = self.entropy.activation_code();
        let expires_at = visit.now.plus(ACTIVATION_CODE_LIFETIME);
        let mac = self.code_mac(id, &code);
        if !self
            .stores
            .account_writer
            .issue_code(id, mac, expires_at, grant.actor(), visit.now)
            .await?
        {
            self.conclude(intent, ResultCode::Refused, Some(ReasonCode::AccountClosed));
            return Ok(None);
        }
        self.conclude(intent, ResultCode::Done, None);
        let link = format!(
            "{}/activate?username={}&code={}",
            self.issuer, account.login, code
        );
        let qr = crate::login::qr_path(&link)?;
        Ok(Some(IssuedCode {
            code,
            expires_at,
            person,
            account,
            places,
            link,
            qr,
        }))
    }

    /// Freezes an account and ends its sessions; `false` when its state does not allow it.
    pub async fn freeze(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<bool, Trouble> {
        need(grant, Action::Freeze)?;
        self.within_reach(grant, id, visit).await?;
        // Freezing never waits for the log (house §3).
        let done = self
            .stores
            .account_writer
            .freeze(id, grant.actor(), visit.now)
            .await?;
        let ended = self.shut_out(id, None).await?;
        let about = About::by(grant, Some(id));
        self.fact(
            EventCode::Frozen,
            about,
            visit,
            if done {
                ResultCode::Done
            } else {
                ResultCode::Refused
            },
            None,
        );
        tracing::info!(sessions = ended.len(), "an account was frozen");
        Ok(done)
    }

    /// Unfreezes an account; `false` when it is not frozen.
    pub async fn unfreeze(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<bool, Trouble> {
        need(grant, Action::Freeze)?;
        self.within_reach(grant, id, visit).await?;
        let about = About::by(grant, Some(id));
        let intent = self.intend(EventCode::Unfrozen, about, visit).await?;
        let done = self
            .stores
            .account_writer
            .unfreeze(id, grant.actor(), visit.now)
            .await?;
        self.conclude(
            intent,
            if done {
                ResultCode::Done
            } else {
                ResultCode::Refused
            },
            None,
        );
        Ok(done)
    }

    /// Forgets a second factor that was lost; sessions end, and the next login enrols a new one. Only
    /// who may give powers over the person may.
    pub async fn reset_factor(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<(), Trouble> {
        need(grant, Action::Grant)?;
        self.within_reach(grant, id, visit).await?;
        self.no_more_powers_than_his(grant, id, visit.now).await?;
        let about = About::by(grant, Some(id));
        let intent = self
            .intend(EventCode::FactorForgotten, about, visit)
            .await?;
        self.stores.factors.forget(id).await?;
        self.shut_out(id, None).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(())
    }

    /// Ends every session of a person; gives how many.
    pub async fn end_sessions(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<usize, Trouble> {
        need(grant, Action::EndSessions)?;
        self.within_reach(grant, id, visit).await?;
        let ended = self.shut_out(id, None).await?;
        for session in &ended {
            let about = About {
                actor: Some(grant.actor().clone()),
                target: Some(id),
                session: Some(session.id),
                ..About::default()
            };
            self.fact(
                EventCode::SessionEnded,
                about,
                visit,
                ResultCode::Done,
                None,
            );
        }
        Ok(ended.len())
    }

    pub(crate) async fn within_reach(
        &self,
        grant: &AdminGrant,
        id: PersonId,
        visit: &Visit,
    ) -> Result<(Person, Vec<Place>), Trouble> {
        let person = self
            .stores
            .people
            .person(id)
            .await?
            .ok_or(Trouble::NotFound)?;
        let places = self.places_of(&person).await?;
        if grant.covers_any(places.iter().map(|place| &place.establishment)) {
            return Ok((person, places));
        }
        let about = About::by(grant, Some(id));
        self.fact(
            EventCode::PersonRead,
            about,
            visit,
            ResultCode::Refused,
            Some(ReasonCode::OutOfScope),
        );
        Err(Trouble::NotFound)
    }

    /// The establishments within the reach of a grant, for filters.
    pub async fn establishments_within(
        &self,
        grant: &AdminGrant,
    ) -> Result<Vec<Establishment>, Trouble> {
        Ok(self
            .stores
            .establishments
            .establishments(grant.reach())
            .await?)
    }

    /// Name of a perimeter, for people.
    pub async fn perimeter_place(
        &self,
        perimeter: Perimeter,
    ) -> Result<Option<Establishment>, Trouble> {
        match perimeter {
            Perimeter::Establishment(id) => {
                Ok(self.stores.establishments.establishment(id).await?)
            }
            Perimeter::Instance | Perimeter::Academy(_) | Perimeter::Agriculture => Ok(None),
        }
    }
}

/// A grant for one action is none for another (T-62).
pub(crate) fn need(grant: &AdminGrant, action: Action) -> Result<(), Trouble> {
    if grant.action() == action {
        Ok(())
    } else {
        Err(Trouble::Forbidden)
    }
}
