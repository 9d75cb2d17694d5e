//! Security Event Tokens (RFC 8417): what a partner is told of a person that it knows.
//!
//! A token says who in the partner's own words and nothing else: no name, no establishment, no run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::Timestamp;
use portique_domain::partner::PartnerEvent;
use portique_jose::digest::sha256;
use portique_jose::es256::KeyError;
use portique_jose::jws::IdTokenSigner;
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Our own event: her establishments are others than before. The others are those of `OpenID` RISC 1.0 §2.
pub const MOVED: &str = "urn:portique:event:moved";

/// The URI of an event, which names its meaning (RFC 8417 §1.2).
pub const fn event_uri(event: PartnerEvent) -> &'static str {
    match event {
        PartnerEvent::Left => {
            "https://schemas.openid.net/secevent/risc/event-type/account-disabled"
        }
        PartnerEvent::Returned => {
            "https://schemas.openid.net/secevent/risc/event-type/account-enabled"
        }
        PartnerEvent::Moved => MOVED,
        PartnerEvent::Erased => {
            "https://schemas.openid.net/secevent/risc/event-type/account-purged"
        }
    }
}

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecurityEvent<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`: the client id of the partner, or its id.
    pub audience: &'a str,
    /// `sub_id.sub`: her pseudonym at the partner.
    pub subject: &'a str,
    /// What became of her.
    pub event: PartnerEvent,
    /// The run or the act that brought it about; only drawn into `jti`.
    pub cause: Uuid,
    /// `toe`: when it came about.
    pub at: Timestamp,
    /// `iat`.
    pub now: Timestamp,
}

/// RFC 9493 §3.2.3.
#[derive(Serialize)]
struct SubId<'a> {
    format: &'static str,
    iss: &'a str,
    sub: &'a str,
}

/// RFC 8417 §2.2. There is no `sub` and no `exp`: neither this nor its `typ` can pass for an ID token (§4).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: i64,
    toe: i64,
    jti: String,
    sub_id: SubId<'a>,
    events: BTreeMap<&'static str, BTreeMap<&'static str, &'static str>>,
}

impl SecurityEvent<'_> {
    /// The same event has the same name however often it is sent, and a partner sees no run in it.
    pub fn jti(&self) -> String {
        let mut bytes = b"portique-event".to_vec();
        for part in [
            self.audience.as_bytes(),
            self.subject.as_bytes(),
            self.event.code().as_bytes(),
            self.cause.as_bytes(),
        ] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        let digest = sha256(&bytes);
        let (half, _) = digest.split_at(16);
        URL_SAFE_NO_PAD.encode(half)
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`KeyError`] when the key cannot sign.
    pub fn sign(&self, signer: &IdTokenSigner) -> Result<String, KeyError> {
        let seconds = |at: Timestamp| at.millis().div_euclid(1000);
        let claims = Claims {
            iss: self.issuer,
            aud: self.audience,
            iat: seconds(self.now),
            toe: seconds(self.at),
            jti: self.jti(),
            sub_id: SubId {
                format: "iss_sub",
                iss: self.issuer,
                sub: self.subject,
            },
            events: BTreeMap::from([(event_uri(self.event), BTreeMap::new())]),
        };
        let claims = serde_json::to_vec(&claims).map_err(|_| KeyError)?;
        signer.sign_event(&claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portique_jose::es256::SigningKey;
    use portique_jose::jwk::Alg;
    use portique_jose::jws::{verify, verify_event};

    fn signer() -> IdTokenSigner {
        let pkcs8 = SigningKey::draw_pkcs8().unwrap();
        IdTokenSigner::from_pkcs8("k1", Alg::Es256, &pkcs8).unwrap()
    }

    fn event(event: PartnerEvent) -> SecurityEvent<'static> {
        SecurityEvent {
            issuer: "https://ent.example",
            audience: "carnet",
            subject: "abcdefghijklmnopqrstuvwxyz234567",
            event,
            cause: Uuid::from_u128(7),
            at: Timestamp::from_millis(1_000_999),
            now: Timestamp::from_millis(2_000_000),
        }
    }

    #[test]
    fn a_token_says_who_what_and_when_and_nothing_else() {
        let signer = signer();
        for what in PartnerEvent::ALL {
            let event = event(*what);
            let token = event.sign(&signer).unwrap();
            let claims = verify_event(&token, &[signer.public()]).unwrap();
            let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
            let expected = serde_json::json!({
                "iss": "https://ent.example",
                "aud": "carnet",
                "iat": 2000,
                "toe": 1000,
                "jti": event.jti(),
                "sub_id": {
                    "format": "iss_sub",
                    "iss": "https://ent.example",
                    "sub": "abcdefghijklmnopqrstuvwxyz234567",
                },
                "events": { event_uri(*what): {} },
            });
            assert_eq!(claims, expected);
        }
    }

    #[test]
    fn an_event_keeps_its_name_and_another_has_another() {
        let one = event(PartnerEvent::Left);
        let later = SecurityEvent {
            now: Timestamp::from_millis(9_000_000),
            ..one
        };
        assert_eq!(one.jti(), later.jti());
        for other in [
            event(PartnerEvent::Returned),
            SecurityEvent {
                cause: Uuid::from_u128(8),
                ..one
            },
            SecurityEvent {
                audience: "bulletin",
                ..one
            },
            SecurityEvent {
                subject: "b",
                ..one
            },
        ] {
            assert_ne!(one.jti(), other.jti());
        }
    }

    /// What tells of a departure logs nobody in, and the other way round (RFC 8417 §4.5).
    #[test]
    fn t38_an_event_is_no_id_token_and_an_id_token_no_event() {
        let signer = signer();
        let keys = [signer.public()];
        let event = event(PartnerEvent::Left).sign(&signer).unwrap();
        assert!(verify(&event, &keys).is_err());
        let id_token = signer.sign(b"{}").unwrap();
        assert!(verify_event(&id_token, &keys).is_err());
    }
}
