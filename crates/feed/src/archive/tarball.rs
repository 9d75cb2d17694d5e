//! Tar, packed or not.

use super::{ArchiveError, Trouble, Unpacking};
use std::cell::Cell;
use std::io::{self, Read, Write};
use tar::EntryType;

/// Bytes that one header may take, long names included. The library gathers these whole.
const HEADER: u64 = 128 * 1024;
/// Bytes that may follow the end of the archive: tape blocks are padded.
const TAIL: u64 = 1024 * 1024;

/// Takes in every member of a tar.
pub(super) fn unpack<R: Read, W: Write>(
    source: R,
    unpacking: &mut Unpacking<'_, W>,
) -> Result<(), ArchiveError> {
    let budget = Cell::new(HEADER);
    let mut archive = tar::Archive::new(Metered {
        inner: source,
        budget: &budget,
    });
    let damaged = |_: io::Error| Trouble::Damaged;
    let mut entries = archive
        .entries()
        .map_err(|error| unpacking.refuse(damaged(error)))?;
    loop {
        budget.set(HEADER);
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(|error| unpacking.refuse(damaged(error)))?;
        // The content is bounded by whoever reads it.
        budget.set(u64::MAX);
        unpacking.count()?;
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::Directory | EntryType::XGlobalHeader) {
            drain(&mut entry, HEADER, unpacking)?;
        } else if kind == EntryType::Regular {
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            unpacking.take(&name, &mut entry)?;
        } else {
            return Err(unpacking.refuse(Trouble::Link));
        }
    }
    // The check sum of the packing stands behind the last member.
    budget.set(u64::MAX);
    drain(&mut archive.into_inner(), TAIL, unpacking)
}

/// Reads what nobody wants, up to a limit.
fn drain<W: Write>(
    source: &mut impl Read,
    most: u64,
    unpacking: &mut Unpacking<'_, W>,
) -> Result<(), ArchiveError> {
    match io::copy(&mut source.take(most + 1), &mut io::sink()) {
        Ok(read) if read <= most => unpacking.grow(read),
        Ok(_) => Err(unpacking.refuse(Trouble::Ratio)),
        Err(_) => Err(unpacking.refuse(Trouble::Damaged)),
    }
}

/// A reader with a budget.
struct Metered<'a, R> {
    inner: R,
    budget: &'a Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        let left = self.budget.get().checked_sub(read as u64);
        self.budget
            .set(left.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?);
        Ok(read)
    }
}
