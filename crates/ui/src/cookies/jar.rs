//! The cookies of a request.

use super::{CookieNames, Role, read_flow};
use axum::http::{HeaderMap, header};
use portique_domain::login::FlowId;

/// A longer header is not looked at beyond this.
const LONGEST: usize = 8 * 1024;

/// At most so many values of the session cookie are tried (house §5b).
const TRIED: usize = 3;

/// Cookies as they arrived; the same name may come several times.
#[derive(Clone, Default)]
pub struct Jar(Vec<(String, String)>);

impl core::fmt::Debug for Jar {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Jar({} cookies)", self.0.len())
    }
}

impl Jar {
    /// Reads the `Cookie` headers.
    pub fn read(headers: &HeaderMap) -> Self {
        let mut left = LONGEST;
        let mut out = Vec::new();
        for line in headers.get_all(header::COOKIE) {
            let Ok(line) = line.to_str() else { continue };
            for pair in line.split(';') {
                let Some(rest) = left.checked_sub(pair.len() + 1) else {
                    return Self(out);
                };
                left = rest;
                if let Some((name, value)) = pair.trim().split_once('=') {
                    out.push((name.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
        Self(out)
    }

    /// Whether the browser sent none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All values of a name, in the order sent, empty ones left out.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(found, value)| found == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a cookie.
    pub fn first(&self, names: CookieNames, role: Role) -> Option<&str> {
        self.all(names.name(role)).next()
    }

    /// The values of the session cookie that are tried: three at most.
    pub fn sessions(&self, names: CookieNames) -> Vec<&str> {
        self.all(names.name(Role::Session)).take(TRIED).collect()
    }

    /// The secret that binds a flow to this browser. Two different values are none: one of them was
    /// planted.
    pub fn flow(&self, names: CookieNames, id: FlowId) -> Option<&str> {
        let name = names.flow(id);
        let mut found: Vec<&str> = self
            .0
            .iter()
            .filter(|(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect();
        found.dedup();
        match found.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The flows that this browser holds, oldest first (RFC 6265 §5.4 sends them so).
    pub fn flows(&self, names: CookieNames) -> Vec<FlowId> {
        let start = names.name(Role::Flow);
        self.0
            .iter()
            .filter_map(|(name, _)| read_flow(name.strip_prefix(start)?))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn jar(lines: &[&str]) -> Jar {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        Jar::read(&headers)
    }

    #[test]
    fn at_most_three_values_of_the_session_cookie_are_tried() {
        let jar = jar(&[
            "__Host-portique=a; x=y; __Host-portique=b",
            "__Host-portique=c; __Host-portique=d",
        ]);
        assert_eq!(jar.sessions(CookieNames::Default), ["a", "b", "c"]);
        assert!(jar.sessions(CookieNames::Kdecole).is_empty());
    }

    #[test]
    fn t44_a_flow_cookie_planted_beside_ours_is_refused() {
        let id = FlowId([1; 16]);
        let name = CookieNames::Default.flow(id);
        let one = jar(&[&format!("{name}=s")]);
        assert_eq!(one.flow(CookieNames::Default, id), Some("s"));
        assert_eq!(one.flows(CookieNames::Default), [id]);
        let two = jar(&[&format!("{name}=s; {name}=t")]);
        assert_eq!(two.flow(CookieNames::Default, id), None);
    }

    #[test]
    fn an_endless_header_is_read_to_a_point_only() {
        let long = format!("a={}; __Host-portique=late", "x".repeat(LONGEST));
        assert!(jar(&[&long]).sessions(CookieNames::Default).is_empty());
    }
}
