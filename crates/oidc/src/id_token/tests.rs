use super::*;
use portique_jose::{es256, rs256};

const ISSUER: &str = "https://ent.example";
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

fn token() -> IdToken<'static> {
    IdToken {
        issuer: ISSUER,
        subject: "p",
        client_id: "app",
        now: Timestamp::from_millis(1_000_999),
        authenticated_at: Timestamp::from_millis(900_500),
        nonce: Some("n"),
        level: Level::Two,
        sid: "s",
        access_token: ACCESS_TOKEN,
    }
}

fn signer(kid: &str) -> IdTokenSigner {
    let pkcs8 = es256::SigningKey::draw_pkcs8().unwrap();
    IdTokenSigner::from_pkcs8(kid, Alg::Es256, &pkcs8).unwrap()
}

#[test]
fn at_hash_is_the_one_of_oidc_core_appendix_a() {
    assert_eq!(at_hash(ACCESS_TOKEN), "77QmUPtjPfzWtF2AnpK9RQ");
}

#[test]
fn an_id_token_says_when_and_how_and_never_who() {
    let signer = signer("k");
    for nonce in [Some("n"), None] {
        let issued = issue(&IdToken { nonce, ..token() }, &signer).unwrap();
        let claims = verify(&issued, &[signer.public()]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        let mut expected = serde_json::json!({
            "iss": ISSUER, "sub": "p", "aud": "app", "iat": 1000, "exp": 1300,
            "auth_time": 900, "acr": "urn:portique:acr:2", "sid": "s",
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        });
        if let Some(nonce) = nonce {
            expected["nonce"] = nonce.into();
        }
        assert_eq!(claims, expected);
    }
}

#[test]
fn both_algorithms_sign_what_a_hint_brings_back() {
    let rsa = rs256::SigningKey::draw_pkcs8().unwrap();
    let rsa = IdTokenSigner::from_pkcs8("r", alg(IdTokenAlg::Rs256), &rsa).unwrap();
    for signer in [rsa, signer("e")] {
        let issued = issue(&token(), &signer).unwrap();
        let hint = read_hint(&issued, &[signer.public()], ISSUER).unwrap();
        assert_eq!(
            (
                hint.client_id.as_str(),
                hint.subject.as_str(),
                hint.sid.as_str()
            ),
            ("app", "p", "s")
        );
    }
}

#[test]
fn t38_a_hint_of_another_issuer_key_or_shape_is_none() {
    let own = signer("k");
    let keys = [own.public()];
    let issued = issue(&token(), &own).unwrap();
    assert!(read_hint(&issued, &keys, "https://other.example").is_err());
    assert!(read_hint(&issued, &[signer("k").public()], ISSUER).is_err());
    for claims in [
        r#"{"iss":"https://ent.example","aud":"app","sub":"","sid":"s"}"#,
        r#"{"iss":"https://ent.example","aud":"app","sub":"p","sid":""}"#,
        r#"{"iss":"https://ent.example","aud":["app"],"sub":"p","sid":"s"}"#,
        r#"{"iss":"https://ent.example","aud":"app","sub":"p"}"#,
        "[]",
        "",
    ] {
        let forged = own.sign(claims.as_bytes()).unwrap();
        assert!(read_hint(&forged, &keys, ISSUER).is_err(), "{claims}");
    }
}

#[test]
fn two_clients_call_one_session_by_two_names() {
    let key = MacKey::new(&[7; 32]);
    let one = sid(&key, Uuid::from_u128(1), "app");
    assert_eq!(one.len(), 22);
    assert_eq!(one, sid(&key, Uuid::from_u128(1), "app"));
    assert_ne!(one, sid(&key, Uuid::from_u128(1), "app2"));
    assert_ne!(one, sid(&key, Uuid::from_u128(2), "app"));
    assert_ne!(one, sid(&MacKey::new(&[8; 32]), Uuid::from_u128(1), "app"));
}
