use super::*;
use crate::code::CodeGrant;
use crate::pkce::Challenge;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::{ClientAuth, IdTokenAlg, OidcBinding, PartnerId};
use portique_domain::session::Level;
use uuid::Uuid;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const OTHER: &str = "other-other-other-other-other-other-other-other";
const CALLBACK: &str = "https://app.example/cb";

fn client(id: &str) -> OidcBinding {
    OidcBinding {
        client_id: id.into(),
        auth: ClientAuth::Secret,
        secrets: vec![],
        redirect_uris: vec![CALLBACK.into()],
        post_logout_redirect_uris: vec![],
        pkce_required: false,
        id_token_alg: IdTokenAlg::Rs256,
        backchannel_logout_uri: None,
    }
}

fn grant(challenge: Option<&str>) -> CodeGrant {
    CodeGrant {
        partner: PartnerId::parse("app").unwrap(),
        client_id: "app".into(),
        redirect_uri: CALLBACK.into(),
        challenge: challenge.map(|text| Challenge::parse(text).unwrap()),
        nonce: None,
        scopes: Scopes::parse("openid"),
        person: PersonId(Uuid::nil()),
        session: Uuid::nil(),
        authenticated_at: Timestamp::from_millis(0),
        level: Level::One,
        child: None,
        issued_at: Timestamp::from_millis(100_000),
    }
}

fn exchange(redirect_uri: Option<&str>, verifier: Option<&str>) -> Exchange {
    Exchange {
        code: "c".into(),
        redirect_uri: redirect_uri.map(str::to_owned),
        verifier: verifier.map(|text| Verifier::parse(text).unwrap()),
    }
}

fn fault(body: &str) -> TokenFault {
    let form = TokenForm::parse(body.as_bytes());
    form.and_then(|form| form.exchange()).unwrap_err().fault
}

#[test]
fn t29_of_all_clients_addresses_and_verifiers_one_combination_redeems() {
    let now = Timestamp::from_millis(100_000);
    let mut held = 0;
    for id in ["app", "App", "app2", ""] {
        for uri in [
            Some(CALLBACK),
            Some("https://app.example/cb/"),
            Some(""),
            None,
        ] {
            for verifier in [Some(VERIFIER), Some(OTHER), Some(CHALLENGE), None] {
                let asked = exchange(uri, verifier);
                let holds = check(&asked, &client(id), &grant(Some(CHALLENGE)), now).is_ok();
                let right = (id, uri, verifier) == ("app", Some(CALLBACK), Some(VERIFIER));
                assert_eq!(holds, right, "{id} {uri:?} {verifier:?}");
                held += usize::from(holds);
            }
        }
    }
    assert_eq!(held, 1);
}

#[test]
fn t30_challenge_and_verifier_come_together_or_not_at_all() {
    let now = Timestamp::from_millis(100_000);
    for (challenge, verifier, holds) in [
        (Some(CHALLENGE), Some(VERIFIER), true),
        (Some(CHALLENGE), None, false),
        (None, Some(VERIFIER), false),
        (None, None, true),
    ] {
        let asked = exchange(Some(CALLBACK), verifier);
        let outcome = check(&asked, &client("app"), &grant(challenge), now);
        assert_eq!(outcome.is_ok(), holds, "{challenge:?} {verifier:?}");
        assert!(holds || outcome == Err(TokenFault::Grant.into()));
    }
    // A verifier that does not read is never taken for none.
    let body = "grant_type=authorization_code&code=c&code_verifier=short";
    assert_eq!(fault(body), TokenFault::Verifier);
}

#[test]
fn t31_a_public_client_redeems_nothing_without_a_challenge() {
    let mut public = client("app");
    public.auth = ClientAuth::None;
    let now = Timestamp::from_millis(100_000);
    let bare = exchange(Some(CALLBACK), None);
    assert!(check(&bare, &public, &grant(None), now).is_err());
    let full = exchange(Some(CALLBACK), Some(VERIFIER));
    assert!(check(&full, &public, &grant(Some(CHALLENGE)), now).is_ok());
}

#[test]
fn a_code_is_worth_nothing_after_a_minute_nor_before_its_time() {
    let asked = exchange(Some(CALLBACK), None);
    for (millis, holds) in [
        (99_999, false),
        (100_000, true),
        (159_999, true),
        (160_000, false),
    ] {
        let now = Timestamp::from_millis(millis);
        let outcome = check(&asked, &client("app"), &grant(None), now);
        assert_eq!(outcome.is_ok(), holds, "{millis}");
    }
}

#[test]
fn t28_a_parameter_twice_and_other_grants_are_refused() {
    for (body, expected) in [
        (
            "grant_type=authorization_code&code=a&code=a",
            TokenFault::Form,
        ),
        (
            "grant_type=authorization_code&grant_type=password&code=a",
            TokenFault::Form,
        ),
        ("grant_type=%FF", TokenFault::Form),
        ("code=a", TokenFault::GrantTypeMissing),
        ("grant_type=&code=a", TokenFault::GrantTypeMissing),
        (
            "grant_type=authorization_code&code=",
            TokenFault::CodeMissing,
        ),
        (
            "grant_type=password&username=a&password=b",
            TokenFault::GrantType,
        ),
        (
            "grant_type=refresh_token&refresh_token=a",
            TokenFault::GrantType,
        ),
        ("grant_type=client_credentials", TokenFault::GrantType),
        (
            "grant_type=Authorization_Code&code=a",
            TokenFault::GrantType,
        ),
    ] {
        assert_eq!(fault(body), expected, "{body}");
    }
}

#[test]
fn t35_no_fault_answers_with_success_and_ours_is_not_the_clients() {
    for fault in TokenFault::ALL {
        assert!(fault.status() >= 400, "{fault:?}");
        let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        assert!(fault.description().bytes().all(plain), "{fault:?}");
    }
    let down = TokenError::from(TokenFault::Unavailable);
    assert_eq!(down.status(), 503);
    assert!(down.body().contains(r#""error":"temporarily_unavailable""#));
}

#[test]
fn an_answer_of_success_has_the_members_of_the_specification() {
    let body: serde_json::Value =
        serde_json::from_str(&success("at", "it", &Scopes::parse("email openid"))).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "access_token": "at", "token_type": "Bearer", "expires_in": 600,
            "scope": "openid email", "id_token": "it",
        })
    );
}

#[test]
fn only_a_client_that_came_by_header_gets_a_challenge() {
    let error = |fault, by_header| TokenError { fault, by_header };
    let challenge = Some("Basic realm=\"portique\"");
    assert_eq!(
        error(TokenFault::Client, true).www_authenticate(),
        challenge
    );
    assert_eq!(error(TokenFault::Client, false).www_authenticate(), None);
    assert_eq!(error(TokenFault::Grant, true).www_authenticate(), None);
    assert_eq!(error(TokenFault::Client, false).status(), 401);
}
