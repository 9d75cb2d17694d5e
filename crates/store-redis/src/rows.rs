//! The row types: private, one version byte and JSON with short names.
//!
//! What scripts must read (ends, persons) stands in fields of its own beside the row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::identity::PersonId;
use portique_domain::login::CounterKind;
use portique_store::{Result, StoreError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The version of all rows.
const VERSION: u8 = 1;

/// A row as bytes.
pub(crate) fn write<T: Serialize>(row: &T) -> Result<Vec<u8>> {
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, row)
        .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    Ok(bytes)
}

/// A row from bytes; what does not read names its table and nothing else.
pub(crate) fn read<T: DeserializeOwned>(table: &'static str, bytes: &[u8]) -> Result<T> {
    let Some((&VERSION, json)) = bytes.split_first() else {
        return Err(StoreError::Corrupt(table));
    };
    serde_json::from_slice(json).map_err(|_| StoreError::Corrupt(table))
}

/// Bytes in a row, in base64.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD.decode(text);
        bytes.map(Self).map_err(serde::de::Error::custom)
    }
}

impl From<Uuid> for Bytes {
    fn from(id: Uuid) -> Self {
        Self(id.as_bytes().to_vec())
    }
}

impl From<PersonId> for Bytes {
    fn from(person: PersonId) -> Self {
        person.0.into()
    }
}

impl Bytes {
    /// As an id.
    pub(crate) fn uuid(&self) -> Option<Uuid> {
        Uuid::from_slice(&self.0).ok()
    }

    /// As a person.
    pub(crate) fn person(&self) -> Option<PersonId> {
        self.uuid().map(PersonId)
    }
}

/// The stable code of a kind of counter.
pub(crate) const fn counter_code(kind: CounterKind) -> &'static str {
    match kind {
        CounterKind::Account => "account",
        CounterKind::Device => "device",
        CounterKind::SecondFactor => "second_factor",
        CounterKind::Network => "network",
        CounterKind::NetworkAccounts => "network_accounts",
        CounterKind::Fingerprint => "fingerprint",
        CounterKind::Flows => "flows",
        CounterKind::Mails => "mails",
        CounterKind::MailCode => "mail_code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_read_names_its_table_only() {
        let written = write(&Bytes(vec![1, 2])).unwrap();
        assert_eq!(read::<Bytes>("flow", &written).unwrap(), Bytes(vec![1, 2]));
        let newer = [&[VERSION + 1], written.get(1..).unwrap()].concat();
        for bad in [&b""[..], &[VERSION], b"\x01{\"a\":", &newer] {
            let error = read::<Bytes>("flow", bad).unwrap_err();
            assert!(matches!(error, StoreError::Corrupt("flow")), "{error:?}");
        }
    }
}
