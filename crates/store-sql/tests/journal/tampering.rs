//! What was changed is told, with the first line that does not hold.

use super::{DAY, Folder, NOW, poured, told};
use portique_domain::Timestamp;
use portique_jose::digest::sha256;
use portique_store::journal::{JournalKeeper, JournalWriter};
use portique_store_sql::journal::SqliteJournal;
use portique_testkit::conformance::journal::event;
use rusqlite::Connection;
use std::path::Path;

/// Yesterday closed with five lines, today open with three, everything at rest.
async fn two_days() -> Folder {
    let folder = Folder::new();
    let journal = folder.open();
    for number in 0..5 {
        let event = event(number, NOW.minus(DAY));
        journal.record(event).await.unwrap();
    }
    for number in 5..8 {
        journal.record(event(number, NOW)).await.unwrap();
    }
    assert_eq!(journal.close_days(NOW).await.unwrap(), 1);
    journal.shutdown(NOW).await.unwrap();
    folder
}

fn yesterday() -> Timestamp {
    NOW.minus(DAY)
}

fn change(path: &Path, sql: &str) {
    let conn = Connection::open(path).unwrap();
    assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
}

/// The report of yesterday, then of today, after something was done to the files.
async fn after(folder: &Folder) -> [(u64, bool, Option<u64>); 2] {
    told(&folder.open()).await.try_into().unwrap()
}

const YESTERDAY: (u64, bool, Option<u64>) = (5, true, None);
const TODAY: (u64, bool, Option<u64>) = (3, false, None);

#[tokio::test]
async fn an_untouched_log_is_whole() {
    let folder = two_days().await;
    assert_eq!(after(&folder).await, [YESTERDAY, TODAY]);
}

#[tokio::test]
async fn an_edited_line_is_told() {
    let edits = [
        "UPDATE line SET result = 'done' WHERE seq = 2",
        "UPDATE line SET actor = target WHERE seq = 2",
        "UPDATE line SET address = NULL WHERE seq = 2",
        "UPDATE line SET at = at + 1 WHERE seq = 2",
        "UPDATE line SET partner = 'pix' WHERE seq = 2",
        "UPDATE line SET opening = '3 prenom ' WHERE seq = 2",
        "UPDATE line SET partner = NULL, opening = NULL WHERE seq = 2",
        "UPDATE line SET partner = NULL WHERE seq = 2",
        "UPDATE line SET hash = zeroblob(32) WHERE seq = 2",
        "UPDATE line SET hash = x'00' WHERE seq = 2",
    ];
    for sql in edits {
        let folder = two_days().await;
        change(&folder.day(yesterday()), sql);
        change(&folder.day(NOW), sql);
        let reports = after(&folder).await;
        assert_eq!(reports.map(|day| day.2), [Some(2), Some(2)], "{sql}");
    }
}

#[tokio::test]
async fn a_deleted_line_is_told() {
    for (line, sql) in [
        (1, "DELETE FROM line WHERE seq = 1"),
        (2, "DELETE FROM line WHERE seq = 2"),
    ] {
        let folder = two_days().await;
        change(&folder.day(yesterday()), sql);
        change(&folder.day(NOW), sql);
        let reports = after(&folder).await;
        assert_eq!(reports.map(|day| day.2), [Some(line), Some(line)]);
    }
}

