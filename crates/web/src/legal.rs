//! Cookies, privacy, legal notice, accessibility, help, site map.

use crate::ask::Ask;
use crate::settings::{Web, WebSettings};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use portique_domain::charter::Language;
use portique_ui::cookies::REGISTRY;
use portique_ui::{Accessibility, Help, Page, Role, html};

#[derive(Template)]
#[template(path = "cookies.html")]
pub(crate) struct Cookies {
    pub(crate) p: Page,
    pub(crate) rows: Vec<Row>,
}

/// One cookie.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) purpose: &'static str,
    pub(crate) life: &'static str,
}

/// A page of text.
#[derive(Template)]
#[template(path = "text.html")]
pub(crate) struct Text {
    pub(crate) p: Page,
    pub(crate) title: &'static str,
    pub(crate) legal: bool,
    pub(crate) blocks: Vec<Block>,
}

impl Text {
    fn french(&self) -> bool {
        self.p.words().language() == Language::French
    }
}

/// A heading and what stands under it.
#[derive(Default)]
pub(crate) struct Block {
    heading: &'static str,
    lines: Vec<&'static str>,
    facts: Vec<Fact>,
    links: Vec<(&'static str, &'static str)>,
}

/// A name and a value from the settings.
pub(crate) struct Fact {
    name: &'static str,
    value: String,
    href: String,
}

fn block(heading: &'static str, lines: &[&'static str]) -> Block {
    Block {
        heading,
        lines: lines.to_vec(),
        ..Block::default()
    }
}

impl Block {
    fn with(mut self, facts: Vec<Fact>) -> Self {
        self.facts = facts;
        self
    }

    fn linking(mut self, links: &[(&'static str, &'static str)]) -> Self {
        self.links = links.to_vec();
        self
    }
}

/// A fact of the settings; what is missing is said to be missing.
fn fact(p: &Page, name: &'static str, value: &str) -> Fact {
    let value = if value.is_empty() {
        p.plain("legal-unknown")
    } else {
        value.to_owned()
    };
    Fact {
        name,
        value,
        href: String::new(),
    }
}

fn contact(help: &Help) -> Vec<Fact> {
    let person = [help.name.as_str(), help.place.as_str()];
    let person = person
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let rows = [
        ("help-name", person, String::new()),
        (
            "help-phone",
            help.phone.clone(),
            format!("tel:{}", help.dial()),
        ),
        (
            "help-mail",
            help.mail.clone(),
            format!("mailto:{}", help.mail),
        ),
    ];
    rows.into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(name, value, href)| Fact { name, value, href })
        .collect()
}

/// Public legal pages may be kept by the browser and are asked for again.
fn public(page: &impl Template) -> Response {
    let mut response = html(StatusCode::OK, page);
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    headers.insert(
        header::VARY,
        HeaderValue::from_static("Cookie, Accept-Language"),
    );
    response
}

fn text(p: Page, title: &'static str, legal: bool, blocks: Vec<Block>) -> Text {
    Text {
        p,
        title,
        legal,
        blocks,
    }
}

/// The rows of the cookie page: the registry, under the names in use.
fn rows(settings: &WebSettings) -> Vec<Row> {
    let names = settings.edge.cookies;
    REGISTRY
        .iter()
        .map(|row| {
            let open = matches!(row.role, Role::Flow | Role::Landing);
            Row {
                name: format!("{}{}", names.name(row.role), if open { "…" } else { "" }),
                purpose: row.purpose,
                life: row.life_key,
            }
        })
        .collect()
}

/// GET `/cookies`.
pub(crate) async fn cookies(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&cookies_page(p, &web.settings))
}

pub(crate) fn cookies_page(p: Page, settings: &WebSettings) -> Cookies {
    Cookies {
        p,
        rows: rows(settings),
    }
}

/// GET `/privacy`.
pub(crate) async fn privacy(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&privacy_page(p, &web.settings))
}

