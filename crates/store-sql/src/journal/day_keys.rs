//! The keys of the days: one for each, sealed under the root's, in a folder apart, destroyed with it.

use super::files::{days_in, destroy, sync_folder, unwritable, write_whole};
use portique_domain::CivilDate;
use portique_jose::seal::SealingKey;
use portique_store::{Result, StoreError};
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// The system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes")]
pub(super) struct NoRandomness;

/// Fresh random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| StoreError::Unavailable(Box::new(NoRandomness)))?;
    Ok(bytes)
}

/// The shelf they stand on.
pub(super) struct DayKeys {
    folder: PathBuf,
    root: Arc<SealingKey>,
    known: Mutex<HashMap<CivilDate, Arc<SealingKey>>>,
}

impl DayKeys {
    /// Over a folder that is there.
    pub(super) fn new(folder: PathBuf, root: Arc<SealingKey>) -> Self {
        Self {
            folder,
            root,
            known: Mutex::default(),
        }
    }

    /// The key of a day, if it has one.
    pub(super) fn find(&self, day: CivilDate) -> Result<Option<Arc<SealingKey>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(&day) {
            return Ok(Some(Arc::clone(key)));
        }
        let sealed = match std::fs::read(self.path(day)) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::Unavailable(Box::new(error))),
        };
        let secret = self
            .root
            .open(&purpose(day), &sealed)
            .map(Zeroizing::new)
            .map_err(|_| StoreError::Corrupt("journal-keys"))?;
        let key = Arc::new(read(&secret)?);
        known.insert(day, Arc::clone(&key));
        Ok(Some(key))
    }

    /// The key of a day; drawn, sealed and on the disk before it is used.
    pub(super) fn find_or_draw(&self, day: CivilDate) -> Result<Arc<SealingKey>> {
        if let Some(key) = self.find(day)? {
            return Ok(key);
        }
        let secret = Zeroizing::new(random::<32>()?);
        let sealed = self
            .root
            .seal(&purpose(day), secret.as_slice(), random()?)
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        write_whole(&self.folder, &name(day), &sealed).map_err(unwritable)?;
        let key = Arc::new(read(secret.as_slice())?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(day, Arc::clone(&key));
        Ok(key)
    }

    /// The days that have one, oldest first.
    pub(super) fn days(&self) -> Result<Vec<CivilDate>> {
        days_in(&self.folder, ".key").map_err(|error| StoreError::Unavailable(Box::new(error)))
    }

    /// Destroys one: overwritten, then removed. What it sealed can never be read again.
    pub(super) fn destroy(&self, day: CivilDate) -> Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&day);
        destroy(&self.path(day))
            .and_then(|()| sync_folder(&self.folder))
            .map_err(unwritable)
    }

    fn path(&self, day: CivilDate) -> PathBuf {
        self.folder.join(name(day))
    }
}

fn name(day: CivilDate) -> String {
    format!("{day}.key")
}

/// Names the day, so that the key of one day does not open under the name of another.
fn purpose(day: CivilDate) -> String {
    format!("journal.day_key {day}")
}

fn read(secret: &[u8]) -> Result<SealingKey> {
    let secret: &[u8; 32] = secret
        .try_into()
        .map_err(|_| StoreError::Corrupt("journal-keys"))?;
    SealingKey::new(secret).map_err(|error| StoreError::Unavailable(Box::new(error)))
}
