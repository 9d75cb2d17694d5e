//! Keys in use: opened once at the start, never again.

use crate::ports::Entropy;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::partner::IdTokenAlg;
use portique_jose::es256::SigningKey;
use portique_jose::jwk::{Alg, PublicKey, key_set};
use portique_jose::jws::IdTokenSigner;
use portique_jose::mac::{MacKey, PairwiseKey};
use portique_jose::rs256;
use portique_jose::seal::SealingKey;
use portique_store::records::{KeyRow, KeySlot, KeyStore};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The purposes that keys serve, each with its algorithm. Separate keys for separate purposes
/// (house §4.11); those of protocols come with them.
pub const PURPOSES: [(&str, &str); 10] = [
    ("ent_token", "ES256"),
    ("log_checkpoint", "ES256"),
    ("pepper", "HS256"),
    ("activation", "HS256"),
    ("csrf", "HS256"),
    ("device", "HS256"),
    ("vault", "A256GCM"),
    ("pairwise", "HS256"),
    ("oidc_rs256", "RS256"),
    ("oidc_es256", "ES256"),
];

/// Purposes that sign have a next key at hand, so that its public half is known before it is used.
fn signs(algorithm: &str) -> bool {
    matches!(algorithm, "ES256" | "RS256")
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The store failed.
    #[error("the key store failed")]
    Store(#[from] portique_store::StoreError),
    /// A key does not open under this root key.
    #[error("key {0} does not open: this is not the root key of this data folder")]
    Sealed(String),
    /// A key opens and is not what it should be.
    #[error("key {0} is damaged")]
    Damaged(String),
    /// A purpose has no key.
    #[error("there is no key for {0}")]
    Missing(&'static str),
}

/// Keys freshly drawn, to be stored.
#[derive(Debug)]
pub struct NewKeys(pub Vec<KeyRow>);

/// The keys in use.
#[derive(Debug)]
pub struct KeyRing {
    /// Signs the ENT token; with its `kid`.
    pub ent: (String, Arc<SigningKey>),
    /// Public halves that verify ENT tokens: next, current, previous.
    pub ent_public: Vec<(String, Vec<u8>)>,
    /// Signs checkpoints and certificates of the log; with its `kid`.
    pub log: (String, Arc<SigningKey>),
    /// Public halves that verify them, retired ones included.
    pub log_public: Vec<(String, Vec<u8>)>,
    /// Seals the log's day keys.
    pub log_seal: Arc<SealingKey>,
    /// Peppers by id, the one in use first.
    pub peppers: Vec<(String, MacKey)>,
    /// MAC of activation codes and invitations.
    pub activation: MacKey,
    /// MAC of form tokens.
    pub csrf: MacKey,
    /// MAC of device cookies and of throttling keys.
    pub device: MacKey,
    /// Seals second-factor secrets.
    pub vault: SealingKey,
    /// What pseudonyms are drawn with, by id, the one in use first. None of them ever goes: a pseudonym
    /// keeps the key it was drawn with.
    pairwise: Vec<(String, PairwiseKey)>,
    /// Signs ID tokens.
    pub oidc: OidcKeys,
}

/// The keys of ID tokens.
#[derive(Debug)]
pub struct OidcKeys {
    rs256: IdTokenSigner,
    es256: IdTokenSigner,
    /// Public halves: next, current, previous.
    pub public: Vec<PublicKey>,
    /// The JWK set of these, as it is published (RFC 7517 §5).
    pub set: String,
}

impl OidcKeys {
    /// The key in use for an algorithm.
    pub fn signer(&self, alg: IdTokenAlg) -> &IdTokenSigner {
        match alg {
            IdTokenAlg::Rs256 => &self.rs256,
            IdTokenAlg::Es256 => &self.es256,
        }
    }
}

impl NewKeys {
    /// Draws keys for every purpose in a list, sealed under the root key.
    ///
    /// # Errors
    /// [`KeyRingError::Damaged`] when a key cannot be drawn or sealed.
    pub fn draw(
        purposes: &[(&str, &str)],
        slot: KeySlot,
        root: &SealingKey,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Self, KeyRingError> {
        purposes
            .iter()
            .map(|(purpose, algorithm)| draw(purpose, algorithm, slot, root, entropy, now))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn draw(
    purpose: &str,
    algorithm: &str,
    slot: KeySlot,
    root: &SealingKey,
    entropy: &dyn Entropy,
    now: Timestamp,
) -> Result<KeyRow, KeyRingError> {
    let id = format!("{purpose}-{}", URL_SAFE_NO_PAD.encode(entropy.bytes::<9>()));
    let damaged = || KeyRingError::Damaged(id.clone());
    let (secret, public) = if algorithm == "ES256" {
        let pkcs8 = SigningKey::draw_pkcs8().map_err(|_| damaged())?;
        let public = SigningKey::from_pkcs8(&pkcs8)
            .map_err(|_| damaged())?
            .public();
        (pkcs8, Some(public))
    } else if algorithm == "RS256" {
        let pkcs8 = rs256::SigningKey::draw_pkcs8().map_err(|_| damaged())?;
        (pkcs8, None)
    } else {
        (Zeroizing::new(entropy.bytes::<32>().to_vec()), None)
    };
    let sealed = root
        .seal(&aad(purpose, &id), &secret, entropy.bytes())
        .map_err(|_| damaged())?;
    Ok(KeyRow {
        id,
        purpose: purpose.to_owned(),
        slot,
        algorithm: algorithm.to_owned(),
        sealed,
        public,
        created_at: now,
    })
}

fn aad(purpose: &str, id: &str) -> String {
    format!("key:{purpose}:{id}")
}

impl KeyRing {
    /// Opens the keys of a store, drawing those that are missing (a new purpose after an upgrade, or a
    /// new data folder): current and next for signing purposes, current for the others.
    ///
    /// # Errors
    /// [`KeyRingError`]; the caller does not start.
    pub async fn open(
        store: &dyn KeyStore,
        root: &SealingKey,
        entropy: &dyn Entropy,
        now: Timestamp,
    ) -> Result<Self, KeyRingError> {
        let mut rows = store.keys().await?;
        let lacking = |rows: &[KeyRow],
                       slot: KeySlot,
                       only_signing: bool|
         -> Vec<(&'static str, &'static str)> {
            PURPOSES
                .into_iter()
                .filter(|(_, algorithm)| !only_signing || signs(algorithm))
                .filter(|(purpose, _)| {
                    !rows
                        .iter()
                        .any(|row| row.purpose == *purpose && row.slot == slot)
                })
                .collect()
        };
        let mut fresh = NewKeys::draw(
            &lacking(&rows, KeySlot::Current, false),
            KeySlot::Current,
            root,
            entropy,
            now,
        )?
        .0;
        fresh.extend(
            NewKeys::draw(
                &lacking(&rows, KeySlot::Next, true),
                KeySlot::Next,
                root,
                entropy,
                now,
            )?
            .0,
        );
        if !fresh.is_empty() {
            match store.add(&fresh).await {
                Ok(()) => rows.extend(fresh),
                // Another node was first: its keys are everybody's.
                Err(portique_store::StoreError::Conflict(_)) => rows = store.keys().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Self::from_rows(&rows, root)
    }

    fn from_rows(rows: &[KeyRow], root: &SealingKey) -> Result<Self, KeyRingError> {
        let open = |row: &KeyRow| -> Result<Zeroizing<Vec<u8>>, KeyRingError> {
            root.open(&aad(&row.purpose, &row.id), &row.sealed)
                .map(Zeroizing::new)
                .map_err(|_| KeyRingError::Sealed(row.id.clone()))
        };
        let current = |purpose: &'static str| -> Result<&KeyRow, KeyRingError> {
            rows.iter()
                .find(|row| row.purpose == purpose && row.slot == KeySlot::Current)
                .ok_or(KeyRingError::Missing(purpose))
        };
        let secret = |row: &KeyRow| -> Result<Zeroizing<[u8; 32]>, KeyRingError> {
            let bytes = open(row)?;
            <[u8; 32]>::try_from(bytes.as_slice())
                .map(Zeroizing::new)
                .map_err(|_| KeyRingError::Damaged(row.id.clone()))
        };
        let mac = |purpose: &'static str| -> Result<MacKey, KeyRingError> {
            Ok(MacKey::new(&*secret(current(purpose)?)?))
        };
        let signer = |purpose: &'static str| -> Result<(String, Arc<SigningKey>), KeyRingError> {
            let row = current(purpose)?;
            let key = SigningKey::from_pkcs8(&open(row)?)
                .map_err(|_| KeyRingError::Damaged(row.id.clone()))?;
            Ok((row.id.clone(), Arc::new(key)))
        };
        let publics = |purpose: &str, retired: bool| -> Vec<(String, Vec<u8>)> {
            rows.iter()
                .filter(|row| row.purpose == purpose && (retired || row.slot != KeySlot::Retired))
                .filter_map(|row| Some((row.id.clone(), row.public.clone()?)))
                .collect()
        };
        let mut peppers = Vec::new();
        let mut rows_of_pepper: Vec<&KeyRow> =
            rows.iter().filter(|row| row.purpose == "pepper").collect();
        rows_of_pepper.sort_by_key(|row| row.slot != KeySlot::Current);
        for row in rows_of_pepper {
            peppers.push((row.id.clone(), MacKey::new(&*secret(row)?)));
        }
        let pairwise = pairwise(rows, secret)?;
        let vault_secret = secret(current("vault")?)?;
        let damaged = |_| KeyRingError::Damaged("vault".to_owned());
        Ok(Self {
            ent: signer("ent_token")?,
            ent_public: publics("ent_token", false),
            log: signer("log_checkpoint")?,
            log_public: publics("log_checkpoint", true),
            log_seal: Arc::new(
                SealingKey::new(&MacKey::new(&vault_secret).mac("log", b"days"))
                    .map_err(damaged)?,
            ),
            peppers,
            activation: mac("activation")?,
            csrf: mac("csrf")?,
            device: mac("device")?,
            vault: SealingKey::new(&vault_secret).map_err(damaged)?,
            pairwise,
            oidc: oidc_keys(rows, open)?,
        })
    }

    /// The id of the key that new pseudonyms are drawn with.
    pub fn pairwise_in_use(&self) -> Option<&str> {
        self.pairwise.first().map(|(id, _)| id.as_str())
    }

    /// The key that a pseudonym was drawn with, whatever became of it since.
    pub fn pairwise(&self, id: &str) -> Option<&PairwiseKey> {
        let mut all = self.pairwise.iter();
        all.find(|(known, _)| known == id).map(|(_, key)| key)
    }
}

/// Keys are parsed here, once.
fn oidc_keys(
    rows: &[KeyRow],
    open: impl Fn(&KeyRow) -> Result<Zeroizing<Vec<u8>>, KeyRingError>,
) -> Result<OidcKeys, KeyRingError> {
    let (mut public, mut rs256, mut es256) = (Vec::new(), None, None);
    for row in rows.iter().filter(|row| row.slot != KeySlot::Retired) {
        let alg = match row.purpose.as_str() {
            "oidc_rs256" => Alg::Rs256,
            "oidc_es256" => Alg::Es256,
            _ => continue,
        };
        let signer = IdTokenSigner::from_pkcs8(&row.id, alg, &open(row)?)
            .map_err(|_| KeyRingError::Damaged(row.id.clone()))?;
        public.push(signer.public());
        if row.slot == KeySlot::Current {
            match alg {
                Alg::Rs256 => rs256 = Some(signer),
                Alg::Es256 => es256 = Some(signer),
            }
        }
    }
    let set = key_set(&public).map_err(|_| KeyRingError::Damaged("oidc".to_owned()))?;
    Ok(OidcKeys {
        rs256: rs256.ok_or(KeyRingError::Missing("oidc_rs256"))?,
        es256: es256.ok_or(KeyRingError::Missing("oidc_es256"))?,
        public,
        set,
    })
}

/// Retired ones included.
fn pairwise<'a>(
    rows: &'a [KeyRow],
    secret: impl Fn(&'a KeyRow) -> Result<Zeroizing<[u8; 32]>, KeyRingError>,
) -> Result<Vec<(String, PairwiseKey)>, KeyRingError> {
    let mut all: Vec<&KeyRow> = rows
        .iter()
        .filter(|row| row.purpose == "pairwise")
        .collect();
    all.sort_by_key(|row| row.slot != KeySlot::Current);
    if all.first().is_none_or(|row| row.slot != KeySlot::Current) {
        return Err(KeyRingError::Missing("pairwise"));
    }
    all.into_iter()
        .map(|row| Ok((row.id.clone(), PairwiseKey::new(&*secret(row)?))))
        .collect()
}

/// The device cookie lives 180 days (house §5b).
pub(crate) const DEVICE_LIFETIME: Duration = Duration::from_hours(180 * 24);
