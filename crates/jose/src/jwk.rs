//! Public keys as partners read them: JWK and JWK Set (RFC 7517), members of RFC 7518 §6. There is no
//! private material in these types, so none can be published.

use crate::rs256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// The algorithm of a key, fixed by its record and never by a token (T-38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alg {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Alg {
    /// The name of RFC 7518 §3.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Public {
    /// RSA.
    Rs256(rs256::PublicKey),
    /// The point on P-256, uncompressed: 65 bytes.
    Es256(Vec<u8>),
}

/// A public key and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// `kid`: unique in a set.
    pub kid: String,
    /// The key.
    pub public: Public,
}

/// A set cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Two keys bear one `kid`.
    #[error("two keys bear one kid")]
    SameKid,
    /// A point is no uncompressed point of P-256.
    #[error("a public key has another shape")]
    Shape,
}

/// One JWK (RFC 7517 §4).
#[derive(Serialize)]
struct Row<'a> {
    kty: &'static str,
    #[serde(rename = "use")]
    use_: &'static str,
    alg: &'static str,
    kid: &'a str,
    #[serde(flatten)]
    material: Material,
}

/// What RFC 7638 §3.2 takes into a thumbprint besides `kty`; in lexicographic order.
#[derive(Serialize)]
#[serde(untagged)]
enum Material {
    Rsa {
        e: String,
        n: String,
    },
    Ec {
        crv: &'static str,
        x: String,
        y: String,
    },
}

impl PublicKey {
    /// Its algorithm.
    pub const fn alg(&self) -> Alg {
        match self.public {
            Public::Rs256(_) => Alg::Rs256,
            Public::Es256(_) => Alg::Es256,
        }
    }

    /// Whether `signature` is one of `message` by this key, with this key's algorithm.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Rs256(public) => rs256::verifies(public, message, signature),
            Public::Es256(point) => crate::es256::verifies(point, message, signature),
        }
    }

    fn row(&self) -> Result<Row<'_>, KeySetError> {
        Ok(Row {
            kty: match self.public {
                Public::Rs256(_) => "RSA",
                Public::Es256(_) => "EC",
            },
            use_: "sig",
            alg: self.alg().name(),
            kid: &self.kid,
            material: material(&self.public)?,
        })
    }
}

fn material(public: &Public) -> Result<Material, KeySetError> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match public {
        Public::Rs256(public) => Ok(Material::Rsa {
            e: text(&public.e),
            n: text(&public.n),
        }),
        Public::Es256(point) => match point.split_first_chunk::<1>() {
            Some(([4], xy)) if xy.len() == 64 => {
                let (x, y) = xy.split_at_checked(32).ok_or(KeySetError::Shape)?;
                Ok(Material::Ec {
                    crv: "P-256",
                    x: text(x),
                    y: text(y),
                })
            }
            _ => Err(KeySetError::Shape),
        },
    }
}

/// The JSON of a set (RFC 7517 §5), in the given order.
///
/// # Errors
/// [`KeySetError`].
pub fn key_set(keys: &[PublicKey]) -> Result<String, KeySetError> {
    #[derive(Serialize)]
    struct Set<'a> {
        keys: Vec<Row<'a>>,
    }
    let mut kids = std::collections::BTreeSet::new();
    if !keys.iter().all(|key| kids.insert(key.kid.as_str())) {
        return Err(KeySetError::SameKid);
    }
    let keys = keys.iter().map(PublicKey::row).collect::<Result<_, _>>()?;
    serde_json::to_string(&Set { keys }).map_err(|_| KeySetError::Shape)
}

/// The SHA-256 thumbprint of a key (RFC 7638 §3), base64url: a `kid` that needs no bookkeeping.
///
/// # Errors
/// [`KeySetError::Shape`].
pub fn thumbprint(public: &Public) -> Result<String, KeySetError> {
    // Members in lexicographic order, no spaces: the hash is over these very bytes.
    let canonical = match material(public)? {
        Material::Rsa { e, n } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        Material::Ec { crv, x, y } => {
            format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
    };
    Ok(URL_SAFE_NO_PAD.encode(crate::digest::sha256(canonical.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn rsa(kid: &str) -> PublicKey {
        let public = rs256::PublicKey {
            n: URL_SAFE_NO_PAD.decode(N).unwrap(),
            e: vec![1, 0, 1],
        };
        PublicKey {
            kid: kid.into(),
            public: Public::Rs256(public),
        }
    }

    fn ec(kid: &str) -> PublicKey {
        let mut point = vec![4];
        point.extend(URL_SAFE_NO_PAD.decode(X).unwrap());
        point.extend(URL_SAFE_NO_PAD.decode(Y).unwrap());
        PublicKey {
            kid: kid.into(),
            public: Public::Es256(point),
        }
    }

    #[test]
    fn the_thumbprint_of_rfc_7638_3_1_comes_out() {
        assert_eq!(
            thumbprint(&rsa("2011-04-29").public).unwrap(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn a_set_holds_public_members_and_nothing_else() {
        let set: serde_json::Value =
            serde_json::from_str(&key_set(&[rsa("r"), ec("e")]).unwrap()).unwrap();
        assert_eq!(
            set,
            serde_json::json!({"keys": [
                {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "r", "n": N, "e": "AQAB"},
                {"kty": "EC", "use": "sig", "alg": "ES256", "kid": "e", "crv": "P-256", "x": X, "y": Y},
            ]})
        );
    }

    #[test]
    fn two_keys_of_one_name_are_no_set() {
        assert_eq!(key_set(&[rsa("k"), ec("k")]), Err(KeySetError::SameKid));
    }

    #[test]
    fn a_point_of_another_shape_is_not_written() {
        for point in [vec![], vec![4; 64], vec![2; 33], vec![3; 65]] {
            let key = PublicKey {
                kid: "k".into(),
                public: Public::Es256(point),
            };
            assert_eq!(key_set(&[key]), Err(KeySetError::Shape));
        }
    }

    #[test]
    fn the_signature_of_rfc_7515_a3_holds_for_its_key_alone() {
        let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = URL_SAFE_NO_PAD
            .decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
            .unwrap();
        assert!(ec("e").verifies(message, &signature));
        assert!(!rsa("r").verifies(message, &signature));
    }
}
