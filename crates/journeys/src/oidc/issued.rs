//! A code as it is kept: what the receipt names, and the grant.

use crate::Trouble;
use portique_domain::partner::Attribute;
use portique_oidc::code::CodeGrant;

/// The receipt goes with the code and with what the code gives. A policy that grows within these minutes,
/// or a value that a feed brings, gives nothing that no receipt names.
pub(super) struct Issued {
    pub(super) released: Vec<Attribute>,
    pub(super) grant: CodeGrant,
}

impl Issued {
    /// One line of codes, then the grant.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Trouble> {
        let codes: Vec<&str> = self.released.iter().map(|one| one.code()).collect();
        let mut bytes = codes.join(" ").into_bytes();
        bytes.push(b'\n');
        let grant = self.grant.to_bytes();
        bytes.extend(grant.map_err(|_| Trouble::Internal("a code cannot be written"))?);
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, Trouble> {
        let damaged = || Trouble::Internal("a code cannot be read back");
        let text = core::str::from_utf8(bytes).map_err(|_| damaged())?;
        let (codes, grant) = text.split_once('\n').ok_or_else(damaged)?;
        let codes = codes.split(' ').filter(|code| !code.is_empty());
        let released: Option<Vec<Attribute>> = codes.map(Attribute::from_code).collect();
        Ok(Self {
            released: released.ok_or_else(damaged)?,
            grant: CodeGrant::from_bytes(grant.as_bytes()).map_err(|_| damaged())?,
        })
    }
}
