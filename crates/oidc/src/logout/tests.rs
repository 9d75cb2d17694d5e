use super::*;
use crate::id_token::{IdToken, issue, read_hint};
use portique_domain::Timestamp;
use portique_domain::partner::{ClientAuth, IdTokenAlg};
use portique_domain::session::Level;
use portique_jose::es256::SigningKey;
use portique_jose::jwk::Alg;
use portique_jose::jws::IdTokenSigner;

const ISSUER: &str = "https://ent.example";
const AFTER: &str = "https://app.example/bye?k=v";

fn client(id: &str) -> OidcBinding {
    OidcBinding {
        client_id: id.into(),
        auth: ClientAuth::Secret,
        secrets: vec![],
        redirect_uris: vec!["https://app.example/cb".into()],
        post_logout_redirect_uris: vec![AFTER.into()],
        pkce_required: true,
        id_token_alg: IdTokenAlg::Es256,
        backchannel_logout_uri: None,
    }
}

/// A hint of client `app`, long past its end.
fn hint(subject: &str, sid: &str) -> LogoutHint {
    let pkcs8 = SigningKey::draw_pkcs8().unwrap();
    let signer = IdTokenSigner::from_pkcs8("k", Alg::Es256, &pkcs8).unwrap();
    let token = IdToken {
        issuer: ISSUER,
        subject,
        client_id: "app",
        now: Timestamp::from_millis(0),
        authenticated_at: Timestamp::from_millis(0),
        nonce: None,
        level: Level::One,
        sid,
        access_token: "a",
    };
    let token = issue(&token, &signer).unwrap();
    LogoutHint::Valid(read_hint(&token, &[signer.public()], ISSUER).unwrap())
}

fn session() -> SessionAtClient {
    SessionAtClient {
        subject: "p".into(),
        sid: "s".into(),
    }
}

fn asked(uri: &str, client_id: Option<&str>) -> LogoutRequest {
    LogoutRequest {
        post_logout_redirect_uri: Some(uri.into()),
        state: Some("/x?y=z".into()),
        client_id: client_id.map(str::to_owned),
        ..LogoutRequest::default()
    }
}

fn back() -> Return {
    Return(format!("{AFTER}&state=%2Fx%3Fy%3Dz"))
}

#[test]
fn a_request_is_read_from_its_bytes() {
    let read =
        parse(b"id_token_hint=h&state=a+b&client_id=app&logout_hint=x&ui_locales=fr").unwrap();
    assert_eq!(read.id_token_hint.as_deref(), Some("h"));
    assert_eq!(read.state.as_deref(), Some("a b"));
    assert_eq!(read.client_of(&LogoutHint::Absent), Some("app"));
    assert_eq!(parse(b"").unwrap(), LogoutRequest::default());
    assert!(parse(b"state=a&state=b").is_err());
    let long = format!("state={}", "s".repeat(LONGEST_STATE + 1));
    assert_eq!(parse(long.as_bytes()), Err(PageError::StateTooLong));
}

#[test]
fn a_hint_of_this_session_or_person_logs_out_at_once() {
    let asked = asked(AFTER, Some("app"));
    for hint in [hint("p", "s"), hint("p", "older"), hint("q", "s")] {
        assert_eq!(asked.client_of(&hint), Some("app"));
        let outcome = decide(&asked, &hint, Some(&client("app")), Some(&session()));
        assert_eq!(outcome, Logout::Now(Some(back())));
    }
    let bare = LogoutRequest::default();
    let outcome = decide(
        &bare,
        &hint("p", "s"),
        Some(&client("app")),
        Some(&session()),
    );
    assert_eq!(outcome, Logout::Now(None));
}

#[test]
fn without_a_hint_the_person_is_asked_and_the_name_of_the_client_vouches() {
    let named = asked(AFTER, Some("app"));
    let there = Some(&session());
    let app = client("app");
    let absent = LogoutHint::Absent;
    assert_eq!(
        decide(&named, &absent, Some(&app), there),
        Logout::Confirm(Some(back()))
    );
    assert_eq!(
        decide(&named, &absent, Some(&app), None),
        Logout::Already(None)
    );
    for bare in [asked(AFTER, None), LogoutRequest::default()] {
        assert_eq!(decide(&bare, &absent, None, there), Logout::Confirm(None));
        assert_eq!(
            decide(&bare, &absent, Some(&app), there),
            Logout::Confirm(None)
        );
    }
}

#[test]
fn t27_an_address_that_is_not_registered_is_never_gone_to() {
    let there = session();
    for uri in [
        "https://app.example/bye",
        "https://app.example/bye?k=v&x",
        "https://app.example/bye?k=v#",
        "https://app.example/cb",
        "https://evil.example/",
        "javascript:alert(1)",
    ] {
        let asked = asked(uri, Some("app"));
        let app = client("app");
        let now = decide(&asked, &hint("p", "s"), Some(&app), Some(&there));
        assert_eq!(now, Logout::Now(None), "{uri}");
        let confirm = decide(&asked, &LogoutHint::Absent, Some(&app), Some(&there));
        assert_eq!(confirm, Logout::Confirm(None), "{uri}");
        let already = decide(&asked, &hint("p", "s"), Some(&app), None);
        assert_eq!(already, Logout::Already(None), "{uri}");
    }
}

#[test]
fn t38_a_broken_hint_never_redirects_nor_logs_out_at_once() {
    let asked = asked(AFTER, Some("app"));
    let app = client("app");
    let broken = LogoutHint::Broken;
    assert_eq!(
        decide(&asked, &broken, Some(&app), Some(&session())),
        Logout::Confirm(None)
    );
    assert_eq!(
        decide(&asked, &broken, Some(&app), None),
        Logout::Already(None)
    );
}

#[test]
fn a_hint_of_another_session_or_client_only_asks() {
    let app = client("app");
    let other = client("other");
    let there = session();
    let foreign = hint("q", "t");
    let plain = asked(AFTER, None);
    assert_eq!(
        decide(&plain, &foreign, Some(&app), Some(&there)),
        Logout::Confirm(None)
    );
    // Named as another client than the hint's, or checked against another record.
    let named = asked(AFTER, Some("other"));
    let own = hint("p", "s");
    assert_eq!(
        decide(&named, &own, Some(&app), Some(&there)),
        Logout::Confirm(None)
    );
    assert_eq!(
        decide(&plain, &own, Some(&other), Some(&there)),
        Logout::Confirm(None)
    );
    assert_eq!(
        decide(&plain, &own, None, Some(&there)),
        Logout::Confirm(None)
    );
}

#[test]
fn whoever_is_out_already_goes_back_with_a_hint_that_holds() {
    let asked = asked(AFTER, None);
    let outcome = decide(&asked, &hint("p", "s"), Some(&client("app")), None);
    assert_eq!(outcome, Logout::Already(Some(back())));
}
