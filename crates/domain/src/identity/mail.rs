//! Mail addresses: what a person gives so that she can be written to.

use core::fmt;
use core::str::FromStr;

/// The longest address that can stand in an envelope (RFC 5321 §4.5.3.1.3, without the brackets).
const LONGEST: usize = 254;
/// The longest part before the sign (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// A mail address as a person typed it, of the plain kind that people have: dots and ASCII letters,
/// no quotes, no comments, no address literal. No character of it can end a header or a command, so
/// that what is built from it carries no second recipient.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailAddress(String);

/// The text can be no mail address of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mail address looks like prenom.nom@exemple.fr")]
pub struct MailAddressError;

impl MailAddress {
    /// The text, as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one form by which it is looked up: lower case throughout. Domains know no case, and no
    /// mail house in use tells two people apart by the case of the rest.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// The part after the sign.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for MailAddress {
    type Err = MailAddressError;

    fn from_str(text: &str) -> Result<Self, MailAddressError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(MailAddressError)?;
        let shaped = text.len() <= LONGEST
            && local.len() <= LONGEST_LOCAL
            && local.split('.').all(is_atom)
            && domain.contains('.')
            && domain.split('.').all(is_label);
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(MailAddressError)
        }
    }
}

/// An atom (RFC 5322 §3.2.3).
fn is_atom(part: &str) -> bool {
    !part.is_empty()
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// A label of a host name (RFC 1123 §2.1).
fn is_label(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&part.len())
        && part.bytes().all(plain)
        && !part.starts_with('-')
        && !part.ends_with('-')
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_that_people_have_are_read() {
        for text in [
            "lea@exemple.fr",
            " Lea.Marchais+ent@Mail.Exemple.FR ",
            "o'neil_7@a-b.example",
        ] {
            let read: MailAddress = text.parse().unwrap();
            assert_eq!(read.as_str(), text.trim());
            assert_eq!(read.folded(), text.trim().to_lowercase());
        }
        let long = format!("{}@exemple.fr", "a".repeat(64));
        assert!(long.parse::<MailAddress>().is_ok());
    }

    #[test]
    fn t59_no_address_can_end_a_header_or_name_a_second_recipient() {
        let long = format!("{}@exemple.fr", "a".repeat(65));
        let longer = format!("a@{}.fr", "a.".repeat(130));
        for text in [
            "",
            "a",
            "@exemple.fr",
            "a@",
            "a@exemple",
            "a@b@exemple.fr",
            "a@exemple.fr\r\nBcc: b@exemple.fr",
            "a@exemple.fr\nb",
            "a b@exemple.fr",
            "a@exemple.fr, b@exemple.fr",
            "a@exemple.fr;b@exemple.fr",
            "<a@exemple.fr>",
            "\"a\"@exemple.fr",
            "a@[127.0.0.1]",
            "a(b)@exemple.fr",
            ".a@exemple.fr",
            "a..b@exemple.fr",
            "a@-b.fr",
            "a@b-.fr",
            "a@.fr",
            "a@exemple.fr.",
            "léa@exemple.fr",
            "a@exémple.fr",
            "a@exemple.fr\0",
            "a\t@exemple.fr",
            &long,
            &longer,
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_in_debug_output() {
        let read: MailAddress = "lea@exemple.fr".parse().unwrap();
        assert!(!format!("{read:?}").contains("lea"));
    }
}
