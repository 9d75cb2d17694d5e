use super::*;
use crate::form::Fields;
use proptest::prelude::*;

/// Names that mean something, and a few that do not.
const NAMES: &str = "client_id|redirect_uri|response_type|response_mode|scope|state|nonce|prompt|max_age|\
                     code_challenge|code_challenge_method|id_token_hint|request|request_uri|registration|x";

/// Values that mean something, and others.
fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "app|code|S256|openid|none|login|form_post|query|10|",
        Just(CALLBACK.to_owned()),
        Just(CHALLENGE.to_owned()),
        ".{0,30}",
    ]
}

fn any_request() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec((NAMES, any_value()), 0..6).prop_map(|changes| {
        let mut pairs: Vec<(String, String)> = sound()
            .into_iter()
            .map(|(n, v)| (n.to_owned(), v))
            .collect();
        for (name, value) in changes {
            pairs.retain(|(known, _)| *known != name);
            pairs.push((name, value));
        }
        let encode = |text: &str| {
            let whole = crate::form::append("", &[("", text.to_owned())]);
            whole.trim_start_matches("?=").to_owned()
        };
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        pairs.join("&").into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(asked) = parse(&bytes) {
            prop_assert!(check(&asked, Some(&client())).is_err());
        }
    }

    #[test]
    fn t27_nothing_is_proven_but_a_registered_address(bytes in any_request()) {
        let client = client();
        let asked = parse(&bytes).unwrap();
        let proven = match check(&asked, Some(&client)) {
            Ok(request) => request.proven,
            Err(Refusal::Redirect(error)) => error.to,
            Err(Refusal::Page(_)) => return Ok(()),
        };
        let registered = client.redirect_uris.iter().any(|uri| uri == proven.redirect_uri());
        prop_assert!(registered);
        prop_assert_eq!(asked.client_id(), Some("app"));
    }

    #[test]
    fn error_redirects_carry_state_and_issuer_and_plain_words(bytes in any_request()) {
        let asked = parse(&bytes).unwrap();
        let Err(Refusal::Redirect(error)) = check(&asked, Some(&client())) else {
            return Ok(());
        };
        let fields: Vec<(String, String)> = match refused(&error, ISSUER) {
            Delivery::Redirect(address) => {
                let query = address.split_once('?').unwrap().1;
                let fields = Fields::parse(query.as_bytes()).unwrap();
                ["error", "error_description", "state", "iss", "code"]
                    .iter()
                    .filter_map(|name| Some(((*name).to_owned(), fields.get(name)?.to_owned())))
                    .collect()
            }
            Delivery::FormPost { fields, .. } => {
                fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect()
            }
        };
        let get = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let sent = Fields::parse(&bytes).unwrap();
        prop_assert_eq!(get("state"), sent.get("state"));
        prop_assert_eq!(get("iss"), Some(ISSUER));
        prop_assert_eq!(get("code"), None);
        let words = get("error_description").unwrap();
        prop_assert!(words.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)));
    }
}
