//! The facts of one request, read once at the edge.

use crate::cookies::{Jar, Role};
use crate::edge::Edge;
use crate::language::negotiate;
use crate::preferences::{Preferences, Theme};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, header, request::Parts};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use portique_domain::charter::Language;
use portique_domain::login::LocalPath;
use portique_domain::session::DeviceClass;

/// What a page needs to know of the request. Identity is never among it: no header says who somebody
/// is (T-51).
#[derive(Clone, Debug)]
pub struct Facts {
    /// Where it came from, behind trusted proxies.
    pub address: IpAddr,
    /// Class of device.
    pub device: DeviceClass,
    /// Language of the answer.
    pub language: Language,
    /// Whether the address asked for it (`?lang=`): then the browser shall remember it.
    pub language_asked: bool,
    /// Preferences of the browser, the language asked for among them.
    pub preferences: Preferences,
    /// Its cookies.
    pub jar: Jar,
    /// Path and query of this page when it was read, to come back to from the preferences; else `/`.
    pub here: LocalPath,
    /// Method.
    pub method: Method,
}

impl Facts {
    /// Reads them. The peer address comes from the listener ([`ConnectInfo`]).
    pub fn read(parts: &Parts, edge: &Edge) -> Self {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        let jar = Jar::read(&parts.headers);
        let mut preferences = jar
            .first(edge.cookies, Role::Preferences)
            .map(Preferences::parse)
            .unwrap_or_default();
        let asked = asked_language(parts);
        preferences.language = asked.or(preferences.language);
        let readable = parts.method == Method::GET || parts.method == Method::HEAD;
        let here = parts
            .uri
            .path_and_query()
            .map_or("/", |whole| whole.as_str());
        Self {
            address: edge.proxies.client(peer, &parts.headers),
            device: device(text(&parts.headers, header::USER_AGENT.as_str())),
            language: preferences.language.unwrap_or_else(|| {
                negotiate(text(&parts.headers, header::ACCEPT_LANGUAGE.as_str()))
            }),
            language_asked: asked.is_some(),
            preferences,
            jar,
            here: readable
                .then(|| LocalPath::parse(here))
                .flatten()
                .unwrap_or_else(root),
            method: parts.method.clone(),
        }
    }

    /// Theme.
    pub fn theme(&self) -> Theme {
        self.preferences.theme
    }

    /// Whether this is a `HEAD`: then nothing is begun, a robot is only looking.
    pub fn only_looks(&self) -> bool {
        self.method == Method::HEAD
    }
}

/// The path `/`.
pub fn root() -> LocalPath {
    // `/` is a path of ours by definition; the fallback is never taken.
    LocalPath::parse("/").unwrap_or_else(root)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// `?lang=`; it wins over the cookie, which wins over `Accept-Language`.
fn asked_language(parts: &Parts) -> Option<Language> {
    parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))
        .and_then(Language::from_tag)
}

/// The coarse class; the text itself is not kept.
fn device(agent: &str) -> DeviceClass {
    let has = |word: &str| agent.contains(word);
    if !has("Mozilla/") {
        DeviceClass::Machine
    } else if has("iPad") || has("Tablet") || (has("Android") && !has("Mobile")) {
        DeviceClass::Tablet
    } else if has("Mobi") || has("iPhone") {
        DeviceClass::Phone
    } else {
        DeviceClass::Computer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn edge() -> Edge {
        Edge {
            public: crate::PublicAddress::parse("https://ent.example").unwrap(),
            proxies: crate::proxies::TrustedProxies::default(),
            cookies: crate::CookieNames::Default,
            node_hint: None,
            instance: "ENT".into(),
            subtitle: String::new(),
            accessibility: crate::Accessibility::None,
            help: crate::Help::default(),
            time_zone: "Europe/Paris".into(),
        }
    }

    fn facts(uri: &str, headers: &[(&str, &str)]) -> Facts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Facts::read(&request.body(()).unwrap().into_parts().0, &edge())
    }

    #[test]
    fn the_language_is_asked_for_then_remembered_then_guessed() {
        let cookie = ("cookie", "__Host-ui=l=oc&t=sombre");
        let accept = ("accept-language", "en");
        assert_eq!(
            facts("/?lang=fr", &[cookie, accept]).language,
            Language::French
        );
        assert_eq!(facts("/", &[cookie, accept]).language, Language::Occitan);
        assert_eq!(facts("/", &[cookie]).theme(), Theme::Dark);
        assert_eq!(facts("/", &[accept]).language, Language::English);
        assert_eq!(facts("/?lang=xx", &[]).language, Language::French);
    }

    #[test]
    fn devices_are_seen_coarsely() {
        for (agent, class) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) Firefox/140",
                DeviceClass::Computer,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) Mobile Safari",
                DeviceClass::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) Safari",
                DeviceClass::Tablet,
            ),
            ("Mozilla/5.0 (iPad; CPU OS 18_0)", DeviceClass::Tablet),
            ("curl/8", DeviceClass::Machine),
        ] {
            assert_eq!(
                facts("/", &[("user-agent", agent)]).device,
                class,
                "{agent}"
            );
        }
    }

    #[test]
    fn t51_no_header_says_who_somebody_is() {
        let spoofed = facts(
            "/login",
            &[
                ("remote-user", "admin"),
                ("x_forwarded_for", "192.0.2.1"),
                ("x-forwarded-for", "192.0.2.1"),
                ("x-forwarded-user", "admin"),
                ("host", "evil.example"),
                ("user-agent", "kube-probe/1.33"),
            ],
        );
        assert_eq!(spoofed.address.to_string(), "0.0.0.0");
        assert!(!format!("{spoofed:?}").contains("admin"));
        assert!(!format!("{spoofed:?}").contains("evil"));
    }
}
