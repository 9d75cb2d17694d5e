//! Who is in: the gate of every page behind the login.

use crate::ask::Ask;
use crate::settings::Web;
use crate::stop::{Halt, Stop};
use crate::trail::{Marks, see_other, with_cookies};
use axum::http::HeaderValue;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::Timestamp;
use portique_domain::login::{Destination, LocalPath};
use portique_journeys::{SessionFound, SignedIn};
use portique_ui::{Brand, ErrorKind, Page, Role, csrf};

/// The ENT token lives five minutes; after four a page view renews it.
const RENEW_AFTER_SECONDS: i64 = 240;

impl Web {
    /// Whoever is in, if anybody. Two live sessions in one browser are refused and both cookies go.
    pub(crate) async fn who(&self, ask: &Ask) -> Result<Option<SignedIn>, Halt> {
        let names = self.settings.edge.cookies;
        let values = ask.facts.jar.sessions(names);
        if values.is_empty() {
            return Ok(None);
        }
        match self.journeys.find_session(&values, ask.visit.now).await? {
            SessionFound::None => Ok(None),
            SessionFound::One(who) => Ok(Some(*who)),
            SessionFound::Several => Err(Stop::new(ErrorKind::TwoSessions)
                .leading_to("/login")
                .clearing(self.out())
                .into()),
        }
    }

    /// Whoever is in and owes no charter. Others are led to the login or to the charter, and come back
    /// here afterwards.
    pub(crate) async fn member(&self, ask: &Ask) -> Result<SignedIn, Halt> {
        match self.who(ask).await? {
            Some(who) => self.settled(ask, who).await,
            None => Err(see_other(&login_for(&ask.facts.here)).into()),
        }
    }

    /// The charter's gate: as [`Web::member`], for somebody who was found already.
    pub(crate) async fn settled(&self, ask: &Ask, who: SignedIn) -> Result<SignedIn, Halt> {
        if !who.charter_pending {
            return Ok(who);
        }
        if ask.facts.only_looks() {
            return Err(see_other("/").into());
        }
        let here = ask.facts.here.clone();
        Err(self.charter_first(ask, &who, here).await?.into())
    }

    /// The charter for somebody who is in and owes it, then on to a page of ours.
    pub(crate) async fn charter_first(
        &self,
        ask: &Ask,
        who: &SignedIn,
        to: LocalPath,
    ) -> Result<Response, Halt> {
        let (id, secret) = self
            .journeys
            .begin_charter_flow(who, Destination::Page(to), &ask.visit)
            .await?;
        let cookies = self.bind(ask, id, secret.as_str());
        let to = format!("/charter?flow={}", portique_ui::cookies::flow_text(id));
        Ok(with_cookies(see_other(&to), cookies.into_iter().map(Some)))
    }

    /// The token of her forms.
    pub(crate) fn token(&self, who: &SignedIn) -> String {
        csrf::session_token(&self.journeys.keys.csrf, who.session.id)
    }

    /// Whether a form carries it.
    pub(crate) fn token_holds(&self, who: &SignedIn, token: &str) -> Result<(), Halt> {
        if csrf::session_token_holds(&self.journeys.keys.csrf, who.session.id, token) {
            Ok(())
        } else {
            Err(Stop::new(ErrorKind::Forged).into())
        }
    }

    /// A page for her, under the name of her first establishment.
    pub(crate) fn her_page(&self, ask: &Ask, who: &SignedIn, current: &'static str) -> Page {
        let powers = who.powers && self.settings.console.is_some();
        let page =
            Page::new(&ask.facts, &self.settings.edge).signed_in(self.token(who), current, powers);
        match who.places.first() {
            Some(place) => page.of(Brand {
                name: place.establishment.name.clone(),
                place: place.establishment.town.clone(),
                href: "/".to_owned(),
            }),
            None => page,
        }
    }

    /// An answer for her: the ENT token is renewed when it grows old.
    pub(crate) fn her_answer(&self, ask: &Ask, who: &SignedIn, response: Response) -> Response {
        let names = self.settings.edge.cookies;
        let held = ask.facts.jar.first(names, Role::EntToken);
        if held
            .and_then(issued_at)
            .is_some_and(|at| is_young(at, ask.visit.now))
        {
            return response;
        }
        let fresh = self.journeys.ent_token(&who.session, ask.visit.now).ok();
        let cookie = fresh.and_then(|token| names.set(Role::EntToken, &token));
        with_cookies(response, [cookie])
    }

    /// The cookies that go when somebody leaves.
    pub(crate) fn out(&self) -> [Option<HeaderValue>; 2] {
        let names = self.settings.edge.cookies;
        [names.clear(Role::Session), names.clear(Role::EntToken)]
    }
}

fn login_for(here: &LocalPath) -> String {
    Marks::returning(here).link("/login")
}

/// When a token says that it was issued. Nothing is trusted for it: it only spares a signature.
fn issued_at(token: &str) -> Option<i64> {
    let body = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(body).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    claims.get("iat")?.as_i64()
}

fn is_young(issued_at: i64, now: Timestamp) -> bool {
    let age = now.millis().div_euclid(1000).saturating_sub(issued_at);
    (0..RENEW_AFTER_SECONDS).contains(&age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_renewed_after_four_minutes() {
        let now = Timestamp::from_millis(1_000_000);
        for (issued, young) in [(1000, true), (761, true), (760, false), (1001, false)] {
            assert_eq!(is_young(issued, now), young, "{issued}");
        }
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode("{\"iat\":7}"));
        assert_eq!(issued_at(&token), Some(7));
        assert_eq!(issued_at("garbage"), None);
    }
}
