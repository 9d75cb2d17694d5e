//! Opening a delivery: a folder, or an archive.

use anyhow::{Context as _, bail};
use portique_feed::archive::{ArchiveError, Caps, Member, unpack};
use portique_feed::plan::Finding;
use portique_journeys::FeedSource;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Folders below the one that was given that are looked into.
const DEEPEST: usize = 3;

/// What opening gave.
pub(super) enum Opened {
    /// Files to read.
    Source(Arc<dyn FeedSource>),
    /// An archive that cannot be used.
    Refused(Box<Finding>),
}

/// Opens a folder or an archive. An archive is unpacked into the data folder `room`, into a file that has
/// no name any more, so that no crash leaves people's data behind.
pub(super) fn open(path: &Path, room: &Path) -> anyhow::Result<Opened> {
    let facts =
        std::fs::metadata(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    if facts.is_dir() {
        return Ok(Opened::Source(Arc::new(FolderSource::open(path)?)));
    }
    if !facts.is_file() {
        bail!("{} is neither a folder nor an archive", path.display());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let archive = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let spool = nameless(room).with_context(|| {
        format!(
            "there is no room to unpack in {}: check the disk",
            room.display()
        )
    })?;
    let writer = BufWriter::new(&spool);
    match unpack(&name, BufReader::new(archive), &Caps::default(), writer) {
        Ok(members) => Ok(Opened::Source(Arc::new(SpoolSource {
            archive: name.into_owned(),
            spool: Arc::new(spool),
            members,
        }))),
        Err(ArchiveError::Refused(finding)) => Ok(Opened::Refused(finding)),
        Err(error @ ArchiveError::Spool(_)) => Err(error).with_context(|| {
            format!(
                "{} cannot be unpacked in {}: is the disk full?",
                path.display(),
                room.display()
            )
        }),
    }
}

/// A file without a name: it is gone when it is closed, whoever closes it.
fn nameless(room: &Path) -> io::Result<File> {
    let path = room.join(format!("unpacked-{}", Uuid::new_v4().simple()));
    let file = OpenOptions::new()
        .create_new(true)
        .read(true)
        .write(true)
        .mode(0o600)
        .open(&path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// A delivery in a plain folder.
#[derive(Debug)]
pub(crate) struct FolderSource {
    folder: PathBuf,
    names: Vec<String>,
}

impl FolderSource {
    /// Lists the files of a folder and of those inside it. Links are not followed.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut names = Vec::new();
        list(folder, "", DEEPEST, &mut names)?;
        names.sort_unstable();
        Ok(Self {
            folder: folder.to_owned(),
            names,
        })
    }
}

fn list(folder: &Path, before: &str, deeper: usize, names: &mut Vec<String>) -> anyhow::Result<()> {
    let failed = || format!("{} cannot be read as a folder", folder.display());
    for entry in std::fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let kind = entry.file_type().with_context(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if kind.is_file() {
            names.push(format!("{before}{name}"));
        } else if kind.is_dir() && deeper > 0 && !name.starts_with('.') {
            list(
                &entry.path(),
                &format!("{before}{name}/"),
                deeper - 1,
                names,
            )?;
        }
    }
    Ok(())
}

impl FeedSource for FolderSource {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(self.folder.join(name))?))
    }
}

/// A delivery that came in an archive.
#[derive(Debug)]
struct SpoolSource {
    archive: String,
    spool: Arc<File>,
    members: Vec<Member>,
}

impl SpoolSource {
    /// The name of the archive stands before, since it may tell date and kind (aaf §1).
    fn name(&self, member: &Member) -> String {
        format!("{}/{}", self.archive, member.name)
    }
}

impl FeedSource for SpoolSource {
    fn names(&self) -> Vec<String> {
        self.members
            .iter()
            .map(|member| self.name(member))
            .collect()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        let member = self
            .members
            .iter()
            .find(|member| self.name(member) == name)
            .ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Part {
            file: Arc::clone(&self.spool),
            at: member.start,
            left: member.length,
        }))
    }
}

/// A part of a file, read at its own pace.
struct Part {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Read for Part {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let room = out.len().min(most);
        let read = self
            .file
            .read_at(out.get_mut(..room).unwrap_or_default(), self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}
