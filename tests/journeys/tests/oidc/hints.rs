//! T-38: an ID token that comes back as a hint does not choose how it is read.

use crate::{staged, with};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use portique_tests_journeys::{Relying, World};
use serde_json::{Value, json};

fn packed(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

async fn kid_of(world: &World, alg: &str) -> (String, Value) {
    let set = world.browser().get("/oidc/jwks").await;
    let set: Value = serde_json::from_str(&set.body).unwrap();
    let key = set["keys"].as_array().unwrap().iter();
    let key = key.clone().find(|key| key["alg"] == alg).unwrap().clone();
    (key["kid"].as_str().unwrap().to_owned(), key)
}

fn hmac(kid: &str, secret: &[u8], claims: &Value) -> String {
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(kid.to_owned());
    encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// An EC key of the attacker.
fn foreign(kid: &str, claims: &Value) -> String {
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let algorithm = &aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
    let made = aws_lc_rs::signature::EcdsaKeyPair::generate_pkcs8(algorithm, &rng).unwrap();
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    encode(&header, claims, &EncodingKey::from_ec_der(made.as_ref())).unwrap()
}

#[tokio::test]
async fn t38_no_hint_is_believed_but_one_of_ours_as_we_made_it() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let claims = given.claims();
    let (rsa, jwk) = kid_of(&world, "RS256").await;
    let (ec, _) = kid_of(&world, "ES256").await;
    let parts: Vec<&str> = given.id_token.split('.').collect();
    let signature = parts[2];
    let n = jwk["n"].as_str().unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(n).unwrap();
    let body = packed(&claims);
    let mut other = claims.clone();
    other["sub"] = json!("0".repeat(32));
    let head = |alg: &str, kid: &str| packed(&json!({"alg": alg, "kid": kid, "typ": "JWT"}));
    let forged = [
        format!("{}.{body}.", head("none", &rsa)),
        format!("{}.{body}.{signature}", head("none", &rsa)),
        format!("{}.{body}.", head("NONE", &rsa)),
        format!("{}.{body}.", parts[0]),
        hmac(&rsa, n.as_bytes(), &claims),
        hmac(&rsa, &modulus, &claims),
        hmac(&rsa, jwk.to_string().as_bytes(), &claims),
        hmac(&rsa, b"", &claims),
        foreign(&rsa, &claims),
        foreign(&ec, &claims),
        foreign("evil", &claims),
        // The right signature under another name, another algorithm, a key brought along.
        format!("{}.{}.{signature}", head("RS256", &ec), parts[1]),
        format!("{}.{}.{signature}", head("ES256", &rsa), parts[1]),
        format!(
            "{}.{}.{signature}",
            packed(&json!({"alg": "RS256", "typ": "JWT"})),
            parts[1]
        ),
        format!(
            "{}.{}.{signature}",
            packed(&json!({"alg": "RS256", "kid": rsa, "jwk": jwk})),
            parts[1]
        ),
        format!("{}.{}.{signature}", parts[0], packed(&other)),
        format!("{}.{}.{signature}=", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], parts[1], &signature[1..]),
        format!("{}.x", given.id_token),
        "..".to_owned(),
        "x".to_owned(),
        "A".repeat(12_000),
        // Ours, and no ID token.
        pupil
            .cookies
            .values()
            .find(|value| value.contains('.'))
            .unwrap()
            .clone(),
        given.access.clone(),
    ];
    for hint in &forged {
        let request = moodle.request().with("id_token_hint", hint);
        let answer = moodle.ask(&mut pupil, &request).await;
        assert_eq!(moodle.error(&answer), "invalid_request", "{hint}");
        // And logs nobody out.
        let query = url::form_urlencoded::byte_serialize(hint.as_bytes()).collect::<String>();
        let answer = pupil
            .get(&format!("/oidc/logout?id_token_hint={query}"))
            .await;
        assert_eq!(answer.status, 200, "asks: {hint}");
        assert!(pupil.is_in().await, "{hint}");
    }
    // Of another client: signed by us and not for this one.
    let cahier = Relying::new(&world, with("cahier", &[])).await;
    let theirs = cahier.sign_on(&world, &mut pupil).await.id_token;
    let request = moodle.request().with("id_token_hint", &theirs);
    let answer = moodle.ask(&mut pupil, &request).await;
    assert_eq!(moodle.error(&answer), "invalid_request");
    // As it was made, also after its end.
    world.clock.on(core::time::Duration::from_mins(20));
    let request = moodle.request().with("id_token_hint", &given.id_token);
    moodle.code(&moodle.ask(&mut pupil, &request).await);
}
