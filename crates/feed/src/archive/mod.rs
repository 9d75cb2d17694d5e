//! Archives of a delivery: `.tgz`, `.tar.gz`, `.tar` and `.zip`, unpacked into one spool.
//!
//! Members are never written under a name of their own, so no name can lead anywhere; one that tries is
//! refused all the same, and the archive with it. Whatever an archive claims of itself is not believed:
//! bytes are counted as they come (T-71).

mod names;
mod tarball;
#[cfg(test)]
mod tests;
mod zipped;

use crate::plan::Finding;
use crate::read::fatal;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// How large an archive may be, and how large it may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Bytes of the archive.
    pub archive_bytes: u64,
    /// Bytes of all members together, unpacked.
    pub unpacked_bytes: u64,
    /// Bytes unpacked for each byte packed, over the whole archive; counts from [`FREE_BYTES`] on.
    pub ratio: u64,
    /// Members, folders included.
    pub members: u32,
}

/// A small archive may be packed as tightly as it likes.
pub const FREE_BYTES: u64 = 16 * 1024 * 1024;

impl Default for Caps {
    /// A region of a million people is about 2 GB of XML and packs into a tenth of it or less.
    fn default() -> Self {
        Self {
            archive_bytes: 1024 * 1024 * 1024,
            unpacked_bytes: 16 * 1024 * 1024 * 1024,
            ratio: 100,
            members: 20_000,
        }
    }
}

/// A file of the delivery, in the spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name in the archive, folders included.
    pub name: String,
    /// Where it begins in the spool, in bytes.
    pub start: u64,
    /// Its length in bytes.
    pub length: u64,
}

/// Why an archive was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive cannot be used; the finding says why.
    #[error("the archive cannot be used: {}", .0.code)]
    Refused(Box<Finding>),
    /// The spool could not be written.
    #[error("the spool cannot be written")]
    Spool(#[source] io::Error),
}

/// Whether a file name is that of an archive that can be read.
pub fn is_archive(name: &str) -> bool {
    names::ends_in(name, &[".tgz", ".tar.gz", ".tar", ".zip"])
}

/// Unpacks the members that are files of a delivery (XML of the annuaire, CSV) one after the other into
/// `spool`; the others are counted and left out. Nothing else is written anywhere.
///
/// # Errors
/// [`ArchiveError::Refused`] for an archive beyond the caps, damaged, encrypted, or with a member that no
/// delivery has: a link, a device, an archive, two of one name, a name that leaves the archive.
pub fn unpack<R: Read + Seek, W: Write>(
    archive: &str,
    mut source: R,
    caps: &Caps,
    spool: W,
) -> Result<Vec<Member>, ArchiveError> {
    let mut unpacking = Unpacking {
        archive,
        caps,
        spool,
        packed: 0,
        written: 0,
        unpacked: 0,
        seen: 0,
        members: Vec::new(),
    };
    let damaged = |_| refused(archive, Trouble::Damaged);
    unpacking.packed = source.seek(SeekFrom::End(0)).map_err(damaged)?;
    if unpacking.packed > caps.archive_bytes {
        return Err(refused(archive, Trouble::Large));
    }
    source.seek(SeekFrom::Start(0)).map_err(damaged)?;
    let mut head = [0; 4];
    let read = source.read(&mut head).map_err(damaged)?;
    source.seek(SeekFrom::Start(0)).map_err(damaged)?;
    match head.get(..read).unwrap_or_default() {
        [b'P', b'K', ..] => zipped::unpack(source, &mut unpacking)?,
        [0x1F, 0x8B, ..] => {
            tarball::unpack(flate2::read::MultiGzDecoder::new(source), &mut unpacking)?;
        }
        _ => tarball::unpack(source, &mut unpacking)?,
    }
    unpacking.spool.flush().map_err(ArchiveError::Spool)?;
    Ok(unpacking.members)
}

