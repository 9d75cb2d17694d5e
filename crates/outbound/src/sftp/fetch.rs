//! A file comes into the spool: under a name of its own until it is whole, from where it broke off.

use super::{ANSWER_SECONDS, Connection, RemoteFile, SftpError, is_plain_name};
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{OpenFlags, StatusCode};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes asked for at once: what OpenSSH gives in one answer.
const PIECE: u32 = 128 * 1024;

/// The private folder that files come into.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
    most_bytes: u64,
}

impl Spool {
    /// Makes the folder, mode 0700, if it is not there. Files above `most_bytes` are refused.
    ///
    /// # Errors
    /// [`SftpError::Spool`].
    pub fn open(folder: &Path, most_bytes: u64) -> Result<Self, SftpError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        let made = builder.create(folder);
        made.map_err(|error| SftpError::Spool(folder.to_owned(), error))?;
        Ok(Self {
            folder: folder.to_owned(),
            most_bytes,
        })
    }

    /// Where the whole file stands. The name was looked at: it cannot lead out of the folder.
    pub fn whole(&self, file: &RemoteFile) -> PathBuf {
        self.folder.join(&file.name)
    }

    /// Where it stands until it is whole. Another size or time is another file.
    fn part(&self, file: &RemoteFile) -> PathBuf {
        let RemoteFile {
            name,
            size,
            modified,
        } = file;
        self.folder.join(format!("{name}.{size}-{modified}.part"))
    }

    /// Removes parts of files that are no longer on the server as they were, and gives how many.
    ///
    /// # Errors
    /// [`SftpError::Spool`].
    pub fn sweep(&self, there: &[RemoteFile]) -> Result<usize, SftpError> {
        let failed = |error| SftpError::Spool(self.folder.clone(), error);
        let kept: Vec<PathBuf> = there.iter().map(|file| self.part(file)).collect();
        let mut gone = 0;
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let is_part = path.extension().is_some_and(|end| end == "part");
            if is_part && !kept.contains(&path) {
                std::fs::remove_file(&path).map_err(failed)?;
                gone += 1;
            }
        }
        Ok(gone)
    }
}

impl Connection {
    /// Fetches a file whole and gives where it stands. What came before an interruption is not fetched
    /// again. It is taken only when it has the size and time after the transfer that it had before.
    ///
    /// # Errors
    /// [`SftpError`]; after [`SftpError::Interrupted`] the part is kept.
    pub async fn fetch(&self, file: &RemoteFile, spool: &Spool) -> Result<PathBuf, SftpError> {
        if !is_plain_name(&file.name) {
            return Err(SftpError::Changed("a file".to_owned()));
        }
        if file.size > spool.most_bytes {
            return Err(SftpError::TooLarge {
                name: file.name.clone(),
                mib: file.size.div_ceil(1024 * 1024),
            });
        }
        let part = spool.part(file);
        let opened = open_part(&part, file.size);
        let (mut to, at) = opened.map_err(|error| SftpError::Spool(part.clone(), error))?;
        let path = self.path_of(&file.name);
        if let Err(error) = self.pieces(&path, (&mut to, &part), at, file).await {
            if matches!(error, SftpError::Changed(_)) {
                std::fs::remove_file(&part).unwrap_or_default();
            }
            return Err(error);
        }
        let whole = spool.whole(file);
        let kept = to
            .sync_all()
            .and_then(|()| std::fs::rename(&part, &whole))
            .and_then(|()| File::open(&spool.folder)?.sync_all());
        kept.map_err(|error| SftpError::Spool(whole.clone(), error))?;
        Ok(whole)
    }

    async fn pieces(
        &self,
        path: &str,
        (to, part): (&mut File, &Path),
        mut at: u64,
        file: &RemoteFile,
    ) -> Result<(), SftpError> {
        let opened = self.sftp.open(path, OpenFlags::READ, no_attributes());
        let handle = within(opened).await?.handle;
        while at < file.size {
            let asked = u32::try_from(file.size - at).map_or(PIECE, |left| left.min(PIECE));
            let data = match within(self.sftp.read(handle.as_str(), at, asked)).await {
                Ok(answer) => answer.data,
                // Shorter than it was said to be.
                Err(SftpError::Interrupted(error)) if is_end(&*error) => {
                    return Err(SftpError::Changed(file.name.clone()));
                }
                Err(error) => return Err(error),
            };
            let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
            if length == 0 || length > u64::from(asked) {
                return Err(SftpError::Changed(file.name.clone()));
            }
            let written = to.write_all(&data);
            written.map_err(|error| SftpError::Spool(part.to_owned(), error))?;
            at += length;
        }
        let facts = within(self.sftp.stat(path)).await?.attrs;
        let same = facts.size == Some(file.size)
            && facts.mtime.map(u64::from) == Some(file.modified)
            && facts.file_type().is_file();
        // The file is whole or not at all: a handle that stays open harms nobody.
        drop(self.sftp.close(handle).await);
        if same {
            Ok(())
        } else {
            Err(SftpError::Changed(file.name.clone()))
        }
    }
}

fn no_attributes() -> russh_sftp::protocol::FileAttributes {
    russh_sftp::protocol::FileAttributes::empty()
}

/// Our own time limit around the library's: a line that is cut without a word ends here too.
async fn within<T>(asked: impl Future<Output = Result<T, Error>>) -> Result<T, SftpError> {
    let limit = Duration::from_secs(ANSWER_SECONDS + 5);
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer.map_err(|error| SftpError::Interrupted(Box::new(error))),
        Err(late) => Err(SftpError::Interrupted(Box::new(late))),
    }
}

fn is_end(error: &(dyn core::error::Error + Send + Sync + 'static)) -> bool {
    let error = error.downcast_ref::<Error>();
    matches!(error, Some(Error::Status(status)) if status.status_code == StatusCode::Eof)
}

/// Opens the part at its end. A part that is longer than the file is begun again.
fn open_part(part: &Path, size: u64) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600);
    let file = options.open(part)?;
    let mut at = file.metadata()?.len();
    if at > size {
        file.set_len(0)?;
        at = 0;
    }
    Ok((file, at))
}
