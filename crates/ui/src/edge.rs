//! What both adapters towards people know of the instance, from the settings alone.

use crate::address::PublicAddress;
use crate::cookies::CookieNames;
use crate::proxies::TrustedProxies;

/// The state that the accessibility declaration gives (RGAA).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Accessibility {
    /// Totally conforming.
    Total,
    /// Partially conforming.
    Partial,
    /// Not conforming, or never audited.
    #[default]
    None,
}

impl Accessibility {
    /// The key of its words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Total => "access-total",
            Self::Partial => "access-partial",
            Self::None => "access-none",
        }
    }
}

/// Who can help: the third part of an error page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// Name and role, such as `Mme Claire Dumesnil, référente numérique`.
    pub name: String,
    /// Where, such as `au CDI`; may be empty.
    pub place: String,
    /// Telephone as people write it; may be empty.
    pub phone: String,
    /// Mail; may be empty.
    pub mail: String,
}

impl Help {
    /// Whether there is anybody to name.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty() && self.phone.is_empty() && self.mail.is_empty()
    }

    /// The telephone as a `tel:` link wants it. A French number gets its country.
    pub fn dial(&self) -> String {
        let kept: String = self
            .phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        match kept.strip_prefix('0') {
            Some(rest) if kept.len() == 10 => format!("+33{rest}"),
            _ => kept,
        }
    }
}

/// The instance, as its edge shows it.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Where people reach it.
    pub public: PublicAddress,
    /// Which neighbours may say where a request came from.
    pub proxies: TrustedProxies,
    /// Which names the cookies bear.
    pub cookies: CookieNames,
    /// This node's hint in a cluster: an enumerated word, never a server name. The node cookie is set
    /// only when there is one.
    pub node_hint: Option<String>,
    /// Name of the instance.
    pub instance: String,
    /// What stands under the name, such as a town or an academy; may be empty.
    pub subtitle: String,
    /// State of the accessibility declaration.
    pub accessibility: Accessibility,
    /// Who helps when no establishment is known.
    pub help: Help,
    /// Time zone of what is shown, such as `Europe/Paris`.
    pub time_zone: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_number_is_dialled_with_its_country() {
        let help = |phone: &str| Help {
            phone: phone.into(),
            ..Help::default()
        };
        assert_eq!(help("05 36 49 12 04").dial(), "+33536491204");
        assert_eq!(help("+262 262 00 00 00").dial(), "+262262000000");
        assert_eq!(help("\"><script>").dial(), "");
    }
}
