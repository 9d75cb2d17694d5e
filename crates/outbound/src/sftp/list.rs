//! What lies in the folder of the server.

use super::{Connection, SftpError};
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{FileAttributes, StatusCode};

/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 10_000;

/// Bytes of a name.
const LONGEST_NAME: usize = 128;

/// A file on the server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoteFile {
    /// Its name, plain by [`is_plain_name`].
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Seconds since the epoch.
    pub modified: u64,
}

/// What a look gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Plain files with plain names, sorted.
    pub files: Vec<RemoteFile>,
    /// Files whose names are not taken.
    pub odd_names: usize,
}

/// Whether a name can be used on our own disk as it is: letters, digits, `.`, `_` and `-` of ASCII, the
/// first one a letter or a digit, 128 at most. So it is neither hidden, nor a path, nor two lines.
pub fn is_plain_name(name: &str) -> bool {
    let first = name.bytes().next();
    name.len() <= LONGEST_NAME
        && first.is_some_and(|byte| byte.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

impl Connection {
    /// Lists the folder. Folders in it, links and what is hidden are passed over.
    ///
    /// # Errors
    /// [`SftpError`].
    pub async fn list(&self) -> Result<Listing, SftpError> {
        let opened = self.sftp.opendir(self.path.clone()).await;
        let handle = opened.map_err(SftpError::Folder)?.handle;
        let listed = self.entries(&handle).await;
        // The session ends soon; what was listed is right in any case.
        drop(self.sftp.close(handle).await);
        listed
    }

    async fn entries(&self, handle: &str) -> Result<Listing, SftpError> {
        let mut listing = Listing::default();
        let mut seen = 0_usize;
        loop {
            let page = match self.sftp.readdir(handle).await {
                Ok(page) => page.files,
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => break,
                Err(error) => return Err(SftpError::Folder(error)),
            };
            // A page without an entry would let a server keep us here for ever.
            seen = seen.saturating_add(page.len().max(1));
            if seen > MOST_ENTRIES {
                return Err(SftpError::TooMany(MOST_ENTRIES));
            }
            for entry in page {
                listing.add(&entry.filename, &entry.attrs);
            }
        }
        listing.files.sort_unstable();
        Ok(listing)
    }
}

impl Listing {
    fn add(&mut self, name: &str, facts: &FileAttributes) {
        if !facts.file_type().is_file() || name.starts_with('.') {
            return;
        }
        if is_plain_name(name) {
            self.files.push(RemoteFile {
                name: name.to_owned(),
                size: facts.size.unwrap_or(0),
                modified: u64::from(facts.mtime.unwrap_or(0)),
            });
        } else {
            self.odd_names += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_taken() {
        assert!(is_plain_name("ENT2DVA.20240916-1.tgz"));
        let long = "a".repeat(129);
        for name in [
            "",
            ".",
            "..",
            ".hidden.tgz",
            "../x.tgz",
            "a/../../x.tgz",
            "/etc/cron.d/x.tgz",
            "a\nb.tgz",
            "a\0.tgz",
            "a\\b.tgz",
            "-rf.tgz",
            "C:x.tgz",
            "é.tgz",
            "a b.tgz",
            "\u{202e}gzt.a",
            long.as_str(),
        ] {
            assert!(!is_plain_name(name), "{name:?}");
        }
    }

    #[test]
    fn folders_links_and_hidden_files_are_passed_over() {
        let facts = |permissions| FileAttributes {
            size: Some(7),
            mtime: Some(9),
            permissions: Some(permissions),
            ..FileAttributes::empty()
        };
        let mut listing = Listing::default();
        listing.add("a.tgz", &facts(0o100_644));
        listing.add("folder.tgz", &facts(0o040_755));
        listing.add("link.tgz", &facts(0o120_777));
        listing.add(".hidden.tgz", &facts(0o100_644));
        listing.add("../a.tgz", &facts(0o100_644));
        listing.add("b\n.tgz", &facts(0o100_644));
        let file = RemoteFile {
            name: "a.tgz".to_owned(),
            size: 7,
            modified: 9,
        };
        assert_eq!(listing.files, [file]);
        // `../a.tgz` begins with a dot: hidden before it is odd.
        assert_eq!(listing.odd_names, 1);
    }
}
