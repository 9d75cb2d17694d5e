//! Zip.

use super::{ArchiveError, Trouble, Unpacking};
use std::io::{self, Read, Seek, SeekFrom, Write};
use zip::ZipArchive;
use zip::result::ZipError;

/// The end of the directory lies within: 22 bytes and a comment.
const TAIL: u64 = 22 + 65_535 + 256;
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";

/// Takes in every member of a zip.
pub(super) fn unpack<R: Read + Seek, W: Write>(
    mut source: R,
    unpacking: &mut Unpacking<'_, W>,
) -> Result<(), ArchiveError> {
    let damaged = |_: io::Error| Trouble::Damaged;
    let most = u64::from(unpacking.caps.members);
    let claimed = claimed(&mut source).map_err(|error| unpacking.refuse(damaged(error)))?;
    // The library makes room for every member at once: it is asked only when there are few enough.
    if claimed.iter().any(|count| *count > most) {
        return Err(unpacking.refuse(Trouble::Many));
    }
    let mut archive = ZipArchive::new(source).map_err(|error| unpacking.refuse(fault(&error)))?;
    // Two members of one name are one to the library.
    if !claimed.contains(&(archive.len() as u64)) {
        return Err(unpacking.refuse(Trouble::Twice));
    }
    for at in 0..archive.len() {
        unpacking.count()?;
        let member = archive
            .by_index(at)
            .map_err(|error| unpacking.refuse(fault(&error)))?;
        if member.is_symlink() {
            return Err(unpacking.refuse(Trouble::Link));
        }
        if !member.is_dir() {
            let name = member.name().to_owned();
            unpacking.take(&name, member)?;
        }
    }
    Ok(())
}

/// How many members each end of a directory claims that could be taken for the one.
fn claimed<R: Read + Seek>(source: &mut R) -> io::Result<Vec<u64>> {
    let length = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    source.take(TAIL).read_to_end(&mut tail)?;
    source.seek(SeekFrom::Start(0))?;
    let mut counts = Vec::new();
    for at in 0..tail.len() {
        let rest = tail.get(at..).unwrap_or_default();
        if rest.starts_with(END) {
            counts.push(number(rest, 10, 2));
        } else if rest.starts_with(END_64) {
            counts.push(number(rest, 32, 8));
        }
    }
    Ok(counts)
}

/// A little-endian number; zero beyond the end.
fn number(bytes: &[u8], from: usize, width: usize) -> u64 {
    let field = bytes.get(from..from + width).unwrap_or_default();
    field
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

fn fault(error: &ZipError) -> Trouble {
    if let ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) = error {
        Trouble::Encrypted
    } else if matches!(
        error,
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)
    ) {
        Trouble::Method
    } else {
        Trouble::Damaged
    }
}