#[tokio::test]
async fn lines_in_another_order_are_told() {
    let folder = two_days().await;
    let path = folder.day(yesterday());
    change(&path, "UPDATE line SET seq = 99 WHERE seq = 3");
    change(&path, "UPDATE line SET seq = 3 WHERE seq = 4");
    change(&path, "UPDATE line SET seq = 4 WHERE seq = 99");
    assert_eq!(after(&folder).await, [(5, true, Some(3)), TODAY]);
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_told() {
    let folder = two_days().await;
    change(&folder.day(yesterday()), "DELETE FROM line WHERE seq > 3");
    // Today is not closed, but the shutdown signed how far it went.
    change(&folder.day(NOW), "DELETE FROM line WHERE seq > 2");
    assert_eq!(
        after(&folder).await,
        [(3, true, Some(4)), (2, false, Some(3))]
    );
    // New lines do not cover it up, and closing the day does not make it whole.
    let journal = folder.open();
    journal.record(event(20, NOW)).await.unwrap();
    journal.record(event(21, NOW)).await.unwrap();
    assert_eq!(told(&journal).await[1], (4, false, Some(3)));
    journal.close_days(NOW.plus(DAY)).await.unwrap();
    assert_eq!(told(&journal).await[1], (4, true, Some(3)));
}

#[tokio::test]
async fn a_tail_that_is_cut_off_while_we_write_is_told() {
    let folder = Folder::new();
    let journal = folder.open();
    for number in 0..4 {
        journal.record(event(number, NOW)).await.unwrap();
    }
    poured(&journal).await;
    change(&folder.day(NOW), "DELETE FROM line WHERE seq > 2");
    assert_eq!(told(&journal).await, [(2, false, Some(3))]);
}

#[tokio::test]
async fn a_chain_that_was_computed_anew_is_told() {
    let folder = two_days().await;
    let path = folder.day(yesterday());
    change(&path, "DELETE FROM line WHERE seq = 5");
    change(&path, "UPDATE line SET result = 'done' WHERE seq = 4");
    let conn = Connection::open(&path).unwrap();
    // What someone who knows the format but not the signing key can do.
    let hash: [u8; 32] = sha256(b"whatever: the signed head is another one");
    conn.execute("UPDATE line SET hash = ?1 WHERE seq = 4", [hash])
        .unwrap();
    assert_eq!(after(&folder).await, [(4, true, Some(4)), TODAY]);
}

#[tokio::test]
async fn a_line_after_the_close_is_told() {
    let folder = two_days().await;
    change(
        &folder.day(yesterday()),
        "INSERT INTO line SELECT 6, zeroblob(16), at, correlation, phase, code, result, reason,
         actor_kind, actor, profile, establishment, target, address, session, device, reference,
         hash, partner, opening FROM line WHERE seq = 5",
    );
    assert_eq!(after(&folder).await, [(6, true, Some(6)), TODAY]);
}

#[tokio::test]
async fn a_swapped_file_is_told() {
    let folder = two_days().await;
    let (path, today) = (folder.day(yesterday()), folder.day(NOW));
    std::fs::copy(&today, &path).unwrap();
    assert_eq!(after(&folder).await, [(3, true, Some(1)), TODAY]);

    let folder = two_days().await;
    std::fs::remove_file(folder.day(yesterday())).unwrap();
    std::fs::write(folder.day(NOW), b"this is no database").unwrap();
    let reports = after(&folder).await;
    assert_eq!(reports, [(0, true, Some(1)), (0, false, Some(1))]);
}

#[tokio::test]
async fn a_forged_checkpoint_is_told() {
    for sql in [
        "UPDATE checkpoint SET lines = lines - 1 WHERE closed = 1",
        "UPDATE checkpoint SET signature = zeroblob(64) WHERE closed = 1",
        "UPDATE checkpoint SET at = at + 1 WHERE closed = 1",
        "UPDATE checkpoint SET closed = 0 WHERE closed = 1",
    ] {
        let folder = two_days().await;
        change(&folder.paths().days.join("checkpoints.db"), sql);
        let reports = after(&folder).await;
        assert_eq!(reports[0].2, Some(1), "{sql}");
    }
}

#[tokio::test]
async fn a_file_that_is_replaced_under_us_is_told() {
    let folder = Folder::new();
    let journal: SqliteJournal = folder.open();
    journal.record(event(0, NOW)).await.unwrap();
    journal.record(event(1, NOW)).await.unwrap();
    poured(&journal).await;
    for ending in ["db", "db-wal", "db-shm"] {
        std::fs::remove_file(folder.day(NOW).with_extension(ending)).unwrap();
    }
    // It goes on in a new file rather than in one that has no name any more.
    for number in 2..6 {
        journal.record(event(number, NOW)).await.unwrap();
    }
    assert_eq!(super::numbers(&journal, NOW).await, [5, 4, 3, 2]);
    assert_eq!(told(&journal).await, [(4, false, Some(2))]);
}
