//! What a delivery holds, in 32 bytes: the same content under another name is the same delivery.

use crate::commands::feed_source::FolderSource;
use aws_lc_rs::digest::{Context, SHA256};
use portique_journeys::FeedSource as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// SHA-256 of a file; of a folder, that over the names and digests of its files.
pub(super) fn digest(path: &Path) -> anyhow::Result<[u8; 32]> {
    if !std::fs::metadata(path)?.is_dir() {
        return Ok(of_reader(File::open(path)?)?);
    }
    let folder = FolderSource::open(path)?;
    let mut whole = Context::new(&SHA256);
    for name in folder.names() {
        whole.update(name.as_bytes());
        whole.update(&[0]);
        whole.update(&of_reader(folder.open(&name)?)?);
    }
    Ok(finished(whole))
}

fn of_reader(mut reader: impl Read) -> io::Result<[u8; 32]> {
    let mut context = Context::new(&SHA256);
    let mut piece = vec![0; 128 * 1024];
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            return Ok(finished(context));
        }
        context.update(piece.get(..read).unwrap_or_default());
    }
}

fn finished(context: Context) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}
