use super::*;

const CLAIMS: &[u8] = br#"{"iss":"https://ent.example","sub":"s","exp":1}"#;

fn signers() -> [IdTokenSigner; 2] {
    let rsa = rs256::SigningKey::draw_pkcs8().unwrap();
    let ec = es256::SigningKey::draw_pkcs8().unwrap();
    [
        IdTokenSigner::from_pkcs8("r1", Alg::Rs256, &rsa).unwrap(),
        IdTokenSigner::from_pkcs8("e1", Alg::Es256, &ec).unwrap(),
    ]
}

fn forged(header: &str, claims: &[u8], signature: &[u8]) -> String {
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = part(header.as_bytes());
    format!("{header}.{}.{}", part(claims), part(signature))
}

#[test]
fn what_a_key_signed_reads_back_however_old() {
    let signers = signers();
    let keys = signers.each_ref().map(IdTokenSigner::public);
    for signer in &signers {
        let token = signer.sign(CLAIMS).unwrap();
        assert_eq!(verify(&token, &keys), Ok(CLAIMS.to_vec()));
        assert_eq!(verify(&token, &[]), Err(JwsError::Key));
    }
}

#[test]
fn another_library_verifies_what_we_sign() {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation};
    let [rsa, ec] = signers();
    let Public::Rs256(n) = rsa.public().public else {
        panic!("an RSA key")
    };
    let Public::Es256(point) = ec.public().public else {
        panic!("a point")
    };
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    for (signer, alg, key) in [
        (
            &rsa,
            Algorithm::RS256,
            DecodingKey::from_rsa_components(&part(&n.n), &part(&n.e)).unwrap(),
        ),
        (&ec, Algorithm::ES256, DecodingKey::from_ec_der(&point)),
    ] {
        let mut validation = Validation::new(alg);
        validation.validate_exp = false;
        let token = signer.sign(CLAIMS).unwrap();
        let read = jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation).unwrap();
        assert_eq!(read.header.kid.as_deref(), Some(signer.kid()));
        assert_eq!(read.header.typ.as_deref(), Some("JWT"));
        assert_eq!(read.claims["sub"], "s");
    }
}

#[test]
fn t38_a_token_does_not_choose_its_algorithm() {
    let signers = signers();
    let keys = signers.each_ref().map(IdTokenSigner::public);
    let Public::Rs256(rsa) = &keys[0].public else {
        panic!("an RSA key")
    };
    for header in [
        r#"{"alg":"none","kid":"r1","typ":"JWT"}"#,
        r#"{"alg":"None","kid":"e1","typ":"JWT"}"#,
        r#"{"alg":"HS256","kid":"r1","typ":"JWT"}"#,
        r#"{"alg":"RS256","kid":"e1","typ":"JWT"}"#,
        r#"{"alg":"ES256","kid":"r1","typ":"JWT"}"#,
        r#"{"alg":"RS512","kid":"r1","typ":"JWT"}"#,
        r#"{"alg":"RS256","kid":"r1","typ":"JWT","crit":["b64"],"b64":false}"#,
        r#"{"alg":"RS256","kid":"r1","typ":"JWT","jwk":{"kty":"oct","k":""}}"#,
        r#"{"alg":"RS256","kid":"r1","typ":"ent+jwt"}"#,
        r#"{"alg":"RS256","typ":"JWT"}"#,
        r#"{"alg":"RS256","kid":"","typ":"JWT"}"#,
        "{}",
        "",
    ] {
        // The public key as the secret of an HMAC is the classic (CVE-2022-29217).
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &rsa.n);
        let input = forged(header, CLAIMS, b"");
        let tag = aws_lc_rs::hmac::sign(&key, input.trim_end_matches('.').as_bytes());
        for signature in [&b""[..], &[0; 64], &[0; 256], tag.as_ref()] {
            let token = forged(header, CLAIMS, signature);
            assert_eq!(verify(&token, &keys), Err(JwsError::Key), "{header}");
        }
    }
}

#[test]
fn t38_an_empty_signature_and_an_empty_key_hold_nothing() {
    let [rsa, ec] = signers();
    for signer in [&rsa, &ec] {
        let token = signer.sign(CLAIMS).unwrap();
        let (signed, _) = token.rsplit_once('.').unwrap();
        let bare = format!("{signed}.");
        assert_eq!(verify(&bare, &[signer.public()]), Err(JwsError::Signature));
        let empty = PublicKey {
            kid: signer.kid().into(),
            public: match signer.alg() {
                Alg::Rs256 => Public::Rs256(rs256::PublicKey {
                    n: vec![],
                    e: vec![],
                }),
                Alg::Es256 => Public::Es256(vec![]),
            },
        };
        assert_eq!(verify(&token, &[empty]), Err(JwsError::Signature));
    }
}

#[test]
fn t46_a_truncated_token_is_refused() {
    let [rsa, ec] = signers();
    for signer in [&rsa, &ec] {
        let token = signer.sign(CLAIMS).unwrap();
        for length in 0..token.len() {
            assert!(verify(token.get(..length).unwrap(), &[signer.public()]).is_err());
        }
    }
}

#[test]
fn a_token_changed_at_any_place_is_refused() {
    let [rsa, ec] = signers();
    for signer in [&rsa, &ec] {
        let token = signer.sign(CLAIMS).unwrap();
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verify(&changed, &[signer.public()]).is_err(), "{index}");
        }
        assert!(verify(&format!("{token}.x"), &[signer.public()]).is_err());
    }
}

#[test]
fn t40_a_token_too_long_is_not_looked_at() {
    let [_, ec] = signers();
    let token = ec.sign(&vec![b' '; LONGEST_TOKEN]).unwrap();
    assert_eq!(verify(&token, &[ec.public()]), Err(JwsError::Shape));
}

#[test]
fn a_kid_that_json_would_escape_is_refused() {
    let ec = es256::SigningKey::draw_pkcs8().unwrap();
    for kid in ["", "a\"b", "a b", "é", &"a".repeat(65)] {
        assert!(IdTokenSigner::from_pkcs8(kid, Alg::Es256, &ec).is_err());
    }
    assert!(IdTokenSigner::from_pkcs8("k", Alg::Rs256, &ec).is_err());
}
