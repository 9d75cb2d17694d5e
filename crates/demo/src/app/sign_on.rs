//! The sign-on, by the book: discovery, code with PKCE, ID token, userinfo, logout at the gateway.

use super::{AppSettings, Face};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::pin::Pin;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken,
};
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope, SubjectIdentifier,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::OnceCell;

/// What can go wrong; the words are shown, and hold nothing of anybody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The gateway does not answer, or not as OpenID Connect says.
    #[error("l’ENT ne répond pas comme prévu ({0})")]
    Gateway(&'static str),
    /// The answer is not one to our request.
    #[error("la réponse n’est pas celle que nous attendions ({0})")]
    Answer(&'static str),
    /// The gateway says that the connection is over.
    #[error("l’ENT a fermé la connexion")]
    Over,
}

/// Every claim that comes, whatever its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Anything {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Anything {}

/// The claims of an ID token as they were sent. The library keeps those that it knows; the page says that
/// it shows all. Only for a token that the library has checked.
fn payload(token: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What a sign-on waits for.
pub(crate) struct Waiting {
    pub(crate) state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Who came.
#[derive(Clone)]
pub(crate) struct Signed {
    /// The identifier the gateway gave for this face.
    pub(crate) subject: String,
    /// The ID token's claims, all of them.
    pub(crate) id_claims: Value,
    pub(crate) id_token: CoreIdToken,
    access: AccessToken,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How the library speaks HTTP. No endpoint answers with a redirect, and none is followed.
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.0.execute(request.try_into()?).await?;
            let mut out = axum::http::Response::new(Vec::new());
            *out.status_mut() = response.status();
            out.headers_mut().clone_from(response.headers());
            *out.body_mut() = response.bytes().await?.to_vec();
            Ok(out)
        })
    }
}

/// The client of a gateway.
pub(crate) struct SignOn {
    issuer: String,
    http: Http,
    provider: OnceCell<ProviderMetadataWithLogout>,
}

impl SignOn {
    pub(crate) fn new(issuer: String) -> Result<Self, reqwest::Error> {
        let none = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().redirect(none).no_proxy();
        Ok(Self {
            issuer,
            http: Http(http.build()?),
            provider: OnceCell::new(),
        })
    }

    async fn discover(&self) -> Result<ProviderMetadataWithLogout, Fault> {
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|_| Fault::Gateway("adresse"))?;
        ProviderMetadataWithLogout::discover_async(issuer, &self.http)
            .await
            .map_err(|_| Fault::Gateway("découverte"))
    }

    async fn provider(&self) -> Result<&ProviderMetadataWithLogout, Fault> {
        self.provider.get_or_try_init(|| self.discover()).await
    }

    async fn client(&self, settings: &AppSettings, face: &Face) -> Result<Client, Fault> {
        let back = AppSettings::redirect_uri(&settings.address, &face.path);
        let back = RedirectUrl::new(back).map_err(|_| Fault::Answer("adresse de retour"))?;
        let secret = ClientSecret::new(face.client_secret.clone());
        let client = CoreClient::from_provider_metadata(
            self.provider().await?.clone(),
            ClientId::new(face.client_id.clone()),
            Some(secret),
        );
        Ok(client.set_redirect_uri(back))
    }

    /// The address to send the browser to, and what to remember meanwhile.
    pub(crate) async fn begin(
        &self,
        settings: &AppSettings,
        face: &Face,
        prompt: Option<CoreAuthPrompt>,
    ) -> Result<(String, Waiting), Fault> {
        let client = self.client(settings, face).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in ["profile", "email", "ent"] {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        if let Some(prompt) = prompt {
            request = request.add_prompt(prompt);
        }
        let (url, state, nonce) = request.url();
        let waiting = Waiting {
            state,
            nonce,
            verifier,
        };
        Ok((url.into(), waiting))
    }

    /// The code turned into somebody; every check of the ID token is the library's.
    pub(crate) async fn end(
        &self,
        settings: &AppSettings,
        face: &Face,
        waiting: Waiting,
        code: String,
    ) -> Result<Signed, Fault> {
        let client = self.client(settings, face).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| Fault::Gateway("jetons"))?
            .set_pkce_verifier(waiting.verifier)
            .request_async(&self.http)
            .await
            .map_err(|_| Fault::Answer("le code a été refusé"))?;
        let id_token = tokens.id_token().ok_or(Fault::Answer("aucune preuve"))?;
        let claims = id_token
            .claims(&client.id_token_verifier(), &waiting.nonce)
            .map_err(|_| Fault::Answer("la preuve ne tient pas"))?;
        Ok(Signed {
            subject: claims.subject().to_string(),
            id_claims: payload(&id_token.to_string()).ok_or(Fault::Answer("preuve"))?,
            id_token: id_token.clone(),
            access: tokens.access_token().clone(),
        })
    }

    /// What the gateway says of somebody now.
    pub(crate) async fn received(
        &self,
        settings: &AppSettings,
        face: &Face,
        signed: &Signed,
    ) -> Result<Value, Fault> {
        let client = self.client(settings, face).await?;
        let subject = SubjectIdentifier::new(signed.subject.clone());
        let claims = client
            .user_info(signed.access.clone(), Some(subject))
            .map_err(|_| Fault::Gateway("données"))?
            .request_async::<Anything, _, CoreGenderClaim>(&self.http)
            .await
            .map_err(|_| Fault::Over)?;
        serde_json::to_value(claims).map_err(|_| Fault::Answer("données"))
    }

    /// Where the browser goes to leave the gateway too.
    pub(crate) async fn leave(
        &self,
        settings: &AppSettings,
        face: &Face,
        signed: &Signed,
    ) -> Result<String, Fault> {
        let metadata = self.provider().await?.additional_metadata();
        let end = metadata.end_session_endpoint.clone();
        let end = end.ok_or(Fault::Gateway("déconnexion"))?;
        let back = AppSettings::after_logout(&settings.address, &face.path);
        let back =
            PostLogoutRedirectUrl::new(back).map_err(|_| Fault::Answer("adresse de retour"))?;
        let request = LogoutRequest::from(end)
            .set_id_token_hint(&signed.id_token)
            .set_post_logout_redirect_uri(back);
        Ok(request.http_get_url().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_is_shown_also_those_that_the_library_does_not_know() {
        let body = URL_SAFE_NO_PAD.encode(r#"{"sub":"a","sid":"b"}"#);
        let claims = payload(&format!("e30.{body}.x"));
        assert_eq!(claims, Some(serde_json::json!({ "sub": "a", "sid": "b" })));
        assert_eq!(payload("e30"), None);
    }
}
