use super::*;
use portique_domain::partner::IdTokenAlg;
use portique_domain::session::Digest;

const OLD: &str = "old-secret-of-the-client";
const NEW: &str = "s%3A+e:c/ret=é";

fn client(auth: ClientAuth, secrets: &[&str]) -> OidcBinding {
    OidcBinding {
        client_id: "app".into(),
        auth,
        secrets: secrets
            .iter()
            .map(|s| Digest(sha256(s.as_bytes())))
            .collect(),
        redirect_uris: vec![],
        post_logout_redirect_uris: vec![],
        pkce_required: true,
        id_token_alg: IdTokenAlg::Es256,
        backchannel_logout_uri: None,
    }
}

fn header(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

fn came(authorization: Option<&str>, body: &str) -> Result<Presented, TokenFault> {
    let form = Fields::parse(body.as_bytes()).unwrap();
    read(authorization, &form).map_err(|error| error.fault)
}

fn holds(authorization: Option<&str>, body: &str, client: &OidcBinding) -> bool {
    verify(&came(authorization, body).unwrap(), Some(client)).is_ok()
}

#[test]
fn both_secrets_of_a_rotation_hold_by_header_and_by_body() {
    let client = client(ClientAuth::Secret, &[OLD, NEW]);
    assert!(holds(Some(&header(&format!("app:{OLD}"))), "", &client));
    // Form-encoded before base64 (RFC 6749 §2.3.1), as Moodle does.
    let encoded = header("app:s%253A%2Be%3Ac%2Fret%3D%C3%A9");
    assert!(holds(Some(&encoded), "client_id=app", &client));
    assert!(holds(Some(&encoded.replace("Basic", "bASIC")), "", &client));
    assert!(holds(
        None,
        &format!("client_id=app&client_secret={OLD}"),
        &client
    ));
}

#[test]
fn more_than_one_way_at_once_is_refused() {
    let basic = header(&format!("app:{OLD}"));
    for (authorization, body) in [
        (Some(basic.as_str()), "client_secret=x"),
        (Some(&basic), "client_id=other"),
        (Some(&basic), "client_assertion=x"),
        (None, "client_id=app&client_secret=x&client_assertion=x"),
        (Some("Bearer x"), "client_id=app&client_secret=x"),
    ] {
        assert_eq!(
            came(authorization, body),
            Err(TokenFault::TwoMethods),
            "{body}"
        );
    }
}

#[test]
fn what_is_no_credential_is_refused_with_one_answer() {
    for (authorization, body) in [
        (None, ""),
        (None, "client_secret=x"),
        (None, "client_id=app&client_assertion=x"),
        (None, "client_id=app&client_assertion_type=x"),
        (Some("Bearer x"), "client_id=app"),
        (Some("Basic"), ""),
        (Some("Basic !!!"), ""),
        (Some("Basic YXBw"), ""),
        (Some("Basic OnNlY3JldA=="), ""),
        (Some(""), "client_id=app"),
    ] {
        assert_eq!(came(authorization, body), Err(TokenFault::Client), "{body}");
    }
}

#[test]
fn t46_a_truncated_lengthened_or_hashed_secret_is_none() {
    let client = client(ClientAuth::Secret, &[OLD]);
    let by_body = |secret: &str| {
        holds(
            None,
            &format!("client_id=app&client_secret={secret}"),
            &client,
        )
    };
    assert!(by_body(OLD));
    for length in 0..OLD.len() {
        assert!(!by_body(OLD.get(..length).unwrap()));
    }
    assert!(!by_body(&format!("{OLD}x")));
    assert!(!by_body(&portique_jose::digest::hex(&sha256(
        OLD.as_bytes()
    ))));
}

#[test]
fn t31_no_method_stands_in_for_another() {
    let with_secret = client(ClientAuth::Secret, &[OLD]);
    let without = client(ClientAuth::None, &[]);
    let forgotten = client(ClientAuth::None, &[OLD]);
    let unset = client(ClientAuth::Secret, &[]);
    let secret = format!("client_id=app&client_secret={OLD}");
    let bare = "client_id=app&client_secret=";
    assert!(!holds(None, bare, &with_secret));
    assert!(holds(None, bare, &without));
    assert!(!holds(None, &secret, &without));
    assert!(!holds(None, &secret, &forgotten));
    assert!(!holds(None, &secret, &unset));
    assert!(!holds(Some(&header("app:")), "", &without));
    assert!(!holds(Some(&header("app:")), "", &unset));
}

#[test]
fn a_third_secret_and_another_clients_record_hold_nothing() {
    let three = client(ClientAuth::Secret, &["a", "b", OLD]);
    let secret = format!("client_id=app&client_secret={OLD}");
    assert!(!holds(None, &secret, &three));
    let other = format!("client_id=App&client_secret={OLD}");
    assert!(!holds(None, &other, &client(ClientAuth::Secret, &[OLD])));
    let presented = came(None, &secret).unwrap();
    assert_eq!(
        verify(&presented, None).unwrap_err().fault,
        TokenFault::Client
    );
}

#[test]
fn secrets_do_not_show_in_debug_text() {
    let shown = format!(
        "{:?}",
        came(None, &format!("client_id=app&client_secret={OLD}"))
    );
    assert!(shown.contains("app") && !shown.contains(OLD));
}
