//! A relying party: what an application knows and does, over the wire and nothing else.

use crate::{Answer, Browser, World};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use portique_domain::partner::{ClientAuth, Partner};
use portique_domain::rights::{Action, AdminGrant};
use portique_jose::digest::sha256;
use portique_journeys::admin::PartnerApplied;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;
use url::form_urlencoded::Serializer;

/// The verifier of a relying party's requests, unless a test takes another.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The S256 challenge of a verifier.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()))
}

/// A relying party: a partner in force, with a secret.
#[derive(Clone, Debug)]
pub struct Relying {
    /// Its record.
    pub partner: Partner,
    /// Its secret.
    pub secret: String,
}

/// What a code gave.
#[derive(Clone, Debug)]
pub struct Given {
    /// The code.
    pub code: String,
    /// The access token.
    pub access: String,
    /// The ID token.
    pub id_token: String,
}

impl Given {
    /// The claims of the ID token; its signature is not looked at.
    pub fn claims(&self) -> Value {
        let body = self.id_token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
    }
}

/// Parameters of a request, in order. A value replaced keeps its place.
#[derive(Clone, Debug)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Sets one.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => value.clone_into(known),
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// Leaves one out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Form-encoded.
    pub fn encoded(&self) -> String {
        Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

/// The parameters in the query of an address.
pub fn query_of(address: &str) -> BTreeMap<String, String> {
    let pairs = Url::parse(address).unwrap_or_else(|_| panic!("no address: {address}"));
    pairs.query_pairs().into_owned().collect()
}

impl World {
    /// Writes a partner as whoever runs the machine does.
    pub async fn apply(&self, partner: &Partner) {
        let grant = AdminGrant::of_operator("test", Action::ManagePartners);
        let applied = self.journeys.apply_partner(&grant, partner, self.now());
        let applied = applied.await.unwrap();
        assert!(matches!(applied, PartnerApplied::Written(_)), "{applied:?}");
    }
}

impl Relying {
    /// A relying party of this partner, which is written, with a secret drawn for it.
    pub async fn new(world: &World, partner: Partner) -> Self {
        world.apply(&partner).await;
        Self::known(world, partner).await
    }

    /// As [`Relying::new`], of a partner that is written already.
    pub async fn known(world: &World, partner: Partner) -> Self {
        let grant = AdminGrant::of_operator("test", Action::ManagePartners);
        let auth = partner.oidc.as_ref().map(|oidc| oidc.auth);
        let secret = if auth == Some(ClientAuth::Secret) {
            let drawn = world
                .journeys
                .draw_partner_secret(&grant, &partner.id, world.now());
            drawn.await.unwrap().unwrap().as_str().to_owned()
        } else {
            VERIFIER.to_owned()
        };
        Self { partner, secret }
    }

    /// Its `client_id`.
    pub fn client_id(&self) -> &str {
        &self.partner.oidc.as_ref().unwrap().client_id
    }

    /// The address that codes come to.
    pub fn callback(&self) -> &str {
        &self.partner.oidc.as_ref().unwrap().redirect_uris[0]
    }

    /// A complete authorization request.
    pub fn request(&self) -> Params {
        Params(Vec::new())
            .with("response_type", "code")
            .with("client_id", self.client_id())
            .with("redirect_uri", self.callback())
            .with("scope", "openid profile email ent")
            .with("state", "l’état & lui=même")
            .with("nonce", "n-0S6_WzA2Mj")
            .with("code_challenge", &challenge(VERIFIER))
            .with("code_challenge_method", "S256")
    }

    /// Sends a browser to the authorization endpoint.
    pub async fn ask(&self, browser: &mut Browser, request: &Params) -> Answer {
        let path = format!("/oidc/authorize?{}", request.encoded());
        browser.get(&path).await
    }

    /// What came to the callback with an answer; fails when it went elsewhere.
    pub fn landed(&self, answer: &Answer) -> BTreeMap<String, String> {
        let to = if answer.status == StatusCode::SEE_OTHER {
            answer.location().to_owned()
        } else {
            answer.onward()
        };
        let rest = to.strip_prefix(self.callback());
        assert!(
            rest.is_some_and(|rest| rest.starts_with(['?', '&'])),
            "{to}"
        );
        query_of(&to)
    }

    /// The code that came with an answer.
    pub fn code(&self, answer: &Answer) -> String {
        let landed = self.landed(answer);
        assert!(!landed.contains_key("error"), "{landed:?}");
        landed["code"].clone()
    }

    /// The error that came with an answer.
    pub fn error(&self, answer: &Answer) -> String {
        let landed = self.landed(answer);
        assert!(!landed.contains_key("code"), "{landed:?}");
        landed["error"].clone()
    }

    /// A code for whoever is in with a browser.
    pub async fn code_for(&self, browser: &mut Browser) -> String {
        let answer = self.ask(browser, &self.request()).await;
        self.code(&answer)
    }

    /// The header of its secret (RFC 6749 §2.3.1).
    pub fn basic(&self) -> String {
        let pair = format!("{}:{}", self.client_id(), self.secret);
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// The body of a token request.
    pub fn exchange(&self, code: &str) -> Params {
        Params(Vec::new())
            .with("grant_type", "authorization_code")
            .with("code", code)
            .with("redirect_uri", self.callback())
            .with("code_verifier", VERIFIER)
    }

    /// Asks the token endpoint, with its secret.
    pub async fn token(&self, world: &World, body: &Params) -> Answer {
        let headers = [("authorization", self.basic())];
        let headers = headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let body = body.encoded();
        world
            .browser()
            .ask("POST", "/oidc/token", &headers, &body)
            .await
    }

    /// Redeems a code.
    pub async fn redeem(&self, world: &World, code: &str) -> Given {
        let answer = self.token(world, &self.exchange(code)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Given {
            code: code.to_owned(),
            access: text("access_token"),
            id_token: text("id_token"),
        }
    }

    /// The whole way for whoever is in: a code, and what it gives.
    pub async fn sign_on(&self, world: &World, browser: &mut Browser) -> Given {
        let code = self.code_for(browser).await;
        self.redeem(world, &code).await
    }
}

impl World {
    /// Asks userinfo with a token.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        self.browser()
            .ask("GET", "/oidc/userinfo", &[("authorization", &bearer)], "")
            .await
    }

    /// What userinfo gives for a token.
    pub async fn claims(&self, token: &str) -> Value {
        let answer = self.userinfo(token).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }
}

impl World {
    /// Another browser with the pupil in it, who has a password already.
    pub async fn pupil_in_again(&self) -> Browser {
        let (_, login) = self.account(&self.cast.pupil.clone()).await;
        let mut browser = self.browser();
        self.sign_in(&mut browser, login.as_str(), crate::PASSWORD)
            .await;
        browser
    }
}

impl Answer {
    /// The `error` of a JSON answer.
    pub fn fault(&self) -> String {
        let body: Value = serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body));
        body["error"].as_str().unwrap_or_default().to_owned()
    }
}
