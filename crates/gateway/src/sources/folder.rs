//! A folder of this machine: what in it is a whole delivery.
//!
//! A delivery is an archive, a CSV, or a folder with files in it. It is whole when two looks find it the same
//! in size, time and number of files. Whoever lays it down may use a hidden name, `.part` or `.tmp` meanwhile:
//! such names are passed over.

use super::Gathered;
use super::order::Found;
use crate::settings::SourceSection;
use anyhow::Context as _;
use portique_feed::archive::is_archive;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Folders below that of a delivery that are looked into, as when it is read.
const DEEPEST: usize = 3;

/// Entries that are looked at.
const MOST_ENTRIES: usize = 10_000;

/// Endings of what is still on its way.
const ON_ITS_WAY: [&str; 5] = [".part", ".tmp", ".filepart", ".partial", ".crdownload"];

/// What says that something is as it was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Facts {
    files: u64,
    size: u64,
    /// Nanoseconds since the epoch, of the newest.
    modified: i128,
    /// A file with the name of something on its way lies in it.
    growing: bool,
}

/// One scan.
#[derive(Debug, Default, PartialEq, Eq)]
struct Scan {
    deliveries: BTreeMap<String, Facts>,
    /// Files of a delivery that lie there loose.
    loose: usize,
    /// Names that cannot be told in one line.
    odd: usize,
}

/// Scans twice, with the time of the settings in between.
pub(super) async fn gather(source: &SourceSection, folder: &Path) -> anyhow::Result<Gathered> {
    let first = scanned(folder).await?;
    if first.deliveries.is_empty() && first.loose == 0 {
        return Ok(Gathered::default());
    }
    tokio::time::sleep(source.settle_time()).await;
    let second = scanned(folder).await?;
    let mut gathered = Gathered::default();
    for (name, facts) in &second.deliveries {
        if facts.growing || first.deliveries.get(name) != Some(facts) {
            gathered.again = true;
            continue;
        }
        if facts.size > source.most_bytes() {
            gathered.problems.push(format!(
                "{name} is {} MiB, more than max_mib: raise it if that is right",
                facts.size.div_ceil(1024 * 1024)
            ));
            continue;
        }
        gathered.found.push(Found {
            name: name.clone(),
            mark: facts.mark(name),
            path: folder.join(name),
        });
    }
    if second.loose > 0 {
        gathered.problems.push(format!(
            "{} files lie loose: put each delivery into an archive or a folder of its own",
            second.loose
        ));
    }
    if second.odd > 0 {
        gathered.problems.push(format!(
            "{} files have names that are not taken",
            second.odd
        ));
    }
    Ok(gathered)
}

async fn scanned(folder: &Path) -> anyhow::Result<Scan> {
    let here = folder.to_owned();
    let scan = tokio::task::spawn_blocking(move || scan(&here)).await?;
    scan.with_context(|| {
        format!(
            "watch: {} cannot be read as a folder: check that it is there and readable",
            folder.display()
        )
    })
}

/// The mark of what lies at a path now, as [`gather`] writes it.
pub(super) fn mark_now(path: &Path, name: &str) -> Option<String> {
    let facts = std::fs::symlink_metadata(path).ok()?;
    let facts = if facts.is_dir() {
        let mut inside = Facts::default();
        look_into(path, DEEPEST, &mut inside).ok()?;
        inside
    } else {
        Facts::of(&facts)
    };
    Some(facts.mark(name))
}

fn scan(folder: &Path) -> std::io::Result<Scan> {
    let mut scan = Scan::default();
    for entry in std::fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            scan.odd += 1;
            continue;
        };
        if is_on_its_way(&name) {
            continue;
        }
        // Something may go between two steps; links are not followed.
        let Ok(facts) = entry.metadata() else {
            continue;
        };
        if name.chars().any(char::is_control) {
            scan.odd += 1;
        } else if facts.is_dir() {
            let mut inside = Facts::default();
            look_into(&entry.path(), DEEPEST, &mut inside)?;
            if inside.files > 0 {
                scan.deliveries.insert(name, inside);
            }
        } else if facts.is_file() && (is_archive(&name) || ends(&name, ".csv")) {
            scan.deliveries.insert(name, Facts::of(&facts));
        } else if facts.is_file() && ends(&name, ".xml") {
            scan.loose += 1;
        }
    }
    Ok(scan)
}

fn look_into(folder: &Path, deeper: usize, facts: &mut Facts) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let inside = entry.metadata()?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if inside.is_file() && !name.starts_with('.') && is_on_its_way(&name) {
            facts.growing = true;
        } else if inside.is_file() {
            facts.add(&inside);
        } else if inside.is_dir() && deeper > 0 && !name.starts_with('.') {
            look_into(&entry.path(), deeper - 1, facts)?;
        }
    }
    Ok(())
}

impl Facts {
    fn of(file: &Metadata) -> Self {
        let mut facts = Self::default();
        facts.add(file);
        facts
    }

    fn add(&mut self, file: &Metadata) {
        let modified = i128::from(file.mtime()) * 1_000_000_000 + i128::from(file.mtime_nsec());
        self.files += 1;
        self.size = self.size.saturating_add(file.len());
        self.modified = self.modified.max(modified);
    }

    fn mark(&self, name: &str) -> String {
        format!("{name}\t{}\t{}\t{}", self.files, self.size, self.modified)
    }
}

/// Whether a name is one that is used until a file is whole.
pub(super) fn is_on_its_way(name: &str) -> bool {
    name.starts_with('.') || ON_ITS_WAY.iter().any(|end| ends(name, end))
}

/// Whether a name ends so, in whatever case.
pub(super) fn ends(name: &str, end: &str) -> bool {
    name.to_ascii_lowercase().ends_with(end)
}
