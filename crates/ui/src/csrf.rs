//! The guards of forms (house §4.17): a token bound to the flow or the session, and where the browser
//! says that the request comes from.

use crate::address::PublicAddress;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::login::FlowId;
use portique_jose::mac::MacKey;
use uuid::Uuid;

const FLOW: &str = "csrf-flow";
const SESSION: &str = "csrf-session";

fn flow_data(id: FlowId, binding: &str) -> Vec<u8> {
    let mut data = id.0.to_vec();
    data.extend_from_slice(binding.as_bytes());
    data
}

/// The token of the forms of a flow. It is bound to the secret in the flow cookie, so that a token seen
/// in one browser serves in no other.
pub fn flow_token(key: &MacKey, id: FlowId, binding: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.mac(FLOW, &flow_data(id, binding)))
}

/// Whether a token is the one of this flow.
pub fn flow_token_holds(key: &MacKey, id: FlowId, binding: &str, token: &str) -> bool {
    holds(key, FLOW, &flow_data(id, binding), token)
}

/// The token of the forms of a session, by its public id.
pub fn session_token(key: &MacKey, session: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(key.mac(SESSION, session.as_bytes()))
}

/// Whether a token is the one of this session.
pub fn session_token_holds(key: &MacKey, session: Uuid, token: &str) -> bool {
    holds(key, SESSION, session.as_bytes(), token)
}

fn holds(key: &MacKey, label: &str, data: &[u8], token: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(token)
        .is_ok_and(|tag| key.verifies(label, data, &tag))
}

/// Whether a state-changing request may come from a page of ours.
///
/// `Origin` must be ours when it names one. Under `no-referrer` browsers send `Origin: null`, and old
/// ones send none: then `Sec-Fetch-Site` decides, and where it is missing too the token alone does.
pub fn comes_from_us(headers: &HeaderMap, public: &PublicAddress) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (first, second) = (origins.next(), origins.next());
    let origin_ours = match first {
        None => true,
        Some(value) => value == "null" || value == public.origin(),
    };
    let site_ours = match headers.get("sec-fetch-site") {
        None => true,
        // `none` is the person herself: a reload, a bookmark.
        Some(value) => value == "same-origin" || value == "none",
    };
    second.is_none() && origin_ours && site_ours
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_token_of_one_flow_or_browser_is_none_of_another() {
        let key = MacKey::new(&[3; 32]);
        let id = FlowId([1; 16]);
        let token = flow_token(&key, id, "binding");
        assert!(flow_token_holds(&key, id, "binding", &token));
        assert!(!flow_token_holds(&key, FlowId([2; 16]), "binding", &token));
        assert!(!flow_token_holds(&key, id, "other", &token));
        assert!(!session_token_holds(&key, Uuid::nil(), &token));
        assert!(!flow_token_holds(&key, id, "binding", ""));
        assert!(!flow_token_holds(
            &key,
            id,
            "binding",
            token.get(..40).unwrap()
        ));
    }

    fn verdict(origin: Option<&str>, site: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        if let Some(site) = site {
            headers.insert("sec-fetch-site", HeaderValue::from_str(site).unwrap());
        }
        comes_from_us(
            &headers,
            &PublicAddress::parse("https://ent.example").unwrap(),
        )
    }

    #[test]
    fn only_our_own_pages_post_here() {
        let ours = Some("https://ent.example");
        for (origin, site, allowed) in [
            (ours, Some("same-origin"), true),
            (ours, None, true),
            (Some("null"), Some("same-origin"), true),
            (Some("null"), None, true),
            (None, None, true),
            (None, Some("none"), true),
            (Some("https://evil.example"), None, false),
            (Some("https://ent.example.evil.example"), None, false),
            (Some("http://ent.example"), Some("same-origin"), false),
            (Some("null"), Some("cross-site"), false),
            (Some("null"), Some("same-site"), false),
            (None, Some("cross-site"), false),
            (ours, Some("cross-site"), false),
        ] {
            assert_eq!(verdict(origin, site), allowed, "{origin:?} {site:?}");
        }
    }
}
