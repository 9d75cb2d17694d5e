//! Page tokens: what a list hands out is authenticated before a store sees it again (T-68).
//!
//! A token is bound to its list and to whoever was given it, so that nobody learns where in the order
//! somebody out of reach would stand.

use crate::{Journeys, Trouble};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::rights::{Actor, AdminGrant};

/// Bytes of the MAC at the head of a token.
const TAG: usize = 32;

/// Which list a token goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    People,
    Runs,
    Habilitations,
    Openings,
    Deeds,
    Changes,
}

impl List {
    const fn label(self) -> &'static str {
        match self {
            Self::People => "page-people",
            Self::Runs => "page-runs",
            Self::Habilitations => "page-habilitations",
            Self::Openings => "page-openings",
            Self::Deeds => "page-deeds",
            Self::Changes => "page-changes",
        }
    }
}

/// What the MAC covers: whose token it is, and the store's key.
fn bound(holder: &Actor, key: &str) -> Vec<u8> {
    let holder = match holder {
        Actor::Person(id) => id.0.to_string(),
        Actor::Operator(name) => format!("operator {name}"),
        Actor::Gateway => "gateway".to_owned(),
    };
    format!("{holder}\n{key}").into_bytes()
}

impl Journeys {
    /// The token of the next page, from the store's own key.
    pub(crate) fn sign_page(&self, grant: &AdminGrant, list: List, key: &str) -> String {
        self.sign_page_of(grant.actor(), list, key)
    }

    /// As [`Journeys::sign_page`], for somebody who reads what is hers.
    pub(crate) fn sign_page_of(&self, holder: &Actor, list: List, key: &str) -> String {
        let tag = self.keys.csrf.mac(list.label(), &bound(holder, key));
        let mut bytes = tag.to_vec();
        bytes.extend_from_slice(key.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The store's key in a token; what is none of ours leads nowhere.
    pub(crate) fn open_page(
        &self,
        grant: &AdminGrant,
        list: List,
        token: Option<String>,
    ) -> Result<Option<String>, Trouble> {
        self.open_page_of(grant.actor(), list, token)
    }

    /// As [`Journeys::open_page`], for somebody who reads what is hers.
    pub(crate) fn open_page_of(
        &self,
        holder: &Actor,
        list: List,
        token: Option<String>,
    ) -> Result<Option<String>, Trouble> {
        let Some(token) = token else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD
            .decode(token)
            .map_err(|_| Trouble::NotFound)?;
        let (tag, key) = bytes.split_at_checked(TAG).ok_or(Trouble::NotFound)?;
        let key = core::str::from_utf8(key).map_err(|_| Trouble::NotFound)?;
        if self
            .keys
            .csrf
            .verifies(list.label(), &bound(holder, key), tag)
        {
            Ok(Some(key.to_owned()))
        } else {
            Err(Trouble::NotFound)
        }
    }
}
