//! The marks that the pages of a flow carry from one to the next.

use crate::ask::Ask;
use crate::settings::Web;
use crate::stop::{Halt, Stop};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use portique_domain::login::{Destination, FLOWS_A_BROWSER, FlowId, LocalPath};
use portique_journeys::login::FlowRef;
use portique_ui::cookies::{flow_text, read_flow};
use portique_ui::{ErrorKind, csrf};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// The marks as they arrive, in a query or in a form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Marks {
    flow: Option<String>,
    csrf: Option<String>,
    #[serde(rename = "return")]
    back: Option<String>,
    essai: Option<String>,
}

impl Marks {
    /// Marks that lead back to a page.
    pub(crate) fn returning(back: &LocalPath) -> Self {
        Self {
            back: Some(back.as_str().to_owned()),
            ..Self::default()
        }
    }

    /// Where the person wants to go in the end.
    pub(crate) fn back(&self) -> Option<LocalPath> {
        self.back.as_deref().and_then(LocalPath::parse)
    }

    /// Whether they name a flow.
    pub(crate) fn names_a_flow(&self) -> bool {
        self.flow.is_some()
    }

    /// An address with the marks that survive a flow.
    pub(crate) fn link(&self, path: &str) -> String {
        with_query(path, None, self.back().as_ref(), self.essai.is_some())
    }
}

/// A flow as this browser holds it.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub(crate) id: FlowId,
    secret: String,
    back: Option<LocalPath>,
    retry: bool,
}

/// What the hidden fields of a form hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) flow: String,
    pub(crate) csrf: String,
    pub(crate) back: String,
    pub(crate) retry: bool,
}

impl Trail {
    /// The flow as journeys name it.
    pub(crate) fn flow(&self) -> FlowRef {
        FlowRef {
            id: self.id,
            secret: Some(self.secret.clone()),
        }
    }

    /// The address of a page of this flow.
    pub(crate) fn link(&self, path: &str) -> String {
        with_query(path, Some(self.id), self.back.as_ref(), self.retry)
    }

    /// The address where it starts again at the same destination.
    pub(crate) fn restart(&self, path: &str) -> String {
        with_query(path, None, self.back.as_ref(), self.retry)
    }
}

fn with_query(path: &str, flow: Option<FlowId>, back: Option<&LocalPath>, retry: bool) -> String {
    let mut query = Serializer::new(String::new());
    if let Some(flow) = flow {
        query.append_pair("flow", &flow_text(flow));
    }
    if let Some(back) = back.filter(|back| back.as_str() != "/") {
        query.append_pair("return", back.as_str());
    }
    if retry {
        query.append_pair("essai", "1");
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// 303.
pub(crate) fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// Adds cookies to an answer.
pub(crate) fn with_cookies(
    mut response: Response,
    cookies: impl IntoIterator<Item = Option<HeaderValue>>,
) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

impl Web {
    /// The flow that the marks name, if this browser holds its cookie (T-44); else the page M03, which
    /// starts again at the same destination. A browser that comes back a second time without any cookie
    /// is told that it refuses them (M11).
    pub(crate) fn trail(&self, ask: &Ask, marks: &Marks, start: &str) -> Result<Trail, Halt> {
        let jar = &ask.facts.jar;
        let names = self.settings.edge.cookies;
        let id = marks.flow.as_deref().and_then(read_flow);
        let held = id.and_then(|id| Some((id, jar.flow(names, id)?.to_owned())));
        if let Some((id, secret)) = held {
            return Ok(Trail {
                id,
                secret,
                back: marks.back(),
                retry: marks.essai.is_some(),
            });
        }
        let bare = jar.is_empty();
        let kind = if bare && marks.essai.is_some() {
            ErrorKind::CookieRefused
        } else {
            ErrorKind::FlowLost
        };
        let again = with_query(start, None, marks.back().as_ref(), bare);
        Err(Stop::new(kind).leading_to(&again).into())
    }

    /// As [`Web::trail`], for a form: its token must be the one of this flow in this browser.
    pub(crate) fn form(&self, ask: &Ask, marks: &Marks, start: &str) -> Result<Trail, Halt> {
        let trail = self.trail(ask, marks, start)?;
        let token = marks.csrf.as_deref().unwrap_or_default();
        if csrf::flow_token_holds(&self.journeys.keys.csrf, trail.id, &trail.secret, token) {
            Ok(trail)
        } else {
            Err(Stop::new(ErrorKind::Forged)
                .leading_to(&trail.restart(start))
                .into())
        }
    }

    /// The hidden fields of the forms of a flow.
    pub(crate) fn fields(&self, trail: &Trail) -> Form {
        Form {
            flow: flow_text(trail.id),
            csrf: csrf::flow_token(&self.journeys.keys.csrf, trail.id, &trail.secret),
            back: trail
                .back
                .as_ref()
                .map_or_else(String::new, |back| back.as_str().to_owned()),
            retry: trail.retry,
        }
    }

    /// Parks a flow and binds it to this browser; the oldest cookies go beyond ten.
    pub(crate) async fn begin(
        &self,
        ask: &Ask,
        marks: &Marks,
    ) -> Result<(Trail, Vec<HeaderValue>), Halt> {
        let back = marks.back();
        let destination = back.clone().map_or(Destination::Portal, Destination::Page);
        let (id, secret) = self.journeys.begin_flow(destination, &ask.visit).await?;
        let trail = Trail {
            id,
            secret: secret.as_str().to_owned(),
            back,
            retry: marks.essai.is_some(),
        };
        Ok((trail, self.bind(ask, id, secret.as_str())))
    }

    /// The cookies that bind a flow.
    pub(crate) fn bind(&self, ask: &Ask, id: FlowId, secret: &str) -> Vec<HeaderValue> {
        let names = self.settings.edge.cookies;
        let held = ask.facts.jar.flows(names);
        let surplus = (held.len() + 1).saturating_sub(FLOWS_A_BROWSER);
        let old = held
            .into_iter()
            .take(surplus)
            .map(|old| names.clear_flow(old));
        old.chain([names.set_flow(id, secret)]).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_survives_in_the_address_and_a_foreign_one_does_not() {
        let marks = |back: &str| Marks {
            back: Some(back.to_owned()),
            ..Marks::default()
        };
        assert_eq!(
            marks("/me?a=b&c").link("/login"),
            "/login?return=%2Fme%3Fa%3Db%26c"
        );
        assert_eq!(marks("https://evil.example").link("/login"), "/login");
        assert_eq!(marks("//evil.example").link("/login"), "/login");
    }
}