/// An archive being unpacked.
struct Unpacking<'a, W> {
    archive: &'a str,
    caps: &'a Caps,
    spool: W,
    packed: u64,
    /// Bytes in the spool.
    written: u64,
    /// Bytes that came out of the archive, whatever became of them.
    unpacked: u64,
    seen: u32,
    members: Vec<Member>,
}

impl<W: Write> Unpacking<'_, W> {
    fn refuse(&self, trouble: Trouble) -> ArchiveError {
        refused(self.archive, trouble)
    }

    /// One more member, folders included.
    fn count(&mut self) -> Result<(), ArchiveError> {
        self.seen += 1;
        if self.seen > self.caps.members {
            return Err(self.refuse(Trouble::Many));
        }
        Ok(())
    }

    /// Takes in a member that is a file.
    fn take(&mut self, name: &str, mut content: impl Read) -> Result<(), ArchiveError> {
        let name = names::checked(name).map_err(|trouble| self.refuse(trouble))?;
        let wanted = names::is_wanted(&name);
        if wanted && self.members.iter().any(|known| known.name == name) {
            return Err(self.refuse(Trouble::Twice));
        }
        let start = self.written;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Err(self.refuse(Trouble::Damaged)),
            };
            self.grow(read as u64)?;
            if wanted {
                let bytes = buffer.get(..read).unwrap_or_default();
                self.spool.write_all(bytes).map_err(ArchiveError::Spool)?;
                self.written += read as u64;
            }
        }
        if wanted {
            let length = self.written - start;
            self.members.push(Member {
                name,
                start,
                length,
            });
        }
        Ok(())
    }

    /// More bytes came out.
    fn grow(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.caps.unpacked_bytes {
            return Err(self.refuse(Trouble::Unpacked));
        }
        let fair = self.packed.saturating_mul(self.caps.ratio);
        if self.unpacked > fair.max(FREE_BYTES) {
            return Err(self.refuse(Trouble::Ratio));
        }
        Ok(())
    }
}

/// What is wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Damaged,
    Large,
    Unpacked,
    Ratio,
    Many,
    Path,
    Nested,
    Link,
    Twice,
    Encrypted,
    Method,
}

impl Trouble {
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Damaged => (
                "archive.damaged",
                "l'archive est abîmée ou incomplète : demandez la livraison de nouveau",
            ),
            Self::Large => (
                "archive.size",
                "l'archive dépasse la taille permise : livraison refusée par sécurité",
            ),
            Self::Unpacked => (
                "archive.unpacked",
                "l'archive déballée dépasse la taille permise : livraison refusée par sécurité",
            ),
            Self::Ratio => (
                "archive.ratio",
                "l'archive déballée est démesurée pour sa taille : livraison refusée par sécurité",
            ),
            Self::Many => (
                "archive.members",
                "l'archive a trop de fichiers : livraison refusée par sécurité",
            ),
            Self::Path => (
                "archive.path",
                "un fichier de l'archive porte un chemin qui en sort : livraison refusée par sécurité",
            ),
            Self::Nested => (
                "archive.nested",
                "l'archive en contient une autre : déballez celle du dehors et donnez celle du dedans",
            ),
            Self::Link => (
                "archive.link",
                "l'archive contient un lien ou un fichier spécial : livraison refusée par sécurité",
            ),
            Self::Twice => (
                "archive.twice",
                "l'archive contient deux fichiers de même nom : rien ne dit lequel compte",
            ),
            Self::Encrypted => (
                "archive.encrypted",
                "l'archive est protégée par un mot de passe : donnez-la sans",
            ),
            Self::Method => (
                "archive.method",
                "l'archive est comprimée d'une façon inconnue : .tgz ou .zip ordinaire attendu",
            ),
        }
    }
}

fn refused(archive: &str, trouble: Trouble) -> ArchiveError {
    let (code, message) = trouble.told();
    ArchiveError::Refused(fatal(code, archive, 0, message))
}
