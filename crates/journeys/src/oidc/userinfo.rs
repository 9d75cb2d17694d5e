//! The userinfo endpoint: what the policy lets out, read anew each time.

use super::issued::resource_of;
use crate::login::digest_of;
use crate::partner::OpenedFor;
use crate::{Journeys, Trouble, Visit};
use portique_domain::partner::PartnerId;
use portique_oidc::Scopes;
use portique_oidc::userinfo::{Released, body};

/// Why a token gives nothing (RFC 6750 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserinfoRefusal {
    /// There is none.
    Missing,
    /// Unknown, too old, closed, or its session has ended.
    InvalidToken,
    /// What was granted no longer holds.
    Ended,
}

impl Journeys {
    /// The JSON for whoever holds an access token. The session, the account, the charter, the access rule
    /// and her habilitations are read again.
    pub async fn userinfo(
        &self,
        token: Option<&str>,
        visit: &Visit,
    ) -> Result<Result<String, UserinfoRefusal>, Trouble> {
        let Some(token) = token else {
            return Ok(Err(UserinfoRefusal::Missing));
        };
        let invalid = || Ok(Err(UserinfoRefusal::InvalidToken));
        let Some(digest) = digest_of(token) else {
            return invalid();
        };
        let tokens = &self.stores.access_tokens;
        let Some(held) = tokens.find_token(&digest, visit.now).await? else {
            return invalid();
        };
        let live = self.live_session(held.person, held.session, visit.now);
        if live.await?.is_none() {
            return invalid();
        }
        let id = PartnerId::parse(&held.partner);
        let id = id.ok_or(Trouble::Internal("a token of no partner"))?;
        let partner = self.partner(&id, visit.now).await?;
        // Nor does one that speaks this protocol no more.
        let Some(partner) = partner.filter(|one| one.partner.oidc.is_some()) else {
            return invalid();
        };
        let resource = resource_of(&held);
        let what = OpenedFor {
            child: held.child,
            resource: resource.as_ref(),
            scopes: None,
        };
        let again = self.release_again(held.person, &partner, what, visit.now);
        let Ok(opened) = again.await? else {
            return Ok(Err(UserinfoRefusal::Ended));
        };
        let released: Vec<Released> = opened
            .released
            .into_iter()
            // The policy has the last word, and the receipt was the first.
            .filter(|one| held.released.contains(&one.attribute))
            .map(|one| Released {
                attribute: one.attribute,
                values: one.values,
            })
            .collect();
        let scopes = Scopes::parse(&held.scope);
        Ok(Ok(body(&opened.subject, &scopes, &released)))
    }
}