pub(crate) fn privacy_page(p: Page, settings: &WebSettings) -> Text {
    let publisher = &settings.publisher;
    let mut officer = fact(&p, "privacy-dpo", &publisher.dpo);
    if !publisher.dpo_mail.is_empty() {
        officer.href = format!("mailto:{}", publisher.dpo_mail);
    }
    let blocks = vec![
        block("privacy-who-h", &["privacy-who-1"]).with(vec![
            fact(&p, "privacy-controller", &publisher.controller),
            officer,
        ]),
        block(
            "privacy-what-h",
            &["privacy-what-1", "privacy-what-2", "privacy-what-3"],
        ),
        block("privacy-from-h", &["privacy-from-1"]),
        block("privacy-long-h", &["privacy-long-1", "privacy-long-2"]),
        block("privacy-gets-h", &["privacy-gets-1"]),
        block(
            "privacy-rights-h",
            &[
                "privacy-rights-1",
                "privacy-rights-2",
                "privacy-rights-3",
                "privacy-rights-4",
            ],
        )
        .linking(&[
            ("https://www.cnil.fr/fr/plaintes", "privacy-cnil"),
            ("/cookies", "map-cookies"),
        ]),
    ];
    text(p, "privacy-title", true, blocks)
}

/// GET `/legal`.
pub(crate) async fn notice(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&notice_page(p, &web.settings))
}

pub(crate) fn notice_page(p: Page, settings: &WebSettings) -> Text {
    let publisher = &settings.publisher;
    let facts = vec![
        fact(&p, "legal-publisher", &publisher.name),
        fact(&p, "legal-director", &publisher.director),
        fact(&p, "legal-address", &publisher.address),
    ];
    let blocks = vec![
        block("legal-publisher-h", &[]).with(facts),
        block("legal-host-h", &[]).with(vec![fact(&p, "legal-host", &publisher.host)]),
        block("legal-reuse-h", &["legal-reuse-1", "legal-software"]),
    ];
    text(p, "legal-title", true, blocks)
}

/// GET `/accessibilite`.
pub(crate) async fn accessibility(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&accessibility_page(p, &web.settings))
}

pub(crate) fn accessibility_page(p: Page, settings: &WebSettings) -> Text {
    let state = match settings.edge.accessibility {
        Accessibility::Total => "access-state-total",
        Accessibility::Partial => "access-state-partial",
        Accessibility::None => "access-state-none",
    };
    let blocks = vec![
        block("access-state-h", &[state]),
        block("access-how-h", &["access-how-1", "access-how-2"]),
        block("access-trouble-h", &["access-trouble-1"]).with(contact(&settings.edge.help)),
        block("access-appeal-h", &["access-appeal-1"])
            .linking(&[("https://www.defenseurdesdroits.fr", "access-defender")]),
    ];
    text(p, "access-title", true, blocks)
}

/// GET `/aide`.
pub(crate) async fn help(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&help_page(p, &web.settings))
}

pub(crate) fn help_page(p: Page, settings: &WebSettings) -> Text {
    let blocks = vec![
        block("help-login-h", &["help-login-1", "help-login-2"]),
        block("help-forgot-h", &["help-forgot-1", "help-forgot-2"]),
        block(
            "help-first-h",
            &["help-first-1", "help-first-2", "help-first-3"],
        ),
        block("help-shared-h", &["help-shared-1"]),
        block("help-who-h", &["help-who-1"]).with(contact(&settings.edge.help)),
    ];
    text(p, "help-title", false, blocks)
}

/// GET `/plan`.
pub(crate) async fn map(State(web): State<Web>, ask: Ask) -> Response {
    let p = Page::new(&ask.facts, &web.settings.edge);
    public(&map_page(p, &web.settings))
}

pub(crate) fn map_page(p: Page, _settings: &WebSettings) -> Text {
    let blocks = vec![
        block("map-public-h", &[]).linking(&[
            ("/accueil", "map-home"),
            ("/login", "map-login"),
            ("/activate", "map-activate"),
            ("/status", "map-status"),
            ("/aide", "map-help"),
        ]),
        block("map-mine-h", &[]).linking(&[
            ("/", "map-portal"),
            ("/sessions", "map-sessions"),
            ("/charter", "map-charter"),
            ("/logout", "map-logout"),
        ]),
        block("map-about-h", &[]).linking(&[
            ("/privacy", "map-privacy"),
            ("/cookies", "map-cookies"),
            ("/legal", "map-legal"),
            ("/accessibilite", "map-access"),
        ]),
    ];
    text(p, "map-title", false, blocks)
}
