//! A server that speaks SFTP: what in its folder is a whole delivery, and how it comes here.

use super::Gathered;
use super::folder::{ends, is_on_its_way};
use super::order::Found;
use crate::settings::{SftpSection, SourceSection};
use portique_feed::archive::is_archive;
use portique_outbound::sftp::{Connection, Listing, RemoteFile, SftpError, Spool};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A server during one look.
pub(super) struct Remote {
    connection: Connection,
    spool: Spool,
    files: BTreeMap<String, RemoteFile>,
}

/// Why a file did not come.
pub(super) struct Failed {
    /// In words.
    pub(super) words: String,
    /// Whether another try may go better.
    pub(super) may_pass: bool,
}

impl From<SftpError> for Failed {
    fn from(error: SftpError) -> Self {
        let may_pass = match &error {
            SftpError::Unreachable { .. }
            | SftpError::Changed(_)
            | SftpError::Interrupted(_)
            | SftpError::Spool(..) => true,
            // Trying again and again would only get us locked out.
            SftpError::NoCommonAlgorithm
            | SftpError::HostKey { .. }
            | SftpError::LoginRefused
            | SftpError::Folder(_)
            | SftpError::TooMany(_)
            | SftpError::TooLarge { .. } => false,
        };
        Self {
            words: error.to_string(),
            may_pass,
        }
    }
}

impl From<Failed> for Gathered {
    fn from(failed: Failed) -> Self {
        Self {
            found: Vec::new(),
            again: failed.may_pass,
            problems: vec![failed.words],
        }
    }
}

/// Connects, and lists twice with the time of the settings in between. A server that cannot be used is a
/// problem of the source.
pub(super) async fn gather(
    source: &SourceSection,
    sftp: &SftpSection,
    room: &Path,
) -> anyhow::Result<(Option<Remote>, Gathered)> {
    let server = sftp.server()?;
    let connected = async {
        let spool = Spool::open(room, source.most_bytes())?;
        let connection = Connection::open(&server).await?;
        let first = connection.list().await?;
        if !first.files.is_empty() {
            tokio::time::sleep(source.settle_time()).await;
        }
        let second = connection.list().await?;
        spool.sweep(&second.files)?;
        Ok::<_, SftpError>((connection, spool, first, second))
    };
    match connected.await {
        Ok((connection, spool, first, second)) => {
            let (gathered, files) = compare(&spool, &first, &second);
            let remote = Remote {
                connection,
                spool,
                files,
            };
            Ok((Some(remote), gathered))
        }
        Err(error) => Ok((None, Failed::from(error).into())),
    }
}

fn is_delivery(name: &str) -> bool {
    !is_on_its_way(name) && (is_archive(name) || ends(name, ".csv"))
}

fn compare(
    spool: &Spool,
    first: &Listing,
    second: &Listing,
) -> (Gathered, BTreeMap<String, RemoteFile>) {
    let mut gathered = Gathered::default();
    let mut files = BTreeMap::new();
    for file in second.files.iter().filter(|file| is_delivery(&file.name)) {
        if !first.files.contains(file) {
            gathered.again = true;
            continue;
        }
        let mark = format!("{}\t{}\t{}", file.name, file.size, file.modified);
        gathered.found.push(Found {
            name: file.name.clone(),
            mark: mark.clone(),
            path: spool.whole(file),
        });
        files.insert(mark, file.clone());
    }
    if second.odd_names > 0 {
        gathered.problems.push(format!(
            "{} files have names that are not taken: letters without accents, digits, \".\", \"_\" and \"-\" alone",
            second.odd_names
        ));
    }
    (gathered, files)
}

impl Remote {
    /// Brings a delivery here, and says where it stands.
    pub(super) async fn fetch(&self, found: &Found) -> Result<PathBuf, Failed> {
        let gone = || SftpError::Changed(found.name.clone());
        let file = self.files.get(&found.mark).ok_or_else(gone)?;
        Ok(self.connection.fetch(file, &self.spool).await?)
    }

    /// Says goodbye.
    pub(super) async fn close(self) {
        self.connection.close().await;
    }
}
