//! Where a push may go: public addresses, and the networks that a setting names (T-47).

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are nobody's on the internet, or everybody's (RFC 6890 and its registries).
const NOT_PUBLIC_V4: [&str; 15] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// What is public in IPv6 lies in one network; these parts of it are not.
const PUBLIC_V6: &str = "2000::/3";
const NOT_PUBLIC_V6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/// Which addresses may be pushed to.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// Networks of the setting.
    pub networks: Vec<IpNet>,
}

impl Reach {
    /// Whether this address may be pushed to.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = plain(address);
        let named = |net: &IpNet| net.contains(&address);
        is_public(address) || self.networks.iter().any(named)
    }
}

/// An IPv4 address in IPv6 clothes is that address: mapped (RFC 4291 §2.5.5.2), or translated (RFC 6052).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    if let Some(four) = six.to_ipv4_mapped() {
        return IpAddr::V4(four);
    }
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = six.segments() {
        let (high, low) = (high.to_be_bytes(), low.to_be_bytes());
        let ([one, two], [three, four]) = (high, low);
        return IpAddr::V4(Ipv4Addr::new(one, two, three, four));
    }
    address
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(_) => !lies_in(&NOT_PUBLIC_V4, address),
        IpAddr::V6(six) => {
            six != Ipv6Addr::UNSPECIFIED
                && lies_in(&[PUBLIC_V6], address)
                && !lies_in(&NOT_PUBLIC_V6, address)
        }
    }
}

/// A network that does not read would let nobody through, and a test reads them all.
fn lies_in(networks: &[&str], address: IpAddr) -> bool {
    networks.iter().any(|text| {
        let net = text.parse::<IpNet>();
        net.is_ok_and(|net| net.contains(&address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_reads() {
        let six = NOT_PUBLIC_V6.iter().chain([&PUBLIC_V6]);
        for text in NOT_PUBLIC_V4.iter().chain(six) {
            text.parse::<IpNet>().unwrap();
        }
    }

    #[test]
    fn t47_only_public_addresses_are_reached() {
        let reach = Reach::default();
        for public in [
            "8.8.8.8",
            "193.51.224.1",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
        ] {
            assert!(reach.allows(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::1",
            "100::1",
        ] {
            assert!(!reach.allows(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_setting_opens_a_network_and_no_other() {
        let networks = vec![
            "10.2.0.0/16".parse().unwrap(),
            "fd00:5::/32".parse().unwrap(),
        ];
        let reach = Reach { networks };
        for (address, allowed) in [
            ("10.2.3.4", true),
            ("::ffff:10.2.3.4", true),
            ("10.3.0.1", false),
            ("fd00:5::1", true),
            ("fd00:6::1", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(reach.allows(address.parse().unwrap()), allowed, "{address}");
        }
    }
}
