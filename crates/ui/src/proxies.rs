//! Which neighbours may say where a request came from.

use axum::http::HeaderMap;
use core::net::IpAddr;
use ipnet::IpNet;

/// The one header that the proxy in front overwrites. Only one is ever read: a header that the proxy
/// passes through untouched is the client's own word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Trusted proxies; none by default.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    nets: Vec<IpNet>,
    header: ForwardedHeader,
}

/// More hops than any real chain has.
const HOPS: usize = 16;

impl TrustedProxies {
    /// Trusts these networks for `X-Forwarded-For`.
    pub fn new(nets: Vec<IpNet>) -> Self {
        Self {
            nets,
            header: ForwardedHeader::default(),
        }
    }

    /// Reads another header instead.
    #[must_use]
    pub fn reading(mut self, header: ForwardedHeader) -> Self {
        self.header = header;
        self
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.nets.iter().any(|net| net.contains(&address))
    }

    /// The address that a request came from: the peer, or, going back through trusted hops only, the
    /// right-most address that is not one of ours. A hop that cannot be read ends the walk.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut known = peer.to_canonical();
        if !self.trusts(known) {
            return known;
        }
        for hop in self.hops(headers).iter().rev().take(HOPS) {
            let Some(address) = read(hop) else {
                return known;
            };
            known = address;
            if !self.trusts(known) {
                return known;
            }
        }
        known
    }

    fn hops(&self, headers: &HeaderMap) -> Vec<String> {
        let name = match self.header {
            ForwardedHeader::XForwardedFor => "x-forwarded-for",
            ForwardedHeader::Forwarded => "forwarded",
        };
        let whole = headers
            .get_all(name)
            .iter()
            // An unreadable line must not vanish: it would move the walk one hop to the left.
            .map(|value| value.to_str().unwrap_or("?"))
            .collect::<Vec<_>>()
            .join(",");
        let hops = whole.split(',').map(str::trim);
        match self.header {
            ForwardedHeader::XForwardedFor => hops.map(ToOwned::to_owned).collect(),
            ForwardedHeader::Forwarded => hops.map(|hop| node(hop).unwrap_or_default()).collect(),
        }
    }
}

/// `for=` of one element of `Forwarded`.
fn node(hop: &str) -> Option<String> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("for")
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn read(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().ok();
    let with_port = || {
        hop.parse::<core::net::SocketAddr>()
            .ok()
            .map(|full| full.ip())
    };
    let bracketed = || {
        hop.strip_prefix('[')?
            .strip_suffix(']')?
            .parse::<IpAddr>()
            .ok()
    };
    plain
        .or_else(with_port)
        .or_else(bracketed)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn proxies() -> TrustedProxies {
        TrustedProxies::new(vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8:f::/48".parse().unwrap(),
        ])
    }

    fn client(proxies: &TrustedProxies, peer: &str, name: &'static str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_str(line).unwrap());
        }
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn t49_a_stranger_cannot_say_where_he_comes_from() {
        let seen = client(
            &proxies(),
            "198.51.100.7",
            "x-forwarded-for",
            &["192.0.2.1"],
        );
        assert_eq!(seen, "198.51.100.7");
        let none = client(
            &TrustedProxies::default(),
            "10.0.0.1",
            "x-forwarded-for",
            &["192.0.2.1"],
        );
        assert_eq!(none, "10.0.0.1");
    }

    #[test]
    fn t49_the_rightmost_address_that_is_not_ours_counts() {
        let x = |lines: &[&str]| client(&proxies(), "10.0.0.1", "x-forwarded-for", lines);
        assert_eq!(x(&["203.0.113.9, 192.0.2.1"]), "192.0.2.1");
        assert_eq!(x(&["203.0.113.9", "192.0.2.1, 10.1.1.1"]), "192.0.2.1");
        assert_eq!(x(&["203.0.113.9, garbage"]), "10.0.0.1");
        assert_eq!(x(&["203.0.113.9, garbage, 10.1.1.1"]), "10.1.1.1");
        assert_eq!(x(&[]), "10.0.0.1");
        assert_eq!(x(&["[2001:db8::5]:443"]), "2001:db8::5");
        assert_eq!(x(&["::ffff:192.0.2.1"]), "192.0.2.1");
    }

    #[test]
    fn t49_the_header_that_is_not_chosen_is_not_read() {
        let rfc = proxies().reading(ForwardedHeader::Forwarded);
        let line = "for=203.0.113.9;proto=https, For=\"[2001:db8::7]:4711\", for=10.3.3.3";
        assert_eq!(
            client(&rfc, "10.0.0.1", "forwarded", &[line]),
            "2001:db8::7"
        );
        assert_eq!(
            client(&rfc, "10.0.0.1", "x-forwarded-for", &["192.0.2.1"]),
            "10.0.0.1"
        );
    }
}
