//! Days that were written before openings were kept: they read, verify and go on.

use super::{DAY, Folder, NOW, numbers, told};
use portique_domain::partner::PartnerId;
use portique_store::PageSize;
use portique_store::journal::{JournalKeeper, JournalQuery, JournalReader, JournalWriter};
use portique_testkit::conformance::journal::{bare, event};
use rusqlite::Connection;
use std::path::Path;

const V1: &str = include_str!("../../migrations/journal/sqlite/V1__day.sql");

/// Brings a day file at rest back to what the first migration makes, with the lines it has.
fn back_to_the_first_schema(path: &Path) {
    let old = Connection::open(path).unwrap();
    old.execute_batch("DROP INDEX line_partner; ALTER TABLE line RENAME TO later;")
        .unwrap();
    let indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let mut names = old.prepare(indexes).unwrap();
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for name in names {
        old.execute_batch(&format!("DROP INDEX {name}")).unwrap();
    }
    old.execute_batch(V1).unwrap();
    old.execute_batch(
        "INSERT INTO line SELECT seq, id, at, correlation, phase, code, result, reason, actor_kind,
             actor, profile, establishment, target, address, session, device, reference, hash
             FROM later;
         DROP TABLE later;
         DELETE FROM refinery_schema_history WHERE version = 2;",
    )
    .unwrap();
}

/// Yesterday closed, today open, both as the gateway before this one left them.
async fn two_old_days() -> Folder {
    let folder = Folder::new();
    let journal = folder.open();
    let plain = |number, at| portique_domain::journal::AccessEvent {
        opening: None,
        ..event(number, at)
    };
    for number in 0..3 {
        journal.record(plain(number, NOW.minus(DAY))).await.unwrap();
    }
    journal.record(plain(3, NOW)).await.unwrap();
    assert_eq!(journal.close_days(NOW).await.unwrap(), 1);
    journal.shutdown(NOW).await.unwrap();
    for at in [NOW.minus(DAY), NOW] {
        back_to_the_first_schema(&folder.day(at));
    }
    folder
}

fn has_openings(path: &Path) -> bool {
    let conn = Connection::open(path).unwrap();
    conn.prepare("SELECT opening FROM line").is_ok()
}

#[tokio::test]
async fn an_old_day_reads_verifies_and_takes_an_opening() {
    let folder = two_old_days().await;
    assert!(!has_openings(&folder.day(NOW)));
    let journal = folder.open();
    // Nothing has written yet: both are read as they are.
    assert_eq!(told(&journal).await, [(3, true, None), (1, false, None)]);
    assert_eq!(numbers(&journal, NOW).await, [3, 2, 1, 0]);

    journal.record(event(4, NOW)).await.unwrap();
    assert_eq!(told(&journal).await, [(3, true, None), (2, false, None)]);
    let page = journal
        .search(&JournalQuery::default(), PageSize::clamped(9), NOW)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 5);
    assert_eq!(page.rows[0], event(4, NOW));
    // Only the day that goes on was changed.
    assert!(has_openings(&folder.day(NOW)));
    assert!(!has_openings(&folder.day(NOW.minus(DAY))));
    let of_a_partner = JournalQuery {
        partner: PartnerId::parse("moodle"),
        ..JournalQuery::default()
    };
    let page = journal
        .search(&of_a_partner, PageSize::clamped(9), NOW)
        .await
        .unwrap();
    assert_eq!(page.rows, [event(4, NOW)]);
    let person = portique_domain::identity::PersonId(uuid::Uuid::from_u128(1));
    let released = journal.released(person, None, None, NOW).await.unwrap();
    assert!(released.is_empty(), "an outcome alone opens nothing");
    // The day closes and stays whole after it, and so does the next start.
    assert_eq!(journal.close_days(NOW.plus(DAY)).await.unwrap(), 1);
    journal.shutdown(NOW.plus(DAY)).await.unwrap();
    assert_eq!(
        told(&folder.open()).await,
        [(3, true, None), (2, true, None)]
    );
}

#[tokio::test]
async fn an_opening_written_into_a_line_without_one_is_told() {
    let folder = two_old_days().await;
    let journal = folder.open();
    journal.record(bare(4, NOW)).await.unwrap();
    journal.shutdown(NOW).await.unwrap();
    Connection::open(folder.day(NOW))
        .unwrap()
        .execute("UPDATE line SET partner = 'pix', opening = '1  '", [])
        .unwrap();
    let reports = told(&folder.open()).await;
    assert_eq!(reports, [(3, true, None), (2, false, Some(1))]);
}
