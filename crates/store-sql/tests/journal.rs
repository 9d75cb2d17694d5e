//! The access log on SQLite keeps every promise, tells what was tampered with, survives a log that
//! refuses, and forgets for good.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs to begin has to be there"
)]

#[path = "journal/intake.rs"]
mod intake;
#[path = "journal/purge.rs"]
mod purge;
#[path = "journal/spool.rs"]
mod spool;
#[path = "journal/tampering.rs"]
mod tampering;
#[path = "journal/upgrade.rs"]
mod upgrade;

use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::rights::Actor;
use portique_jose::es256::SigningKey;
use portique_jose::seal::SealingKey;
use portique_store::PageSize;
use portique_store::journal::{JournalKeeper, JournalQuery, JournalReader, JournalWriter};
use portique_store_sql::journal::{JournalKeys, JournalPaths, SqliteJournal};
use portique_testkit::conformance::journal::{NOW, all, event};
use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const DAY: Duration = Duration::from_hours(24);

/// The folders of a log, removed at the end, and its keys.
struct Folder {
    path: PathBuf,
    keys: JournalKeys,
}

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portique-journal-{}-{number}", std::process::id());
        let sign = SigningKey::from_pkcs8(&SigningKey::draw_pkcs8().unwrap()).unwrap();
        Self {
            path: std::env::temp_dir().join(name),
            keys: JournalKeys {
                seal: Arc::new(SealingKey::new(&[3; 32]).unwrap()),
                sign: Arc::new(sign),
                sign_id: "log-1".to_owned(),
                verify: Vec::new(),
            },
        }
    }

    fn paths(&self) -> JournalPaths {
        JournalPaths {
            days: self.path.join("journal"),
            keys: self.path.join("journal-keys"),
            spool: self.path.join("journal-spool"),
        }
    }

    fn open(&self) -> SqliteJournal {
        SqliteJournal::open(self.paths(), self.keys.clone(), NOW).unwrap()
    }

    fn day(&self, at: Timestamp) -> PathBuf {
        self.paths().days.join(format!("{}.db", at.day()))
    }

    fn key(&self, at: Timestamp) -> PathBuf {
        self.paths().keys.join(format!("{}.key", at.day()))
    }

    /// Every file, whatever the folder.
    fn files(&self) -> Vec<PathBuf> {
        let paths = self.paths();
        let mut files = Vec::new();
        for folder in [paths.days, paths.keys, paths.spool] {
            let entries = std::fs::read_dir(folder).unwrap();
            files.extend(entries.map(|entry| entry.unwrap().path()));
        }
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.path).unwrap();
    }
}

/// The numbers that the events were made with, newest first.
async fn numbers(journal: &SqliteJournal, now: Timestamp) -> Vec<u8> {
    let query = JournalQuery::default();
    let page = journal.search(&query, PageSize::clamped(200), now).await;
    let rows = page.unwrap().rows;
    rows.iter().map(|event| event.id.as_bytes()[15]).collect()
}

/// Reading takes in what waits in the intake, as a moment's patience would.
async fn poured(journal: &SqliteJournal) {
    journal.verify(NOW).await.unwrap();
}

