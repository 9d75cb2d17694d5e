//! Discovery (OIDC Discovery §3, RFC 8414 §2): what is there, and nothing that is not.

use crate::id_token::ACR_VALUES;
use crate::scope::Scope;
use crate::userinfo;
use serde_json::json;

/// Paths of the endpoints below the issuer.
pub mod paths {
    /// Authorization endpoint.
    pub const AUTHORIZE: &str = "/oidc/authorize";
    /// Token endpoint.
    pub const TOKEN: &str = "/oidc/token";
    /// Userinfo endpoint.
    pub const USERINFO: &str = "/oidc/userinfo";
    /// Public keys.
    pub const JWKS: &str = "/oidc/jwks";
    /// End-session endpoint.
    pub const LOGOUT: &str = "/oidc/logout";
}

/// The claims of an ID token.
const ID_TOKEN_CLAIMS: [&str; 10] = [
    "acr",
    "at_hash",
    "aud",
    "auth_time",
    "exp",
    "iat",
    "iss",
    "nonce",
    "sid",
    "sub",
];

/// The document, as JSON. `issuer` is the public address without a slash at its end, the same that stands
/// in `iss`; `algs` are those that a key at hand signs with, such as `RS256`.
pub fn document(issuer: &str, algs: &[&str]) -> String {
    let at = |path: &str| format!("{issuer}{path}");
    let claims: Vec<&str> = ID_TOKEN_CLAIMS
        .into_iter()
        .chain(userinfo::claim_names())
        .collect();
    json!({
        "issuer": issuer,
        "authorization_endpoint": at(paths::AUTHORIZE),
        "token_endpoint": at(paths::TOKEN),
        "userinfo_endpoint": at(paths::USERINFO),
        "jwks_uri": at(paths::JWKS),
        "end_session_endpoint": at(paths::LOGOUT),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": algs,
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": Scope::ALL.map(Scope::name),
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "acr_values_supported": ACR_VALUES,
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["fr", "en", "oc"],
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read() -> serde_json::Value {
        serde_json::from_str(&document("https://ent.example", &["RS256", "ES256"])).unwrap()
    }

    #[test]
    fn every_address_is_https_and_below_the_issuer() {
        let document = read();
        assert_eq!(document["issuer"], "https://ent.example");
        let mut seen = 0;
        for (name, value) in document.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let value = value.as_str().unwrap();
                assert!(value.starts_with("https://ent.example/oidc/"), "{name}");
                seen += 1;
            }
        }
        assert_eq!(seen, 5);
    }

    #[test]
    fn what_is_said_is_what_is_done() {
        let document = read();
        for (name, value) in [
            ("response_types_supported", json!(["code"])),
            ("grant_types_supported", json!(["authorization_code"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("subject_types_supported", json!(["pairwise"])),
            (
                "id_token_signing_alg_values_supported",
                json!(["RS256", "ES256"]),
            ),
            (
                "scopes_supported",
                json!(["openid", "profile", "email", "ent"]),
            ),
            ("request_parameter_supported", json!(false)),
            // Its default is true (OIDC Discovery §3), so it has to be said.
            ("request_uri_parameter_supported", json!(false)),
            ("claims_parameter_supported", json!(false)),
            (
                "authorization_response_iss_parameter_supported",
                json!(true),
            ),
        ] {
            assert_eq!(document[name], value, "{name}");
        }
        for absent in [
            "registration_endpoint",
            "introspection_endpoint",
            "revocation_endpoint",
        ] {
            assert!(document.get(absent).is_none());
        }
        let claims = document["claims_supported"].as_array().unwrap();
        for claim in ["sub", "given_name", "name", "ent_uai", "email_verified"] {
            assert!(claims.contains(&json!(claim)), "{claim}");
        }
    }
}
