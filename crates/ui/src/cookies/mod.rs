//! Cookies: the one registry (house §5b), how they are set, how they are read.

mod jar;
mod registry;

pub use jar::Jar;
pub use registry::{CookieNames, CookieRow, Life, REGISTRY, Role, SameSite};

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::login::FlowId;

/// A browser refuses longer cookies, and so do we.
const LONGEST_VALUE: usize = 3072;

/// The text of a flow's id, in addresses, forms and the name of its cookie.
pub fn flow_text(id: FlowId) -> String {
    URL_SAFE_NO_PAD.encode(id.0)
}

/// Reads the text of a flow's id; `None` unless it is exactly one.
pub fn read_flow(text: &str) -> Option<FlowId> {
    if text.len() != 22 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok().map(FlowId)
}

impl CookieNames {
    /// The name of a flow's cookie.
    pub fn flow(self, id: FlowId) -> String {
        format!("{}{}", self.name(Role::Flow), flow_text(id))
    }

    /// `Set-Cookie` that sets a cookie; `None` for a value that is not plain or too long.
    pub fn set(self, role: Role, value: &str) -> Option<HeaderValue> {
        line(self.name(role), role, value, max_age(role))
    }

    /// `Set-Cookie` that binds a flow to this browser.
    pub fn set_flow(self, id: FlowId, secret: &str) -> Option<HeaderValue> {
        line(&self.flow(id), Role::Flow, secret, max_age(Role::Flow))
    }

    /// `Set-Cookie` that removes a cookie.
    pub fn clear(self, role: Role) -> Option<HeaderValue> {
        line(self.name(role), role, "", Some(0))
    }

    /// `Set-Cookie` that removes a flow's cookie.
    pub fn clear_flow(self, id: FlowId) -> Option<HeaderValue> {
        line(&self.flow(id), Role::Flow, "", Some(0))
    }
}

fn max_age(role: Role) -> Option<u64> {
    match role.row().life {
        Life::Browser => None,
        Life::Seconds(seconds) => Some(seconds),
    }
}

/// Every cookie of ours is `Secure`, `HttpOnly`, host-only and for the whole host.
fn line(name: &str, role: Role, value: &str, max_age: Option<u64>) -> Option<HeaderValue> {
    let plain = value
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte));
    if !plain || value.len() > LONGEST_VALUE {
        return None;
    }
    let same_site = role.row().same_site.word();
    let life = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{life}"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cookie_is_secure_host_only_and_closed_to_scripts() {
        for row in &REGISTRY {
            for names in [CookieNames::Default, CookieNames::Kdecole] {
                let line = names.set(row.role, "x").unwrap();
                let line = line.to_str().unwrap();
                assert!(
                    line.contains("; Path=/; Secure; HttpOnly; SameSite="),
                    "{line}"
                );
                assert!(!line.contains("Domain"), "{line}");
                let none = line.contains("SameSite=None");
                assert_eq!(none, row.role == Role::Landing, "{line}");
            }
        }
    }

    #[test]
    fn the_preset_gives_the_three_names_exactly() {
        let name = |role| CookieNames::Kdecole.name(role);
        assert_eq!(name(Role::Session), "JSESSIONID");
        assert_eq!(name(Role::Node), "SERVERID");
        assert_eq!(name(Role::EntToken), "ENTMIPKDE-TOKEN");
        assert_eq!(CookieNames::Default.name(Role::Session), "__Host-portique");
    }

    #[test]
    fn a_value_that_could_break_out_of_its_line_is_not_set() {
        for bad in ["a;b", "a b", "a\nb", "é", "a\"b", &"x".repeat(3073)] {
            assert!(
                CookieNames::Default.set(Role::Session, bad).is_none(),
                "{bad}"
            );
        }
    }

    #[test]
    fn t46_a_shortened_flow_id_is_none() {
        let id = FlowId([7; 16]);
        let text = flow_text(id);
        assert_eq!(read_flow(&text), Some(id));
        for length in 0..text.len() {
            assert_eq!(read_flow(text.get(..length).unwrap()), None);
        }
        assert_eq!(read_flow(&format!("{text}A")), None);
    }
}
