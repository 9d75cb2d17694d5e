//! Logout that a client asks for (RP-Initiated Logout 1.0).

use crate::login::{Secret, digest_of};
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_domain::Timestamp;
use portique_domain::login::FLOW_LIFETIME;
use portique_oidc::authorize::PageError;
use portique_oidc::id_token::{read_hint, sid};
use portique_oidc::logout::{self, Logout, LogoutHint, Return, SessionAtClient};
use portique_store::Redeemed;

/// What a request for logout comes to.
#[derive(Debug)]
pub enum LogoutAsked {
    /// It cannot be read.
    Page(PageError),
    /// What to do.
    Do(Logout),
}

/// Kind of the one-time value that holds an address to go to.
const RETURN: &str = "oidc.return";

impl Journeys {
    /// Keeps the address that a decided request leads to while the person is asked; gives its name.
    pub async fn park_return(&self, to: &Return, visit: &Visit) -> Result<String, Trouble> {
        let name = Secret::fresh(self.entropy.bytes());
        let digest = digest_of(name.as_str()).ok_or(Trouble::Internal("a name has no digest"))?;
        let (value, until) = (to.address().as_bytes(), visit.now.plus(FLOW_LIFETIME));
        let one_time = &self.stores.one_time;
        one_time.put(RETURN, &digest, value.to_vec(), until).await?;
        Ok(name.as_str().to_owned())
    }

    /// Takes it out, once; `None` when it waited too long or never was.
    pub async fn parked_return(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Trouble> {
        let Some(digest) = digest_of(name) else {
            return Ok(None);
        };
        match self.stores.one_time.redeem(RETURN, &digest, now).await? {
            Redeemed::First(value) => Ok(String::from_utf8(value).ok()),
            Redeemed::Replay | Redeemed::Unknown => Ok(None),
        }
    }

    /// Decides on a request; nothing ends here.
    pub async fn logout_asked(
        &self,
        raw: &[u8],
        who: Option<&SignedIn>,
        visit: &Visit,
    ) -> Result<LogoutAsked, Trouble> {
        let asked = match logout::parse(raw) {
            Ok(asked) => asked,
            Err(error) => return Ok(LogoutAsked::Page(error)),
        };
        let hint = match asked.id_token_hint.as_deref() {
            None => LogoutHint::Absent,
            Some(text) => match read_hint(text, &self.keys.oidc.public, &self.issuer) {
                Ok(claims) => LogoutHint::Valid(claims),
                Err(_) => LogoutHint::Broken,
            },
        };
        let partner = match asked.client_of(&hint) {
            Some(client) => self.partner_by_client(client, visit.now).await?,
            None => None,
        };
        let binding = partner.as_ref().and_then(|one| one.partner.oidc.as_ref());
        let session = match (who, &partner, binding) {
            (None, _, _) => None,
            (Some(who), Some(partner), Some(binding)) => {
                let drawn = self
                    .pseudonym(who.person.id, &partner.partner, visit.now)
                    .await?;
                Some(SessionAtClient {
                    subject: drawn.encoded(partner.partner.release.subject),
                    sid: sid(&self.keys.csrf, who.session.id, &binding.client_id),
                })
            }
            (Some(_), _, _) => Some(SessionAtClient {
                subject: String::new(),
                sid: String::new(),
            }),
        };
        let decided = logout::decide(&asked, &hint, binding, session.as_ref());
        Ok(LogoutAsked::Do(decided))
    }
}
