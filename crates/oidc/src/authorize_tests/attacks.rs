use super::*;
use crate::form::FormError;

#[test]
fn t27_an_address_that_is_not_registered_letter_for_letter_is_a_page() {
    for address in [
        "",
        "https://app.example/cb",
        "https://app.example/cb?k=v&",
        "https://app.example/cb?k=v&x=y",
        "https://app.example/cb?k=v#",
        "https://app.example/cb?k=v#f",
        "https://app.example/cb/?k=v",
        "https://app.example/cb/../cb?k=v",
        "https://app.example/%63b?k=v",
        "https://app.example:443/cb?k=v",
        "https://APP.example/cb?k=v",
        "HTTPS://app.example/cb?k=v",
        "http://app.example/cb?k=v",
        "https://app.example@evil.example/cb?k=v",
        "https://user@app.example/cb?k=v",
        "https://app.example.evil.example/cb?k=v",
        "https://evil.example/?https://app.example/cb?k=v",
        "https://app.example\\@evil.example/cb?k=v",
        "https://localhost/cb?k=v",
        "https://*.example/cb?k=v",
        " https://app.example/cb?k=v",
        "https://app.example/cb?k=v\n",
        "https://app.example/cb?k=v\u{0}",
        "//app.example/cb?k=v",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        assert_eq!(
            checked(&[("redirect_uri", address)]),
            Err(Refusal::Page(PageError::RedirectUri)),
            "{address}"
        );
    }
}

#[test]
fn t27_a_record_with_a_pattern_or_a_fragment_matches_nothing_more() {
    let mut lax = client();
    lax.redirect_uris = vec![
        "https://*.example/*".into(),
        "https://app.example/#f".into(),
    ];
    for address in [
        "https://app.example/cb",
        "https://app.example/#f",
        "https://app.example/",
    ] {
        let asked = parse(&with(&[("redirect_uri", address)])).unwrap();
        assert_eq!(
            check(&asked, Some(&lax)),
            Err(Refusal::Page(PageError::RedirectUri))
        );
    }
}

#[test]
fn t27_nothing_is_known_of_an_unknown_client_and_nobody_is_sent_anywhere() {
    let unknown = Err(Refusal::Page(PageError::Client));
    let asked = parse(&with(&[])).unwrap();
    assert_eq!(check(&asked, None), unknown);
    // A look-up that ignored case, or gave the wrong record, would not pass either.
    for name in ["APP", "app ", "ap", "app2", ""] {
        assert_eq!(checked(&[("client_id", name)]), unknown, "{name}");
    }
}

#[test]
fn t28_any_parameter_twice_is_a_page_whatever_its_values() {
    for (name, value) in sound() {
        for second in [value.as_str(), "", "https://evil.example/"] {
            let mut bytes = with(&[]);
            bytes.extend(format!("&{name}={second}").bytes());
            assert_eq!(
                parse(&bytes),
                Err(PageError::Form(FormError::Twice)),
                "{name}"
            );
        }
    }
    let mut unknown = with(&[]);
    unknown.extend(b"&x=1&x=1");
    assert_eq!(parse(&unknown), Err(PageError::Form(FormError::Twice)));
}

#[test]
fn t30_pkce_is_s256_and_cannot_be_talked_down() {
    for (changes, expected) in [
        (&[("code_challenge_method", "plain")][..], Fault::PkceMethod),
        (&[("code_challenge_method", "s256")], Fault::PkceMethod),
        // No method means `plain` (RFC 7636 §4.3).
        (&[("code_challenge_method", "")], Fault::PkceMethod),
        (&[("code_challenge", "")], Fault::PkceMethodAlone),
        (
            &[("code_challenge", CHALLENGE.strip_prefix('E').unwrap())],
            Fault::PkceChallenge,
        ),
        (
            &[("code_challenge", ""), ("code_challenge_method", "")],
            Fault::PkceMissing,
        ),
    ] {
        assert_eq!(fault(changes), Some(expected), "{changes:?}");
    }
}

#[test]
fn t31_only_a_client_with_a_secret_can_be_let_off_pkce() {
    let bare = with(&[("code_challenge", ""), ("code_challenge_method", "")]);
    let mut lenient = client();
    lenient.pkce_required = false;
    let asked = parse(&bare).unwrap();
    assert_eq!(check(&asked, Some(&lenient)).unwrap().challenge, None);
    // It may still send one, and then a sound one.
    let plain = parse(&with(&[("code_challenge_method", "plain")])).unwrap();
    assert!(check(&plain, Some(&lenient)).is_err());
    lenient.auth = ClientAuth::None;
    let Err(Refusal::Redirect(error)) = check(&asked, Some(&lenient)) else {
        panic!("a fault")
    };
    assert_eq!(error.fault, Fault::PkceMissing);
}

#[test]
fn t32_no_other_flow_than_the_code_exists() {
    for kind in [
        "token",
        "id_token",
        "code token",
        "code id_token",
        "none",
        "CODE",
        "code ",
    ] {
        assert_eq!(
            fault(&[("response_type", kind)]),
            Some(Fault::ResponseType),
            "{kind}"
        );
    }
}
