//! A browser without a network: cookies, forms, no redirect followed unless asked.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tower::ServiceExt as _;

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or_else(
            || panic!("no redirect: {} {}", self.status, self.body),
            |value| value.to_str().unwrap(),
        )
    }

    /// Where the page goes on to by itself: after a form of ours no redirect leads to another host, since
    /// `form-action` would stop it.
    pub fn onward(&self) -> String {
        let page = Html::parse_document(&self.body);
        let wanted = Selector::parse("meta[http-equiv=refresh]").unwrap();
        let found = page.select(&wanted).next();
        let content = found.and_then(|meta| meta.attr("content"));
        let to = content.and_then(|text| text.strip_prefix("0; url="));
        to.unwrap_or_else(|| panic!("it leads nowhere: {} {}", self.status, self.body))
            .to_owned()
    }

    /// Every value of a field named so on the page: hidden ones included.
    pub fn field(&self, name: &str) -> String {
        let page = Html::parse_document(&self.body);
        let wanted = Selector::parse(&format!("input[name={name}]")).unwrap();
        let found = page.select(&wanted).next();
        found
            .and_then(|input| input.value().attr("value"))
            .unwrap_or_else(|| panic!("no field {name} in {}", self.body))
            .to_owned()
    }

    /// The text of the first element that matches.
    pub fn text(&self, selector: &str) -> String {
        let page = Html::parse_document(&self.body);
        let wanted = Selector::parse(selector).unwrap();
        page.select(&wanted)
            .next()
            .map(|found| found.text().collect::<String>().trim().to_owned())
            .unwrap_or_default()
    }

    /// Every `Set-Cookie` line.
    pub fn set_cookies(&self) -> Vec<String> {
        let lines = self.headers.get_all(SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().unwrap().to_owned())
            .collect()
    }

    /// A header, as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The short number of an error page, compact; empty when there is none.
    pub fn number(&self) -> String {
        self.text(".number").replace(' ', "")
    }

    /// The hidden fields of a form of a flow.
    pub fn marks(&self) -> (String, String) {
        (self.field("flow"), self.field("csrf"))
    }

    /// Status and page without what differs from one request to the next (marks of the flow, the short
    /// number) and without what was typed: what an attacker compares.
    pub fn bare(&self, typed: &str) -> String {
        let mut body = self.body.clone();
        for name in ["flow", "csrf"] {
            if body.contains(&format!("name=\"{name}\"")) {
                body = body.replace(&self.field(name), "·");
            }
        }
        let number = self.text(".number");
        if !number.is_empty() {
            body = body.replace(&number, "·");
            let spelled = self.text("section.hue6 .muted");
            body = body.replace(&spelled, "·");
        }
        format!("{} {}", self.status, body.replace(typed, "·"))
    }

    /// How many elements match.
    pub fn count(&self, selector: &str) -> usize {
        Html::parse_document(&self.body)
            .select(&Selector::parse(selector).unwrap())
            .count()
    }
}

/// A browser.
#[derive(Clone, Debug)]
pub struct Browser {
    router: Router,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    /// Its address.
    pub address: SocketAddr,
    /// Headers it adds to each request.
    pub extra: Vec<(String, String)>,
}

impl Browser {
    /// A browser with no cookie.
    pub fn new(router: &Router) -> Self {
        Self {
            router: router.clone(),
            cookies: BTreeMap::new(),
            address: SocketAddr::from(([192, 0, 2, 7], 40_000)),
            extra: Vec::new(),
        }
    }

    /// Sends a request built by hand; the cookies go with it and those of the answer are kept.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() && !request.headers().contains_key(COOKIE) {
            let line = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("; ");
            request.headers_mut().insert(COOKIE, line.parse().unwrap());
        }
        for (name, value) in &self.extra {
            let name: axum::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for line in parts.headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() || attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// GET.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// POST of a form, from a page of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header(ORIGIN, "https://ent.example")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// A request of any method, with headers and a form body of ones own making.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// POST of a form of a flow: its marks, taken from the page that shows it, and some fields.
    pub async fn step(&mut self, page: &Answer, path: &str, fields: &[(&str, &str)]) -> Answer {
        let (flow, csrf) = page.marks();
        let marks = [("flow", flow.as_str()), ("csrf", csrf.as_str())];
        let all: Vec<_> = marks.into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &all).await
    }

    /// The token of the forms of her session.
    pub async fn token(&mut self) -> String {
        self.get("/logout").await.field("csrf")
    }

    /// Whether somebody is in with this browser.
    pub async fn is_in(&mut self) -> bool {
        self.get("/sessions").await.status == StatusCode::OK
    }

    /// GET, then where it leads, at most ten times; gives the last answer and its path.
    pub async fn follow(&mut self, answer: Answer) -> (Answer, String) {
        let mut answer = answer;
        let mut path = String::new();
        for _ in 0..10 {
            if !answer.status.is_redirection() {
                return (answer, path);
            }
            path = answer.location().to_owned();
            answer = self.get(&path).await;
        }
        panic!("a loop of redirects at {path}")
    }
}
