//! Who stands at the desk: session, charter, second factor, power. Every handler begins here.

use crate::Admin;
use crate::refusal::{Refusal, see_other};
use crate::words::CONSOLE;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::Response;
use portique_domain::identity::PersonId;
use portique_domain::journal::ReasonCode;
use portique_domain::login::{Destination, FLOWS_A_BROWSER, LocalPath};
use portique_domain::rights::{Action, AdminGrant, Grant};
use portique_domain::session::Level;
use portique_journeys::{SessionFound, SignedIn, Trouble, Visit};
use portique_ui::cookies::flow_text;
use portique_ui::{Brand, Desk, ErrorKind, Facts, Fault, Page, Role, csrf, error_page};
use serde::Deserialize;
use url::form_urlencoded;
use uuid::Uuid;

/// The token of a form; whatever else was sent is not looked at.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Posted {
    /// The token.
    #[serde(default)]
    pub(crate) csrf: String,
}

/// Somebody who is in, has accepted her charter, and showed two factors.
#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) facts: Facts,
    pub(crate) visit: Visit,
    pub(crate) who: Box<SignedIn>,
    /// Token of her forms.
    pub(crate) token: String,
}

/// The menu, with what she may open only.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch for each entry of the menu"
)]
pub(crate) struct Menu {
    current: &'static str,
    /// She may open the people.
    pub(crate) people: bool,
    /// She may open the runs.
    pub(crate) feeds: bool,
    /// She may open the partners.
    pub(crate) partners: bool,
    /// She may open the habilitations.
    pub(crate) habilitations: bool,
}

impl Menu {
    /// Whether this entry is the page shown.
    pub(crate) fn is(&self, entry: &str) -> bool {
        self.current == entry
    }
}

/// What the powers of a guest open, for the menu and for parts of pages.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) people: Option<AdminGrant>,
    pub(crate) feeds: Option<AdminGrant>,
    pub(crate) partners: Option<AdminGrant>,
    pub(crate) habilitations: Option<AdminGrant>,
}

impl Open {
    /// The menu with one of its entries as the current one.
    pub(crate) fn menu(&self, current: &'static str) -> Menu {
        Menu {
            current,
            people: self.people.is_some(),
            feeds: self.feeds.is_some(),
            partners: self.partners.is_some(),
            habilitations: self.habilitations.is_some(),
        }
    }
}

impl Admin {
    /// Lets somebody in: session, charter, two factors, at least one power. `back` is where to come back
    /// to after a login; the page itself when it is `None`.
    pub(crate) async fn open(&self, parts: &Parts, back: Option<&str>) -> Result<Guest, Refusal> {
        let facts = Facts::read(parts, &self.edge);
        let visit = Visit {
            now: self.clock.now(),
            address: facts.address,
            device: facts.device,
            device_cookie: facts
                .jar
                .first(self.edge.cookies, Role::Device)
                .map(ToOwned::to_owned),
        };
        let found = {
            let values = facts.jar.sessions(self.edge.cookies);
            self.journeys.find_session(&values, visit.now).await
        };
        let who = match found {
            Err(trouble) => return Err(Refusal::of(self, &facts, &trouble, None, &visit)),
            Ok(SessionFound::None) => return Err(to_login(&facts, back).into()),
            Ok(SessionFound::Several) => return Err(self.two_sessions(&facts).into()),
            Ok(SessionFound::One(who)) => who,
        };
        if who.charter_pending {
            return Err(self.to_charter(&who, &facts, back, &visit).await);
        }
        let token = csrf::session_token(&self.journeys.keys.csrf, who.session.id);
        let guest = Guest {
            facts,
            visit,
            who,
            token,
        };
        if !guest.who.powers || guest.who.session.level != Level::Two {
            return Err(self.refuse(&guest, &Trouble::Forbidden));
        }
        Ok(guest)
    }

    /// As [`Admin::open`], for a form: its token and the browser must both say that it is ours.
    pub(crate) async fn open_post(
        &self,
        parts: &Parts,
        form: Result<Form<Posted>, FormRejection>,
        back: &str,
    ) -> Result<Guest, Refusal> {
        let guest = self.open(parts, Some(back)).await?;
        let Form(posted) = form.unwrap_or_default();
        if self.is_ours(&guest, &parts.headers, &posted) {
            return Ok(guest);
        }
        let number =
            self.journeys
                .note_fault(ReasonCode::Forged, Some(guest.who.person.id), &guest.visit);
        let mut fault = Fault::new(ErrorKind::Forged).number(number);
        if let Some(again) = LocalPath::parse(back) {
            fault = fault.leading_to(again);
        }
        Err(error_page(&guest.facts, &self.edge, &fault).into())
    }

