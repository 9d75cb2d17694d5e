//! What a fuzz target does with its bytes, and what must hold then. Shared by `fuzz_targets` and by
//! `crates/oidc/tests/replay.rs`; a broken promise is a panic.

use portique_domain::partner::{ClientAuth, IdTokenAlg, OidcBinding};
use portique_domain::session::Digest;
use portique_jose::digest::sha256;
use portique_jose::jwk::{Alg, PublicKey};
use portique_jose::jws::IdTokenSigner;
use portique_jose::{es256, rs256};
use portique_oidc::authorize::{Delivery, Outcome, Refusal, check, parse, refused};
use portique_oidc::form::Fields;
use portique_oidc::id_token::read_hint;
use portique_oidc::token::TokenForm;
use portique_oidc::{client_auth, logout};
use std::sync::LazyLock;

const ISSUER: &str = "https://ent.example";
const CALLBACK: &str = "https://app.example/cb";

fn client() -> OidcBinding {
    OidcBinding {
        client_id: "app".into(),
        auth: ClientAuth::Secret,
        secrets: vec![Digest(sha256(b"secret"))],
        redirect_uris: vec![CALLBACK.into()],
        post_logout_redirect_uris: vec![CALLBACK.into()],
        pkce_required: true,
        id_token_alg: IdTokenAlg::Rs256,
        backchannel_logout_uri: None,
    }
}

/// A query of the authorization endpoint: it is read or refused, nothing but the registered address is
/// ever proven, and an error that travels carries `state` and `iss`.
pub(crate) fn authorize_parse(bytes: &[u8]) {
    let Ok(asked) = parse(bytes) else {
        return;
    };
    let sent = Fields::parse(bytes).expect("what was read once reads again");
    match check(&asked, Some(&client())) {
        Ok(request) => {
            assert_eq!(request.proven.redirect_uri(), CALLBACK);
            assert_eq!(request.proven.state(), sent.get("state"));
            assert!(request.challenge.is_some());
        }
        Err(Refusal::Redirect(error)) => {
            assert_eq!(error.to.redirect_uri(), CALLBACK);
            let Delivery::Redirect(address) = refused(&error, ISSUER) else {
                return;
            };
            let query = address
                .strip_prefix("https://app.example/cb?")
                .expect("the address");
            // Escaped, a long state is longer than what we would read ourselves.
            if let Ok(fields) = Fields::parse(query.as_bytes()) {
                assert_eq!(fields.get("state"), sent.get("state"));
                assert_eq!(fields.get("iss"), Some(ISSUER));
                assert_eq!(fields.get("code"), None);
            }
        }
        Err(refusal @ Refusal::Page(_)) => {
            assert!(matches!(Outcome::from(refusal), Outcome::ShowError(_)));
        }
    }
}

/// A first line as `Authorization`, when there are two, then the body of a token request: it is read or
/// refused, and the secret alone proves the client.
pub(crate) fn token_parse(bytes: &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == b'\n');
    let first = halves.next().unwrap_or_default();
    let (header, body) = match halves.next() {
        Some(body) => (core::str::from_utf8(first).ok(), body),
        None => (None, first),
    };
    let Ok(form) = TokenForm::parse(body) else {
        return;
    };
    if let Ok(presented) = client_auth::read(header, form.fields())
        && client_auth::verify(&presented, Some(&client())).is_ok()
    {
        assert_eq!(presented.client_id, "app");
        let in_body = form.fields().get("client_secret") == Some("secret");
        assert!(header.is_some() != in_body, "one way, and the right one");
    }
    match form.exchange() {
        Ok(exchange) => {
            assert_eq!(form.fields().get("grant_type"), Some("authorization_code"));
            let came = form.fields().get("code_verifier").is_some();
            assert_eq!(exchange.verifier.is_some(), came);
        }
        Err(error) => assert!(error.status() >= 400),
    }
}

/// Keys are drawn anew for each run, so no input that was found or made up can be signed by one of them.
static SIGNERS: LazyLock<[IdTokenSigner; 2]> = LazyLock::new(|| {
    let rsa = rs256::SigningKey::draw_pkcs8().expect("a key");
    let ec = es256::SigningKey::draw_pkcs8().expect("a key");
    [("r1", Alg::Rs256, &rsa), ("e1", Alg::Es256, &ec)]
        .map(|(kid, alg, pkcs8)| IdTokenSigner::from_pkcs8(kid, alg, pkcs8).expect("a signer"))
});

static KEYS: LazyLock<[PublicKey; 2]> =
    LazyLock::new(|| SIGNERS.each_ref().map(IdTokenSigner::public));

/// A hint, and a logout request that brings it: nothing that we did not sign is ever taken for ours, and
/// signed claims are taken only when they name issuer, client, person and session.
pub(crate) fn id_token_hint(bytes: &[u8]) {
    if let Ok(token) = core::str::from_utf8(bytes) {
        assert!(read_hint(token, KEYS.as_slice(), ISSUER).is_err());
    }
    if let Ok(asked) = logout::parse(bytes)
        && let Some(token) = &asked.id_token_hint
    {
        assert!(read_hint(token, KEYS.as_slice(), ISSUER).is_err());
    }
    let [_, signer] = &*SIGNERS;
    let token = signer.sign(bytes).expect("a signature");
    if let Ok(hint) = read_hint(&token, KEYS.as_slice(), ISSUER) {
        assert!(!hint.subject.is_empty() && !hint.sid.is_empty());
        assert!(core::str::from_utf8(bytes).is_ok_and(|text| text.contains("iss")));
    }
}