/// Day by day: lines, closed, first broken line.
async fn told(journal: &SqliteJournal) -> Vec<(u64, bool, Option<u64>)> {
    let reports = journal.verify(NOW).await.unwrap();
    reports
        .iter()
        .map(|day| (day.lines, day.closed, day.broken_at))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sqlite_journal_keeps_the_promises() {
    let folders = RefCell::new(Vec::new());
    all(|| {
        let folder = Folder::new();
        let journal = folder.open();
        folders.borrow_mut().push(folder);
        journal
    })
    .await;
}

#[tokio::test]
async fn a_restart_continues_the_chain() {
    let folder = Folder::new();
    for number in 0..3 {
        let journal = folder.open();
        journal.record(event(number, NOW)).await.unwrap();
        // Once with a farewell, once without.
        if number == 1 {
            journal.shutdown(NOW).await.unwrap();
            assert!(journal.record(event(9, NOW)).await.is_err());
        }
    }
    let journal = folder.open();
    journal.record(event(3, NOW)).await.unwrap();
    assert_eq!(told(&journal).await, [(4, false, None)]);
    assert_eq!(numbers(&journal, NOW).await, [3, 2, 1, 0]);
}

#[tokio::test]
async fn a_rotated_signing_key_still_verifies() {
    let mut folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW.minus(DAY))).await.unwrap();
    assert_eq!(journal.close_days(NOW).await.unwrap(), 1);
    drop(journal);
    let former = (folder.keys.sign_id.clone(), folder.keys.sign.public());
    let sign = SigningKey::from_pkcs8(&SigningKey::draw_pkcs8().unwrap()).unwrap();
    folder.keys.sign = Arc::new(sign);
    folder.keys.sign_id = "log-2".to_owned();
    assert_eq!(told(&folder.open()).await, [(1, true, Some(1))]);
    folder.keys.verify.push(former);
    assert_eq!(told(&folder.open()).await, [(1, true, None)]);
}

#[tokio::test]
async fn nothing_that_identifies_is_readable_in_the_files() {
    let folder = Folder::new();
    let journal = folder.open();
    let mut operator = event(2, NOW);
    operator.actor = Some(Actor::Operator("exploitant-du-rectorat".to_owned()));
    let mut known = event(1, NOW);
    known.target = Some(PersonId(uuid::Uuid::from_bytes(*b"personne-visee-1")));
    known.actor = Some(Actor::Person(PersonId(uuid::Uuid::from_bytes(
        *b"personne-active1",
    ))));
    known.session = Some(uuid::Uuid::from_bytes(*b"session-publique"));
    known.address = Some("2001:db8:6964:656e:7469:6669:652d:6d6f".parse().unwrap());
    let secrets: [&[u8]; 5] = [
        b"exploitant-du-rectorat",
        b"personne-visee-1",
        b"personne-active1",
        b"session-publique",
        b"identifie-mo",
    ];
    journal.record(known).await.unwrap();
    // And in the spool.
    let tomorrow = NOW.plus(DAY);
    std::fs::create_dir(folder.day(tomorrow)).unwrap();
    operator.at = tomorrow;
    journal.record(operator.clone()).await.unwrap();
    poured(&journal).await;
    assert_eq!(journal.spool_lines(), 1);
    operator.id = uuid::Uuid::from_u128(77);
    journal.record(operator).await.unwrap();
    assert_eq!(journal.spool_lines(), 2);
    let mut looked_at = 0;
    for path in folder.files().iter().filter(|path| path.is_file()) {
        let bytes = std::fs::read(path).unwrap();
        looked_at += bytes.len();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{}", path.display());
        }
    }
    assert!(looked_at > 1000);
}

#[tokio::test]
async fn files_and_folders_are_private() {
    let folder = Folder::new();
    let journal = folder.open();
    journal.record(event(1, NOW)).await.unwrap();
    std::fs::create_dir(folder.day(NOW.plus(DAY))).unwrap();
    journal.record(event(2, NOW.plus(DAY))).await.unwrap();
    poured(&journal).await;
    journal.record(event(3, NOW.plus(DAY))).await.unwrap();
    std::fs::remove_dir(folder.day(NOW.plus(DAY))).unwrap();
    let files = folder.files();
    for ending in [".db", ".db-wal", ".db-shm", ".key", ".spool", "intake"] {
        let there = |path: &PathBuf| path.to_string_lossy().ends_with(ending);
        assert!(files.iter().any(there), "{ending}");
    }
    for path in files {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    let paths = folder.paths();
    for path in [paths.days, paths.keys, paths.spool] {
        assert_eq!(mode(&path), 0o700);
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
