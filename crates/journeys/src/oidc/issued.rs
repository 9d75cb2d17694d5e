//! A code as it is kept: what the opening was, and the grant.

use crate::partner::OpenedFor;
use crate::{ResourceChoice, Trouble};
use portique_domain::partner::Attribute;
use portique_oidc::code::CodeGrant;
use portique_store::live::AccessToken;

/// The opening goes with the code and with what the code gives. A policy that grows within these minutes,
/// or a value that a feed brings, gives nothing that no receipt names; and a right on another
/// resource does not keep alive what was opened for one.
pub(super) struct Issued {
    pub(super) released: Vec<Attribute>,
    pub(super) resource: Option<ResourceChoice>,
    pub(super) grant: CodeGrant,
}

impl Issued {
    /// One line of codes, one of the resource, then the grant.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Trouble> {
        let codes: Vec<&str> = self.released.iter().map(|one| one.code()).collect();
        let mut bytes = codes.join(" ").into_bytes();
        bytes.push(b'\n');
        if let Some(choice) = &self.resource {
            bytes.extend(choice.bytes());
        }
        bytes.push(b'\n');
        let grant = self.grant.to_bytes();
        bytes.extend(grant.map_err(|_| Trouble::Internal("a code cannot be written"))?);
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Trouble> {
        let damaged = || Trouble::Internal("a code cannot be read back");
        let text = core::str::from_utf8(bytes).map_err(|_| damaged())?;
        let (codes, rest) = text.split_once('\n').ok_or_else(damaged)?;
        let (choice, grant) = rest.split_once('\n').ok_or_else(damaged)?;
        let codes = codes.split(' ').filter(|code| !code.is_empty());
        let released: Option<Vec<Attribute>> = codes.map(Attribute::from_code).collect();
        let resource = match choice {
            "" => None,
            choice => Some(ResourceChoice::read(choice.as_bytes()).ok_or_else(damaged)?),
        };
        Ok(Self {
            released: released.ok_or_else(damaged)?,
            resource,
            grant: CodeGrant::from_bytes(grant.as_bytes()).map_err(|_| damaged())?,
        })
    }

    /// What it was opened for.
    pub(super) fn opened_for(&self) -> OpenedFor<'_> {
        OpenedFor {
            child: self.grant.child,
            resource: self.resource.as_ref(),
            scopes: None,
        }
    }
}

/// The resource that a token was opened for.
pub(super) fn resource_of(token: &AccessToken) -> Option<ResourceChoice> {
    token.resource.clone().map(|resource| ResourceChoice {
        resource,
        establishment: token.establishment.clone(),
    })
}
