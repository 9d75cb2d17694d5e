//! The token endpoint: a code, once, against an ID token and an access token.

use super::authorize::CODE;
use super::issued::Issued;
use crate::login::{Secret, digest_of};
use crate::{Journeys, Trouble, Visit};
use portique_domain::session::Digest;
use portique_oidc::client_auth;
use portique_oidc::id_token::{IdToken, issue, sid};
use portique_oidc::token::{
    ACCESS_TOKEN_LIFETIME, Exchange, TokenError, TokenFault, TokenForm, check, success,
};
use portique_store::Redeemed;
use portique_store::live::AccessToken;
use portique_store::records::StoredPartner;
use std::sync::Arc;

impl Journeys {
    /// A token request: the header `Authorization`, if there is one, and the body. Gives the JSON of
    /// success, or the error that the client hears.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        visit: &Visit,
    ) -> Result<Result<String, TokenError>, Trouble> {
        let (partner, asked) = match self.token_asked(authorization, body, visit).await? {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        let issued = match self.redeem_code(&asked, &partner, visit).await? {
            Ok(issued) => issued,
            Err(error) => return Ok(Err(error)),
        };
        self.tokens_for(&asked, &partner, &issued, visit).await
    }

    /// Who asks, proven, and for what.
    async fn token_asked(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        visit: &Visit,
    ) -> Result<Result<(Arc<StoredPartner>, Exchange), TokenError>, Trouble> {
        let form = match TokenForm::parse(body) {
            Ok(form) => form,
            Err(error) => return Ok(Err(error)),
        };
        let presented = match client_auth::read(authorization, form.fields()) {
            Ok(presented) => presented,
            Err(error) => return Ok(Err(error)),
        };
        let partner = self
            .partner_by_client(&presented.client_id, visit.now)
            .await?;
        let binding = partner.as_ref().and_then(|one| one.partner.oidc.as_ref());
        if let Err(error) = client_auth::verify(&presented, binding) {
            metrics::counter!("portique_oidc_client_refused_total").increment(1);
            return Ok(Err(error));
        }
        let partner = partner.ok_or(Trouble::Internal("a client without a record"))?;
        Ok(form.exchange().map(|asked| (partner, asked)))
    }

    /// Spends the code in one atomic step, then checks it: one that fails is spent all the same. A replay
    /// closes what the code gave (RFC 6749 §4.1.2).
    async fn redeem_code(
        &self,
        asked: &Exchange,
        partner: &StoredPartner,
        visit: &Visit,
    ) -> Result<Result<Issued, TokenError>, Trouble> {
        let refused = || Ok(Err(TokenFault::Grant.into()));
        let Some(digest) = digest_of(&asked.code) else {
            return refused();
        };
        let value = match self
            .stores
            .one_time
            .redeem(CODE, &digest, visit.now)
            .await?
        {
            Redeemed::First(value) => value,
            Redeemed::Replay => {
                let until = visit.now.plus(ACCESS_TOKEN_LIFETIME);
                let tokens = &self.stores.access_tokens;
                tokens.close_family(&digest, until).await?;
                metrics::counter!("portique_oidc_code_replayed_total").increment(1);
                return refused();
            }
            Redeemed::Unknown => return refused(),
        };
        let issued = Issued::from_bytes(&value)?;
        let grant = &issued.grant;
        let binding = partner.partner.oidc.as_ref();
        let binding = binding.ok_or(Trouble::Internal("a client without a binding"))?;
        let same = grant.partner == partner.partner.id;
        match check(asked, binding, grant, visit.now) {
            Ok(()) if same => Ok(Ok(issued)),
            Ok(()) => refused(),
            Err(error) => Ok(Err(error)),
        }
    }

    async fn tokens_for(
        &self,
        asked: &Exchange,
        partner: &StoredPartner,
        issued: &Issued,
        visit: &Visit,
    ) -> Result<Result<String, TokenError>, Trouble> {
        let grant = &issued.grant;
        let ended = || Ok(Err(TokenFault::Ended.into()));
        let live = self.live_session(grant.person, grant.session, visit.now);
        if live.await?.is_none() {
            return ended();
        }
        let again = self.release_again(grant.person, partner, issued.opened_for(), visit.now);
        let Ok(opened) = again.await? else {
            return ended();
        };
        let family = digest_of(&asked.code).ok_or(Trouble::Internal("a code has no digest"))?;
        let Some(access) = self.access_token(issued, family, visit).await? else {
            return ended();
        };
        let binding = partner.partner.oidc.as_ref();
        let binding = binding.ok_or(Trouble::Internal("a client without a binding"))?;
        let id_token = IdToken {
            issuer: &self.issuer,
            subject: &opened.subject,
            client_id: &grant.client_id,
            now: visit.now,
            authenticated_at: grant.authenticated_at,
            nonce: grant.nonce.as_deref(),
            level: grant.level,
            sid: &sid(&self.keys.csrf, grant.session, &grant.client_id),
            access_token: access.as_str(),
        };
        let signed = issue(&id_token, self.keys.oidc.signer(binding.id_token_alg))
            .map_err(|_| Trouble::Internal("an ID token cannot be signed"))?;
        Ok(Ok(success(access.as_str(), &signed, &grant.scopes)))
    }

    /// Draws an access token; `None` when its family was closed meanwhile.
    async fn access_token(
        &self,
        issued: &Issued,
        family: Digest,
        visit: &Visit,
    ) -> Result<Option<Secret>, Trouble> {
        let grant = &issued.grant;
        let access = Secret::fresh(self.entropy.bytes());
        let digest =
            digest_of(access.as_str()).ok_or(Trouble::Internal("a token has no digest"))?;
        let choice = issued.resource.as_ref();
        let token = AccessToken {
            session: grant.session,
            person: grant.person,
            partner: grant.partner.to_string(),
            family,
            scope: grant.scopes.to_string(),
            child: grant.child,
            released: issued.released.clone(),
            resource: choice.map(|choice| choice.resource.clone()),
            establishment: choice.and_then(|choice| choice.establishment.clone()),
            expires_at: visit.now.plus(ACCESS_TOKEN_LIFETIME),
        };
        let kept = self.stores.access_tokens.keep_token(&digest, &token);
        Ok(kept.await?.then_some(access))
    }
}
