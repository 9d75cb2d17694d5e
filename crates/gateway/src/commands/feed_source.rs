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
use std::sync::atomic::{AtomicU32, Ordering};

/// Folders below the one that was given that are looked into.
const DEEPEST: usize = 3;

/// What opening gave.
pub(crate) enum Opened {
    /// Files to read.
    Source(Arc<dyn FeedSource>),
    /// An archive that cannot be used.
    Refused(Box<Finding>),
}

/// Opens a folder or an archive. An archive is unpacked into the data folder `room`, into a file that has
/// no name any more, so that no crash leaves people's data behind.
pub(crate) fn open(path: &Path, room: &Path) -> anyhow::Result<Opened> {
    let facts =
        std::fs::metadata(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    if facts.is_dir() {
        return Ok(Opened::Source(Arc::new(FolderSource::open(path)?)));
    }
    if !facts.is_file() {
        bail!("{} is neither a folder nor an archive", path.display());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.to_ascii_lowercase().ends_with(".csv") {
        return Ok(Opened::Source(Arc::new(FolderSource {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            names: vec![name.into_owned()],
        })));
    }
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
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = room.join(format!("unpacked-{}-{number}", std::process::id()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::io::Write as _;
    use std::process::Command;

    const NAME: &str = "ENT2D_Complet_20240916_Eleve_0000.xml";

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("portique-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("in/deeper")).unwrap();
        std::fs::create_dir_all(folder.join("room")).unwrap();
        for (at, text) in [(NAME, "<a/>"), (&format!("deeper/{NAME}"), "<b/>")] {
            let mut file = File::create(folder.join("in").join(at)).unwrap();
            file.write_all(text.as_bytes()).unwrap();
        }
        folder
    }

    fn contents(opened: Opened) -> BTreeMap<String, String> {
        let Opened::Source(source) = opened else {
            panic!("it was refused");
        };
        let read = |name: &String| {
            let mut text = String::new();
            source
                .open(name)
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            text
        };
        source
            .names()
            .iter()
            .map(|name| (name.clone(), read(name)))
            .collect()
    }

    #[test]
    fn a_folder_and_an_archive_give_the_same_and_leave_nothing_behind() {
        let folder = scratch("source");
        std::os::unix::fs::symlink("/etc/hostname", folder.join("in/link_Eleve_0000.xml")).unwrap();
        let plain = contents(open(&folder.join("in"), &folder.join("room")).unwrap());
        assert_eq!(
            plain.keys().collect::<Vec<_>>(),
            [NAME, &format!("deeper/{NAME}")]
        );
        std::fs::remove_file(folder.join("in/link_Eleve_0000.xml")).unwrap();
        let archive = folder.join("ENT2D.20240916.tgz");
        let packed = Command::new("tar")
            .arg("-czf")
            .arg(&archive)
            .arg("-C")
            .arg(folder.join("in"))
            .arg(".")
            .status();
        assert!(packed.unwrap().success());
        let unpacked = contents(open(&archive, &folder.join("room")).unwrap());
        let named: BTreeMap<String, String> = plain
            .into_iter()
            .map(|(name, text)| (format!("ENT2D.20240916.tgz/{name}"), text))
            .collect();
        assert_eq!(unpacked, named);
        assert_eq!(std::fs::read_dir(folder.join("room")).unwrap().count(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_no_archive_is_refused_in_words() {
        let folder = scratch("refused");
        let opened = open(&folder.join("in").join(NAME), &folder.join("room")).unwrap();
        let Opened::Refused(finding) = opened else {
            panic!("it was accepted");
        };
        assert_eq!(
            (finding.code.as_str(), finding.file.as_str()),
            ("archive.damaged", NAME)
        );
        assert!(open(&folder.join("nowhere"), &folder).is_err());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
