//! The public address: the only source of absolute links (T-49).

use url::Url;

/// Where people reach the gateway. `Host` and forwarded headers never take part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress {
    origin: String,
    https: bool,
}

/// The address cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the public address is http(s)://host[:port], without path, query or user")]
pub struct AddressError;

impl PublicAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`] when it carries more than a scheme, a host and a port.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError)?;
        Self::from_url(&url)
    }

    /// From a parsed address.
    ///
    /// # Errors
    /// As [`PublicAddress::parse`].
    pub fn from_url(url: &Url) -> Result<Self, AddressError> {
        let bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.has_host();
        match (bare, url.scheme()) {
            (true, "https" | "http") => Ok(Self {
                origin: url.origin().ascii_serialization(),
                https: url.scheme() == "https",
            }),
            _ => Err(AddressError),
        }
    }

    /// `https://ent.example`, without a trailing slash, as browsers write `Origin`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether people come by HTTPS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// An absolute link to a path of ours.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin_and_nothing_more() {
        let address = PublicAddress::parse("https://ent.example/").unwrap();
        assert_eq!(address.origin(), "https://ent.example");
        assert_eq!(address.link("/login"), "https://ent.example/login");
        for bad in [
            "ent.example",
            "ftp://ent.example",
            "https://ent.example/path",
            "https://a@ent.example",
            "https://ent.example/?q",
            "",
        ] {
            assert!(PublicAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
