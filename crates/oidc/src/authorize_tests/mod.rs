mod attacks;
mod deciding;
mod random;

use crate::authorize::*;
use portique_domain::partner::{ClientAuth, IdTokenAlg, OidcBinding, ResponseMode};

const ISSUER: &str = "https://ent.example";
const CALLBACK: &str = "https://app.example/cb?k=v";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn client() -> OidcBinding {
    OidcBinding {
        client_id: "app".into(),
        auth: ClientAuth::Secret,
        secrets: vec![],
        redirect_uris: vec!["https://app.example/other".into(), CALLBACK.into()],
        post_logout_redirect_uris: vec![],
        pkce_required: true,
        id_token_alg: IdTokenAlg::Rs256,
        backchannel_logout_uri: None,
    }
}

/// A sound request as pairs, to be changed one at a time.
fn sound() -> Vec<(&'static str, String)> {
    [
        ("client_id", "app"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

fn with(changes: &[(&'static str, &str)]) -> Vec<u8> {
    let mut pairs = sound();
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, (*value).to_owned()));
    }
    crate::form::append("", &pairs)
        .trim_start_matches('?')
        .into()
}

fn checked(changes: &[(&'static str, &str)]) -> Result<Request, Refusal> {
    check(&parse(&with(changes)).unwrap(), Some(&client()))
}

fn fault(changes: &[(&'static str, &str)]) -> Option<Fault> {
    match checked(changes) {
        Err(Refusal::Redirect(error)) => Some(error.fault),
        Err(Refusal::Page(error)) => panic!("{error}"),
        Ok(_) => None,
    }
}

fn address(delivery: Delivery) -> String {
    match delivery {
        Delivery::Redirect(address) => address,
        Delivery::FormPost { .. } => panic!("a redirect"),
    }
}

#[test]
fn a_sound_request_is_read_as_it_was_meant() {
    let request = checked(&[("nonce", "n"), ("max_age", "300"), ("id_token_hint", "h")]).unwrap();
    assert_eq!(request.proven.client_id(), "app");
    assert_eq!(request.proven.redirect_uri(), CALLBACK);
    assert_eq!(request.proven.mode(), ResponseMode::Query);
    assert_eq!(request.scopes.to_string(), "openid profile");
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.max_age_seconds, Some(300));
    assert_eq!(request.id_token_hint.as_deref(), Some("h"));
    assert_eq!(request.challenge.unwrap().to_string(), CHALLENGE);
}

#[test]
fn each_fault_has_its_code() {
    for (changes, expected) in [
        (&[("response_type", "")][..], Fault::ResponseTypeMissing),
        (&[("response_mode", "fragment")], Fault::ResponseMode),
        (&[("request", "e30.e30.")], Fault::RequestObject),
        (
            &[("request_uri", "https://app.example/r")],
            Fault::RequestUri,
        ),
        (&[("registration", "{}")], Fault::Registration),
        (&[("scope", "profile")], Fault::Scope),
        (&[("scope", "")], Fault::Scope),
        (&[("prompt", "none login")], Fault::Prompt),
        (&[("prompt", "create")], Fault::Prompt),
        (&[("max_age", "-1")], Fault::MaxAge),
        (&[("max_age", "+1")], Fault::MaxAge),
        (&[("max_age", "99999999999999999999999")], Fault::MaxAge),
        (&[("nonce", &"n".repeat(513))], Fault::Nonce),
    ] {
        assert_eq!(fault(changes), Some(expected), "{changes:?}");
    }
}

#[test]
fn the_first_fault_of_the_list_is_the_one_told() {
    let all = [("response_type", "token"), ("request", "x"), ("scope", "x")];
    assert_eq!(fault(&all), Some(Fault::ResponseType));
    assert_eq!(fault(&all[1..]), Some(Fault::RequestObject));
    assert_eq!(fault(&all[2..]), Some(Fault::Scope));
}

#[test]
fn what_changes_nothing_is_no_fault() {
    let extras = [
        ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#),
        ("acr_values", "urn:portique:acr:2 1"),
        ("display", "popup"),
        ("ui_locales", "fr-FR fr en"),
        ("claims_locales", "se"),
        ("login_hint", "l@example.org"),
        ("extra", "foobar"),
        ("resource", "https://graph.microsoft.com"),
    ];
    assert_eq!(checked(&extras), checked(&[]));
    assert_eq!(checked(&[("prompt", "consent")]), checked(&[]));
}

#[test]
fn a_state_comes_back_byte_for_byte_also_in_errors() {
    let moodle = "/auth/oauth2/login.php?wantsurl=https%3A%2F%2Fm%2F&sesskey=aB+c&id=1";
    let long = "é".repeat(LONGEST_STATE);
    for state in [moodle, " +%2B\u{0}\r\n<>\"'&=;", &long] {
        for changes in [&[("state", state)][..], &[("state", state), ("scope", "x")]] {
            let answer = match checked(changes) {
                Ok(request) => granted(&request.proven, "c", ISSUER),
                Err(Refusal::Redirect(error)) => refused(&error, ISSUER),
                Err(Refusal::Page(error)) => panic!("{error}"),
            };
            let address = address(answer);
            let query = address.strip_prefix("https://app.example/cb?").unwrap();
            let fields = crate::form::Fields::parse(query.as_bytes());
            // A state of 2,000 escaped letters is longer than what we would read ourselves.
            if let Ok(fields) = fields {
                assert_eq!(fields.get("state"), Some(state));
            } else {
                assert_eq!(address.matches("%C3%A9").count(), LONGEST_STATE);
            }
        }
    }
}

#[test]
fn a_state_too_long_to_give_back_is_a_page() {
    let long = "s".repeat(LONGEST_STATE + 1);
    assert_eq!(
        parse(&with(&[("state", &long)])),
        Err(PageError::StateTooLong)
    );
}

#[test]
fn answers_carry_what_the_specification_names_and_nothing_else() {
    let request = checked(&[]).unwrap();
    assert_eq!(
        address(granted(&request.proven, "c0", ISSUER)),
        "https://app.example/cb?k=v&code=c0&state=s&iss=https%3A%2F%2Fent.example"
    );
    let Err(Refusal::Redirect(error)) = checked(&[("scope", "x"), ("state", "")]) else {
        panic!("a fault")
    };
    assert_eq!(
        address(refused(&error, ISSUER)),
        "https://app.example/cb?k=v&error=invalid_scope&error_description=scope%20must%20contain%20openid&iss=https%3A%2F%2Fent.example"
    );
}

#[test]
fn a_form_post_has_nothing_in_its_address() {
    let request = checked(&[("response_mode", "form_post")]).unwrap();
    let fields = |pairs: &[(&'static str, &str)]| Delivery::FormPost {
        action: CALLBACK.into(),
        fields: pairs.iter().map(|(n, v)| (*n, (*v).into())).collect(),
    };
    let expected = [("code", "c0"), ("state", "s"), ("iss", ISSUER)];
    assert!(granted(&request.proven, "c0", ISSUER) == fields(&expected));
    let Err(Refusal::Redirect(error)) =
        checked(&[("response_mode", "form_post"), ("max_age", "x")])
    else {
        panic!("a fault")
    };
    let expected = [
        ("error", "invalid_request"),
        ("error_description", "max_age is a number of seconds"),
        ("state", "s"),
        ("iss", ISSUER),
    ];
    assert!(refused(&error, ISSUER) == fields(&expected));
}