    fn is_ours(&self, guest: &Guest, headers: &HeaderMap, posted: &Posted) -> bool {
        csrf::comes_from_us(headers, &self.edge.public)
            && csrf::session_token_holds(
                &self.journeys.keys.csrf,
                guest.who.session.id,
                &posted.csrf,
            )
    }

    /// The power to do something, or the refusal.
    pub(crate) async fn need(&self, guest: &Guest, action: Action) -> Result<AdminGrant, Refusal> {
        self.journeys
            .claim(&guest.who, action, guest.visit.now)
            .await
            .map_err(|trouble| self.refuse(guest, &trouble))
    }

    /// The power to do something, if she has it.
    pub(crate) async fn claim(
        &self,
        guest: &Guest,
        action: Action,
    ) -> Result<Option<AdminGrant>, Refusal> {
        match self
            .journeys
            .claim(&guest.who, action, guest.visit.now)
            .await
        {
            Ok(grant) => Ok(Some(grant)),
            Err(Trouble::Forbidden) => Ok(None),
            Err(trouble) => Err(self.refuse(guest, &trouble)),
        }
    }

    /// What the menu shows.
    pub(crate) async fn opens(&self, guest: &Guest) -> Result<Open, Refusal> {
        Ok(Open {
            people: self.claim(guest, Action::ReadPeople).await?,
            feeds: self.claim(guest, Action::ReadFeeds).await?,
            partners: self.claim(guest, Action::ReadPartners).await?,
            habilitations: self.claim(guest, Action::Habilitate).await?,
        })
    }

    /// Her own live powers. Nobody needs a power to read her own.
    pub(crate) async fn own_powers(&self, guest: &Guest) -> Result<Vec<Grant>, Refusal> {
        let read = self.journeys.own_powers(&guest.who, guest.visit.now).await;
        let mut grants = read.map_err(|trouble| self.refuse(guest, &trouble))?;
        grants.sort_by_key(|grant| (grant.to, grant.action));
        Ok(grants)
    }

    /// What a trouble looks like to a guest.
    pub(crate) fn refuse(&self, guest: &Guest, trouble: &Trouble) -> Refusal {
        let person = Some(guest.who.person.id);
        Refusal::of(self, &guest.facts, trouble, person, &guest.visit)
    }

    /// A page of the console.
    pub(crate) fn page(&self, guest: &Guest) -> Page {
        let page = Page::new(&guest.facts, &self.edge).speaking(&CONSOLE);
        let brand = Brand {
            name: self.edge.instance.clone(),
            place: page.plain("console-name"),
            href: "/admin".to_owned(),
        };
        page.of(brand).signed_in(guest.token.clone(), "admin", true)
    }

    /// The charter first, as a flow bound to this browser, and back afterwards.
    async fn to_charter(
        &self,
        who: &SignedIn,
        facts: &Facts,
        back: Option<&str>,
        visit: &Visit,
    ) -> Refusal {
        if facts.only_looks() {
            return see_other("/").into();
        }
        let page = back.and_then(LocalPath::parse);
        let destination = Destination::Page(page.unwrap_or_else(|| facts.here.clone()));
        let begun = self.journeys.begin_charter_flow(who, destination, visit);
        let (id, secret) = match begun.await {
            Ok(begun) => begun,
            Err(trouble) => {
                return Refusal::of(self, facts, &trouble, Some(who.person.id), visit);
            }
        };
        let names = self.edge.cookies;
        let mut response = see_other(&format!("/charter?flow={}", flow_text(id)));
        // The oldest flows of this browser make room (house §4.5).
        let flows = facts.jar.flows(names);
        let surplus = (flows.len() + 1).saturating_sub(FLOWS_A_BROWSER);
        let gone = flows.into_iter().take(surplus);
        let lines = gone
            .filter_map(|old| names.clear_flow(old))
            .chain(names.set_flow(id, secret.as_str()));
        for line in lines {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
        response.into()
    }

    fn two_sessions(&self, facts: &Facts) -> Response {
        let fault = Fault::new(ErrorKind::TwoSessions);
        let mut response = error_page(facts, &self.edge, &fault);
        for role in [Role::Session, Role::EntToken] {
            if let Some(line) = self.edge.cookies.clear(role) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
        }
        response
    }
}

/// The login of staff first, and back afterwards.
fn to_login(facts: &Facts, back: Option<&str>) -> Response {
    let back = back.unwrap_or(facts.here.as_str());
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return", back)
        .finish();
    see_other(&format!("/login/{}?{query}", Desk::Staff.code()))
}

/// A person's id in an address: the canonical text of a UUID and nothing else.
pub(crate) fn read_person(text: &str) -> Option<PersonId> {
    read_uuid(text).map(PersonId)
}

/// A UUID in an address, canonical only, so that one page has one address.
pub(crate) fn read_uuid(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}
