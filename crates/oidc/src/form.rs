//! `application/x-www-form-urlencoded`, read strictly: each name once, one decode, nothing repaired.

use std::collections::BTreeMap;

/// A longer query or body is not read.
pub const LONGEST_FORM: usize = 16 * 1024;

/// Decoded parameters, each name once.
///
/// What two readers could understand in two ways is refused rather than repaired: a name given twice
/// (T-28), a broken escape, text that is not UTF-8.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl core::fmt::Debug for Fields {
    /// Names only: values hold secrets and codes.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a query or a body was refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Longer than [`LONGEST_FORM`].
    #[error("longer than 16 KiB")]
    TooLong,
    /// A name stands there twice (RFC 6749 §3.1).
    #[error("a parameter stands there twice")]
    Twice,
    /// A `%` without two hexadecimal digits, or not UTF-8.
    #[error("not a form")]
    Malformed,
}

impl Fields {
    /// Reads a query or a body, without its `?`.
    ///
    /// # Errors
    /// [`FormError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        if bytes.len() > LONGEST_FORM {
            return Err(FormError::TooLong);
        }
        let mut fields = BTreeMap::new();
        for pair in bytes.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if fields.insert(name, value).is_some() {
                return Err(FormError::Twice);
            }
        }
        Ok(Self(fields))
    }

    /// A value; one that is empty counts as absent (RFC 6749 §3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Takes a value out.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|value| !value.is_empty())
    }
}

/// Decodes one name or value, once: `+` is a space, `%41` is `A`.
pub(crate) fn decode(text: &[u8]) -> Result<String, FormError> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                (Some(high), Some(low)) => high * 16 + low,
                _ => return Err(FormError::Malformed),
            },
            other => other,
        });
    }
    String::from_utf8(out).map_err(|_| FormError::Malformed)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

/// Appends parameters to an address, keeping the query that it has (RFC 6749 §4.1.2).
pub(crate) fn append(address: &str, fields: &[(&'static str, String)]) -> String {
    let mut out = address.to_owned();
    for (name, value) in fields {
        if !out.contains('?') {
            out.push('?');
        } else if !out.ends_with(['?', '&']) {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        encode_into(&mut out, value);
    }
    out
}

/// Everything but the unreserved characters of RFC 3986 §2.3 is escaped, so that one decode of any kind
/// gives the text back.
fn encode_into(out: &mut String, text: &str) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(bytes: &[u8], name: &str) -> Option<String> {
        Fields::parse(bytes).unwrap().get(name).map(str::to_owned)
    }

    #[test]
    fn a_value_is_decoded_exactly_once() {
        assert_eq!(get(b"a=%2541+%2B", "a").as_deref(), Some("%41 +"));
        assert_eq!(get(b"a=x=y&&b", "a").as_deref(), Some("x=y"));
        assert_eq!(get(b"a=x&b&c=", "b"), None);
        assert_eq!(get(b"%61=%C3%A9", "a").as_deref(), Some("é"));
    }

    #[test]
    fn t28_a_name_given_twice_refuses_the_whole() {
        for twice in ["a=1&a=1", "a=1&%61=2", "a&a", "a=&a=1", "x=1&y=2&x=3"] {
            assert_eq!(
                Fields::parse(twice.as_bytes()),
                Err(FormError::Twice),
                "{twice}"
            );
        }
        assert!(Fields::parse(b"a=1&A=1").is_ok());
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for broken in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%FF", b"a=\xff", b"%=1"] {
            assert_eq!(Fields::parse(broken), Err(FormError::Malformed));
        }
        let long = vec![b'a'; LONGEST_FORM + 1];
        assert_eq!(Fields::parse(&long), Err(FormError::TooLong));
        assert!(Fields::parse(&long[1..]).is_ok());
    }

    #[test]
    fn an_address_keeps_the_query_it_has() {
        let fields = [("a", "1 &é".to_owned())];
        for (address, whole) in [
            ("https://x/cb", "https://x/cb?a=1%20%26%C3%A9"),
            ("https://x/cb?", "https://x/cb?a=1%20%26%C3%A9"),
            ("https://x/cb?k=v", "https://x/cb?k=v&a=1%20%26%C3%A9"),
        ] {
            assert_eq!(append(address, &fields), whole);
        }
    }
}
